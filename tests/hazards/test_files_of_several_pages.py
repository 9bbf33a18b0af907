"""Two scanned documents of five pages that share a cover page are not duplicates.

A program that compares only the first page would delete four pages of which there is no copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]


@pytest.fixture
def photo(originals: Path) -> Image.Image:
    """A real photograph: of one that has no detail, smaller versions are as good."""
    with Image.open(originals / "coffee.jpg") as image:
        return image.convert("RGB")


@pytest.fixture
def letters(photo: Image.Image, tmp_path: Path) -> Path:
    """A cover alone, larger so that it would be kept, and two letters that begin with it."""
    photo.save(tmp_path / "cover only.tif")
    cover = photo.reduce(2)
    for number, turn in enumerate((Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM)):
        second = cover.transpose(turn)
        cover.save(tmp_path / f"letter {number}.tif", save_all=True, append_images=[second])
    return tmp_path


def duplicates_in(outcome: ScanOutcome) -> set[str]:
    pictures = outcome.report.pictures
    return {
        Path(pictures[number].file.path).name
        for group in outcome.report.groups
        for number in group.members[1:]
    }


def test_a_file_of_several_pages_is_never_a_similar_duplicate(
    scan_of: ScanOf, letters: Path
) -> None:
    assert duplicates_in(scan_of(letters)) == set()


def test_its_copy_is_an_identical_one(scan_of: ScanOf, letters: Path) -> None:
    shutil.copy(letters / "letter 0.tif", letters / "letter 0 again.tif")
    assert len(duplicates_in(scan_of(letters)) & {"letter 0.tif", "letter 0 again.tif"}) == 1


def test_it_may_be_the_keeper_of_a_smaller_single_page(
    scan_of: ScanOf, letters: Path, photo: Image.Image
) -> None:
    """And it is named as near where it is not."""
    (letters / "cover only.tif").unlink()
    (letters / "letter 1.tif").unlink()
    photo.reduce(4).save(letters / "small.tif")
    assert duplicates_in(scan_of(letters)) == {"small.tif"}


def test_it_is_named_as_near_the_group_it_looks_like(
    scan_of: ScanOf, letters: Path, photo: Image.Image
) -> None:
    photo.save(letters / "cover again.tif")
    [group] = scan_of(letters).report.groups
    assert len(group.near) == 2


def test_it_may_go_for_one_with_the_same_pixels_on_every_page(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image
) -> None:
    """The same letter, packed: whichever is deleted, every page is still there."""
    pages = [photo.rotate(180), photo.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    photo.save(tmp_path / "plain.tif", save_all=True, append_images=pages)
    photo.save(
        tmp_path / "packed.tif", save_all=True, append_images=pages, compression="tiff_deflate"
    )
    [group] = scan_of(tmp_path).report.groups
    assert [match.verdict.value for match in group.duplicates] == ["pixels"]


def test_it_may_not_go_when_one_pixel_of_the_last_page_differs(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image
) -> None:
    for name, at in (("a.tif", (7, 7)), ("b.tif", (8, 7))):
        last = photo.rotate(180)
        last.putpixel(at, (255, 0, 255))
        photo.save(tmp_path / name, save_all=True, append_images=[last])
    assert scan_of(tmp_path).report.groups == ()


def test_a_page_more_makes_it_another_letter(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image
) -> None:
    for name, pages in (("a.tif", 1), ("b.tif", 2)):
        photo.save(tmp_path / name, save_all=True, append_images=[photo.rotate(180)] * pages)
    assert scan_of(tmp_path).report.groups == ()
