"""ScanReport → files. Each format has a room, named here and in ``settings.FORMATS``."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

import platformdirs

from dupscan.errors import ReportNotWritten
from dupscan.model.ids import PictureIndex
from dupscan.model.report import ScanReport
from dupscan.report import csv_format, html_format, json_format, output_folder
from dupscan.settings import ReportSettings
from dupscan.system import atomic
from dupscan.system.private_folders import make_private
from dupscan.text import file_names

__all__ = ["FILES", "Thumbnails", "has_complete_report", "reserved", "write_report"]

Thumbnails = Callable[[PictureIndex], bytes]
"""Returns the small JPEG file of a picture, by the picture's number."""

FILES: dict[str, tuple[str, Callable[[ScanReport, Thumbnails, BinaryIO], None]]] = {
    "html": (html_format.FILE, html_format.write),
    "csv": (csv_format.FILE, csv_format.write),
    "json": (json_format.FILE, json_format.write),  # last: what others read is there with it
}
"""File name and writer of each format, in the order in which they are put in place."""

_MARKS = {room.FILE: room.MARK for room in (html_format, csv_format, json_format)}
INCOMPLETE = "incomplete"
"""Sub-folder for the report of an interrupted scan, where a complete one must not be replaced."""


@contextmanager
def reserved(settings: ReportSettings) -> Iterator[Path]:
    """Make the report's folder and hold its lock; see :mod:`dupscan.report.output_folder`.

    Raises ReportNotWritten also for a file in the way that dupscan did not write.
    """
    with output_folder.reserved(settings) as folder:
        for path, mark in _places(folder):
            if not atomic.is_replaceable(path, mark):
                raise ReportNotWritten(
                    f"{file_names.shown(str(path))} was not written by dupscan and is not "
                    "replaced; choose another folder with -o"
                )
        yield folder


def _places(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield each file that a report may replace or remove, with the mark that it must have."""
    for place in (folder, folder / INCOMPLETE):
        for file, mark in _MARKS.items():
            yield place / file, mark


def write_report(
    report: ScanReport, settings: ReportSettings, thumbnails: Thumbnails
) -> tuple[Path, ...]:
    """Write the report in the formats asked for, all together, and return the files' paths.

    The report replaces the report that was there, in all formats. But a report that is not complete
    never replaces a complete one: it goes to a sub-folder.
    Raises ReportNotWritten if the disk is full or not writable. The report that was there is then
    still whole, and the new report is saved among the user's own program data, or the temporary
    files, if there is room: a night's work should not be lost.
    """
    folder = settings.folder
    if not report.header.complete and has_complete_report(folder):
        folder = folder / INCOMPLETE
    writers = {
        file: partial(write, report, thumbnails)
        for name, (file, write) in FILES.items()
        if name in settings.formats
    }
    try:
        folder.mkdir(mode=0o700, exist_ok=True)  # not those above, if their drive is gone
        atomic.write_together(folder, writers)
    except OSError as error:
        raise ReportNotWritten(
            f"cannot write the report to {file_names.shown(str(folder))}: {error.strerror}; make "
            f"room there or choose another folder with -o. {_saved_elsewhere(writers)}"
        ) from error
    written = tuple(folder / file for file in writers)
    _remove_last_report(folder, keep=written)
    return written


def _remove_last_report(folder: Path, keep: Collection[Path]) -> None:
    """Remove the other files of an earlier report, which would mislead."""
    for path, mark in _places(folder):
        if path not in keep and atomic.is_replaceable(path, mark):
            with suppress(OSError):  # the new report is written, which counts
                path.unlink(missing_ok=True)
    with suppress(OSError):  # not there, or with something in it that is not ours
        (folder / INCOMPLETE).rmdir()


def has_complete_report(folder: Path) -> bool:
    """True if a folder has a file of a report that is not known to be incomplete."""
    there = any((folder / file).exists() for file, _ in FILES.values())
    return there and not json_format.is_incomplete(folder / json_format.FILE)


def _saved_elsewhere(writers: Mapping[str, atomic.Writer]) -> str:
    """Try to save a report where there is room; return a sentence that says where it is."""
    for parent in (platformdirs.user_state_path("dupscan"), Path(tempfile.gettempdir())):
        with suppress(OSError):
            make_private(parent)
            refuge = Path(tempfile.mkdtemp(prefix="dupscan-report-", dir=parent))
            try:
                atomic.write_together(refuge, writers)
            except OSError:
                shutil.rmtree(refuge)
                continue
            return f"This scan's report was saved in {file_names.shown(str(refuge))} instead."
    return "This scan's report is lost; an earlier one there is untouched."
