"""Read-only folders, read-only drives and immutable files: refused, and nothing is half done."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.fixture
def immutable() -> Iterator[Callable[[Path], None]]:
    """Make a file or folder that nobody may change."""
    made: list[Path] = []

    def make(path: Path) -> None:
        command = ["chattr", "+i", str(path)]
        if shutil.which("chattr") is None or subprocess.run(command, check=False).returncode:
            pytest.skip("this file system, or this user, cannot make a file immutable")
        made.append(path)

    yield make
    for path in made:
        subprocess.run(["chattr", "-i", str(path)], check=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_immutable_target(
    acting: Library, immutable: Callable[[Path], None], action: str
) -> None:
    plan = acting.planned(action)
    immutable(acting.folder / "b.jpg")
    before = acting.tree()

    told = acting.apply(plan)

    assert told.states == [State.REFUSED]
    assert "is the file immutable" in told.words
    assert before == acting.tree()


def test_an_immutable_keeper_cannot_be_linked_and_can_be_kept(
    acting: Library, immutable: Callable[[Path], None]
) -> None:
    acting.scan()
    link, move = acting.plan("hardlink", "link"), acting.plan()
    immutable(acting.folder / "a.jpg")
    before = acting.tree()

    assert acting.apply(link).states == [State.REFUSED]
    assert before == acting.tree()
    assert acting.apply(move).states == [State.DONE]


@pytest.mark.parametrize("action", ACTIONS)
def test_an_immutable_folder(
    acting: Library, immutable: Callable[[Path], None], action: str
) -> None:
    (acting.folder / "b.jpg").unlink()
    acting.add("folder/c.jpg")
    plan = acting.planned(action)
    immutable(acting.folder / "folder")
    before = acting.tree()

    assert acting.apply(plan).states == [State.REFUSED]
    after = acting.tree()
    assert before == {name: after[name] for name in before}


@pytest.mark.parametrize("action", [*ACTIONS, "trash"])
def test_a_drive_that_is_read_only_by_now(
    acting: Library, mount: Callable[..., Path], action: str
) -> None:
    acting.folder = mount("drive", "-t", "tmpfs", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        acting.add(name)
    plan, before = acting.planned(action), acting.tree()
    subprocess.run(["mount", "-o", "remount,ro", str(acting.folder)], check=True)

    for really in (False, True):
        told = acting.apply(plan, really=really)
        assert told.states == [State.REFUSED]
        assert any(word in told.words for word in ("read-only", "written to", "permission"))
    assert before == acting.tree()


@pytest.mark.parametrize("action", ["quarantine", "hardlink"])
def test_a_folder_that_only_others_may_write_to(
    acting: Library, unprivileged: list[str], action: str
) -> None:
    (acting.folder / "b.jpg").unlink()
    acting.add("folder/c.jpg")
    acting.add("other/d.jpg")
    plan, before = acting.planned(action), acting.tree()
    (acting.folder / "folder").chmod(0o555)
    command = [*unprivileged, sys.executable, "-m", "dupscan", "apply", str(plan), "--yes"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    (acting.folder / "folder").chmod(0o755)
    assert done.returncode == 4
    assert "refused: " in done.stderr
    assert "no permission; may you write to its folder?" in done.stderr
    assert "Traceback" not in done.stderr
    after = acting.tree()
    assert before["folder/c.jpg"] == after["folder/c.jpg"]
    assert after.get("other/d.jpg", ("",))[0] == ("" if action == "quarantine" else "-rw-r--r--")
