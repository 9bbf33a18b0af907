"""What stands in a cell of the table, and what a spreadsheet may do to it.

A cell may come back with other blanks around it, with letters composed another way, a number in the
manner of another country: that is still the same cell. Kept apart because the table is written and
compared by the same rules. Pure.

>>> safe_text("=1+1"), safe_text("/a;=1+1"), safe_text("/caf\\udce9")
("'=1+1", "/a;'=1+1", '/caf\\\\xe9')
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from dupscan.text import file_names

NUMBERS = frozenset({"row", "size", "freed", "group"})
"""Columns with a whole number; the others have text."""

_FORMULA = re.compile(r"(^|[;|])(\s*)(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet could see the beginning of a cell with a formula in it."""
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3}){1,6}")
_PLAIN = re.compile(r"(\d{1,20})(?:[.,]0{1,2})?")
_ROUNDED = re.compile(r"(\d{1,20})(?:[.,](\d{1,20}))?[eE]\+?(\d{1,2})")
_SEPARATORS = re.compile(r"[.,'’\s]")


def safe_text(value: str) -> str:
    """Any text as it stands in the table: one legible line that no spreadsheet calculates."""
    return _FORMULA.sub(r"\1\2'", file_names.shown(value))


def normalised(cell: str) -> str:
    """A cell without what spreadsheets put around it.

    >>> normalised(" KEEP\u00a0"), normalised("'cafe\u0301")
    ('KEEP', 'café')
    """
    composed = unicodedata.normalize("NFC", cell.replace("\ufeff", ""))
    return " ".join(composed.strip().removeprefix("'").split())


def whole_number(cell: str) -> int | None:
    """The number of a row, however it is punctuated; None where that is not plain.

    >>> whole_number("12345"), whole_number("12,345"), whole_number("12.0"), whole_number("1E+05")
    (12345, 12345, 12, None)
    """
    found = normalised(cell)
    if _GROUPED.fullmatch(found):
        return int(_SEPARATORS.sub("", found))
    plain = _PLAIN.fullmatch(found)
    return int(plain[1]) if plain else None


def is_same(column: str, expected: str, cell: str) -> bool:
    """Whether a cell still says what was written there.

    Sizes are only told, and never read from the table: one that a narrow column rounded, or
    replaced by ###, is the same.

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
    """The digits of a number, with those behind its last point or comma and without."""
    return {_SEPARATORS.sub("", one) for one in (cell, re.sub(r"[.,]0{1,2}$", "", cell))}
