"""A plan made on another machine, or for a library that was copied or restored since."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_where_nothing_is_there_nothing_is_made(acting: Library, action: str) -> None:
    acting.add("c.jpg")
    plan = acting.planned(action)
    shutil.rmtree(acting.folder)

    for really in (False, True):
        told = acting.apply(plan, really=really)
        assert told.states == [State.REFUSED] * 2
        assert "it is not there any more" in told.words
    assert not acting.folder.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_where_the_files_are_copies_of_those_of_the_plan_nothing_is_touched(
    acting: Library, action: str
) -> None:
    """Their times and bytes are the same, and a restored backup is not what was looked at."""
    plan = acting.planned(action)
    acting.folder.rename(acting.folder.with_name("backup"))
    shutil.copytree(acting.folder.with_name("backup"), acting.folder)
    before = acting.tree()

    for really in (False, True):
        told = acting.apply(plan, really=really)
        assert told.states == [State.REFUSED]
        assert "another file has taken its place since the scan" in told.words
    assert before == acting.tree()


def test_files_that_moved_take_nothing_with_them(acting: Library) -> None:
    """The folder has another name now, and the plan's another library."""
    plan = acting.planned("delete")
    acting.folder.rename(acting.folder.with_name("moved"))
    acting.folder.mkdir()
    acting.add("a.jpg", "rocket.jpg")
    acting.add("b.jpg", "rocket.jpg")

    assert acting.apply(plan).states == [State.REFUSED]
    assert sorted(acting.tree()) == ["a.jpg", "b.jpg"]


def test_a_drive_that_was_mounted_anew_under_another_number(
    acting: Library, tmp_path: Path, mount: Callable[..., Path]
) -> None:
    """Device numbers change with a reboot: what was done can be undone, a new act is refused."""
    image, copy = tmp_path / "drive", tmp_path / "another drive"
    image.write_bytes(b"")
    os.truncate(image, 8 << 20)
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("making a file system takes mkfs.ext4")
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    shutil.copy(image, copy)
    point = mount("acting/library/drive", "-o", "loop", image)
    device = point.stat().st_dev
    for number in range(3):
        acting.add(f"drive/{number}.jpg", "rocket.jpg")
    acting.scan()
    links, plan = acting.plan("hardlink", "links"), acting.plan("quarantine")
    before = acting.tree()
    journal = acting.apply(plan).journal
    subprocess.run(["umount", str(point)], check=True)
    mount("in its place", "-o", "loop", copy)
    subprocess.run(["mount", "-o", "loop", str(image), str(point)], check=True)
    assert device != point.stat().st_dev

    undone = acting.undo(journal)

    assert {State.DONE} == set(undone.states)
    assert before == acting.tree()
    told = acting.apply(links)
    assert told.states == [State.DONE, State.REFUSED, State.REFUSED]
    assert "was it mounted anew?" in told.words
