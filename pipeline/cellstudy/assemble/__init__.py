"""Assembly: Tagging -> StudyRecord. All linking decisions are made here."""

from cellstudy.assemble.record import assemble

__all__ = ["assemble"]
