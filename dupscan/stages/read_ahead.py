"""Read files into memory before a worker opens them, in the order of the disk.

A few threads of this process open each file that will be read soon, and have the system load it
into its cache, where the worker finds it. The threads report nothing: the worker meets every
problem of a file itself, and reports it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

import numpy as np

from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.ids import FilePositions
from dupscan.system import page_cache

MOST_FILES = 64
"""Files that are requested ahead of the workers, at most."""
MOST_BYTES = 128 << 20
"""Bytes of these files, at most."""
MOST_OF_ONE = 16 << 20
"""Bytes that are requested of one file, at most: the system reads the rest of a larger file while
its beginning is decoded."""
HEAD = 64 << 10
"""Bytes at the beginning of a file that decide how much more of the file will be read. The preview
of a camera fits in."""

SPINNING_DISK_THREADS = 1
"""Threads for a spinning disk: a second thread would only send the disk's head back and forth."""
SOLID_STATE_THREADS = 4
"""Threads for a solid-state disk."""
NETWORK_THREADS = 8
"""Threads for files that come over a network or from a program, where waiting takes the time."""

Wanted = Callable[[FileEntry, bytes], int]
"""Returns the number of bytes of a file that will be read, judged by its first 64 KiB or fewer.
Called in threads."""


def reading_order(files: FileTable) -> FilePositions:
    """The positions of all files, sorted by device, then by inode, then by position.

    Most file systems place the content of a file by its inode, so the head of a disk moves one way.
    """
    return np.lexsort((files.inodes, files.devices)).astype(np.int64)


def read_ahead(
    files: Iterable[FileEntry], wanted: Wanted, stopped: Callable[[], bool]
) -> Iterator[FileEntry]:
    """Yield the files in their order, while the system reads the next files into memory.

    At most 64 files or 128 MiB are drawn before they are yielded. No file is requested any more
    once `stopped()` returns True. Nothing waits for a file, not even the end of the program.
    """
    if not page_cache.CAN_FETCH:
        yield from files
        return
    drives: dict[int, _Drive] = {}
    upcoming: deque[FileEntry] = deque()
    load = 0
    try:
        for file in files:
            if file.device not in drives:
                drives[file.device] = _Drive(threads_for(file.device), wanted, stopped)
            drives[file.device].ask_for(file)
            upcoming.append(file)
            load += _load(file)
            while len(upcoming) >= MOST_FILES or load >= MOST_BYTES:
                load -= _load(upcoming[0])
                yield upcoming.popleft()
        yield from upcoming
    finally:
        for drive in drives.values():
            drive.close()


def threads_for(device: int, folder: str = "/sys/dev/block") -> int:
    """Files to request of a device at a time; `folder` describes the devices of the system."""
    if os.major(device) == 0:
        return NETWORK_THREADS
    disk = os.path.join(folder, f"{os.major(device)}:{os.minor(device)}")
    for place in (disk, os.path.join(disk, os.pardir)):  # a partition lies in its disk's folder
        with suppress(OSError), open(os.path.join(place, "queue", "rotational")) as spins:
            return SPINNING_DISK_THREADS if spins.read().strip() == "1" else SOLID_STATE_THREADS
    return SOLID_STATE_THREADS


def _load(file: FileEntry) -> int:
    return min(file.size, MOST_OF_ONE)


class _Drive:
    """The files to be read of one device, in order, and the threads that request them."""

    def __init__(self, threads: int, wanted: Wanted, stopped: Callable[[], bool]) -> None:
        self._threads = threads
        self._wanted = wanted
        self._stopped = stopped
        self._keeps: bool | None = None
        """True if the system keeps files in its cache; None before the first file was read."""
        self._asked_for: SimpleQueue[FileEntry | None] = SimpleQueue()
        self._begin(1)

    def ask_for(self, file: FileEntry) -> None:
        """Have the system read a file soon."""
        self._asked_for.put(file)

    def close(self) -> None:
        """End the threads once all requested files are read."""
        for _ in range(self._threads):
            self._asked_for.put(None)

    def _begin(self, threads: int) -> None:
        for _ in range(threads):
            # Daemons: the program can end while a thread waits for a file that never answers.
            Thread(target=self._work, name="read-ahead", daemon=True).start()

    def _work(self) -> None:
        while file := self._asked_for.get():
            if self._keeps is False or self._stopped():
                continue
            with suppress(Exception):  # the worker will meet the same problem, and report it
                self._fetch(file)

    def _fetch(self, file: FileEntry) -> None:
        descriptor = page_cache.open_to_fetch(file.path)
        try:
            head = os.pread(descriptor, HEAD, 0)
            end = min(self._wanted(file, head), file.size, MOST_OF_ONE)
            page_cache.fetch(descriptor, len(head), end)
        finally:
            os.close(descriptor)
        if self._keeps is None and head:
            self._keeps = page_cache.keeps(file.path)
            if self._keeps:  # one thread was enough to find out; the others can begin
                self._begin(self._threads - 1)
