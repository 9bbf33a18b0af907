"""The output folder of a report: checked before the scan begins, and locked while it runs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dupscan.errors import OutputBusy, ReportNotWritten
from dupscan.settings import ReportSettings
from dupscan.system.private_folders import make_private
from dupscan.text import file_names

LOCK = ".dupscan.lock"


@contextmanager
def reserved(settings: ReportSettings) -> Iterator[Path]:
    """Make the report's folder and hold its lock, so that two scans never mix their reports.

    Raises OutputBusy if another scan holds the lock, ReportNotWritten if the folder cannot be
    written to; both messages say what to do.
    """
    folder, shown = settings.folder, file_names.shown(str(settings.folder))
    if os.path.lexists(folder) and not folder.is_dir():
        raise ReportNotWritten(f"{shown} is no folder; choose another one with -o")
    try:
        make_private(folder)
        with tempfile.NamedTemporaryFile(dir=folder):
            lock = FileLock(folder / LOCK, mode=0o600)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise OutputBusy(
            f"another scan is writing its report to {shown}; wait for it, "
            "or choose another folder with -o"
        ) from error
    except OSError as error:
        raise ReportNotWritten(
            f"cannot write a report to {shown}: {error.strerror}; choose another folder with -o"
        ) from error
    try:
        yield folder
    finally:
        lock.release()
