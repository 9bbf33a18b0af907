"""The report for spreadsheets: ``duplicates.csv``, one row for each file, one line for each row.

Ordinary file names are written as they are, all others as :mod:`dupscan.text.table_cells` says, so
that no name can become a formula or steer a terminal, and each can be told exactly.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np

from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match
from dupscan.model.pictures import Picture
from dupscan.model.report import ScanReport
from dupscan.report.wording import explanation_of, near_in_words
from dupscan.text import file_names, table_cells

FILE = "duplicates.csv"
MARK = b"group,role,verdict,path,keeper,"
"""Bytes in the first kilobyte by which dupscan knows its own files."""
COLUMNS = (
    *("group", "role", "verdict", "path", "keeper", "explanation"),
    *("distance", "histogram_rms", "difference"),
    *("width", "height", "format", "size", "mtime"),
    "aliases",  # further names of the file, with " | " between them
)
Row = tuple[object, ...]


def write(report: ScanReport, thumbnails: Callable[[PictureIndex], bytes], file: BinaryIO) -> None:
    """Write the header line and, for each group, its keeper, duplicates and near pictures."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, group in enumerate(report.groups, start=1):
        writer.writerows(_rows(report.pictures, number, group))
    text.flush()
    text.detach()  # the caller closes the file


def _rows(pictures: tuple[Picture, ...], number: int, group: DuplicateGroup) -> Iterator[Row]:
    keeper = pictures[group.keeper]
    words = f"kept: {group.kept}" if group.kept else ""
    yield _row(number, "keeper", keeper, keeper, None, words)
    for match in group.duplicates:
        duplicate = pictures[match.partner(group.keeper)]
        words = explanation_of(match, group.keeper, pictures)
        yield _row(number, "duplicate", duplicate, keeper, match, words)
    for outsider, member, match in group.neighbours():
        name = file_names.shown(pictures[member].file.path)
        words = near_in_words(name, is_keeper=member == group.keeper)
        yield _row(number, "near", pictures[outsider], keeper, match, words)


def _row(
    number: int, role: str, picture: Picture, keeper: Picture, match: Match | None, words: str
) -> Row:
    file, info = picture.file, picture.info
    evidence = match.evidence if match else None
    return (
        number,
        role,
        match.verdict.value if match else "",
        table_cells.cell(file.path),
        table_cells.cell(keeper.file.path),
        table_cells.cell(words),
        evidence.distance if evidence else "",
        f"{evidence.histogram_rms:.6f}" if evidence else "",
        f"{evidence.difference:.2f}" if evidence else "",
        info.width,
        info.height,
        table_cells.cell(info.format),
        file.size,
        table_cells.cell(_iso_8601(file.mtime_ns)),
        table_cells.cell_of_several(file.aliases),
    )


def _iso_8601(mtime_ns: int) -> str:
    """Return a time in UTC, to the second, by NumPy: file systems have years beyond 9999."""
    return f"{np.datetime64(mtime_ns // 10**9, 's')}+00:00"
