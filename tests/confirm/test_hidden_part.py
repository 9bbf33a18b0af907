"""The part of a photograph that is hidden is found, and which of two pictures hides it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from dupscan.confirm.hidden_part import find_hidden_part
from dupscan.confirm.print_verdict import OUTSTANDING

BOX = (200, 150, 280, 210)
Levels = NDArray[np.int16]


@pytest.fixture
def photo(originals: Path) -> Image.Image:
    with Image.open(originals / "coffee.jpg") as opened:
        return opened.convert("L").resize((480, 360))


def levels(image: Image.Image) -> Levels:
    return np.asarray(image).astype(np.int16)


def hide(photo: Image.Image, kind: str) -> Image.Image:
    part, hidden = photo.crop(BOX), photo.copy()
    if kind == "mosaic":
        part = part.resize((8, 6), Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    elif kind == "blur":
        part = part.filter(ImageFilter.GaussianBlur(6))
    else:
        part = Image.new("L", part.size)
    hidden.paste(part, BOX[:2])
    return hidden


@pytest.mark.parametrize("side", [0, 1, 3, 4, 9])
def test_the_smallest_pictures_hide_nothing(side: int) -> None:
    nothing = np.zeros((side, side), np.int16)
    found = find_hidden_part(nothing, nothing)
    assert (found.outstanding, found.covered) == (0, 0)


def test_nothing_is_hidden_where_both_show_the_same(photo: Image.Image) -> None:
    found = find_hidden_part(levels(photo), levels(photo))
    assert (found.outstanding, found.covered, found.cells.any()) == (0, 0, False)


@pytest.mark.parametrize("kind", ["mosaic", "blur", "bar"])
def test_the_covered_one_is_told_from_either_side(photo: Image.Image, kind: str) -> None:
    one, other = levels(photo), levels(hide(photo, kind))
    for pair, covered in (((one, other), 1), ((other, one), -1)):
        found = find_hidden_part(*pair)
        assert found.outstanding > OUTSTANDING
        assert found.covered == covered


def test_the_hidden_cells_lie_where_something_is_hidden(photo: Image.Image) -> None:
    found = find_hidden_part(levels(photo), levels(hide(photo, "bar")))
    rows, columns = (at * 4 for at in np.nonzero(found.cells))
    left, top, right, bottom = BOX
    assert top - 4 <= rows.min() <= rows.max() <= bottom
    assert left - 4 <= columns.min() <= columns.max() <= right


def test_words_on_an_even_ground_do_not_make_the_picture_without_them_the_covered_one() -> None:
    plain = np.full((360, 480), 200, np.int16)
    plain[200:] = np.arange(480) % 7 * 20
    words = plain.copy()
    words[60:100, 100:300] -= (np.indices((40, 200)).sum(axis=0) % 9 < 2).astype(np.int16) * 150
    assert find_hidden_part(words, plain).covered != 1
