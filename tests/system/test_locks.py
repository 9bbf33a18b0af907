"""Locks on open files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.system import locks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"bytes")
    return path


@pytest.fixture
def opened(file: Path) -> Iterator[tuple[int, int]]:
    """The file, opened twice, as two programs would."""
    both = (os.open(file, os.O_RDONLY), os.open(file, os.O_RDONLY))
    yield both
    for one in both:
        os.close(one)


def test_any_number_share_a_lock(opened: tuple[int, int]) -> None:
    for one in opened:
        locks.lock(one, exclusive=False)
    with pytest.raises(BlockingIOError):  # both have it
        locks.lock(opened[0], exclusive=True)


@pytest.mark.parametrize("alone", [True, False])
def test_who_has_a_lock_alone_keeps_all_others_out(opened: tuple[int, int], alone: bool) -> None:
    locks.lock(opened[0], exclusive=True)
    with pytest.raises(BlockingIOError):
        locks.lock(opened[1], exclusive=alone)


def test_a_lock_goes_with_its_process(file: Path) -> None:
    """However that ends: here by a SIGKILL while it holds the lock."""
    script = (
        "import os, signal, sys; from dupscan.system import locks;"
        "locks.lock(os.open(sys.argv[1], os.O_RDONLY), exclusive=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = run_to_end([sys.executable, "-c", script, file])
    assert ended.returncode == -9
    descriptor = os.open(file, os.O_RDONLY)
    locks.lock(descriptor, exclusive=True)
    os.close(descriptor)


def test_a_file_that_nobody_writes_to_is_said_to_be_so(opened: tuple[int, int]) -> None:
    assert not locks.is_open_for_writing(opened[0])


def test_a_file_that_is_open_for_writing_is_said_to_be_so(file: Path) -> None:
    reading, writing = os.open(file, os.O_RDONLY), os.open(file, os.O_RDWR)
    assert locks.is_open_for_writing(reading)
    os.close(writing)
    assert not locks.is_open_for_writing(reading)
    os.close(reading)
