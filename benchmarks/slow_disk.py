"""What reading ahead is worth on a slow disk: ``python -m benchmarks.slow_disk DIR``.

DIR is shown through a file system of our own (FUSE) that lets every request wait, as a NAS does,
and hands out so many bytes a second. A scan's fingerprint stage is timed there with and without
reading ahead, against the same stage on DIR itself, whose files are in memory: that is the
decoders' own time. What the wire would need for the bytes, were it never idle, is the other bound.

Wants the package ``mfusepy`` and, of the system, ``fuse3`` and ``/dev/fuse``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import mfusepy  # type: ignore[import-untyped]

from benchmarks.facts import add_output_option, load, machine, print_result
from benchmarks.measuring import alternate, in_seconds, run, table

WITH = ("-m", "benchmarks.stages")
_SWITCHED_OFF = "from dupscan.system import page_cache; page_cache.CAN_FETCH = False"
WITHOUT = ("-c", f"{_SWITCHED_OFF}; from benchmarks import stages; stages.main()")
"""As on a system that has no way to ask for files."""
MOUNTING = {
    "foreground": True,
    "ro": True,
    "use_ino": True,
    "max_threads": 16,
    "kernel_cache": True,  # what was read stays in memory when a file is opened again
}
"""How a mirror is mounted."""
_STATUS = ("st_mode", "st_ino", "st_nlink", "st_uid", "st_gid", "st_size")


class Mirror(mfusepy.Operations):  # type: ignore[misc]  # the package has no types
    """A folder, read-only, as a file system of its own."""

    use_ns = True

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        """The status of a file or folder."""
        status = os.lstat(self.folder + path)
        times = {"st_mtime": status.st_mtime_ns, "st_ctime": status.st_ctime_ns}
        return {name: getattr(status, name) for name in _STATUS} | times

    def readdir(self, path: str, fh: int) -> Iterator[tuple[str, dict[str, int], int]]:
        """What is in a folder."""
        for name in (".", "..", *os.listdir(self.folder + path)):
            yield name, self.getattr(os.path.join(path, name)), 0

    def open(self, path: str, flags: int) -> int:
        """Open a file."""
        return os.open(self.folder + path, flags)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        """Some bytes of an open file."""
        return os.pread(fh, size, offset)

    def release(self, path: str, fh: int) -> int:
        """Close a file."""
        os.close(fh)
        return 0


@dataclass(frozen=True, slots=True)
class Wire:
    """What lies between a disk and those who read from it."""

    latency: float
    """Seconds that each request waits; many may wait at a time."""
    rate: float
    """Bytes a second, for all together."""


class SlowMirror(Mirror):
    """A mirror on the other end of a slow wire, which many may wait for and one uses at a time."""

    def __init__(self, folder: str, wire: Wire, tell: Connection) -> None:
        """`tell` gets the number of bytes sent, at the end."""
        super().__init__(folder)
        self._wire, self._tell = wire, tell
        self._in_use = threading.Lock()
        self._sent = 0

    def open(self, path: str, flags: int) -> int:
        """Open a file, which takes one request."""
        time.sleep(self._wire.latency)
        return super().open(path, flags)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        """Some bytes of an open file, which take one request and their time on the wire."""
        content = super().read(path, size, offset, fh)
        time.sleep(self._wire.latency)
        with self._in_use:
            time.sleep(len(content) / self._wire.rate)
            self._sent += len(content)
        return content

    def destroy(self, path: str) -> None:
        """Tell how many bytes went over the wire."""
        self._tell.send(self._sent)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one scan took."""

    seconds: float
    """Of its fingerprint stage."""
    sent: int = 0
    """Bytes that went over the wire."""


def scan(folder: Path, *options: str) -> Taken:
    """Scan a folder; `options` are Python's, and come before the scan's own."""
    with tempfile.TemporaryDirectory() as report:
        command = (sys.executable, *options, "scan", str(folder), "-o", report)
        return Taken(run(command).stages["fingerprint"])


def scan_slowly(folder: Path, wire: Wire, *options: str) -> Taken:
    """Scan a folder over a slow wire, with nothing of it in memory."""
    with tempfile.TemporaryDirectory() as mountpoint:
        with mounted(folder, Path(mountpoint), wire) as told:
            taken = scan(Path(mountpoint), *options)
        return Taken(taken.seconds, told.recv())


@contextmanager
def mounted(folder: Path, mountpoint: Path, wire: Wire) -> Iterator[Connection]:
    """Show a folder over a slow wire; what is yielded tells the bytes sent once this is left."""
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    server = context.Process(target=_serve, args=(folder.resolve(), mountpoint, wire, tell))
    server.start()
    while not os.path.ismount(mountpoint):
        if server.exitcode is not None:
            sys.exit("cannot mount a file system here: are fuse3 and /dev/fuse there?")
        time.sleep(0.01)
    try:
        yield told
    finally:
        subprocess.run(("fusermount3", "-u", mountpoint), check=True)  # noqa: S603, S607 (ours)
        server.join()


def _serve(folder: Path, mountpoint: Path, wire: Wire, tell: Connection) -> None:
    mfusepy.FUSE(SlowMirror(str(folder), wire, tell), str(mountpoint), **MOUNTING)


def measure(folder: Path, wire: Wire, rounds: int) -> Iterator[str]:
    """Lines that tell what reading ahead is worth."""
    scan(folder, *WITH)  # its files are in memory from now on
    taken = alternate(
        {
            "in memory": lambda: scan(folder, *WITH),
            "without": lambda: scan_slowly(folder, wire, *WITHOUT),
            "ahead": lambda: scan_slowly(folder, wire, *WITH),
        },
        rounds,
    )
    seconds = {name: [one.seconds for one in runs] for name, runs in taken.items()}
    seconds["wire"] = [one.sent / wire.rate for one in taken["ahead"]]
    yield (
        f"{wire.latency * 1000:g} ms a request, {wire.rate / 1e6:g} MB/s, "
        f"{taken['ahead'][0].sent / 1e6:.1f} MB sent to read ahead, "
        f"{taken['without'][0].sent / 1e6:.1f} MB without."
    )
    yield ""
    yield from table(
        ("fingerprint stage", "seconds", "all rounds"),
        [
            (words, *in_seconds(seconds[name]))
            for name, words in (
                ("in memory", "files in memory: the decoders' own time"),
                ("wire", "the bytes alone, were the wire never idle"),
                ("without", "slow disk, without reading ahead"),
                ("ahead", "slow disk, reading ahead"),
            )
        ],
    )


def main() -> None:
    """Measure, and print the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slow_disk", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--latency", type=float, default=20, help="milliseconds a request")
    parser.add_argument("--rate", type=float, default=20, help="megabytes a second")
    parser.add_argument("--rounds", type=int, default=3)
    add_output_option(parser)
    typed = parser.parse_args()
    wire = Wire(typed.latency / 1000, typed.rate * 1e6)
    result = [*measure(typed.folder, wire, typed.rounds)]
    print_result(
        [f"# A slow disk: {typed.folder.name}", "", machine(), load(), "", *result], typed.output
    )


if __name__ == "__main__":
    main()
