"""An edited picture must not keep the hash that it had before.

find-dups has a cache that is keyed by the path alone, so an edited file keeps its old hash.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
OLD = 10**18
"""Nanoseconds since 1970."""
SIZE = 200_000
"""Bytes of every file here, so that nothing is told by its size."""


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """A folder with a picture and its copy, both last changed long ago."""
    folder = tmp_path / "library"
    folder.mkdir()
    for name in ("victim.jpg", "witness.jpg"):
        shutil.copy(originals / "coffee.jpg", folder / name)
        os.truncate(folder / name, SIZE)
        set_time(folder / name, OLD)
    return folder


@pytest.fixture
def edited(originals: Path) -> bytes:
    """Another picture, in as many bytes."""
    return (originals / "rocket.jpg").read_bytes().ljust(SIZE, b"\0")


def set_time(path: Path, time_ns: int) -> None:
    os.utime(path, ns=(time_ns, time_ns))


def groups_of(outcome: ScanOutcome) -> int:
    assert outcome.report.counts.pictures == 2
    return len(outcome.report.groups)


def test_what_was_not_touched_is_a_duplicate_still(scan_of: ScanOf, library: Path) -> None:
    assert [groups_of(scan_of(library)) for _ in range(2)] == [1, 1]


def test_a_picture_edited_in_its_place(scan_of: ScanOf, library: Path, edited: bytes) -> None:
    assert groups_of(scan_of(library)) == 1
    (library / "victim.jpg").write_bytes(edited)
    assert groups_of(scan_of(library)) == 0


@pytest.mark.parametrize("step", [1, -1])
def test_a_picture_whose_time_moved_by_a_nanosecond(
    scan_of: ScanOf, library: Path, edited: bytes, step: int
) -> None:
    assert groups_of(scan_of(library)) == 1
    (library / "victim.jpg").write_bytes(edited)
    set_time(library / "victim.jpg", OLD + step)
    if (library / "victim.jpg").stat().st_mtime_ns == OLD:
        pytest.skip("this file system has coarser times")
    assert groups_of(scan_of(library)) == 0


def test_a_picture_edited_in_its_place_whose_time_was_put_back(
    scan_of: ScanOf, library: Path, edited: bytes
) -> None:
    """As programs do that "preserve" times; the time of status change cannot be put back."""
    assert groups_of(scan_of(library)) == 1
    inode = (library / "victim.jpg").stat().st_ino
    (library / "victim.jpg").write_bytes(edited)
    set_time(library / "victim.jpg", OLD)
    assert (library / "victim.jpg").stat().st_ino == inode
    assert groups_of(scan_of(library)) == 0


def test_a_picture_with_other_rights_is_the_same_picture(scan_of: ScanOf, library: Path) -> None:
    assert groups_of(scan_of(library)) == 1
    (library / "victim.jpg").chmod(0o400)
    assert groups_of(scan_of(library)) == 1


def test_a_picture_put_in_its_place_with_its_size_and_time(
    scan_of: ScanOf, library: Path, edited: bytes
) -> None:
    """As sync programs do, and editors that keep the time."""
    assert groups_of(scan_of(library)) == 1
    other = library.parent / "other.jpg"
    other.write_bytes(edited)
    set_time(other, OLD)
    other.replace(library / "victim.jpg")
    assert groups_of(scan_of(library)) == 0


def test_two_pictures_that_swapped_their_names(
    scan_of: ScanOf, library: Path, edited: bytes
) -> None:
    (library / "third.jpg").write_bytes(edited)
    set_time(library / "third.jpg", OLD)
    before = members_of(scan_of(library))
    (library / "third.jpg").rename(library / "fourth.jpg")
    (library / "witness.jpg").rename(library / "third.jpg")
    (library / "fourth.jpg").rename(library / "witness.jpg")

    assert before == {"victim.jpg", "witness.jpg"}
    assert members_of(scan_of(library)) == {"victim.jpg", "third.jpg"}


def members_of(outcome: ScanOutcome) -> set[str]:
    pictures = outcome.report.pictures
    [group] = outcome.report.groups
    return {os.path.basename(pictures[number].file.path) for number in group.members}


def test_a_picture_changed_again_within_one_tick_of_the_clock(
    scan_of: ScanOf, library: Path, edited: bytes
) -> None:
    """Same size, same time, same inode: nothing tells, but that it was so new when it was read."""
    now = time.time_ns()
    set_time(library / "victim.jpg", now)
    assert groups_of(scan_of(library)) == 1
    (library / "victim.jpg").write_bytes(edited)
    set_time(library / "victim.jpg", now)
    assert groups_of(scan_of(library)) == 0


def test_a_text_that_becomes_a_picture_and_a_picture_that_becomes_none(
    scan_of: ScanOf, library: Path
) -> None:
    content = (library / "victim.jpg").read_bytes()
    (library / "victim.jpg").write_bytes(b"notes".ljust(SIZE))
    (library / "victim.jpg").rename(library / "victim")
    set_time(library / "victim", OLD)
    assert scan_of(library).report.passed_over == {"not a picture": 1}
    (library / "victim").write_bytes(content)
    assert groups_of(scan_of(library)) == 1
    (library / "victim").write_bytes(b"notes")
    assert scan_of(library).report.passed_over == {"not a picture": 1}
