"""The aligned difference: small where two pictures agree everywhere, brightness aside."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dupscan.confirm import aligned_difference

Planes = NDArray[np.uint8]


def make_planes(seed: int, low: int = 80, high: int = 140) -> Planes:
    """Luminance, blue and red chroma of a made-up picture, shape (3, 32, 32)."""
    return np.random.default_rng(seed).integers(low, high, (3, 32, 32), dtype=np.uint8)


def difference(one: Planes, other: Planes, *, greyscale: bool = False) -> float:
    return float(aligned_difference(one[None], other[None], np.array([greyscale]))[0])


def change_luminance(planes: Planes, gain: float, offset: float) -> Planes:
    changed = planes.copy()
    changed[0] = np.clip(planes[0].astype(float) * gain + offset, 0, 255).round()
    return changed


def paint(planes: Planes, plane: int, level: int) -> Planes:
    """One block of 4 × 4 in one plane set to a level; all else untouched."""
    painted = planes.copy()
    painted[plane, 8:12, 20:24] = level
    return painted


def test_no_pairs_have_no_difference() -> None:
    nothing = np.empty((0, 3, 32, 32), np.uint8)
    assert aligned_difference(nothing, nothing, np.empty(0, bool)).shape == (0,)


def test_equal_pictures_do_not_differ() -> None:
    assert difference(make_planes(1), make_planes(1)) == pytest.approx(0, abs=1e-3)


def test_two_flat_pictures_make_a_number() -> None:
    flat = np.full((3, 32, 32), 128, np.uint8)
    assert difference(flat, flat) == 0.0


def test_a_brighter_copy_does_not_differ() -> None:
    planes = make_planes(2)
    assert difference(planes, change_luminance(planes, 1.0, 60)) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("gain", [0.6, 0.8, 1.3, 1.7])
def test_a_copy_of_other_contrast_hardly_differs(gain: float) -> None:
    """What remains is that levels are whole numbers."""
    planes = make_planes(3)
    assert difference(planes, change_luminance(planes, gain, 10)) < 1


def test_a_negative_differs() -> None:
    planes = make_planes(4)
    assert difference(planes, change_luminance(planes, -1, 255)) > 20


def test_levels_do_not_wrap_around() -> None:
    """Black on white against white on black: as uint8, 0 - 255 would be 1."""
    black_on_white = np.full((3, 32, 32), 128, np.uint8)
    black_on_white[0] = 255
    black_on_white[0, 4:20, 6:9] = 0
    white_on_black = change_luminance(black_on_white, -1, 255)
    assert difference(black_on_white, white_on_black) > 100


def test_the_worst_block_decides_and_not_the_mean() -> None:
    """One line of a receipt, one block of sixty-four, is another receipt."""
    planes = make_planes(5)
    assert difference(planes, paint(planes, 0, 200)) > 50


def test_one_block_of_another_colour_counts() -> None:
    planes = make_planes(6)
    assert difference(planes, paint(planes, 1, 220)) > 50
    assert difference(planes, paint(planes, 2, 220)) > 50


def test_another_hue_is_not_aligned_away() -> None:
    planes = make_planes(7, 126, 131)
    tinted = planes.copy()
    tinted[1] += 40
    assert difference(planes, tinted) > 30


def test_exchanged_colours_differ() -> None:
    planes = make_planes(8)
    assert difference(planes, planes[[0, 2, 1]]) > 20


def test_colour_is_left_out_where_one_has_none() -> None:
    coloured = make_planes(9)
    grey = coloured.copy()
    grey[1:] = 128
    assert difference(coloured, grey, greyscale=True) == pytest.approx(0, abs=1e-3)
    assert difference(coloured, grey) > 10


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_two_does_not_matter(seed: int) -> None:
    one, other = make_planes(seed), make_planes(seed + 50, 0, 255)
    assert difference(one, other) == difference(other, one)


def test_a_detailed_picture_does_not_match_a_flat_one() -> None:
    """Fitted one way only, a gain of nought would make any picture agree with a flat one."""
    flat = np.full((3, 32, 32), 128, np.uint8)
    assert difference(make_planes(10, 0, 255), flat) > 50
    assert difference(flat, make_planes(10, 0, 255)) > 50


def test_each_pair_is_measured_by_itself() -> None:
    a, b, c = make_planes(11), make_planes(12, 0, 255), make_planes(13)
    together = aligned_difference(np.stack([a, a, c]), np.stack([a, b, b]), np.zeros(3, bool))
    assert [difference(a, a), difference(a, b), difference(c, b)] == pytest.approx(together)


def test_the_given_pictures_stay_as_they_are() -> None:
    one, other = make_planes(14), make_planes(15)
    difference(one, other)
    assert (make_planes(14) == one).all()
    assert (make_planes(15) == other).all()
