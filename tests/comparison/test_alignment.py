"""One picture is laid on another where the view says, and nothing is made larger for it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dupscan.comparison.alignment import Levels, laid_on
from dupscan.model.views import ORIENTATIONS, View

TURNS = {
    0: None,
    1: Image.Transpose.FLIP_LEFT_RIGHT,
    2: Image.Transpose.FLIP_TOP_BOTTOM,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.TRANSPOSE,
    5: Image.Transpose.ROTATE_270,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
}
"""What Pillow calls the orientations of a view."""


@pytest.fixture
def levels(photo: Image.Image) -> Levels:
    """A picture of 300 rows and 400 columns."""
    return np.asarray(photo)


def test_a_picture_lies_on_itself_without_a_difference(levels: Levels) -> None:
    aligned = laid_on(levels, levels, View("plain"))
    assert aligned.covered.all()
    assert not aligned.difference.any()


@pytest.mark.parametrize("orientation", range(8), ids=ORIENTATIONS)
def test_a_turned_picture_is_turned_back(
    photo: Image.Image, levels: Levels, orientation: int
) -> None:
    """The view is of the second picture, and shows the first."""
    turn = TURNS[orientation]
    shown = np.asarray(photo if turn is None else photo.transpose(turn))

    aligned = laid_on(shown, levels, View("any", orientation))

    assert aligned.covered.all()
    assert not aligned.difference.any()


@pytest.mark.parametrize("orientation", range(8), ids=ORIENTATIONS)
def test_a_cut_picture_lies_where_it_was_cut_out(
    photo: Image.Image, levels: Levels, orientation: int
) -> None:
    part = View("any", orientation, (0.25, 0.5, 0.75, 0.9))
    turn = TURNS[orientation]
    turned = photo if turn is None else photo.transpose(turn)
    width, height = turned.size
    box = (width // 4, height // 2, 3 * width // 4, 9 * height // 10)
    cut = np.asarray(turned.crop(box))

    on_the_cut = laid_on(cut, levels, part)
    on_the_whole = laid_on(levels, cut, part.inverse())

    assert on_the_cut.covered.all()
    assert not on_the_cut.difference.any()
    assert on_the_whole.covered.mean() == pytest.approx(0.5 * 0.4, abs=0.01)
    assert on_the_whole.difference.max() <= 1


def test_beyond_the_second_picture_there_is_no_difference(levels: Levels) -> None:
    aligned = laid_on(levels, levels[:, :200], View("half", box=(0, 0, 2, 1)))
    assert aligned.covered[:, :200].all()
    assert not aligned.covered[:, 200:].any()
    assert not aligned.difference.any()


def test_pictures_that_share_nothing_have_no_difference(levels: Levels) -> None:
    aligned = laid_on(levels, levels, View("elsewhere", box=(2, 0, 3, 1)))
    assert not aligned.covered.any()
    assert not aligned.difference.any()


@pytest.mark.parametrize("is_first", [True, False])
def test_the_larger_picture_is_made_as_small_as_the_other(
    photo: Image.Image, levels: Levels, is_first: bool
) -> None:
    half = np.asarray(photo.resize((200, 150), Image.Resampling.HAMMING))
    pair = (levels, half) if is_first else (half, levels)

    aligned = laid_on(*pair, View("plain"))

    assert aligned.first.shape == (150, 200, 3)
    assert aligned.difference.max() <= 1


def test_black_against_white_is_the_whole_range() -> None:
    black, white = np.zeros((8, 8, 3), np.uint8), np.full((8, 8, 3), 255, np.uint8)
    for pair in ((black, white), (white, black)):
        assert (laid_on(*pair, View("plain")).difference == 255).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (3, 2)])
def test_the_smallest_pictures_can_be_laid_on_large_ones(
    levels: Levels, size: tuple[int, int]
) -> None:
    small = np.zeros((*size, 3), np.uint8)
    for pair in ((levels, small), (small, levels)):
        assert laid_on(*pair, View("plain")).first.size > 0
