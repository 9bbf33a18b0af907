"""A picture in a reference folder is only ever a keeper.

czkawka ignores reference folders, or deletes files from them (its ``traits.rs``).
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.model.pictures import Picture
from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
Grouped = Callable[[ScanOutcome], list[list[str]]]


@pytest.fixture
def archive(tmp_path: Path, originals: Path) -> Path:
    """A reference folder with a small, poor version of a picture."""
    folder = tmp_path / "archive"
    folder.mkdir()
    with Image.open(originals / "coffee.jpg") as photo:
        photo.resize((200, 133)).save(folder / "poor.jpg", quality=85)
    return folder


@pytest.fixture
def new(tmp_path: Path, originals: Path) -> Path:
    """A folder with the same picture, large and without loss."""
    folder = tmp_path / "new"
    folder.mkdir()
    with Image.open(originals / "coffee.jpg") as photo:
        photo.save(folder / "good.png", compress_level=1)
    return folder


def test_the_keeper_is_the_reference_however_poor(
    scan_of: ScanOf, grouped: Grouped, new: Path, archive: Path
) -> None:
    assert grouped(scan_of(new, references=(str(archive),))) == [["poor.jpg", "good.png"]]


def test_without_being_a_reference_it_is_not(
    scan_of: ScanOf, grouped: Grouped, new: Path, archive: Path
) -> None:
    assert grouped(scan_of(new, archive)) == [["good.png", "poor.jpg"]]


def test_no_file_of_a_reference_folder_is_ever_a_duplicate(
    scan_of: ScanOf, new: Path, archive: Path
) -> None:
    """Not even of another one there, and not even if it is the same bytes."""
    shutil.copy(archive / "poor.jpg", archive / "poor again.jpg")
    with Image.open(new / "good.png") as image:
        image.save(archive / "good.bmp")

    report = scan_of(new, references=(str(archive),)).report

    assert [
        Path(report.pictures[number].file.path).name
        for group in report.groups
        for number in group.members[1:]
    ] == ["good.png"]


def test_two_equal_files_in_a_reference_folder_are_no_group(
    scan_of: ScanOf, tmp_path: Path, archive: Path
) -> None:
    shutil.copy(archive / "poor.jpg", archive / "poor again.jpg")
    (tmp_path / "empty").mkdir()

    assert scan_of(tmp_path / "empty", references=(str(archive),)).report.groups == ()


def test_a_name_that_leads_to_a_file_of_the_archive_is_not_its_duplicate(
    scan_of: ScanOf, pictures_of: Callable[..., tuple[Picture, ...]], tmp_path: Path, archive: Path
) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    os.link(archive / "poor.jpg", folder / "a hard link.jpg")
    (folder / "a symbolic link.jpg").symlink_to(archive / "poor.jpg")

    how = {"references": (str(archive),), "follow_symlinks": True}
    counts = scan_of(folder, **how).report.counts

    assert (counts.files, counts.groups) == (1, 0)
    [picture] = pictures_of(folder, **how)
    assert picture.file.reference


def test_a_reference_inside_a_root_is_a_reference_still(
    scan_of: ScanOf, grouped: Grouped, tmp_path: Path, new: Path, archive: Path
) -> None:
    assert grouped(scan_of(tmp_path, references=(str(archive),))) == [["poor.jpg", "good.png"]]


@pytest.mark.parametrize("way", ["inner", "by a link"])
def test_a_root_inside_a_reference_is_refused(
    dupscan: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    archive: Path,
    way: str,
) -> None:
    """Else nothing in it could ever be a duplicate, and the scan would seem to find none."""
    (archive / "inner").mkdir()
    (tmp_path / "by a link").symlink_to(archive)
    root = archive / way if way == "inner" else tmp_path / way

    done = dupscan("scan", root, "--reference", archive)

    assert done.returncode == 2
    assert str(root) in done.stderr


def test_a_reference_that_is_not_there_is_refused(
    dupscan: Callable[..., subprocess.CompletedProcess[str]], new: Path, tmp_path: Path
) -> None:
    done = dupscan("scan", new, "--reference", tmp_path / "not mounted")

    assert done.returncode == 2
    assert "not mounted" in done.stderr
