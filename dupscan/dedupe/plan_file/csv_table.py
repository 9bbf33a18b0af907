"""The table for people: ``plan.csv``, one row a line, whatever spreadsheet saved it last.

It is written for the strictest of readers: UTF-8 with a byte order mark, without which Excel reads
Latin-1, and all text in quotes. It is read with any of the usual separators and encodings, its
columns in any order and more of them, and line by line, so that no table is too large.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from dupscan.dedupe.plan_file import csv_cells
from dupscan.errors import PlanError
from dupscan.model.plan import Action, Plan, Row
from dupscan.text import file_names

MARK = b"row,decision,action,verdict,path,keeper,"
"""By which such a file is known for ours, in its first kilobyte."""
COLUMNS = (
    *("row", "decision", "action", "verdict", "path", "keeper"),
    *("reason", "explanation", "size", "freed", "group"),
)
REMOVE = "remove"
KEEP = "keep"
DECLINED = "declined"

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*', re.IGNORECASE)
"""A first line by which Excel is told the separator."""
_LONGEST_LINE = 1 << 16
_SAVE_AGAIN = "save the table again as CSV in UTF-8 (in Excel: CSV UTF-8)"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table that says something."""

    line_number: int
    """Number of the line in the file, from 1; of its last one where a cell has several."""
    cells: tuple[str, ...]
    """In the order of :data:`COLUMNS`; empty where the line has none."""


def write(plan: Plan, file: BinaryIO) -> None:
    """Write the header line and all the rows, the declined ones too."""
    written = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    csv.writer(written).writerow(COLUMNS)
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows(
        [
            int(cell) if column in csv_cells.NUMBERS else cell
            for column, cell in zip(COLUMNS, cells_of(plan.action, row), strict=True)
        ]
        for row in plan.rows
    )
    written.flush()
    written.detach()  # the file is closed by whoever opened it


def cells_of(action: Action, row: Row) -> tuple[str, ...]:
    """The cells of a row, in the order of :data:`COLUMNS`."""
    kept = f"kept: {row.kept}" if row.kept else ""
    return (
        str(row.number),
        DECLINED if row.declined else REMOVE,
        action.value,
        row.verdict.value,
        csv_cells.safe_text(row.target.path),
        csv_cells.safe_text(row.keeper.path),
        csv_cells.safe_text(row.why_declined or kept),
        csv_cells.safe_text(row.explanation),
        str(row.target.size),
        str(row.freed),
        str(row.group),
    )


def read(path: Path) -> Iterator[Line]:
    """The lines of a table, in the order they stand in. Read-only.

    Empty lines, and columns that are not ours, are left out. Raises PlanError when it cannot be
    read, is no text, or lacks a column.
    """
    shown = file_names.shown(str(path))
    try:
        with path.open("rb") as file:
            encoding = "utf-16" if file.read(2) in _UTF_16 else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as text:
            yield from _lines(text, shown)
    except OSError as error:
        raise PlanError(f"plan {shown}: {error.strerror}; may you read it?") from error
    except UnicodeError as error:
        raise PlanError(f"plan {shown}: not all of it is UTF-8; {_SAVE_AGAIN}") from error
    except csv.Error as error:
        raise PlanError(f"plan {shown}: no table ({error}); {_SAVE_AGAIN}") from error


def _lines(file: TextIO, shown: str) -> Iterator[Line]:
    header, separator, above = _header(file)
    if missing := [column for column in COLUMNS if column not in header]:
        raise PlanError(
            f"plan {shown}: the table has no column {', '.join(missing)}; is its first line still "
            "there, and is each name in a cell of its own? Put it right, or make the plan again "
            "with dupscan plan"
        )
    if twice := [column for column in COLUMNS if header.count(column) > 1]:
        raise PlanError(
            f"plan {shown}: the table has more than one column {', '.join(twice)}; delete the "
            "added one, or make the plan again with dupscan plan"
        )
    places = [header.index(column) for column in COLUMNS]
    reader = csv.reader(file, delimiter=separator)
    for found in reader:
        if any(map(str.strip, found)):
            padded = found + [""] * (len(header) - len(found))
            yield Line(above + reader.line_num, tuple(padded[place] for place in places))


def _header(file: TextIO) -> tuple[list[str], str, int]:
    """The names of the columns, the separator, and how many lines that took."""
    announced = ""
    for above, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), ""), start=1):
        bare = line.rstrip("\r\n").removeprefix("\ufeff")
        if found := _SEPARATOR_LINE.fullmatch(bare.strip()):
            announced = found[1]
        elif bare.strip(_SEPARATORS + '" '):
            choices = [
                (
                    [
                        csv_cells.normalised(cell).casefold()
                        for cell in _split_line(bare, separator)
                    ],
                    separator,
                )
                for separator in (announced or _SEPARATORS)
            ]
            header, separator = max(choices, key=lambda one: len(set(one[0]) & set(COLUMNS)))
            return header, separator, above
    return [], ",", 0


def _split_line(line: str, separator: str) -> list[str]:
    """The cells of one line."""
    return next(csv.reader([line], delimiter=separator))
