"""Reflinks on a real file system: separate files that share their blocks on the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library
from support.processes import run_to_end

from dupscan.model.plan import State


@pytest.fixture
def sharing(sandbox: Library, tmp_path: Path, mount: Callable[..., Path]) -> Library:
    """The library on a file system with reflinks."""
    image = tmp_path / "drive"
    image.touch()
    os.truncate(image, 400 << 20)  # sparse; the least that XFS wants
    for command in (["mkfs.xfs", "-q"], ["mkfs.btrfs", "-q"]):
        if shutil.which(command[0]) is not None:
            run_to_end([*command, str(image)], check=True)
            break
    else:
        pytest.skip("a file system with reflinks takes mkfs.xfs or mkfs.btrfs")
    sandbox.folder = mount("sharing", "-o", "loop", image)
    for name in ("a.jpg", "b.jpg"):
        sandbox.add(name)
    return sandbox


def test_a_reflink_has_its_own_marks_and_is_changed_alone(sharing: Library) -> None:
    target = sharing.folder / "b.jpg"
    target.chmod(0o600)
    os.utime(target, ns=(10**18, 10**18 + 1))
    os.setxattr(target, "user.rating", b"5")
    before = sharing.tree()

    result = sharing.act("reflink")

    assert result.states == [State.DONE]
    assert before == sharing.tree()
    assert target.stat().st_nlink == 1
    with target.open("r+b") as file:
        file.write(b"changed")
    assert before["a.jpg"] == sharing.tree()["a.jpg"]


def test_done_twice_and_undone_it_is_a_file_of_its_own_all_along(sharing: Library) -> None:
    before = sharing.tree()
    plan = sharing.planned("reflink")

    journal = sharing.apply(plan).journal

    assert sharing.apply(plan).states == [State.DONE_BEFORE]
    assert sharing.undo(journal).states == [State.DONE]
    assert before == sharing.tree()


def test_a_target_with_names_elsewhere_keeps_them(sharing: Library) -> None:
    os.link(sharing.folder / "b.jpg", sharing.folder / "c.jpg")
    before = sharing.tree()

    assert {State.DONE} == set(sharing.act("reflink").states)

    assert before == sharing.tree()


def test_where_there_are_no_reflinks_everything_stays(
    sandbox: Library, mount: Callable[..., Path]
) -> None:
    sandbox.folder = mount("drive", "-t", "tmpfs", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        sandbox.add(name)
    before = sandbox.tree()

    assert sandbox.act("reflink").states == [State.REFUSED]

    assert before == sandbox.tree()


def test_from_one_drive_to_another_there_are_none(sharing: Library, tmp_path: Path) -> None:
    sharing.scan(sharing.folder, sharing.papers.parent / "library")
    before = sharing.tree()

    result = sharing.apply(sharing.plan("reflink", keep=("shortest-path",)))

    assert len(result.states) < 3
    assert before == sharing.tree()
