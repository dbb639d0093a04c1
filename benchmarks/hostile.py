"""Texts of hostile kinds of any length, for measuring the cost of the grammars."""

from itertools import cycle, islice
from typing import Final

UNITS: Final = {
    "digits": "7",
    "digits, comma": "1,000,",
    "digits, spaces": "1 000 ",
    "digits, point": "1.000.",
    "one-one": "1-1-",
    "powers": "10^",
    "times": "1x10x",
    "lost powers": "1 x 106 x ",
    "opening brackets": "(",
    "numbers in brackets": "1(",
    "plus-minus": "1±",
    "lone plus-minus": "±",
    "slashes": "1/",
    "colons": "1:",
    "of": "3 of ",
    "long word": "a",
    "hyphenated word": "a-",
    "capitals": "A",
    "spaces": " ",
    "lines": "\n",
    "number words": "seven ",
    "hundreds": "hundred ",
    "halves": "half a ",
    "ordinals": "1st, ",
    "ordinal words": "first and ",
    "cells": "1 million allogeneic ",
    "cell words": "allogeneic ",
    "units": "mg/",
    "denominators": "1 mg/kg/",
    "inverse units": " mg-1",
    "list": "1, ",
    "and": "1 and ",
    "ranges": "1 to ",
    "between": "between 1 and ",
    "p-values": "p = ",
    "p-values of": "p-value of 0.1 ",
    "intervals": "95% CI ",
    "interval numbers": "CI 1, ",
    "ages": "aged 1 ",
    "bounds": "up to ",
    "weeks": "weeks 1, ",
    "months": "May ",
    "dates": "1-1-2001-",
    "names": "IL-",
    "labels": "type 1 ",
    "scales": "1-point VAS ",
    "list marks": "1) a ",
    "bare powers": "10^7 MSC ",
    "sentences": "10^7. A ",
    "dots": ".",
    "commas": ",",
    "minus": "-",
    "accents": "é",
    "vulgar": "1½",
}
"""What each kind repeats."""


def write_hostile(kind: str, length: int) -> str:
    """A text of `length` characters of one kind."""
    return "".join(islice(cycle(UNITS[kind]), length))
