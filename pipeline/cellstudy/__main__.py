"""`python -m cellstudy`."""

from cellstudy.cli import main

main()
