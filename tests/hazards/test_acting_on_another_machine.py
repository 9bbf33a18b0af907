"""A plan made on another machine, or for a library that was copied or restored since."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library
from support.processes import run_to_end

from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_where_nothing_is_there_nothing_is_made(sandbox: Library, action: str) -> None:
    sandbox.add("c.jpg")
    plan = sandbox.planned(action)
    shutil.rmtree(sandbox.folder)

    for really in (False, True):
        result = sandbox.apply(plan, really=really)
        assert result.states == [State.REFUSED] * 2
        assert "it is not there any more" in result.words
    assert not sandbox.folder.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_where_the_files_are_copies_of_those_of_the_plan_nothing_is_touched(
    sandbox: Library, action: str
) -> None:
    """Their times and bytes are the same, and a restored backup is not what was looked at."""
    plan = sandbox.planned(action)
    sandbox.folder.rename(sandbox.folder.with_name("backup"))
    shutil.copytree(sandbox.folder.with_name("backup"), sandbox.folder)
    before = sandbox.tree()

    for really in (False, True):
        result = sandbox.apply(plan, really=really)
        assert result.states == [State.REFUSED]
        assert "another file has taken its place since the scan" in result.words
    assert before == sandbox.tree()


def test_files_that_moved_take_nothing_with_them(sandbox: Library) -> None:
    """The folder has another name now, and the plan's another library."""
    plan = sandbox.planned("delete")
    sandbox.folder.rename(sandbox.folder.with_name("moved"))
    sandbox.folder.mkdir()
    sandbox.add("a.jpg", "rocket.jpg")
    sandbox.add("b.jpg", "rocket.jpg")

    assert sandbox.apply(plan).states == [State.REFUSED]
    assert sorted(sandbox.tree()) == ["a.jpg", "b.jpg"]


def test_a_drive_that_was_mounted_anew_under_another_number(
    sandbox: Library, tmp_path: Path, mount: Callable[..., Path]
) -> None:
    """Device numbers change with a reboot: what was done can be undone, a new act is refused."""
    image, copy = tmp_path / "drive", tmp_path / "another drive"
    image.write_bytes(b"")
    os.truncate(image, 8 << 20)
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("making a file system takes mkfs.ext4")
    run_to_end(["mkfs.ext4", "-q", str(image)], check=True)
    shutil.copy(image, copy)
    point = mount("sandbox/library/drive", "-o", "loop", image)
    device = point.stat().st_dev
    for number in range(3):
        sandbox.add(f"drive/{number}.jpg", "rocket.jpg")
    sandbox.scan()
    links, plan = sandbox.plan("hardlink", "links"), sandbox.plan("quarantine")
    before = sandbox.tree()
    journal = sandbox.apply(plan).journal
    run_to_end(["umount", str(point)], check=True)
    mount("in its place", "-o", "loop", copy)
    run_to_end(["mount", "-o", "loop", str(image), str(point)], check=True)
    assert device != point.stat().st_dev

    undone = sandbox.undo(journal)

    assert {State.DONE} == set(undone.states)
    assert before == sandbox.tree()
    result = sandbox.apply(links)
    assert result.states == [State.DONE, State.REFUSED, State.REFUSED]
    assert "was it mounted anew?" in result.words
