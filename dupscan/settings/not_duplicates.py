"""Decisions of a person that two pictures are not duplicates, kept in a table.

The table has one pair on each line, ``digest_a,digest_b,note``: the SHA-256 digests of the bytes of
two files. So a decision stays valid when a file is renamed or moved, and becomes void when the
bytes change, for instance when a program writes a caption into the file. A person may edit the
table, also with a spreadsheet. The note is for that person and is not read.
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
"""Characters that programs put around a cell."""
_DIGEST = re.compile("[0-9a-fA-F]{64}")
_FORMULA = re.compile(r"""(^|[,;"'])(\s*)(?=[=+\-@＝＋－＠])""")
"""Places in a line where a spreadsheet of any country could see the beginning of a formula."""
_WAY_OUT = (
    "Correct or delete these lines, or begin them with #. A line is two digests, as in the report, "
    "and a note if you like, with commas between them"
)


def read_decisions(path: Path) -> frozenset[DigestPair]:
    """Return the pairs of digests that a person decided are not duplicates.

    The two digests of a line may be in any order. Each line may use commas, semicolons or tabs.
    Empty lines, lines that begin with #, repeated pairs and repeated header lines are skipped.
    Raises SettingsError if the file cannot be read, or if lines are no decision; it lists them all.
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
    """Return one line of the table, without a line end: these two files are not duplicates.

    The note may be any text, such as the two paths; it is escaped to one line that no spreadsheet
    takes for a formula. Raises UsageError if both digests are the same.
    """
    if digest_a == digest_b:
        raise UsageError(
            f"{digest_a.hex()}: two files with this digest have the same bytes, and are duplicates"
        )
    first, second = _ordered(digest_a, digest_b)
    harmless = _FORMULA.sub(r"\1\2'", file_names.shown(note))
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow((first.hex(), second.hex(), harmless))
    return line.getvalue()


def _ordered(one: bytes, other: bytes) -> DigestPair:
    return (one, other) if one < other else (other, one)


def _is_blank_or_header(cells: list[str]) -> bool:
    """True if a line is empty, a comment, or a header; joined tables have several headers."""
    if cells[0].startswith("#") or [cell.lower() for cell in cells[:2]] == HEADER.split(",")[:2]:
        return True
    return not any(cell.strip(_PADDING + ",;") for cell in cells)


def _mistake(cells: list[str]) -> str | None:
    """Return in words why a line is no decision; None if it is one."""
    for cell in cells[:2]:
        if len(cell) != 64:
            return f'"{shortened(cell)}" has {len(cell)} characters; a digest has 64'
        if not _DIGEST.fullmatch(cell):
            return f'"{shortened(cell)}" is no digest: a digest has only 0-9 and a-f'
    if len(cells) < 2:
        return f'"{shortened(cells[0])}" is alone; a decision has two digests'
    if cells[0].lower() == cells[1].lower():
        return f'"{shortened(cells[0])}" is there twice; a decision has two different digests'
    return None
