"""Read-only folders, read-only drives and immutable files: refused, and nothing is half done."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.acted_on import Library
from support.processes import run_to_end

from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.fixture
def immutable() -> Iterator[Callable[[Path], None]]:
    """Make a file or folder that nobody may change."""
    made: list[Path] = []

    def make(path: Path) -> None:
        command = ["chattr", "+i", str(path)]
        if shutil.which("chattr") is None or run_to_end(command).returncode:
            pytest.skip("this file system, or this user, cannot make a file immutable")
        made.append(path)

    yield make
    for path in made:
        run_to_end(["chattr", "-i", str(path)], check=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_immutable_target(
    sandbox: Library, immutable: Callable[[Path], None], action: str
) -> None:
    plan = sandbox.planned(action)
    immutable(sandbox.folder / "b.jpg")
    before = sandbox.tree()

    result = sandbox.apply(plan)

    assert result.states == [State.REFUSED]
    assert "is the file immutable" in result.words
    assert before == sandbox.tree()


def test_an_immutable_keeper_cannot_be_linked_and_can_be_kept(
    sandbox: Library, immutable: Callable[[Path], None]
) -> None:
    sandbox.scan()
    link, move = sandbox.plan("hardlink", "link"), sandbox.plan()
    immutable(sandbox.folder / "a.jpg")
    before = sandbox.tree()

    assert sandbox.apply(link).states == [State.REFUSED]
    assert before == sandbox.tree()
    assert sandbox.apply(move).states == [State.DONE]


@pytest.mark.parametrize("action", ACTIONS)
def test_an_immutable_folder(
    sandbox: Library, immutable: Callable[[Path], None], action: str
) -> None:
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("folder/c.jpg")
    plan = sandbox.planned(action)
    immutable(sandbox.folder / "folder")
    before = sandbox.tree()

    assert sandbox.apply(plan).states == [State.REFUSED]
    after = sandbox.tree()
    assert before == {name: after[name] for name in before}


@pytest.mark.parametrize("action", [*ACTIONS, "trash"])
def test_a_drive_that_is_read_only_by_now(
    sandbox: Library, mount: Callable[..., Path], action: str
) -> None:
    sandbox.folder = mount("drive", "-t", "tmpfs", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        sandbox.add(name)
    plan, before = sandbox.planned(action), sandbox.tree()
    run_to_end(["mount", "-o", "remount,ro", str(sandbox.folder)], check=True)

    for really in (False, True):
        result = sandbox.apply(plan, really=really)
        assert result.states == [State.REFUSED]
        assert any(word in result.words for word in ("read-only", "written to", "permission"))
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ["quarantine", "hardlink"])
def test_a_folder_that_only_others_may_write_to(
    sandbox: Library, unprivileged: list[str], action: str
) -> None:
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("folder/c.jpg")
    sandbox.add("other/d.jpg")
    plan, before = sandbox.planned(action), sandbox.tree()
    (sandbox.folder / "folder").chmod(0o555)
    command = [*unprivileged, sys.executable, "-m", "dupscan", "apply", str(plan), "--yes"]

    done = run_to_end(command, capture_output=True, text=True)

    (sandbox.folder / "folder").chmod(0o755)
    assert done.returncode == 4
    assert "refused: " in done.stderr
    assert "no permission; may you write to its folder?" in done.stderr
    assert "Traceback" not in done.stderr
    after = sandbox.tree()
    assert before["folder/c.jpg"] == after["folder/c.jpg"]
    assert after.get("other/d.jpg", ("",))[0] == ("" if action == "quarantine" else "-rw-r--r--")
