"""Folders that were typed are resolved once, and stay the same for a whole scan."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dupscan.errors import RootError
from dupscan.settings import WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.walk.roots import in_walking_order, resolve_roots
from dupscan.walk.walker import walk


def test_without_a_folder_there_is_no_root() -> None:
    assert resolve_roots(WalkSettings(())) == ()


def test_roots_come_as_typed_and_reference_folders_after_them(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / name).mkdir()
    b, a, d, c = (str(tmp_path / name) for name in "badc")
    resolved = resolve_roots(WalkSettings((b, a), references=(d, c)))
    assert [root.path for root in resolved] == [b, a, d, c]
    assert [root.reference for root in resolved] == [False, False, True, True]


def test_a_folder_that_is_typed_twice_is_one_root(tmp_path: Path) -> None:
    typed = (str(tmp_path), f"{tmp_path}/", f"{tmp_path}/../{tmp_path.name}")
    (root,) = resolve_roots(WalkSettings(typed))
    assert root.path == str(tmp_path)


def test_reference_folders_are_walked_first_and_real_paths_before_links(tmp_path: Path) -> None:
    for name in ("b", "c", "d"):
        (tmp_path / name).mkdir()
    (tmp_path / "a").symlink_to("c")
    paths = {name: str(tmp_path / name) for name in "abcd"}
    typed = WalkSettings((paths["a"], paths["c"], paths["b"]), references=(paths["d"],))
    in_order = in_walking_order(resolve_roots(typed))
    assert [os.path.basename(root.path) for root in in_order] == ["d", "b", "c", "a"]


@pytest.mark.parametrize("name", ["..", "in", "in/deeper", "../link"])
def test_a_root_inside_a_reference_folder_is_refused(tmp_path: Path, name: str) -> None:
    reference = tmp_path / "reference"
    (reference / "in/deeper").mkdir(parents=True)
    (tmp_path / "link").symlink_to("reference/in")
    typed = WalkSettings((str(reference / name),), references=(str(reference),))
    if name == "..":
        assert len(resolve_roots(typed)) == 2, "a root may hold the reference folder"
        return
    with pytest.raises(RootError, match="lies inside the reference folder"):
        resolve_roots(typed)


def test_a_relative_root_stays_where_it_was_when_the_folder_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder / "photos").mkdir(parents=True)
        (tmp_path / folder / "photos" / f"{folder}.jpg").touch()
    typed = WalkSettings(("photos",))
    monkeypatch.chdir(tmp_path / "here")
    roots = resolve_roots(typed)
    monkeypatch.chdir(tmp_path / "there")
    (file,) = walk(roots, typed, StopFlag()).files
    assert file.path == str(tmp_path / "here/photos/here.jpg")


def test_a_root_that_is_gone_since_it_was_resolved_is_a_failure(tmp_path: Path) -> None:
    for name in ("gone", "there"):
        (tmp_path / name).mkdir()
    typed = WalkSettings((str(tmp_path / "gone"), str(tmp_path / "there")))
    roots = resolve_roots(typed)
    (tmp_path / "gone").rmdir()
    (failure,) = walk(roots, typed, StopFlag()).failures
    assert failure.path == str(tmp_path / "gone")
    assert failure.reason.startswith("folder cannot be read: No such file")


def test_a_file_that_is_a_root_is_the_file_that_was_resolved(tmp_path: Path) -> None:
    """If it changes later, reading it finds another time of change, and says so."""
    photo = tmp_path / "a.jpg"
    photo.write_text("a")
    typed = WalkSettings((str(photo),))
    roots = resolve_roots(typed)
    before = photo.stat()
    photo.write_text("something longer")
    (file,) = walk(roots, typed, StopFlag()).files
    assert (file.size, file.mtime_ns) == (before.st_size, before.st_mtime_ns)


@pytest.mark.parametrize("kind", ["roots", "references"])
def test_the_folder_that_is_not_entered_is_entered_if_it_is_a_root(
    tmp_path: Path, kind: str
) -> None:
    """A report may be written to a folder that is scanned; below a root, its folder is left out."""
    for path in ("photos/a.jpg", "report/b.jpg", "photos/report/c.jpg"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    photos, report = str(tmp_path / "photos"), str(tmp_path / "report")
    folders = {"roots": (photos,), "references": ()}
    folders[kind] += (report,)
    typed = WalkSettings(folders["roots"], references=folders["references"])
    roots = resolve_roots(typed)
    result = walk(roots, typed, StopFlag(), skip_folder=report)
    assert [os.path.basename(file.path) for file in result.files] == ["a.jpg", "c.jpg", "b.jpg"]
    result = walk(roots, typed, StopFlag(), skip_folder=str(tmp_path / "photos/report"))
    assert [os.path.basename(file.path) for file in result.files] == ["a.jpg", "b.jpg"]
