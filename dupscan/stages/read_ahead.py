"""Files on their way from the disk before a worker opens them, in an order kind to the disk.

A few threads of this process open each file that will be wanted soon and have the system read it;
the worker then finds it in memory. They tell nothing: a file that cannot be opened, or is no
picture, or never answers, is the worker's affair.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.system import page_cache

MOST_FILES = 64
"""Files asked for, and not handed on yet."""
MOST_BYTES = 128 << 20
"""Of those files."""
MOST_OF_ONE = 16 << 20
"""Bytes of one file: of a larger one the system reads the rest while the first are decoded."""
HEAD = 64 << 10
"""Bytes that are read to tell how much more is wanted: a camera's preview fits in."""

AT_A_SPINNING_DISK = 1
"""Threads: a second one would only send its head back and forth."""
AT_A_SOLID_ONE = 4
AT_NO_DISK = 8
"""Files come over a network, or from a program: what takes long there is the way."""

Wanted = Callable[[FileEntry, bytes], int]
"""How many bytes of a file will be read, told from its first ones (64 KiB, fewer if it is small).
Called in threads."""


def reading_order(files: FileTable) -> NDArray[np.int64]:
    """The positions of all files, by device and then by inode; else as they are in the table.

    Most file systems place a file's content by its inode, so a disk's head moves one way.
    """
    return np.lexsort((files.inodes, files.devices)).astype(np.int64)


def read_ahead(
    files: Iterable[FileEntry], wanted: Wanted, stopped: Callable[[], bool]
) -> Iterator[FileEntry]:
    """Yield the same files in the same order, of which the next ones are being read by now.

    At most 64 files or 128 MiB are drawn before they are yielded. Once `stopped()` nothing more is
    asked for. No file is waited for, not even at the end of the program.
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
    """How many files to ask a device for at a time; the system tells in `folder` what it is."""
    if os.major(device) == 0:
        return AT_NO_DISK
    disk = os.path.join(folder, f"{os.major(device)}:{os.minor(device)}")
    for place in (disk, os.path.join(disk, os.pardir)):  # a partition lies in its disk's folder
        with suppress(OSError), open(os.path.join(place, "queue", "rotational")) as spins:
            return AT_A_SPINNING_DISK if spins.read().strip() == "1" else AT_A_SOLID_ONE
    return AT_A_SOLID_ONE


def _load(file: FileEntry) -> int:
    return min(file.size, MOST_OF_ONE)


class _Drive:
    """The files that are wanted of one device, and the threads that ask for them, in order."""

    def __init__(self, threads: int, wanted: Wanted, stopped: Callable[[], bool]) -> None:
        self._threads = threads
        self._wanted = wanted
        self._stopped = stopped
        self._keeps: bool | None = None
        """Whether what was read stays in memory; not known before the first file."""
        self._asked_for: SimpleQueue[FileEntry | None] = SimpleQueue()
        self._begin(1)

    def ask_for(self, file: FileEntry) -> None:
        """Have a file read soon."""
        self._asked_for.put(file)

    def close(self) -> None:
        """Let the threads go once all that was asked for is."""
        for _ in range(self._threads):
            self._asked_for.put(None)

    def _begin(self, threads: int) -> None:
        for _ in range(threads):
            # Daemons: the program ends without them, should a file never answer.
            Thread(target=self._work, name="read-ahead", daemon=True).start()

    def _work(self) -> None:
        while file := self._asked_for.get():
            if self._keeps is False or self._stopped():
                continue
            with suppress(Exception):  # whatever it is, the worker will meet it and tell
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
            if self._keeps:  # one thread found out, and the others can begin
                self._begin(self._threads - 1)
