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
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.processes import LIMIT, PATIENCE, run_to_end, running

from dupscan.pipeline import ScanOutcome
from dupscan.workers.pool import FULL

Grouped = Callable[[ScanOutcome], list[list[str]]]


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
        return run_to_end(
            [sys.executable, "-m", "dupscan", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
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

    terminal: int
    """The master side: what is written here is typed there."""
    process: subprocess.Popen[bytes] = field(init=False)
    family: list[int] = field(default_factory=list)
    """Process descriptors of all its children and their children."""

    def wait_until_it_reads(self) -> None:
        """Return once the scan has read some pictures; an error if it ends before."""
        printed, ends = b"", time.monotonic() + LIMIT
        while not re.search(rb"fingerprint *: +[1-9]\d%", printed):
            assert select.select([self.terminal], [], [], max(0, ends - time.monotonic()))[0]
            printed += os.read(self.terminal, 1 << 16)  # an error once the process has ended
        self.family = [os.pidfd_open(pid) for pid in _family(self.process.pid)]

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
                return self.process.wait(PATIENCE)
            with suppress(OSError):
                os.read(self.terminal, 1 << 16)
        raise AssertionError(f"still running after {PATIENCE} s")

    def orphans(self) -> int:
        """How many of its children outlive it."""
        return sum(not select.select([one], [], [], PATIENCE / 4)[0] for one in self.family)

    def close(self) -> None:
        """Close its terminal and the descriptors of its children."""
        for descriptor in [*self.family, self.terminal]:
            if descriptor >= 0:
                os.close(descriptor)


@pytest.fixture
def caught(slow_library: Path, environment: dict[str, str]) -> Iterator[Callable[..., Caught]]:
    """Start a scan of the slow library and return once it has read some of its pictures."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("following processes to their end takes Linux's process descriptors")
    with ExitStack() as everyone:

        def start(*arguments: object) -> Caught:
            master, slave = pty.openpty()
            caught = Caught(master)
            everyone.callback(caught.close)
            termios.tcsetwinsize(master, (24, 100))
            scan = ["scan", str(slow_library), "--workers", "2", *map(str, arguments)]
            caught.process = everyone.enter_context(
                running(
                    [sys.executable, "-m", "dupscan", *scan],
                    env=environment,
                    stdin=slave,
                    stdout=slave,
                    stderr=slave,
                    start_new_session=True,
                    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
                )
            )
            os.close(slave)
            caught.wait_until_it_reads()
            return caught

        yield start


def _family(pid: int) -> list[int]:
    """All the children of a process, and their children."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return children + [one for child in children for one in _family(child)]
