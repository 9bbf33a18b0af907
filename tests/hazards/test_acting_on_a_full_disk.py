"""A disk without a free byte: for the journal, for a folder, for the copy that an undo makes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.errors import JournalNotWritten
from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

Mount = Callable[..., Path]


def fill(folder: Path) -> Path:
    """Take the last bytes that there are on a file system, and return the file that has them."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    return filler


@pytest.mark.parametrize("action", ["quarantine", "hardlink", "delete"])
def test_without_room_for_the_journal_nothing_is_touched(
    acting: Library, mount: Mount, action: str
) -> None:
    """And once there is room, the same command does it."""
    acting.papers = mount("papers", "-t", "tmpfs", "-o", "size=512k", "tmpfs")
    plan, before = acting.planned(action), acting.tree()
    filler = fill(acting.papers)

    with pytest.raises(JournalNotWritten, match="No space left on device"):
        acting.apply(plan)

    assert before == acting.tree()
    filler.unlink()
    assert acting.apply(plan).states == [State.DONE]


def test_a_journal_that_is_full_half_way_goes_on_later(acting: Library, mount: Mount) -> None:
    """Each row is as before or done, and no line is half a line."""
    content = (acting.folder / "a.jpg").read_bytes()
    for number in range(40):
        acting.add(f"c{number}.jpg")
    acting.papers = mount("papers", "-t", "tmpfs", "-o", "size=1m", "tmpfs")
    plan, before = acting.planned("hardlink"), acting.tree()
    filler = fill(acting.papers)
    os.truncate(filler, filler.stat().st_size - 8192)

    with pytest.raises(JournalNotWritten):
        acting.apply(plan)

    names = [path.stat().st_nlink for path in acting.folder.iterdir()]
    assert 1 < max(names) < len(before)
    assert all(content == path.read_bytes() for path in acting.folder.iterdir())
    filler.unlink()
    told = acting.apply(plan)
    assert {State.DONE, State.DONE_BEFORE} == set(told.states)
    assert {len(before)} == {path.stat().st_nlink for path in acting.folder.iterdir()}
    assert {State.DONE} == set(acting.undo(told.journal).states)
    assert before == acting.tree()


@pytest.mark.parametrize("action", ["hardlink", "symlink"])
def test_an_undo_without_room_for_the_copy_leaves_the_link(
    acting: Library, mount: Mount, action: str
) -> None:
    acting.folder = mount("small", "-t", "tmpfs", "-o", "size=256k", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        acting.add(name)
    before = acting.tree()
    told = acting.act(action)
    filler, linked = fill(acting.folder), acting.tree()

    undone = acting.undo(told.journal)

    assert undone.states == [State.REFUSED]
    assert "the disk is full" in undone.words
    assert linked == acting.tree()
    filler.unlink()
    assert acting.undo(told.journal).states == [State.DONE]
    assert before == acting.tree()


@pytest.mark.parametrize("action", ["quarantine", "hardlink", "symlink", "delete"])
def test_on_a_disk_that_is_full_a_pass_works_or_is_refused(
    acting: Library, mount: Mount, action: str
) -> None:
    """It is on a full disk that people look for duplicates."""
    acting.folder = mount("small", "-t", "tmpfs", "-o", "size=256k,nr_inodes=6", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        acting.add(name)
    plan = acting.planned(action)
    fill(acting.folder)
    before = acting.tree()

    told = acting.apply(plan)

    assert before["a.jpg"] == acting.tree()["a.jpg"]
    if told.states == [State.REFUSED]:
        assert "the disk is full" in told.words or "No space left" in told.words
        assert before == acting.tree()
