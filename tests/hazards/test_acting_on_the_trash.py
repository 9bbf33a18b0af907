"""The trash of the desktop: a picture is found again there, whatever else is in the trash."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library

Dupscan = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(dupscan: Dupscan, tmp_path: Path) -> Dupscan:
    """Run the command at home, with a trash folder: Send2Trash reads where it is as it begins."""
    (tmp_path / "home").mkdir()
    return lambda *words: dupscan(*words, XDG_DATA_HOME=str(tmp_path / "data"))


@pytest.fixture
def trash(tmp_path: Path) -> Path:
    """Where the trash's files are."""
    folder = tmp_path / "data" / "Trash" / "files"
    folder.mkdir(parents=True)
    (folder.parent / "info").mkdir()
    return folder


def there_and_back(sandbox: Library, run: Dupscan) -> None:
    """Move all duplicates to the trash, and undo it."""
    done = run("apply", sandbox.planned("trash"), "--yes")
    assert done.returncode == 0, done.stderr
    [journal] = sandbox.papers.glob("*.journal")
    undone = run("undo", journal)
    assert undone.returncode == 0, undone.stderr


def test_a_picture_goes_there_and_comes_back(sandbox: Library, run: Dupscan, trash: Path) -> None:
    name = "été\n \udcff".encode("utf-8", "surrogateescape") + b".jpg"
    sandbox.add(name)
    before = sandbox.tree()

    there_and_back(sandbox, run)

    assert before == sandbox.tree()
    assert os.listdir(trash) == []
    assert os.listdir(trash.parent / "info") == []


def test_hard_linked_names_of_one_spelling_all_come_back(
    sandbox: Library, run: Dupscan, trash: Path
) -> None:
    """Names of one file look the same by their inode, wherever the trash has them."""
    os.utime(sandbox.folder / "a.jpg", ns=(10**18, 10**18))
    for folder in ("one", "two"):
        (sandbox.folder / folder).mkdir()
        os.link(sandbox.folder / "b.jpg", sandbox.folder / folder / "x.jpg")
    before = sandbox.tree()

    there_and_back(sandbox, run)

    assert before == sandbox.tree()
    assert os.listdir(trash) == []


def test_what_the_user_threw_away_before_stays_there(
    sandbox: Library, run: Dupscan, trash: Path
) -> None:
    """Another picture of that name, and another name of that very file."""
    shutil.copy(sandbox.originals / "rocket.jpg", trash / "b.jpg")
    os.link(sandbox.folder / "b.jpg", trash / "b 1.jpg")
    for name in ("b.jpg", "b 1.jpg"):
        note = f"[Trash Info]\nPath=/elsewhere/{name}\nDeletionDate=2020-01-01T00:00:00\n"
        (trash.parent / "info" / f"{name}.trashinfo").write_text(note)
    before = sandbox.tree()

    there_and_back(sandbox, run)

    assert before == sandbox.tree()
    assert sorted(os.listdir(trash)) == ["b 1.jpg", "b.jpg"]
    assert len(os.listdir(trash.parent / "info")) == 2


def test_what_was_taken_out_of_the_trash_meanwhile_is_said(
    sandbox: Library, run: Dupscan, trash: Path
) -> None:
    assert run("apply", sandbox.planned("trash"), "--yes").returncode == 0
    (trash / "b.jpg").unlink()
    [journal] = sandbox.papers.glob("*.journal")

    undone = run("undo", journal)

    assert undone.returncode == 4
    assert "refused: " in undone.stderr
    assert not (sandbox.folder / "b.jpg").exists()


def test_without_a_trash_folder_nothing_goes(
    sandbox: Library, dupscan: Dupscan, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the trash's folder should be")
    (tmp_path / "home").mkdir()
    plan, before = sandbox.planned("trash"), sandbox.tree()

    done = dupscan("apply", plan, "--yes", XDG_DATA_HOME=str(tmp_path / "data"))

    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert before == sandbox.tree()


def test_a_missing_trash_is_not_called_a_missing_picture(
    sandbox: Library, dupscan: Dupscan, tmp_path: Path
) -> None:
    """Send2Trash says of a home that does not exist what it says of a file that does not."""
    before = sandbox.tree()

    done = dupscan("apply", sandbox.planned("trash"), "--yes", HOME=str(tmp_path / "nowhere"))

    assert done.returncode == 4
    assert "there is no trash, because there is no home folder" in done.stderr
    assert before == sandbox.tree()
    assert not (tmp_path / "nowhere").exists()
