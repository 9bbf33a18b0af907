"""One folder that is mounted in two places, before the scan or after the scan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

Mount = Callable[..., Path]
ACTIONS = ["quarantine", "hardlink", "symlink", "reflink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_picture_that_is_seen_twice_is_no_duplicate(
    acting: Library, mount: Mount, action: str
) -> None:
    (acting.folder / "b.jpg").unlink()
    acting.add("inner/a.jpg")
    (acting.folder / "a.jpg").unlink()
    mount("acting/library/bound", "--bind", acting.folder / "inner")

    assert acting.act(action).outcomes == []
    assert (acting.folder / "inner" / "a.jpg").exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_mount_over_the_targets_folder_since_the_scan(
    acting: Library, mount: Mount, action: str
) -> None:
    """The target's path leads to the keeper itself, and the target is beneath."""
    (acting.folder / "b.jpg").unlink()
    acting.add("kept/x.jpg")
    acting.add("copy/x.jpg")
    (acting.folder / "a.jpg").unlink()
    acting.scan()
    plan = acting.plan(action, keep=(f"under:{acting.folder}/kept",))
    (acting.folder / "copy").rename(acting.folder / "copy before")
    mount("acting/library/copy", "--bind", acting.folder / "kept")

    for really in (False, True):
        told = acting.apply(plan, really=really)
        assert told.states == [State.REFUSED]
        assert "it is the keeper's own file already" in told.words or "another" in told.words
    assert (acting.folder / "kept" / "x.jpg").is_file()
    assert (acting.folder / "copy before" / "x.jpg").is_file()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_below_a_mount_of_its_own_is_whole_whatever_comes_of_it(
    acting: Library, mount: Mount, tmp_path: Path, action: str
) -> None:
    """One device to the scan, and two to a rename: what cannot be done is refused and undone."""
    (acting.folder / "b.jpg").unlink()
    (tmp_path / "elsewhere").mkdir()
    bound = mount("acting/library/bound", "--bind", tmp_path / "elsewhere")
    content = acting.add("bound/b.jpg").read_bytes()
    assert bound.stat().st_dev == acting.folder.stat().st_dev
    before = acting.tree()
    told = acting.act(action)

    if told.states == [State.REFUSED]:
        assert before == acting.tree()
        assert "from one file system to another" in told.words or action == "reflink"
    elif action != "delete":
        assert content == (acting.folder / "a.jpg").read_bytes()
        assert acting.undo(told.journal).states == [State.DONE]
        assert before == acting.tree()
    assert not [name for name in acting.tree() if ".tmp" in name]
