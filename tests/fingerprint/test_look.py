"""What is looked at to compare pictures, from what is remembered of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan import imaging
from dupscan.fingerprint.look import look
from dupscan.model.pictures import Fingerprint


def test_what_is_remembered_is_looked_at(
    originals: Path, print_of: Callable[..., Fingerprint]
) -> None:
    found = print_of(originals / "coffee.jpg")
    seen = look(found.traits, found.likeness)
    assert seen.planes is found.likeness.planes
    assert seen.histogram is found.likeness.histogram
    assert (seen.width, seen.height, seen.greyscale) == (480, 320, False)
    assert ((128, 128), np.uint8) == (seen.square.shape, seen.square.dtype)


@pytest.mark.parametrize("name", "astronaut.jpg brick.jpg coins.png grass.jpg rocket.jpg".split())
def test_the_thumbnail_is_good_enough_to_look_at(
    originals: Path, print_of: Callable[..., Fingerprint], name: str
) -> None:
    """Its losses stay far below what sets two pictures apart."""
    found = print_of(originals / name)
    with Image.open(originals / name) as picture:
        whole = np.asarray(imaging.grey_square(picture.convert("RGB")), int)
    assert np.abs(look(found.traits, found.likeness).square - whole).mean() < 4


def test_a_picture_of_one_pixel_has_a_look(print_of: Callable[..., Fingerprint]) -> None:
    found = print_of(Image.new("L", (1, 1), 90))
    seen = look(found.traits, found.likeness)
    assert np.abs(seen.square.astype(int) - 90).max() <= 1
    assert (seen.width, seen.height, seen.greyscale) == (1, 1, True)
