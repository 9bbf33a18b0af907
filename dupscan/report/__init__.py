"""ScanReport → files. One room for each format; to enter one here is all it takes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

import platformdirs

from dupscan import atomic
from dupscan.errors import ReportNotWritten
from dupscan.model import ScanReport
from dupscan.report import csv_format, html_format, json_format
from dupscan.settings import ReportSettings

__all__ = ["FILES", "Thumbnails", "prepare_folder", "write_report"]

Thumbnails = Callable[[int], bytes]
"""Gives the small JPEG file of a picture, by the picture's number."""

FILES: dict[str, tuple[str, Callable[[ScanReport, Thumbnails, BinaryIO], None]]] = {
    "html": (html_format.FILE, html_format.write),
    "csv": (csv_format.FILE, csv_format.write),
    "json": (json_format.FILE, json_format.write),  # last: what others read is there with it
}
"""File name and writer of each format, in the order they are put in place."""

INCOMPLETE = "incomplete"
"""Sub-folder for the report of an interrupted scan, where a complete one must not be replaced."""


def prepare_folder(settings: ReportSettings) -> Path:
    """Make the report's folder and see that it can be written to, before the night and not after.

    Raises ReportNotWritten with the way out.
    """
    folder = settings.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ReportNotWritten(
            f"cannot write a report to {folder}: {error.strerror}; choose another folder with -o"
        ) from error
    return folder


def write_report(
    report: ScanReport, settings: ReportSettings, thumbnails: Thumbnails
) -> tuple[Path, ...]:
    """Write the report in the formats asked for, all together, and return the files' paths.

    A report that is not complete never replaces one that is: it goes to a sub-folder beside it.
    Raises ReportNotWritten when the disk is full or the like. What stood in the folder before is
    then still whole, and the new report is saved among the user's own program data, or the
    temporary files, if there is room: a night's work should not be lost.
    """
    folder = settings.folder
    if not report.header.complete and _holds_a_complete_one(folder):
        folder = folder / INCOMPLETE
    writers = {
        file: partial(write, report, thumbnails)
        for name, (file, write) in FILES.items()
        if name in settings.formats
    }
    try:
        folder.mkdir(exist_ok=True)
        atomic.write_together(folder, writers)
    except OSError as error:
        raise ReportNotWritten(
            f"cannot write the report to {folder}: {error.strerror}; make room there or choose "
            f"another folder with -o. {_saved_elsewhere(writers)}"
        ) from error
    return tuple(folder / file for file in writers)


def _holds_a_complete_one(folder: Path) -> bool:
    """Whether any file of a report is there that is not known to be incomplete."""
    there = any((folder / file).exists() for file, _ in FILES.values())
    return there and not json_format.is_incomplete(folder / json_format.FILE)


def _saved_elsewhere(writers: Mapping[str, atomic.Writer]) -> str:
    """Try to save a report where there is room, and say what came of it."""
    for parent in (platformdirs.user_state_path("dupscan"), Path(tempfile.gettempdir())):
        with suppress(OSError):
            parent.mkdir(parents=True, exist_ok=True)
            refuge = Path(tempfile.mkdtemp(prefix="dupscan-report-", dir=parent))
            try:
                atomic.write_together(refuge, writers)
            except OSError:
                shutil.rmtree(refuge)
                continue
            return f"This scan's report was saved in {refuge} instead."
    return "This scan's report is lost; an earlier one there is untouched."
