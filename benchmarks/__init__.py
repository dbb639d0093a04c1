"""Benchmarks: `python -m benchmarks NAME --data FOLDER --split SPLIT`."""
