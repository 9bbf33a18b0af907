"""Have files read into the system's page cache early, and test if they stay there.

Only the calls of the system and their known limits stand here; :mod:`dupscan.stages.read_ahead`
decides which files are read and when.
"""

from __future__ import annotations

import ctypes
import mmap
import os

CAN_FETCH = hasattr(os, "posix_fadvise")
"""False on macOS and Windows, which do not have the calls."""
_BYTES_PER_CALL = 128 << 10
"""Bytes that are requested in one call. Linux ignores the part of a request above the read-ahead
setting of the device, which is rarely lower than this."""


def open_to_fetch(path: str) -> int:
    """Open a file for reading, without waiting if it is a FIFO. Raises OSError."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def fetch(descriptor: int, start: int, end: int) -> None:
    """Have bytes of an open file read into the page cache, and wait until they are there.

    All bytes are requested first, and then sent to the null device, which copies nothing: busy file
    systems may ignore a request, as FUSE does. Raises OSError.
    """
    if start >= end:
        return
    for place in range(start, end, _BYTES_PER_CALL):
        os.posix_fadvise(
            descriptor, place, min(_BYTES_PER_CALL, end - place), os.POSIX_FADV_WILLNEED
        )
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    try:
        while start < end and (sent := os.sendfile(nowhere, descriptor, start, end - start)):
            start += sent
    finally:
        os.close(nowhere)


def keeps(path: str) -> bool:
    """True if the first bytes of a file that was just read stay in memory when it is opened again.

    Some file systems drop them at that moment, as many FUSE file systems do. True also if the
    answer is unknown, because the system answers so for files of other users. Raises OSError.
    """
    mincore = getattr(ctypes.CDLL(None), "mincore", None)
    if mincore is None:
        return True
    descriptor = open_to_fetch(path)
    try:
        # Private, because ctypes returns addresses of writable memory only.
        with mmap.mmap(descriptor, 1, flags=mmap.MAP_PRIVATE) as page:
            first, resident = ctypes.c_ubyte.from_buffer(page), ctypes.c_ubyte(1)
            mincore(ctypes.c_void_p(ctypes.addressof(first)), 1, ctypes.byref(resident))
            del first  # the mapping cannot be closed while this refers to it
            return bool(resident.value & 1)
    finally:
        os.close(descriptor)
