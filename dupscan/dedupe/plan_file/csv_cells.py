"""Compare cells of the table after a spreadsheet has saved the table.

A spreadsheet may put spaces around a cell, compose its letters differently, or write a number in
the style of another country. Such a cell still counts as unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

NUMBERS = frozenset({"row", "size", "freed", "group"})
"""Columns that hold a whole number; all other columns hold text."""

_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3}){1,6}")
_PLAIN = re.compile(r"(\d{1,20})(?:[.,]0{1,2})?")
_ROUNDED = re.compile(r"(\d{1,20})(?:[.,](\d{1,20}))?[eE]\+?(\d{1,2})")
_SEPARATORS = re.compile(r"[.,'’\s]")


def normalised(cell: str) -> str:
    """Return a cell without the marks and spaces that spreadsheets put around it.

    >>> normalised(" KEEP\u00a0"), normalised("'cafe\u0301")
    ('KEEP', 'café')
    """
    composed = unicodedata.normalize("NFC", cell.replace("\ufeff", ""))
    return " ".join(composed.strip().removeprefix("'").split())


def whole_number(cell: str) -> int | None:
    """Return the number of a row, with any separators; None if the cell has no exact number.

    >>> whole_number("12345"), whole_number("12,345"), whole_number("12.0"), whole_number("1E+05")
    (12345, 12345, 12, None)
    """
    found = normalised(cell)
    if _GROUPED.fullmatch(found):
        return int(_SEPARATORS.sub("", found))
    plain = _PLAIN.fullmatch(found)
    return int(plain[1]) if plain else None


def is_same(column: str, expected: str, cell: str) -> bool:
    """True if a cell still says what was written into it.

    Numbers are never read from the table, only compared: a number that a narrow column rounded, or
    replaced by ###, counts as unchanged.

    >>> is_same("size", "12345", "12.345,00"), is_same("size", "12345", "1.2E+04")
    (True, True)
    >>> is_same("size", "12345", "12346"), is_same("path", "/a/b.jpg", "/a/c.jpg")
    (False, False)
    """
    if cell == expected:
        return True
    if column not in NUMBERS:
        return normalised(cell) == normalised(expected)
    found = normalised(cell)
    if found and not found.strip("#"):
        return True
    if rounded := _ROUNDED.fullmatch(found):
        step = Fraction(10) ** (int(rounded[3]) - len(rounded[2] or ""))
        number = int(rounded[1] + (rounded[2] or "")) * step
        return abs(int(expected) - number) <= step / 2
    return expected in _readings(found)


def _readings(cell: str) -> set[str]:
    """Return the digits of a number, once with and once without the decimals ``.0`` or ``,00``."""
    return {_SEPARATORS.sub("", one) for one in (cell, re.sub(r"[.,]0{1,2}$", "", cell))}
