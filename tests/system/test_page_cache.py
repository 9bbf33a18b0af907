"""What the system keeps of files in memory, asked of the real one."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from dupscan.system import page_cache

pytestmark = pytest.mark.skipif(not page_cache.CAN_FETCH, reason="the system lacks the calls")
SIZE = 1_000_000


@pytest.fixture
def forgotten(tmp_path: Path) -> Path:
    """A file that the system has on disk only."""
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.write(bytes(SIZE))
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if page_cache.keeps(str(path)):
        pytest.skip("this file system has all its files in memory")
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="others do not tell")
def test_what_was_fetched_is_kept(forgotten: Path) -> None:
    descriptor = page_cache.open_to_fetch(str(forgotten))
    page_cache.fetch(descriptor, 0, SIZE)
    os.close(descriptor)
    assert page_cache.keeps(str(forgotten))


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (SIZE, 2 * SIZE), (0, 1 << 24)])
def test_a_part_that_is_not_there_is_not_waited_for(start: int, end: int, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(SIZE))
    descriptor = page_cache.open_to_fetch(str(tmp_path / "file"))
    page_cache.fetch(descriptor, start, end)
    assert os.pread(descriptor, 2 * SIZE, 0) == bytes(SIZE)  # got here, and it can still be read
    os.close(descriptor)


def test_opening_does_not_wait_for_a_fifo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    descriptor = page_cache.open_to_fetch(str(tmp_path / "fifo"))
    assert stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    os.close(descriptor)
