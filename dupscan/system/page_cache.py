"""The system's page cache: have files read early, and see whether they stay in memory.

Only the calls of the system, with what they are known not to do; the decision what is read, and
when, stands in :mod:`dupscan.stages.read_ahead`.
"""

from __future__ import annotations

import ctypes
import mmap
import os

CAN_FETCH = hasattr(os, "posix_fadvise")
"""False on macOS and Windows, which lack the calls."""
_BYTES_PER_CALL = 128 << 10
"""Bytes to ask for in one call. Linux leaves out what is above a device's own read-ahead, which is
seldom set lower than this."""


def open_to_fetch(path: str) -> int:
    """Open a file for reading; a FIFO in its place does not hang this. Raises OSError."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def fetch(descriptor: int, start: int, end: int) -> None:
    """Have these bytes of an open file read into memory, and wait until they are. Raises OSError.

    They are asked for all at once, and then sent nowhere, which copies nothing: file systems may
    pass over what they are asked for while they are busy, as FUSE does.
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
    """Whether the first bytes of a file, just read, are in memory still when it is opened again.

    Some file systems forget them at that moment, as many do that programs provide (FUSE). True
    where it cannot be told: the system answers so about other people's files. Raises OSError.
    """
    mincore = getattr(ctypes.CDLL(None), "mincore", None)
    if mincore is None:
        return True
    descriptor = open_to_fetch(path)
    try:
        # Private, for ctypes wants to be able to write where it is to tell the address of.
        with mmap.mmap(descriptor, 1, flags=mmap.MAP_PRIVATE) as page:
            first, resident = ctypes.c_ubyte.from_buffer(page), ctypes.c_ubyte(1)
            mincore(ctypes.c_void_p(ctypes.addressof(first)), 1, ctypes.byref(resident))
            del first  # which would keep the page from being closed
            return bool(resident.value & 1)
    finally:
        os.close(descriptor)
