"""Open a file for reading, and describe the failure when it cannot be read.

All code that reads pictures opens them here, so a file is read only while it is the file that the
walk saw.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from dupscan import imaging
from dupscan.imaging.sniff import sniff
from dupscan.model.files import Failure, FailureKind, FileEntry
from dupscan.settings import FingerprintSettings

MAX_BYTES_READ_WHOLE = 64 << 20
"""Larger files are digested in pieces, and decoded from the disk instead of from memory."""
MAX_BYTES_IN_MEMORY = 1 << 30
"""Largest file, in bytes, for a decoder that needs the whole file in memory."""
_CHANGED = "changed while the scan was running; scan again when it is at rest"
_GONE_OR_ANOTHER = {errno.ENOENT, errno.ESTALE}
"""Errors for a file that is not the one that the walk saw; ESTALE is said by NFS, too."""


def open_unchanged(file: FileEntry) -> BinaryIO:
    """Open a file for reading, without waiting if a FIFO has taken its place since the walk.

    Raises OSError when the file cannot be opened, or is no longer the file that the walk saw.
    """
    source = open(file.path, "rb", opener=_open_without_waiting)  # noqa: SIM115 (the caller closes)
    try:
        check_unchanged(source, file)
    except OSError:
        source.close()
        raise
    return source


@contextmanager
def opened_picture(file: FileEntry, settings: FingerprintSettings) -> Iterator[imaging.OpenPicture]:
    """Open the picture in a file, within a block in which the file must stay unchanged.

    Raises OSError, UnreadablePicture or MissingExtra, or an error of a decoder; :func:`failure`
    turns all of them into a Failure.
    """
    with open_unchanged(file) as source:
        format_ = sniff(source, file.path)
        if format_ is None or not format_.opened:
            raise imaging.UnreadablePicture(
                "no picture in it that is opened here", FailureKind.NO_PICTURE
            )
        if format_.whole and file.size > MAX_BYTES_IN_MEMORY:
            raise imaging.UnreadablePicture(
                f"too large for a {format_.name} file", FailureKind.TOO_LARGE
            )
        imaging.require_decoder(format_)
        source.seek(0)
        data = source if file.size > MAX_BYTES_READ_WHOLE else io.BytesIO(source.read())
        yield imaging.open_picture(data, format_, settings.max_pixels)
        check_unchanged(source, file)


def check_unchanged(source: BinaryIO, file: FileEntry) -> None:
    """Raise OSError when an open file is no longer the file that the walk saw."""
    now = os.fstat(source.fileno())
    seen = (file.device, file.inode, file.size, file.mtime_ns)
    if (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) != seen:
        raise OSError(errno.ESTALE, _CHANGED)


def failure(file: FileEntry, error: Exception) -> Failure:
    """Turn an exception from reading or decoding a file into a Failure with a reason in words."""
    if isinstance(error, imaging.UnreadablePicture):
        return Failure(file.path, "decode", str(error), error.kind)
    if isinstance(error, imaging.MissingExtra):
        return Failure(file.path, "decode", str(error), FailureKind.UNSUPPORTED)
    if isinstance(error, MemoryError):
        return Failure(
            file.path, "decode", "needs more memory than there is", FailureKind.TOO_LARGE
        )
    if isinstance(error, OSError) and error.errno in _GONE_OR_ANOTHER:
        return Failure(file.path, "read", _reason(error), FailureKind.CHANGED)
    if isinstance(error, OSError):
        return Failure(file.path, "read", _reason(error))
    return Failure(file.path, "decode", f"cannot be read ({type(error).__name__}: {error})")


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "vanished while the scan was running"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return error.strerror or str(error)
