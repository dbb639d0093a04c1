"""cellstudy: from cell-therapy abstracts to study records."""

__version__ = "0.1.0"
