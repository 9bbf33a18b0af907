"""A disk without a free byte: for the journal, for a folder, for the copy that an undo makes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.errors import JournalNotWritten
from dupscan.model.plan import State

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
    sandbox: Library, mount: Mount, action: str
) -> None:
    """And once there is room, the same command does it."""
    sandbox.papers = mount("papers", "-t", "tmpfs", "-o", "size=512k", "tmpfs")
    plan, before = sandbox.planned(action), sandbox.tree()
    filler = fill(sandbox.papers)

    with pytest.raises(JournalNotWritten, match="No space left on device"):
        sandbox.apply(plan)

    assert before == sandbox.tree()
    filler.unlink()
    assert sandbox.apply(plan).states == [State.DONE]


def test_a_journal_that_is_full_half_way_goes_on_later(sandbox: Library, mount: Mount) -> None:
    """Each row is as before or done, and no line is half a line."""
    content = (sandbox.folder / "a.jpg").read_bytes()
    for number in range(40):
        sandbox.add(f"c{number}.jpg")
    sandbox.papers = mount("papers", "-t", "tmpfs", "-o", "size=1m", "tmpfs")
    plan, before = sandbox.planned("hardlink"), sandbox.tree()
    filler = fill(sandbox.papers)
    os.truncate(filler, filler.stat().st_size - 8192)

    with pytest.raises(JournalNotWritten):
        sandbox.apply(plan)

    names = [path.stat().st_nlink for path in sandbox.folder.iterdir()]
    assert 1 < max(names) < len(before)
    assert all(content == path.read_bytes() for path in sandbox.folder.iterdir())
    filler.unlink()
    result = sandbox.apply(plan)
    assert {State.DONE, State.DONE_BEFORE} == set(result.states)
    assert {len(before)} == {path.stat().st_nlink for path in sandbox.folder.iterdir()}
    assert {State.DONE} == set(sandbox.undo(result.journal).states)
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ["hardlink", "symlink"])
def test_an_undo_without_room_for_the_copy_leaves_the_link(
    sandbox: Library, mount: Mount, action: str
) -> None:
    sandbox.folder = mount("small", "-t", "tmpfs", "-o", "size=256k", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        sandbox.add(name)
    before = sandbox.tree()
    result = sandbox.act(action)
    filler, linked = fill(sandbox.folder), sandbox.tree()

    undone = sandbox.undo(result.journal)

    assert undone.states == [State.REFUSED]
    assert "the disk is full" in undone.words
    assert linked == sandbox.tree()
    filler.unlink()
    assert sandbox.undo(result.journal).states == [State.DONE]
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ["quarantine", "hardlink", "symlink", "delete"])
def test_on_a_disk_that_is_full_a_pass_works_or_is_refused(
    sandbox: Library, mount: Mount, action: str
) -> None:
    """It is on a full disk that people look for duplicates."""
    sandbox.folder = mount("small", "-t", "tmpfs", "-o", "size=256k,nr_inodes=6", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        sandbox.add(name)
    plan = sandbox.planned(action)
    fill(sandbox.folder)
    before = sandbox.tree()

    result = sandbox.apply(plan)

    assert before["a.jpg"] == sandbox.tree()["a.jpg"]
    if result.states == [State.REFUSED]:
        assert "the disk is full" in result.words or "No space left" in result.words
        assert before == sandbox.tree()
