"""Two paths → everything that is read of the two files, in worker processes.

The user named these two files, so a file that a scan would list as a failure is an error here.
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from dupscan import imaging
from dupscan.comparison.comparison import Pixels
from dupscan.comparison.full_size import PrintPair, read_print
from dupscan.confirm.fine_print import FinePrint
from dupscan.errors import NotReadable, UsageError
from dupscan.fingerprint.one_file import fingerprint
from dupscan.fingerprint.pixel_digest import (
    DifferingBox,
    PixelDigest,
    differing_box,
    pixel_digest,
)
from dupscan.imaging import reading
from dupscan.model.files import Failure, FileEntry, PassedOver
from dupscan.model.pictures import Fingerprint
from dupscan.settings import CompareSettings, FingerprintSettings
from dupscan.text import file_names
from dupscan.workers.executor import Executor, Lost

Two = tuple[FileEntry, FileEntry]
Task = tuple[str, tuple[FileEntry, ...]]
"""Name of the work, and the files to do it with."""

_FINGERPRINT, _PIXELS, _COUNTS, _DIFFERING = "fingerprint", "pixels", "counts", "differing"
_BAND = 1 << 22
"""Number of pixels that are counted at a time."""


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


def read_fine_print(
    files: Two, orientation: int, *, settings: CompareSettings, executor: Executor
) -> FinePrint | None:
    """Compare the letters of two files at full size; None if one cannot be read.

    `orientation` is that of the view of the first that is the second.
    """
    work = partial(read_print, settings=settings.fingerprint)
    tasks = [PrintPair(*files, orientation, settings.match.max_letters)]
    [(_, found)] = executor.run(work, tasks, lambda: False)
    return found if isinstance(found, FinePrint) else None


def colour_counts(file: FileEntry, settings: FingerprintSettings) -> tuple[int, ...] | Failure:
    """Count the pixels at each level of red, green and blue: 768 counts.

    The picture is not turned or scaled, and transparency is left out, as in
    ``Image.open(path).convert("RGB").histogram()``. Read-only. Returns a Failure for a file that
    cannot be read, and raises nothing.
    """
    try:
        with reading.opened_picture(file, settings) as picture:
            image = imaging.decode_first_frame(picture).image
            counts = np.zeros(768, np.int64)
            rows = max(1, _BAND // image.width)
            for top in range(0, image.height, rows):
                band = image.crop((0, top, image.width, min(top + rows, image.height)))
                counts += band.convert("RGB").histogram()
            return tuple(counts.tolist())
    except Exception as error:  # noqa: BLE001 (whatever is in a file comes back as a value)
        return reading.failure(file, error)


def counts_rms(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the RMS of two histograms that count pixels, in pixels a bin; it has no upper bound.

    ``sqrt(sum((h1 - h2) ** 2) / len(h1))``, a common measure for duplicates before dupscan. The RMS
    grows with the pictures, and two sizes of one picture have a large RMS.

    >>> counts_rms([3, 0], [0, 4])
    3.5355339059327378
    """
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / len(first))


_WORK = {
    _FINGERPRINT: fingerprint,
    _PIXELS: pixel_digest,
    _COUNTS: colour_counts,
    _DIFFERING: differing_box,
}


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
