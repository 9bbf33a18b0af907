"""What the levels of a working picture say, as plainly counted as it can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.fingerprint import features


def planes_of(picture: Image.Image) -> np.ndarray:
    return features.small_planes(picture, picture.convert("L"))


def share_coloured(picture: Image.Image) -> float:
    """Counted one pixel after the other, the more coloured of both channels."""
    chroma = np.asarray(picture.convert("YCbCr"))[:, :, 1:].astype(int)
    return float((np.abs(chroma - 128) >= 10).mean(axis=(0, 1)).max())


def with_spot(side: int, colour: str) -> Image.Image:
    """A grey page of 200 × 200 with a coloured spot in it."""
    page = Image.linear_gradient("L").resize((200, 200)).convert("RGB")
    page.paste(colour, (90, 90, 90 + side, 90 + side))
    return page


def test_a_picture_of_one_pixel_has_all_measures() -> None:
    dot = Image.new("RGB", (1, 1), (200, 10, 10))
    planes, histogram = planes_of(dot), features.histogram(dot, dot.convert("L"))
    assert ((3, 32, 32), np.uint8) == (planes.shape, planes.dtype)
    assert histogram.sum(axis=1).tolist() == [1, 1, 1, 1]
    assert features.detail(planes[0], np.full((128, 128), 67, np.uint8), histogram[3]) == 0
    assert not features.is_greyscale(dot, planes)


def test_the_planes_are_those_of_the_picture_scaled_down(photo: Image.Image) -> None:
    expected = photo.convert("YCbCr").resize((32, 32), Image.Resampling.HAMMING)
    difference = planes_of(photo)[1:] - np.asarray(expected).transpose(2, 0, 1)[1:].astype(int)
    assert np.abs(difference).max() <= 1
    grey = photo.convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    assert (np.asarray(grey) == planes_of(photo)[0]).all()


def test_a_picture_is_greyscale_when_next_to_no_pixel_is_coloured(originals: Path) -> None:
    for path in sorted(originals.iterdir()):
        with Image.open(path) as image:
            picture = image.convert("RGB")
        grey = picture.convert("L").convert("RGB")
        for blended in (picture, grey, Image.blend(grey, picture, 0.2)):
            expected = share_coloured(blended) <= 0.001
            assert expected == features.is_greyscale(blended, planes_of(blended)), path.name


@pytest.mark.parametrize(("side", "expected"), [(0, True), (6, True), (7, False), (60, False)])
def test_a_coloured_spot_counts_from_a_thousandth_of_the_page(side: int, *, expected: bool) -> None:
    for colour in ("red", "blue", "yellow", "cyan"):
        page = with_spot(side, colour)
        assert expected == features.is_greyscale(page, planes_of(page)), colour


def test_one_channel_is_enough_for_colour() -> None:
    """Here the red one only, all over the picture."""
    page = Image.merge("YCbCr", [Image.new("L", (90, 90), level) for level in (128, 128, 190)])
    assert not features.is_greyscale(page.convert("RGB"), planes_of(page.convert("RGB")))


def test_edges_and_flat_areas_are_no_shading() -> None:
    chance = np.random.default_rng(2)
    flat = np.full((128, 128), 90, np.uint8)
    smooth = np.tile(np.arange(128, dtype=np.uint8), (128, 1))
    noise = chance.integers(0, 256, (128, 128), dtype=np.uint8)
    shading = [features._shading(each.astype(np.int16)) for each in (flat, smooth, noise)]
    assert shading[:2] == [0.0, 1.0]
    assert shading[2] < 0.01


def test_more_tones_are_more_to_see() -> None:
    two, many = np.zeros(256, np.float32), np.full(256, 1 / 256, np.float32)
    two[[20, 240]] = 0.5
    assert 0 <= features.tones(two, 100) < 0.1
    assert features.tones(many, 74) > 0.9
