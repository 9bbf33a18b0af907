"""Write and read ``plan.csv``, the table for people, even after a spreadsheet has saved it.

The table is written for the strictest reader: in UTF-8 with a byte order mark, without which Excel
reads Latin-1, and with all text in quotes. It is read with any of the usual separators and
encodings, with columns in any order and with added columns, and line by line, so that no table is
too large.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from dupscan.dedupe.plan_file import csv_cells
from dupscan.errors import PlanError
from dupscan.model.plan import Plan, Row
from dupscan.system import ownership
from dupscan.text import file_names, table_cells

MARK = b"row,decision,action,verdict,path,keeper,"
"""Bytes in the first kilobyte by which a file is recognised as such a table."""
COLUMNS = (
    *("row", "decision", "action", "verdict", "path", "keeper"),
    *("reason", "explanation", "size", "freed", "group"),
)
REMOVE = "remove"
KEEP = "keep"
SWAP = "swap"
"""The decision of a person to keep the target in place of its keeper, for the next plan."""
DECLINED = "declined"

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*', re.IGNORECASE)
"""A first line that names the separator for Excel, such as ``sep=;``."""
_LONGEST_LINE = 1 << 16
_INCOMPLETE = "incomplete scan; "
"""Beginning of each reason if the scan was interrupted."""
_SAVE_AGAIN = "save the table again as CSV in UTF-8 (in Excel: CSV UTF-8)"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table that is not empty."""

    line_number: int
    """Number of the line in the file, from 1; if a cell spans several lines, of the last."""
    cells: tuple[str, ...]
    """Cells in the order of :data:`COLUMNS`; "" for a cell that the line lacks."""


def write(plan: Plan, file: BinaryIO) -> None:
    """Write the header line and all rows, declined rows too. Leaves `file` open."""
    written = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    csv.writer(written).writerow(COLUMNS)
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows(
        [
            int(cell) if column in csv_cells.NUMBERS else cell
            for column, cell in zip(COLUMNS, cells_of(plan, row), strict=True)
        ]
        for row in plan.rows
    )
    written.flush()
    written.detach()  # or the wrapper would close the caller's file


def cells_of(plan: Plan, row: Row) -> tuple[str, ...]:
    """Return the cells of a row, in the order of :data:`COLUMNS`."""
    reason = row.why_declined or (f"kept: {row.kept}" if row.kept else "")
    return (
        str(row.number),
        _decision_of(plan, row),
        plan.action.value,
        row.verdict.value,
        table_cells.cell(row.target.path),
        table_cells.cell(row.keeper.path),
        table_cells.cell(reason if plan.complete else _INCOMPLETE + reason),
        table_cells.cell(row.explanation),
        str(row.target.size),
        str(row.freed),
        str(row.group),
    )


def _decision_of(plan: Plan, row: Row) -> str:
    """Return the decision that the table begins with."""
    if row.target.path in plan.edits.kept:
        return KEEP
    return DECLINED if row.declined else REMOVE


def is_table(path: Path) -> bool:
    """True if a file has the columns of such a table, also after a spreadsheet saved it."""
    if not path.is_file():  # opening a pipe would wait
        return False
    try:
        with _opened(path) as text:
            return set(COLUMNS) <= set(_header(text)[0])
    except (OSError, UnicodeError, csv.Error):
        return False


def added_columns(path: Path) -> list[str]:
    """Return the names of columns that a person added to a table and wrote something into.

    Read-only. Raises PlanError as :func:`read` does.
    """
    with _readable(path), _opened(path) as text:
        header, separator, _ = _header(text)
        added = [at for at, column in enumerate(header) if column not in COLUMNS]
        used = {
            at
            for cells in csv.reader(text, delimiter=separator)
            for at in (*added, *range(len(header), len(cells)))
            if at < len(cells) and cells[at].strip()
        }
    names = dict(enumerate(header))
    return [names.get(at) or f"number {at + 1}" for at in sorted(used)]


def read(path: Path) -> Iterator[Line]:
    """Yield the lines of a table in their order in the file. Read-only.

    Empty lines and added columns are left out. Raises PlanError if the file cannot be read, is no
    CSV table in UTF-8 or UTF-16, or lacks a column.
    """
    with _readable(path), _opened(path) as text:
        yield from _lines(text, file_names.shown(str(path)))


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Open a table in its encoding."""
    with open(path, "rb", opener=ownership.open_trusted) as file:
        encoding = "utf-16" if file.read(2) in _UTF_16 else "utf-8-sig"
    with open(path, encoding=encoding, newline="", opener=ownership.open_trusted) as text:
        yield text


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Raise PlanError, with the way out, for what goes wrong while a table is read."""
    shown = file_names.shown(str(path))
    try:
        yield
    except OSError as error:
        reason = f"{error.strerror}; is the name right, and may you read it?"
        raise PlanError(f"plan {shown}: cannot be read: {reason}") from error
    except UnicodeError as error:
        raise PlanError(f"plan {shown}: the table is not text in UTF-8; {_SAVE_AGAIN}") from error
    except csv.Error as error:
        raise PlanError(f"plan {shown}: not a CSV table ({error}); {_SAVE_AGAIN}") from error


def _lines(file: TextIO, shown: str) -> Iterator[Line]:
    """Yield the lines below the header; `shown` is the name of the file for messages."""
    header, separator, above = _header(file)
    if missing := [column for column in COLUMNS if column not in header]:
        raise PlanError(
            f"plan {shown}: the table has no column {', '.join(missing)}; the first line must "
            "have the names of all columns, each in a cell of its own. Restore that line, or make "
            "the plan again with dupscan plan"
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
    """Read the header line; return the names of the columns, the separator, and its line number."""
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
    """Split one line into its cells."""
    return next(csv.reader([line], delimiter=separator))
