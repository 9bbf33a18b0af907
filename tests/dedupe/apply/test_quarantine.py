"""Where in the quarantine a file goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.dedupe.apply.preconditions import Refused
from dupscan.dedupe.apply.quarantine import Quarantine
from dupscan.dedupe.apply.scope import Scope
from dupscan.text.file_names import QUARANTINE


@pytest.fixture
def quarantine(tmp_path: Path) -> Quarantine:
    """The quarantine of a plan for ``tmp_path/photos``."""
    (tmp_path / "photos" / "2020").mkdir(parents=True)
    return Quarantine("0123456789ab", Scope.of([str(tmp_path / "photos")]))


def path_for(quarantine: Quarantine, path: Path) -> str:
    return quarantine.path_for(str(path), os.path.realpath(path.parent))


def test_the_whole_path_stands_below_the_top_of_what_was_scanned(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    photos = os.path.realpath(tmp_path / "photos")

    place = path_for(quarantine, tmp_path / "photos" / "2020" / "a.jpg")

    assert place == f"{photos}/{QUARANTINE}/0123456789ab{photos}/2020/a.jpg"


def test_two_of_one_name_never_meet(quarantine: Quarantine, tmp_path: Path) -> None:
    paths = [tmp_path / "photos" / "a.jpg", tmp_path / "photos" / "2020" / "a.jpg"]
    assert len({path_for(quarantine, path) for path in paths}) == 2


def test_what_lies_nowhere_that_was_scanned_has_no_place(
    quarantine: Quarantine, tmp_path: Path
) -> None:
    with pytest.raises(Refused):
        path_for(quarantine, tmp_path / "a.jpg")


def test_its_folders_are_the_users_alone(sandbox: Library) -> None:
    """Whoever could not look into the picture's folder cannot look in there."""
    for name in ("x/deep/c.jpg", "x/d.jpg"):
        sandbox.add(name)
    os.chmod(sandbox.folder / "x", 0o700)

    sandbox.act()

    folders = [path for path in (sandbox.folder / QUARANTINE).rglob("*") if path.is_dir()]
    assert {0o700} == {path.stat().st_mode & 0o777 for path in folders}


def test_an_earlier_quarantine_is_left_as_it_is(sandbox: Library) -> None:
    """The second pass has a folder of its own, and its undo takes away nothing of the first."""
    sandbox.add("c/b.jpg")
    sandbox.act()
    first = sandbox.quarantined()
    content = (sandbox.folder / "a.jpg").read_bytes()
    sandbox.add("b.jpg")
    result = sandbox.act()
    assert len(first) + 1 == len(sandbox.quarantined())

    sandbox.undo(result.journal)

    assert first == sandbox.quarantined()
    assert {content} == {path.read_bytes() for path in first}


def test_a_file_of_that_name_is_not_written_over(sandbox: Library) -> None:
    (sandbox.folder / QUARANTINE).write_bytes(b"mine")

    sandbox.act()

    assert (sandbox.folder / QUARANTINE).read_bytes() == b"mine"
