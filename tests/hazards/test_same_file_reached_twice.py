"""One file that is reached by two paths must not be called its own duplicate.

A user who deletes one of the two loses both. docs/cautions.rst of rmlint describes the cases.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.model.pictures import Picture
from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
PicturesOf = Callable[..., tuple[Picture, ...]]


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """A folder with a folder with one picture in it."""
    folder = tmp_path / "library"
    (folder / "inner").mkdir(parents=True)
    shutil.copy(originals / "coffee.jpg", folder / "inner" / "coffee.jpg")
    return folder


def counted(outcome: ScanOutcome) -> tuple[int, int, int]:
    """Files, pictures and groups that a scan saw."""
    counts = outcome.report.counts
    return counts.files, counts.pictures, counts.groups


ONE_FILE = (1, 1, 0)


def test_a_folder_given_twice(scan_of: ScanOf, library: Path) -> None:
    assert counted(scan_of(library, library)) == ONE_FILE


def test_a_folder_given_in_two_spellings(scan_of: ScanOf, library: Path) -> None:
    assert counted(scan_of(library, library / "inner" / ".." / ".")) == ONE_FILE


def test_a_folder_and_one_inside_it(scan_of: ScanOf, library: Path) -> None:
    assert (
        counted(scan_of(library, library / "inner", library / "inner" / "coffee.jpg")) == ONE_FILE
    )


def test_a_folder_and_a_link_to_it(
    scan_of: ScanOf, pictures_of: PicturesOf, library: Path, tmp_path: Path
) -> None:
    (tmp_path / "a link").symlink_to(library)

    assert counted(scan_of(tmp_path / "a link", library)) == ONE_FILE
    [picture] = pictures_of(tmp_path / "a link", library)
    assert str(library / "inner" / "coffee.jpg") == picture.file.path


def test_symbolic_links_to_files_and_folders_that_are_followed(
    scan_of: ScanOf, pictures_of: PicturesOf, library: Path
) -> None:
    (library / "a file.jpg").symlink_to(library / "inner" / "coffee.jpg")
    (library / "a folder").symlink_to(library / "inner")

    assert counted(scan_of(library, follow_symlinks=True)) == ONE_FILE
    [picture] = pictures_of(library, follow_symlinks=True)
    assert picture.file.aliases == ()


def test_symbolic_links_that_are_not_followed_are_counted(scan_of: ScanOf, library: Path) -> None:
    (library / "a file.jpg").symlink_to(library / "inner" / "coffee.jpg")

    outcome = scan_of(library)

    assert counted(outcome) == ONE_FILE
    assert list(outcome.report.left_out.values()) == [1]


def test_a_bind_mount(scan_of: ScanOf, library: Path, mount: Callable[..., Path]) -> None:
    bound = mount("library/bound", "--bind", library / "inner")
    assert (bound / "coffee.jpg").exists()

    assert counted(scan_of(library)) == ONE_FILE


def test_a_bind_mount_of_a_single_folder_given_as_a_root_of_its_own(
    scan_of: ScanOf, library: Path, mount: Callable[..., Path]
) -> None:
    assert counted(scan_of(library, mount("elsewhere", "--bind", library / "inner"))) == ONE_FILE


def test_hard_links_are_aliases_and_free_nothing(
    scan_of: ScanOf, library: Path, originals: Path
) -> None:
    """A copy beside two names of one file: without the copy its bytes are free, and no others."""
    os.link(library / "inner" / "coffee.jpg", library / "also coffee.jpg")
    shutil.copy(originals / "coffee.jpg", library / "copy.jpg")

    report = scan_of(library).report

    [group] = report.groups
    keeper, duplicate = (report.pictures[number].file for number in group.members)
    assert str(library / "also coffee.jpg") == keeper.path
    assert (str(library / "inner" / "coffee.jpg"),) == keeper.aliases
    assert duplicate.size == report.counts.reclaimable


def test_a_duplicate_with_a_name_outside_the_roots_frees_nothing(
    scan_of: ScanOf, library: Path, originals: Path, tmp_path: Path
) -> None:
    copy = library / "inner" / "coffee (1).jpg"
    shutil.copy(originals / "coffee.jpg", copy)
    os.link(copy, tmp_path / "outside.jpg")

    counts = scan_of(library).report.counts

    assert (counts.duplicates, counts.reclaimable) == (1, 0)
