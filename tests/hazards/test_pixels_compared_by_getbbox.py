"""A common test for equal pixels says "equal" for four kinds of pairs that differ.

The test is ``ImageChops.difference(a, b).getbbox() is None``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import FileEntry
from dupscan.settings import FingerprintSettings


@pytest.fixture
def told_apart(
    entry_of: Callable[[Path], FileEntry],
) -> Callable[[Path, Path], tuple[bool, bool]]:
    """Whether two files differ, by the naive test and by ours."""

    def compare(one: Path, other: Path) -> tuple[bool, bool]:
        with Image.open(one) as a, Image.open(other) as b:
            naive = ImageChops.difference(a, b).getbbox() is not None
        digests = [pixel_digest(entry_of(path), FingerprintSettings()) for path in (one, other)]
        assert all(isinstance(found, PixelDigest) and found.digest for found in digests)
        return naive, digests[0] != digests[1]

    return compare


ToldApart = Callable[[Path, Path], tuple[bool, bool]]


def test_opaque_red_and_opaque_blue(tmp_path: Path, told_apart: ToldApart) -> None:
    """Their difference has no opacity, and a box is only put around what is not transparent."""
    for colour in ("red", "blue"):
        Image.new("RGBA", (40, 30), colour).save(tmp_path / f"{colour}.png")
    assert told_apart(tmp_path / "red.png", tmp_path / "blue.png") == (False, True)


def test_a_picture_and_its_top_left_crop(
    photo: Image.Image, tmp_path: Path, told_apart: ToldApart
) -> None:
    """Only what both of them cover is compared."""
    photo.save(tmp_path / "whole.png")
    photo.crop((0, 0, 200, 100)).save(tmp_path / "crop.png")
    assert told_apart(tmp_path / "whole.png", tmp_path / "crop.png") == (False, True)


def test_two_palettes_with_the_same_indices(
    photo: Image.Image, tmp_path: Path, told_apart: ToldApart
) -> None:
    """The numbers of the colours are compared, and not the colours."""
    indexed = photo.quantize(64)
    indexed.save(tmp_path / "one.png")
    palette = indexed.getpalette()
    assert palette is not None
    indexed.putpalette([255 - level for level in palette])
    indexed.save(tmp_path / "negative.png")
    assert told_apart(tmp_path / "one.png", tmp_path / "negative.png") == (False, True)


def test_one_page_and_two(photo: Image.Image, tmp_path: Path, told_apart: ToldApart) -> None:
    """Only the first page is looked at."""
    photo.save(tmp_path / "one.tif")
    second = photo.transpose(Image.Transpose.ROTATE_180)
    photo.save(tmp_path / "two.tif", save_all=True, append_images=[second])
    assert told_apart(tmp_path / "one.tif", tmp_path / "two.tif") == (False, True)
