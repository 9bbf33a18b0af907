"""Open a file for reading; describe the failure when that is not possible.

Everyone who reads pictures shares this room, so all agree: a file is read only as long as it is the
file that the walk saw.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from dupscan import imaging
from dupscan.imaging.sniff import sniff
from dupscan.model.files import Failure, FileEntry
from dupscan.settings import FingerprintSettings

MAX_BYTES_READ_WHOLE = 64 << 20
"""Larger files are digested in pieces and decoded from the disk, not from memory."""
MAX_BYTES_IN_MEMORY = 1 << 30
"""Bytes of a file that a decoder may want in memory as a whole."""


def open_unchanged(file: FileEntry) -> BinaryIO:
    """Open a file for reading; do not hang should a FIFO have taken its place since the walk.

    Raises OSError when that cannot be done, or when it is no longer the file that the walk saw.
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
    """Open the picture in a file that must stay as the walk saw it until this is left.

    Raises what :func:`failure` puts in words.
    """
    with open_unchanged(file) as source:
        format_ = sniff(source, file.path)
        if format_ is None or not format_.opened:
            raise imaging.UnreadablePicture("no picture in it that is opened here")
        if format_.whole and file.size > MAX_BYTES_IN_MEMORY:
            raise imaging.UnreadablePicture(f"too large for a {format_.name} file")
        imaging.require_decoder(format_)
        source.seek(0)
        data = source if file.size > MAX_BYTES_READ_WHOLE else io.BytesIO(source.read())
        yield imaging.open_picture(data, format_, settings.max_pixels)
        check_unchanged(source, file)


def check_unchanged(source: BinaryIO, file: FileEntry) -> None:
    """Raise OSError when the open file is no longer the one that the walk saw."""
    now = os.fstat(source.fileno())
    seen = (file.device, file.inode, file.size, file.mtime_ns)
    if (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) != seen:
        raise OSError("changed while the scan was running; scan again when it is at rest")


def failure(file: FileEntry, error: Exception) -> Failure:
    """Say what an exception means that reading or decoding a file ended with."""
    if isinstance(error, imaging.UnreadablePicture | imaging.MissingExtra):
        return Failure(file.path, "decode", str(error))
    if isinstance(error, MemoryError):
        return Failure(file.path, "decode", "needs more memory than there is")
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
