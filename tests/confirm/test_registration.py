"""Registration: a part of a real photograph is located to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dupscan.confirm.registration import block_sums, cut_out, register, spread, turned
from dupscan.model.views import ORIENTATIONS, WHOLE, Box

Squares = NDArray[np.float32]
Load = Callable[[str], Image.Image]
SquareOf = Callable[[Image.Image], Squares]
Caption = Callable[[Image.Image], Image.Image]

NAMES = "astronaut brick camera chelsea coffee coins grass hubble_deep_field rocket".split()
PARTS: list[tuple[Box, Box]] = [
    (WHOLE, WHOLE),
    ((0.013, 0.02, 0.985, 0.97), WHOLE),
    ((0.02, 0.0, 1.0, 0.98), WHOLE),
    ((0.06, 0.04, 0.93, 0.96), (0.05, 0.05, 0.95, 0.95)),
    ((0.08, 0.0, 1.0, 1.0), (0.1, 0.0, 1.0, 1.0)),
    ((0.1, 0.1, 0.97, 1.0), (0.1, 0.1, 1.0, 1.0)),
]
"""Where a part lies, and the view whose hash led there."""


def cut(picture: Image.Image, box: Box) -> tuple[Image.Image, Box]:
    """The part in a box, and where it lies exactly, once its edges lie between pixels."""
    sides = (*picture.size, *picture.size)
    edges = tuple(round(edge * side) for edge, side in zip(box, sides, strict=True))
    exactly = tuple(edge / side for edge, side in zip(edges, sides, strict=True))
    return picture.crop(edges), exactly  # type: ignore[return-value]


def locate(whole: Squares, part: Squares, start: Box) -> Squares:
    (found,) = register(whole, part, np.array([start], np.float32))
    return found


def off(found: Squares, real: Box) -> float:
    """Pixels of 128 by which a box is off, at its worst edge."""
    return float(np.abs(found - real).max() * 128)


# -- turning and cutting ---------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(len(ORIENTATIONS)))
def test_squares_are_turned_as_views_say(orientation: int) -> None:
    """Tall or wide, one or many; what Pillow does is told by the test of the views."""
    picture = np.arange(12).reshape(3, 4)
    expected = picture.T if orientation & 4 else picture
    expected = expected[::-1] if orientation & 2 else expected
    expected = expected[:, ::-1] if orientation & 1 else expected
    assert (expected == turned(picture, orientation)).all()
    assert (expected == turned(picture[None, None], orientation)[0, 0]).all()


def test_the_whole_cut_out_is_the_square_itself() -> None:
    squares = np.random.default_rng(1).uniform(0, 255, (3, 64, 64)).astype(np.float32)
    boxes = np.tile(np.array(WHOLE, np.float32), (3, 1))
    assert np.abs(cut_out(squares, boxes, 64) - squares).max() < 1e-3


def test_a_quarter_cut_out_shows_that_quarter() -> None:
    """Each of the four in a grey of its own."""
    square = np.kron(np.array([[10, 20], [30, 40]]), np.ones((64, 64))).astype(np.float32)
    boxes = np.array([(0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0.5, 0.5, 1, 1)], np.float32)
    shown = cut_out(np.stack([square] * 3), boxes, 32)[:, 4:-4, 4:-4]
    assert shown.shape == (3, 24, 24)
    assert np.abs(shown - np.array([10, 20, 40])[:, None, None]).max() < 1e-3


def test_beyond_the_edge_the_edge_goes_on() -> None:
    square = np.tile(np.linspace(0, 254, 128, dtype=np.float32), (1, 128, 1))
    shown = cut_out(square, np.array([(-1, 0, 0, 1)], np.float32), 32)
    assert np.abs(shown).max() < 4


def test_sums_of_blocks_are_those_of_their_pixels() -> None:
    squares = np.arange(2 * 64, dtype=np.float32).reshape(2, 8, 8)
    sums = block_sums(squares, 4)
    assert squares[1, :4, 4:].sum() == sums[1, 0, 1]
    assert squares.sum() == sums.sum()
    assert (spread(sums, 4)[0, 4:, :4] == sums[0, 1, 0]).all()


# -- where a part lies -----------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "start"), PARTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_part_of_a_photograph_is_located(
    load: Load, square_of: SquareOf, name: str, part: Box, start: Box
) -> None:
    picture, real = cut(load(name), part)
    assert off(locate(square_of(load(name)), square_of(picture), start), real) < 0.3


@pytest.mark.parametrize(("part", "start"), PARTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_caption_does_not_pull_it_off(
    load: Load, square_of: SquareOf, caption: Caption, name: str, part: Box, start: Box
) -> None:
    """A seventh of the picture is something else, and the rest stays where it is."""
    picture, real = cut(load(name), part)
    assert off(locate(square_of(load(name)), square_of(caption(picture)), start), real) < 1.0


@pytest.mark.parametrize("name", NAMES)
def test_brightness_and_contrast_do_not_pull_it_off(
    load: Load, square_of: SquareOf, name: str
) -> None:
    picture, real = cut(load(name), (0.02, 0.03, 0.99, 0.98))
    paler = picture.point(lambda level: level * 0.6 + 60)
    assert off(locate(square_of(load(name)), square_of(paler), WHOLE), real) < 0.3


def test_each_pair_of_a_batch_is_is_installed_by_itself(load: Load, square_of: SquareOf) -> None:
    boxes = [box for box, _ in PARTS[1:3]]
    wholes = np.concatenate([square_of(load(name)) for name in ("coffee", "chelsea")])
    parts = np.concatenate(
        [
            square_of(cut(load(n), box)[0])
            for n, box in zip(("coffee", "chelsea"), boxes, strict=True)
        ]
    )
    start = np.tile(np.array(WHOLE, np.float32), (2, 1))
    together = register(wholes, parts, start)
    alone = [register(wholes[[at]], parts[[at]], start[[at]])[0] for at in range(2)]
    assert np.abs(together - np.stack(alone)).max() * 128 < 0.01


def test_two_blank_pages_are_laid_somewhere_and_nothing_breaks() -> None:
    blank = np.full((1, 128, 128), 200, np.float32)
    found = locate(blank, blank, WHOLE)
    assert np.isfinite(found).all()
    assert off(found, WHOLE) < 1


def test_two_different_photographs_leave_a_box_that_is_one(load: Load, square_of: SquareOf) -> None:
    """There is no right answer, but sides stay in their order and near the picture."""
    for name in NAMES[1:]:
        found = locate(square_of(load(NAMES[0])), square_of(load(name)), WHOLE)
        assert np.isfinite(found).all(), name
        assert found[0] < found[2], name
        assert found[1] < found[3], name


def test_the_given_arrays_stay_as_they_are(load: Load, square_of: SquareOf) -> None:
    one, other = square_of(load("coffee")), square_of(load("rocket"))
    boxes = np.array([WHOLE], np.float32)
    before = [array.copy() for array in (one, other, boxes)]
    register(one, other, boxes)
    assert all((was == array).all() for was, array in zip(before, (one, other, boxes), strict=True))
