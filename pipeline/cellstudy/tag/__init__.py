"""Tagging: spaCy components that each read a Doc and write one named span group or extension."""
