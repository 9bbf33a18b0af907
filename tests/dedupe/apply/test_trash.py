"""Paths of files in the trash."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from support.plans import identity_of

from dupscan.dedupe.apply import trash
from dupscan.model.plan import HashedFile

Throw = Callable[[str, str], HashedFile]


@pytest.fixture
def throw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Throw:
    """Put a file into the trash, under a name, as if it came from below ``tmp_path``."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(came_from: str, name: str) -> HashedFile:
        path, place = str(tmp_path / came_from), tmp_path / "data" / "Trash" / "files" / name
        note = Path(trash.info_path(str(place)))
        place.parent.mkdir(parents=True, exist_ok=True)
        note.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"picture")
        note.write_text(f"[Trash Info]\nPath={quote(os.fsencode(path))}\nDeletionDate=\n")
        return identity_of(place, path=path, digest=b"")

    return run


def files(tmp_path: Path) -> str:
    return str(tmp_path / "data" / "Trash" / "files")


def test_where_there_is_no_trash_nothing_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert trash.find(HashedFile(str(tmp_path / "a.jpg"), 1, 1, 1, 1, b"")) == ""


@pytest.mark.parametrize(
    "name", ["a.jpg", "a", "ä ö.jpg", "new\nline.jpg", "\udcff.jpg", "%41.jpg"]
)
def test_a_file_is_found_by_its_name(throw: Throw, tmp_path: Path, name: str) -> None:
    file = throw(name, name)
    assert f"{files(tmp_path)}/{name}" == trash.find(file)


def test_of_several_of_one_name_each_is_found(throw: Throw, tmp_path: Path) -> None:
    names = ["a.jpg", "a 1.jpg", "a 2.jpg"]
    thrown = [throw(f"{number}/a.jpg", name) for number, name in enumerate(names)]
    assert [f"{files(tmp_path)}/{name}" for name in names] == [trash.find(file) for file in thrown]


def test_one_that_was_taken_out_again_is_not_known(throw: Throw, tmp_path: Path) -> None:
    file = throw("a.jpg", "a.jpg")
    throw("b/a.jpg", "a 1.jpg")
    os.unlink(f"{files(tmp_path)}/a.jpg")
    assert trash.find(file) == ""


def test_the_first_of_its_name_may_have_been_emptied_away(throw: Throw, tmp_path: Path) -> None:
    throw("b/a.jpg", "a.jpg")
    file = throw("a.jpg", "a 1.jpg")
    os.unlink(f"{files(tmp_path)}/a.jpg")
    os.unlink(trash.info_path(f"{files(tmp_path)}/a.jpg"))
    assert f"{files(tmp_path)}/a 1.jpg" == trash.find(file)


def test_a_note_stands_beside_its_file() -> None:
    assert trash.info_path("/t/files/a.jpg") == "/t/info/a.jpg.trashinfo"
