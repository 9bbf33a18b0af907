"""Everything dupscan raises on purpose, and the exit code each one means.

::

    DupscanError              anything below; the text names the value and the way out
    ├── UsageError      (2)   what was asked for makes no sense
    │   ├── SettingsError     a setting is out of its range
    │   ├── RootError         a folder to scan is not there, or contradicts another
    │   └── PlanError         a report, plan or journal cannot be used, or makes no sense any more
    ├── CannotFinish    (3)   the work could not be carried to its end
    │   ├── NotReadable       a file that was named cannot be read as a picture
    │   ├── OutputBusy        another scan is writing to the same folder
    │   ├── ReportNotWritten  the report could not be put on disk
    │   ├── StoreUnusable     the store of fingerprints is damaged, locked, full, or not ours
    │   ├── JournalBusy       another pass is at work with the same journal
    │   ├── JournalNotWritten the plan or its journal could not be put on disk
    │   └── WorkersLost       worker processes die faster than they can be replaced
    └── InternalSignal        raised and caught inside dupscan; a user never sees it

A file that a scan cannot read is not an exception: it is a :class:`dupscan.model.files.Failure`.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_DIFFERENT = 1
EXIT_USAGE = 2
EXIT_CANNOT_FINISH = 3
EXIT_UNREADABLE = 4
"""Finished, but something was unreadable, or refused."""
EXIT_INTERRUPTED = 130


class DupscanError(Exception):
    """Base of all the errors that dupscan raises on purpose."""

    exit_code = EXIT_CANNOT_FINISH


class UsageError(DupscanError):
    """Raised when what was asked for makes no sense."""

    exit_code = EXIT_USAGE


class SettingsError(UsageError):
    """Raised when a setting is out of its range."""


class RootError(UsageError):
    """Raised when a folder to scan is not there, or contradicts another one."""


class PlanError(UsageError):
    """Raised when a report, plan or journal cannot be used, or makes no sense any more."""


class CannotFinish(DupscanError):
    """Raised when the work could not be carried to its end; what was there before is whole."""


class NotReadable(CannotFinish):
    """Raised when a file that was named, and not met on the way, cannot be read as a picture."""


class OutputBusy(CannotFinish):
    """Raised when another scan is writing its report to the same folder."""


class ReportNotWritten(CannotFinish):
    """Raised when the report could not be put on disk, for instance because the disk is full."""


class StoreUnusable(CannotFinish):
    """Raised when the store of fingerprints is damaged, locked, full, or not one of dupscan."""


class JournalBusy(CannotFinish):
    """Raised when another pass is at work with the same journal."""


class JournalNotWritten(CannotFinish):
    """Raised when a plan or its journal could not be put on disk, so that nothing more is done."""


class WorkersLost(CannotFinish):
    """Raised when worker processes die faster than they can be replaced."""


class InternalSignal(DupscanError):
    """Raised when one part of dupscan stops another, and caught inside; a user never sees it."""
