"""Likenesses put away and found again, in memory and on disk."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from dupscan.errors import CannotFinish
from dupscan.model import Likeness
from dupscan.spool import Spool

ON_DISK = 1
"""Bytes in memory before the spool goes to disk: next to none."""


def make_likeness(seed: int, thumbnail: int = 900) -> Likeness:
    chance = np.random.default_rng(seed)
    return Likeness(
        planes=chance.integers(0, 256, (3, 32, 32), dtype=np.uint8),
        histogram=chance.random((4, 256), dtype=np.float32),
        thumbnail=chance.bytes(thumbnail),
    )


def bytes_of(likeness: Likeness) -> tuple[bytes, bytes, bytes]:
    """All that a likeness holds; arrays have no single answer to being equal."""
    return likeness.planes.tobytes(), likeness.histogram.tobytes(), likeness.thumbnail


def written(seed: int, thumbnail: int = 900) -> tuple[bytes, bytes, bytes]:
    return bytes_of(make_likeness(seed, thumbnail))


def read(spool: Spool, slot: int) -> tuple[bytes, bytes, bytes]:
    found = spool.likeness(slot)
    assert found.thumbnail == spool.thumbnail(slot)
    return bytes_of(found)


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: the spool meets the same error as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_empty_spool_is_closed_without_a_word() -> None:
    with Spool() as spool:
        assert not spool._file.closed
    assert spool._file.closed


@pytest.mark.parametrize("in_memory", [1 << 20, ON_DISK])
def test_what_was_put_away_comes_back(in_memory: int) -> None:
    likenesses = [make_likeness(seed, thumbnail=seed * 100) for seed in range(20)]
    with Spool(in_memory) as spool:
        slots = [spool.add(one) for one in likenesses]
        assert [bytes_of(one) for one in likenesses] == [read(spool, slot) for slot in slots]


def test_a_likeness_with_no_thumbnail_takes_no_room_for_one() -> None:
    with Spool() as spool:
        empty = spool.add(make_likeness(1, thumbnail=0))
        other = spool.add(make_likeness(2))
        assert spool.thumbnail(empty) == b""
        assert written(2) == read(spool, other)


@pytest.mark.parametrize("in_memory", [1 << 20, ON_DISK])
def test_reading_between_additions_spoils_nothing(in_memory: int) -> None:
    with Spool(in_memory) as spool:
        first = spool.add(make_likeness(1))
        spool.likeness(first)
        second = spool.add(make_likeness(2))
        assert written(1) == read(spool, first)
        assert written(2) == read(spool, second)


def test_likenesses_stay_the_same_as_the_spool_goes_to_disk() -> None:
    with Spool(20_000) as spool:
        slots = [spool.add(make_likeness(seed)) for seed in range(6)]
        assert [written(seed) for seed in range(6)] == [read(spool, slot) for slot in slots]


def test_planes_and_histogram_have_their_shapes() -> None:
    with Spool() as spool:
        found = spool.likeness(spool.add(make_likeness(3)))
        assert ((3, 32, 32), np.uint8) == (found.planes.shape, found.planes.dtype)
        assert ((4, 256), np.float32) == (found.histogram.shape, found.histogram.dtype)


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is one to be seen while the spool is open, so that kill -9 leaves none either."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Spool(ON_DISK) as spool:
        spool.add(make_likeness(1))
        assert os.listdir(tmp_path) == []


def fill_until_full() -> tuple[int, str]:
    """Add likenesses until the disk is full, reading each; how many went in, and the complaint."""
    added = 0
    with disk_of(100_000), Spool(ON_DISK) as spool:
        try:
            while added < 100:
                slot = spool.add(make_likeness(added))
                added += 1
                assert written(slot) == read(spool, slot)
        except CannotFinish as error:
            return added, str(error)
    return added, ""


def test_a_full_disk_is_told_with_the_way_out() -> None:
    added, complaint = fill_until_full()
    assert 5 < added < 100
    assert tempfile.gettempdir() in complaint
    assert "TMPDIR" in complaint


def add_without_reading() -> None:
    with disk_of(100_000), Spool(ON_DISK) as spool:
        for seed in range(100):
            spool.add(make_likeness(seed))


def test_a_full_disk_is_told_when_nothing_was_read_in_between() -> None:
    """What waits in a buffer must not come up later as another error, nor when closing."""
    with pytest.raises(CannotFinish, match="TMPDIR"):
        add_without_reading()


@pytest.mark.parametrize("thumbnail", [500, 5_000])
def test_what_was_added_can_be_read_or_the_full_disk_is_told(thumbnail: int) -> None:
    """The last likeness may wait in a buffer for which the disk has no room any more."""
    likenesses = [make_likeness(seed, thumbnail) for seed in range(10)]
    size = sum(len(part) for one in likenesses for part in bytes_of(one))
    with disk_of(size - 100), Spool(ON_DISK) as spool:
        told = pytest.raises(CannotFinish, match="no room")
        with told:
            for one in likenesses:
                spool.add(one)
        assert bytes_of(likenesses[0]) == read(spool, 0)
