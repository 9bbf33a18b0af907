"""One folder that is mounted in two places, before the scan or after the scan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.model.plan import State

Mount = Callable[..., Path]
ACTIONS = ["quarantine", "hardlink", "symlink", "reflink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_picture_that_is_seen_twice_is_no_duplicate(
    sandbox: Library, mount: Mount, action: str
) -> None:
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("inner/a.jpg")
    (sandbox.folder / "a.jpg").unlink()
    mount("sandbox/library/bound", "--bind", sandbox.folder / "inner")

    assert sandbox.act(action).outcomes == []
    assert (sandbox.folder / "inner" / "a.jpg").exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_mount_over_the_targets_folder_since_the_scan(
    sandbox: Library, mount: Mount, action: str
) -> None:
    """The target's path leads to the keeper itself, and the target is beneath."""
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("kept/x.jpg")
    sandbox.add("copy/x.jpg")
    (sandbox.folder / "a.jpg").unlink()
    sandbox.scan()
    plan = sandbox.plan(action, keep=(f"under:{sandbox.folder}/kept",))
    (sandbox.folder / "copy").rename(sandbox.folder / "copy before")
    mount("sandbox/library/copy", "--bind", sandbox.folder / "kept")

    for really in (False, True):
        result = sandbox.apply(plan, really=really)
        assert result.states == [State.REFUSED]
        assert "it is the keeper's own file already" in result.words or "another" in result.words
    assert (sandbox.folder / "kept" / "x.jpg").is_file()
    assert (sandbox.folder / "copy before" / "x.jpg").is_file()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_below_a_mount_of_its_own_is_whole_whatever_comes_of_it(
    sandbox: Library, mount: Mount, tmp_path: Path, action: str
) -> None:
    """One device to the scan, and two to a rename: what cannot be done is refused and undone."""
    (sandbox.folder / "b.jpg").unlink()
    (tmp_path / "elsewhere").mkdir()
    bound = mount("sandbox/library/bound", "--bind", tmp_path / "elsewhere")
    content = sandbox.add("bound/b.jpg").read_bytes()
    assert bound.stat().st_dev == sandbox.folder.stat().st_dev
    before = sandbox.tree()
    result = sandbox.act(action)

    if result.states == [State.REFUSED]:
        assert before == sandbox.tree()
        assert "from one file system to another" in result.words or action == "reflink"
    elif action != "delete":
        assert content == (sandbox.folder / "a.jpg").read_bytes()
        assert sandbox.undo(result.journal).states == [State.DONE]
        assert before == sandbox.tree()
    assert not [name for name in sandbox.tree() if ".tmp" in name]
