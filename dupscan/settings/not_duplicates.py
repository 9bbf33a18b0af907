"""Remembered decisions of a person: these two pictures are not duplicates.

They are kept in a table, ``digest_a,digest_b,note``, a pair a line, by the SHA-256 digests of the
files' bytes. So a decision survives that a file is renamed or moved, and ends when its bytes
change, as they do when a program writes a caption into it. A person may edit the table, with a
spreadsheet too; the note is for that person, and is not read. Touches no other file.
"""

from __future__ import annotations

import csv
import io
import re
import string
from pathlib import Path

from dupscan.errors import UsageError
from dupscan.text import file_names
from dupscan.text.user_files import read_text, refusal, shortened

OPTION = "--not-duplicates"
HEADER = "digest_a,digest_b,note"
DigestPair = tuple[bytes, bytes]
"""Two SHA-256 digests, the smaller first."""

_SEPARATOR = re.compile("[,;\t]")
_PADDING = string.whitespace + "\u00a0\"'"
"""What programs put around a cell."""
_DIGEST = re.compile("[0-9a-fA-F]{64}")
_FORMULA = re.compile(r"""(^|[,;"'])(\s*)(?=[=+\-@＝＋－＠])""")
"""Where a spreadsheet of any country could see the beginning of a cell with a formula in it."""
_WAY_OUT = (
    "Mend or delete these lines, or begin them with #. A line is two digests, as the report has "
    "them, and a note if you like, with commas between"
)


def read_decisions(path: Path) -> frozenset[DigestPair]:
    """The pairs of digests that somebody decided are not duplicates, in whatever order they stand.

    Separators may be commas, semicolons or tabs, from line to line. Empty lines, lines that begin
    with #, pairs that come twice, and header lines are all right. Raises SettingsError when the
    file cannot be read, or with all the lines that are no decision.
    """
    pairs: set[DigestPair] = set()
    mistakes: list[str] = []
    for number, line in enumerate(read_text(path, OPTION).split("\n"), start=1):
        cells = [cell.strip(_PADDING) for cell in _SEPARATOR.split(line, maxsplit=2)]
        if _is_blank_or_header(cells):
            continue
        if mistake := _mistake(cells):
            mistakes.append(f"line {number}: {mistake}")
        else:
            pairs.add(_ordered(bytes.fromhex(cells[0]), bytes.fromhex(cells[1])))
    if mistakes:
        raise refusal(path, OPTION, mistakes, _WAY_OUT)
    return frozenset(pairs)


def row(digest_a: bytes, digest_b: bytes, note: str = "") -> str:
    """One line of the table, without its end: the decision that two files are not duplicates.

    The note may be any text, such as the two paths; it becomes one line that a spreadsheet takes
    for text. Raises UsageError for a file and itself.
    """
    if digest_a == digest_b:
        raise UsageError(f"{digest_a.hex()}: files with the same bytes are duplicates")
    first, second = _ordered(digest_a, digest_b)
    harmless = _FORMULA.sub(r"\1\2'", file_names.shown(note))
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow((first.hex(), second.hex(), harmless))
    return line.getvalue()


def _ordered(one: bytes, other: bytes) -> DigestPair:
    return (one, other) if one < other else (other, one)


def _is_blank_or_header(cells: list[str]) -> bool:
    """Whether a line is empty, a comment, or the header, which stands twice in joined tables."""
    if cells[0].startswith("#") or [cell.lower() for cell in cells[:2]] == HEADER.split(",")[:2]:
        return True
    return not any(cell.strip(_PADDING + ",;") for cell in cells)


def _mistake(cells: list[str]) -> str | None:
    """What is wrong with a line that should be a decision."""
    for cell in cells[:2]:
        if len(cell) != 64:
            return f'"{shortened(cell)}" has {len(cell)} characters, and a digest 64'
        if not _DIGEST.fullmatch(cell):
            return f'"{shortened(cell)}" is no digest: those are of the digits 0-9 and a-f'
    if len(cells) < 2:
        return f'"{shortened(cells[0])}" stands alone, and a decision has two digests'
    if cells[0].lower() == cells[1].lower():
        return f'"{shortened(cells[0])}" stands there twice: a file is a duplicate of itself'
    return None
