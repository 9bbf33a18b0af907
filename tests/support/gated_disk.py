"""A file system for tests that tells what is asked of it, and lets it wait: run as a program.

``gated_disk.py FOLDER MOUNTPOINT keeps|forgets`` shows the folder read-only. Each opening of a
file is a line of JSON, ``["open", name, process]``, each reading ``["read", name, bytes]``. Four
files whose names begin with ``together`` wait for one another to be read; who reads ``never`` gets
no answer. Once a process has opened ``first``, all others wait to open a file until that one has.
"""

from __future__ import annotations

import json
import os
import sys
import threading

import mfusepy

from benchmarks.slow_disk import MOUNTING, Mirror

PATIENCE = 60
"""Seconds after which what was waited for is taken not to come; then the test fails."""


class GatedMirror(Mirror):
    """A mirror that lets in what it is told to, when it is told to."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._four = threading.Barrier(4, lambda: tell("all four", "", 0))
        self._read: set[str] = set()
        self._guard = threading.Condition()
        self._opened: set[tuple[int, str]] = set()
        self._leader: int | None = None

    def init(self, path: str) -> None:
        """Called once the file system is there to be used."""
        tell("mounted", "", 0)

    def open(self, path: str, flags: int) -> int:
        name, process = path[1:], caller()
        tell("open", name, process)
        with self._guard:
            self._opened.add((process, name))
            if name == "first" and self._leader is None:
                self._leader = process
            self._guard.notify_all()
            if not self._guard.wait_for(lambda: self._may_open(name), PATIENCE):
                tell("not asked for", name, process)
        return super().open(path, flags)

    def _may_open(self, name: str) -> bool:
        return self._leader is None or (self._leader, name) in self._opened

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        name = path[1:]
        content = super().read(path, size, offset, fh)
        tell("read", name, len(content))
        if name == "never":
            threading.Event().wait()
        with self._guard:
            waits = name.startswith("together") and name not in self._read
            self._read.add(name)
        if waits:
            self._four.wait(PATIENCE)
        return content


def caller() -> int:
    """The process that asks; the system tells its thread only."""
    with open(f"/proc/{mfusepy.fuse_get_context()[2]}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("Tgid:"))


def tell(what: str, name: str, number: int) -> None:
    """One line for the test, whole however many threads tell something."""
    os.write(1, (json.dumps([what, name, number]) + "\n").encode())


if __name__ == "__main__":
    mirrored, mountpoint, keeps = sys.argv[1:]
    options = {**MOUNTING, "kernel_cache": keeps == "keeps"}
    mfusepy.FUSE(GatedMirror(mirrored), mountpoint, **options)
