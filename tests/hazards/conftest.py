"""Fixtures of the traps: the real command, scans caught in the middle, real file systems."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from support.processes import end

from dupscan.pipeline import ScanOutcome
from dupscan.workers.pool import FULL

if TYPE_CHECKING:
    from support.acted_on import Library

Grouped = Callable[[ScanOutcome], list[list[str]]]
PATIENCE = 60
"""Seconds after which something that should have ended is given up; nothing is timed with it."""


@pytest.fixture
def grouped() -> Grouped:
    """The names of the files of each group, the keeper first, groups and duplicates sorted."""

    def names(outcome: ScanOutcome) -> list[list[str]]:
        pictures = outcome.report.pictures
        groups = []
        for group in outcome.report.groups:
            keeper, *others = [os.path.basename(pictures[one].file.path) for one in group.members]
            groups.append([keeper, *sorted(others)])
        return sorted(groups)

    return names


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment of a command whose home is below `tmp_path`."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return known | {"HOME": str(tmp_path / "home")}


@pytest.fixture
def dupscan(
    tmp_path: Path, environment: dict[str, str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the real command in `tmp_path`; ``dupscan("scan", folder, "-o", report)``."""

    def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dupscan", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    return run


@pytest.fixture(scope="session")
def slow_library(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph and its copy, and then 80 pictures that take their time: 6 megapixels each.

    Those are plain grey, so that there is nothing to compare once they are read. Each is as large
    as a photograph, so that a worker is handed one at a time.
    """
    folder = tmp_path_factory.mktemp("slow")
    for name in ("000 coffee.jpg", "001 coffee again.jpg"):
        shutil.copy(originals / "coffee.jpg", folder / name)
    buffer = io.BytesIO()
    Image.fromarray(np.full((2000, 3000), 128, np.uint8)).save(buffer, "PNG")
    for number in range(80):
        path = folder / f"grey {number:03}.png"
        path.write_bytes(buffer.getvalue() + b"%d" % number)
        os.truncate(path, FULL)
    for path in folder.iterdir():
        os.utime(path, ns=(10**18, 10**18))  # so long ago that the next scan knows it again
    return folder


@dataclass
class Caught:
    """A scan on a terminal of its own, in the middle of its work."""

    process: subprocess.Popen[bytes]
    terminal: int
    """The master side: what is written here is typed there."""
    family: list[int]
    """Process descriptors of all its children and their children."""

    def type(self, keys: bytes) -> None:
        """Type something at its terminal."""
        os.write(self.terminal, keys)

    def hang_up(self) -> None:
        """Close its terminal, as a lost connection does."""
        os.close(self.terminal)
        self.terminal = -1

    def end(self) -> int:
        """Its exit code, once it has one; what it prints meanwhile is read and dropped."""
        ended = os.pidfd_open(self.process.pid)
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        if self.terminal >= 0:
            poll.register(self.terminal, select.POLLIN)
        while ready := poll.poll(PATIENCE * 1000):
            if any(descriptor == ended for descriptor, _ in ready):
                os.close(ended)
                return self.process.wait()
            with suppress(OSError):
                os.read(self.terminal, 1 << 16)
        raise AssertionError(f"still running after {PATIENCE} s")

    def orphans(self) -> int:
        """How many of its children outlive it."""
        return sum(not select.select([one], [], [], PATIENCE / 4)[0] for one in self.family)


@pytest.fixture
def caught(slow_library: Path, environment: dict[str, str]) -> Iterator[Callable[..., Caught]]:
    """Start a scan of the slow library and return once it has read some of its pictures."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("following processes to their end takes Linux's process descriptors")
    everyone: list[Caught] = []

    def start(*arguments: object) -> Caught:
        one = _start(["scan", str(slow_library), "--workers", "2", *map(str, arguments)])
        everyone.append(one)
        return one

    def _start(arguments: list[str]) -> Caught:
        master, slave = pty.openpty()
        termios.tcsetwinsize(master, (24, 100))
        process = subprocess.Popen(
            [sys.executable, "-m", "dupscan", *arguments],
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )
        os.close(slave)
        printed = b""
        while not re.search(rb"fingerprint *: +[1-9]\d%", printed):
            printed += os.read(master, 1 << 16)  # ends with an error when the process does
        return Caught(process, master, [os.pidfd_open(pid) for pid in _family(process.pid)])

    yield start
    for one in everyone:
        end(one.process)
        for descriptor in [*one.family, one.terminal]:
            if descriptor >= 0:
                os.close(descriptor)


def _family(pid: int) -> list[int]:
    """All the children of a process, and their children."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return children + [one for child in children for one in _family(child)]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mount a file system below `tmp_path`: ``mount("name", "-t", "tmpfs", "tmpfs")``."""
    mounted: list[Path] = []

    def make(name: str, *arguments: object) -> Path:
        point = tmp_path / name
        point.mkdir(parents=True)
        command = ["mount", *map(str, arguments), str(point)]
        if os.geteuid() != 0 or shutil.which("mount") is None:
            pytest.skip("mounting a file system takes root and mount(8)")
        if (
            done := subprocess.run(command, capture_output=True, text=True, check=False)
        ).returncode:
            pytest.skip(f"this machine lets nobody mount: {done.stderr.strip()}")
        mounted.append(point)
        return point

    yield make
    for point in reversed(mounted):
        subprocess.run(["umount", str(point)], check=True)


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, originals: Path) -> Library:
    """A library with one picture twice to plan for and act on: ``a.jpg`` is kept, not ``b.jpg``."""
    from support import acted_on

    return acted_on.make(tmp_path / "acting", originals, "a.jpg", "b.jpg")
