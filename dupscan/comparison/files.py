"""Two paths → everything that is read of the two files, in worker processes.

The user named these two files, so a file that a scan would list as a failure is an error here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from dupscan.comparison.comparison import Pixels
from dupscan.comparison.pixels_for_display import colour_counts, counts_rms
from dupscan.errors import NotReadable, UsageError
from dupscan.fingerprint.one_file import fingerprint
from dupscan.fingerprint.pixel_digest import (
    DifferingBox,
    PixelDigest,
    differing_box,
    pixel_digest,
)
from dupscan.model.files import Failure, FileEntry, PassedOver
from dupscan.model.pictures import Fingerprint
from dupscan.settings import FingerprintSettings
from dupscan.text import file_names
from dupscan.workers.executor import Executor, Lost

Two = tuple[FileEntry, FileEntry]
Task = tuple[str, tuple[FileEntry, ...]]
"""Name of the work, and the files to do it with."""

_FINGERPRINT, _PIXELS, _COUNTS, _DIFFERING = "fingerprint", "pixels", "counts", "differing"
_WORK = {
    _FINGERPRINT: fingerprint,
    _PIXELS: pixel_digest,
    _COUNTS: colour_counts,
    _DIFFERING: differing_box,
}


@dataclass(frozen=True, slots=True)
class FilesRead:
    """Contents of two files, as far as comparing needs them."""

    fingerprints: tuple[Fingerprint, Fingerprint]
    pixels: Pixels
    counts_rms: float | None
    """Pixels a bin; None if a picture cannot be decoded in full."""


def entry(path: str) -> FileEntry:
    """Return the file at a path; symbolic links are followed.

    Raises UsageError if there is no file or a folder, and NotReadable for a pipe, a device, or a
    file that this user may not read.
    """
    if not path:
        raise UsageError('cannot compare "": name a file')
    shown = file_names.shown(path)
    try:
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"cannot compare {shown}: {error.strerror}; is the name right?") from error
    except OSError as error:
        raise NotReadable(f"cannot compare {shown}: {error.strerror}") from error
    if stat.S_ISDIR(status.st_mode):
        raise UsageError(
            f"cannot compare {shown}: a folder; name two pictures, "
            "or find the duplicates in a folder with `dupscan scan`"
        )
    if not stat.S_ISREG(status.st_mode):
        raise NotReadable(f"cannot compare {shown}: a pipe or a device, not a regular file")
    return FileEntry(
        path=os.path.abspath(path),
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        device=status.st_dev,
        inode=status.st_ino,
        links=status.st_nlink,
    )


def read(files: Two, settings: FingerprintSettings, executor: Executor) -> FilesRead:
    """Read two files for a comparison. Read-only.

    Raises NotReadable with the reasons if one or both cannot be read as a picture.
    """
    singles = [(name, (file,)) for name in (_FINGERPRINT, _PIXELS, _COUNTS) for file in files]
    tasks: Iterable[Task] = dict.fromkeys(
        [*singles, (_DIFFERING, files)]
    )  # both files may be the same
    done: dict[Task, Any] = dict(
        executor.run(partial(_do, settings=settings), tasks, lambda: False)
    )
    counts = [found for file in files if isinstance(found := done[_COUNTS, (file,)], tuple)]
    return FilesRead(
        fingerprints=_fingerprints(files, [done[_FINGERPRINT, (file,)] for file in files]),
        pixels=_pixels([done[_PIXELS, (file,)] for file in files], done[_DIFFERING, files]),
        counts_rms=counts_rms(*counts) if len(counts) == len(files) else None,
    )


def _do(task: Task, settings: FingerprintSettings) -> Any:
    name, files = task
    work: Any = _WORK[name]
    return work(*files, settings=settings)


def _fingerprints(
    files: Two, found: Iterable[Fingerprint | Failure | PassedOver | Lost]
) -> tuple[Fingerprint, Fingerprint]:
    """Return both fingerprints. Raises NotReadable with the reasons if one or both are missing."""
    prints: list[Fingerprint] = []
    troubles: dict[str, str] = {}
    for file, result in zip(files, found, strict=True):
        match result:
            case Fingerprint():
                prints.append(result)
            case PassedOver():
                troubles[file.path] = result.kind
            case _:
                troubles[file.path] = result.reason
    if troubles:
        told = (
            f"{file_names.shown(path)}: {file_names.shown(why)}" for path, why in troubles.items()
        )
        raise NotReadable(f"cannot compare {'; nor '.join(told)}")
    first, second = prints
    return first, second


def _pixels(
    digests: list[PixelDigest | Failure | Lost], differing: DifferingBox | Failure | Lost
) -> Pixels:
    known = [one.digest for one in digests if isinstance(one, PixelDigest) and one.digest]
    reasons = (one.reason for one in digests if one.reason)
    if not isinstance(differing, DifferingBox):
        differing = DifferingBox(None, differing.reason)
    if len(known) < len(digests):
        return Pixels(None, next(reasons), differing)
    return Pixels(known[0] == known[1], None, differing)
