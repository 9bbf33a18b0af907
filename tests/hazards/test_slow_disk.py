"""A slow disk or a NAS: decoders wait for each file, and reading ahead may make it worse.

The disk in the tests is a FUSE file system that reports each request and decides how long to wait,
so that no test measures time. See ``gated_disk.py``.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import fuse, worker_functions
from support.processes import PATIENCE, first_line, running

from dupscan.model.files import FileEntry
from dupscan.stages.read_ahead import NETWORK_THREADS, read_ahead
from dupscan.workers.pool import Processes

SIZE = 300_000
"""Bytes of a file: more than the head that is read, and than the system reads in one go."""
Event = tuple[str, str, int]

STUCK = """
import os, signal, sys
from dupscan.stages.read_ahead import read_ahead
from dupscan.model.pictures import FileEntry

files = [FileEntry(path, 9, 0, os.stat(path).st_dev, 0, 1) for path in sys.argv[1:]]
list(read_ahead(files, lambda file, head: file.size, lambda: False))
print("all handed on", flush=True)
signal.pause()
"""


@dataclass
class Disk:
    """A mounted folder, and what is asked of it."""

    folder: Path
    server: subprocess.Popen[bytes]
    _told: bytes = b""

    def events(self) -> Iterator[Event]:
        """What was asked since this was last looked at; waits for more as long as it is wanted."""
        assert self.server.stdout is not None
        while True:
            line, newline, rest = self._told.partition(b"\n")
            if newline:
                self._told = rest
                yield tuple(json.loads(line))
                continue
            assert select.select([self.server.stdout], [], [], PATIENCE)[0], "nothing more is asked"
            if not (more := os.read(self.server.stdout.fileno(), 1 << 16)):
                return
            self._told += more

    def until(self, what: str, name: str) -> list[Event]:
        """All that was asked up to this."""
        seen = []
        for event in self.events():
            seen.append(event)
            if event[:2] == (what, name):
                return seen
        raise AssertionError(f"no {what} {name}")

    def so_far(self) -> list[Event]:
        """All that was asked up to now."""
        (self.folder / "fence").open().close()
        return self.until("open", "fence")[:-1]


Mount = Callable[..., Disk]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a folder with files: ``mount(names, keeps=True)``."""
    behind, folder = tmp_path / "behind", tmp_path / "shown"
    behind.mkdir()
    with ExitStack() as everything:

        def start(names: list[str], *, keeps: bool = True) -> Disk:
            for name in (*names, "fence"):
                (behind / name).write_bytes(name.encode().ljust(SIZE, b"."))
            keeping = "keeps" if keeps else "forgets"
            server = fuse.shown("gated_disk.py", behind, folder, keeping)
            return Disk(folder, everything.enter_context(server))

        yield start


def never() -> bool:
    return False


def everything(file: FileEntry, head: bytes) -> int:
    return file.size


def numbered(count: int) -> list[str]:
    return [f"{number:02}" for number in range(count)]


def entries(disk: Disk, names: list[str], entry_of: Callable[[Path], FileEntry]) -> list[FileEntry]:
    return [entry_of(disk.folder / name) for name in names]


def test_files_are_on_their_way_before_anybody_opens_them(
    mount: Mount, entry_of: Callable[[Path], FileEntry]
) -> None:
    """With one file handed on, all the others are in memory, and nobody asks the disk again."""
    names = numbered(20)
    disk = mount(names)
    files = entries(disk, names, entry_of)
    ahead = read_ahead(files, everything, never)
    assert files[0] == next(ahead)
    on_their_way = Counter[str]()
    for what, name, size in disk.events():
        on_their_way[name] += size if what == "read" else 0
        if on_their_way.total() == len(names) * SIZE:
            break
    assert set(names) == set(on_their_way)
    for name in names:
        assert (disk.folder / name).read_bytes().startswith(name.encode())
    assert [event for event in disk.so_far() if event[0] == "read"] == []
    ahead.close()  # type: ignore[attr-defined]  # what happens to it when a scan ends


def test_several_files_are_on_their_way_at_once(
    mount: Mount, entry_of: Callable[[Path], FileEntry]
) -> None:
    """The disk answers for none of four files before all of them are asked for."""
    names = ["0", "together 1", "together 2", "together 3", "together 4", "5"]
    disk = mount(names)
    files = entries(disk, names, entry_of)
    assert files == list(read_ahead(files, everything, never))
    assert disk.until("all four", "")


def test_workers_open_what_was_asked_for(
    mount: Mount, entry_of: Callable[[Path], FileEntry]
) -> None:
    """The disk lets a worker open only what this process, the one that reads ahead, has opened."""
    names = ["first", *numbered(40)]
    disk = mount(names)
    (disk.folder / "first").open().close()
    files = read_ahead(entries(disk, names, entry_of), everything, never)
    outcomes = list(
        Processes(2, 60).run(worker_functions.read_whole, files, never, lambda file: file.size)
    )
    assert {(file.path, SIZE) for file, _ in outcomes} == {(f.path, size) for f, size in outcomes}
    opened = disk.so_far()
    assert [event for event in opened if event[0] == "not asked for"] == []
    assert {process for what, _, process in opened if what == "open"} > {os.getpid()}


def test_a_disk_that_keeps_nothing_is_not_read_twice(
    mount: Mount, entry_of: Callable[[Path], FileEntry]
) -> None:
    """Many file systems of programs forget what was read once a file is opened again."""
    names = numbered(40)
    disk = mount(names, keeps=False)
    files = entries(disk, names, entry_of)
    assert files == list(read_ahead(files, everything, never))
    disk.until("open", names[0])
    for name in names:
        (disk.folder / name).read_bytes()
    opened = [name for what, name, _ in disk.so_far() if what == "open"]
    assert set(names[1:]) <= set(opened)
    assert not [name for name in names[1:] if opened.count(name) > 1]


def test_a_file_that_never_answers_does_not_keep_a_scan_from_ending(mount: Mount) -> None:
    disk = mount(["never", *numbered(NETWORK_THREADS + 2)])
    command = [sys.executable, "-c", STUCK, *map(str, sorted(disk.folder.iterdir(), reverse=True))]
    with running(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as scan:
        disk.until("read", "never")
        assert first_line(scan.stdout) == b"all handed on\n"
        scan.send_signal(signal.SIGINT)
        assert scan.wait(PATIENCE) == -signal.SIGINT
