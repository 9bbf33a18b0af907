"""The aligned difference: small where two pictures agree everywhere, brightness aside."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dupscan.confirm.difference import (
    aligned_difference,
    colour_difference,
    fine_difference,
    tone,
)

Planes = NDArray[np.uint8]
Floats = NDArray[np.float32]
EVERYWHERE = np.ones((1, 8, 8), np.bool_)
COLOUR, NO_COLOUR = np.array([False]), np.array([True])


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


# -- finely, at 128 × 128 --------------------------------------------------------------------------


def make_square(seed: int, deviation: float = 30) -> Floats:
    """Luminance of a made-up picture, shape (1, 128, 128): coarse shapes with texture on them."""
    chance = np.random.default_rng(seed)
    coarse = np.kron(chance.uniform(60, 190, (1, 8, 8)), np.ones((1, 16, 16)))
    return (coarse + chance.normal(0, deviation / 5, (1, 128, 128))).astype(np.float32)


def fine(one: Floats, other: Floats) -> float:
    return float(fine_difference(one, other)[0][0])


def test_no_pairs_have_no_fine_difference() -> None:
    nothing = np.empty((0, 128, 128), np.float32)
    assert [found.shape for found in fine_difference(nothing, nothing)] == [(0,), (0,)]


def test_equal_squares_do_not_differ_finely() -> None:
    assert fine(make_square(1), make_square(1)) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 40), (0.7, 0), (1.4, -20)])
def test_brightness_and_contrast_do_not_count_finely(gain: float, offset: float) -> None:
    assert fine(make_square(2), make_square(2) * gain + offset) == pytest.approx(0, abs=0.01)


def test_one_small_block_that_changed_is_enough() -> None:
    """Eight pixels of 128: one price of a receipt."""
    changed = make_square(3)
    changed[0, 40:48, 64:72] = 255 - changed[0, 40:48, 64:72]
    assert fine(make_square(3), changed) > 2


def test_what_re_encoding_does_everywhere_is_little() -> None:
    noise = np.random.default_rng(4).normal(0, 2, (1, 128, 128)).astype(np.float32)
    assert fine(make_square(4), make_square(4) + noise) < 1


def test_the_same_change_counts_for_more_in_a_fog() -> None:
    """Where few levels are all there is, few levels are a difference."""
    fog = make_square(5) * 0.05 + 120
    changed, clear = fog.copy(), make_square(5)
    changed[0, 40:56, 64:80] += 6
    clearly = clear.copy()
    clearly[0, 40:56, 64:80] += 6
    assert fine(fog, changed) > 1.5 * fine(clear, clearly)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_as_fine_whichever_comes_first(seed: int) -> None:
    one, other = make_square(seed), make_square(seed + 50) * 0.5
    assert fine(one, other) == fine(other, one)


def test_two_flat_squares_make_a_number() -> None:
    flat = np.full((1, 128, 128), 77, np.float32)
    assert fine(flat, flat) == 0.0


# -- colour, over a part of the picture ------------------------------------------------------------


def make_chroma(seed: int, low: float = 88, high: float = 168) -> Floats:
    """Blue and red chroma, shape (1, 2, 32, 32), in patches."""
    patches = np.random.default_rng(seed).uniform(low, high, (1, 2, 8, 8))
    return np.kron(patches, np.ones((1, 1, 4, 4))).astype(np.float32)


def colour(one: Floats, other: Floats, where: NDArray[np.bool_] = EVERYWHERE) -> float:
    return float(colour_difference(one, other, COLOUR, where)[0])


def test_equal_colours_do_not_differ() -> None:
    assert colour(make_chroma(1), make_chroma(1)) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("saturation", [0.6, 1.6])
def test_saturation_does_not_count(saturation: float) -> None:
    other = (make_chroma(2) - 128) * np.float32(saturation) + 128
    assert colour(make_chroma(2), other) == pytest.approx(0, abs=0.01)


def test_another_white_balance_hardly_counts_and_another_hue_does() -> None:
    assert colour(make_chroma(3), make_chroma(3) + 5) < 2
    assert colour(make_chroma(3), make_chroma(3) + 30) > 15


def test_exchanged_chroma_differs() -> None:
    assert colour(make_chroma(4), make_chroma(4)[:, ::-1]) > 15


def test_a_negative_differs_in_colour() -> None:
    assert colour(make_chroma(5), 256 - make_chroma(5)) > 15


def test_what_is_left_out_does_not_count() -> None:
    """A red caption over the lowest quarter."""
    captioned = make_chroma(6)
    captioned[:, :, 24:] = 230
    outside = EVERYWHERE.copy()
    outside[:, 6:] = False
    assert colour(make_chroma(6), captioned) > 15
    assert colour(make_chroma(6), captioned, outside) == pytest.approx(0, abs=1e-3)


def test_with_nothing_left_to_look_at_colours_do_not_differ() -> None:
    assert colour(make_chroma(7), make_chroma(8), ~EVERYWHERE) == 0.0


def test_a_greyscale_picture_has_no_colour_to_differ_in() -> None:
    found = colour_difference(make_chroma(9), make_chroma(10), NO_COLOUR, EVERYWHERE)
    assert found.tolist() == [0.0]


@pytest.mark.parametrize("seed", range(4))
def test_colours_differ_as_much_whichever_comes_first(seed: int) -> None:
    one, other = make_chroma(seed), make_chroma(seed + 50, 100, 140)
    assert colour(one, other) == colour(other, one)


# -- tone ------------------------------------------------------------------------------------------


def compare_tone(
    square: Floats, other_square: Floats, chroma: Floats, other_chroma: Floats, grey: bool = False
) -> tuple[float, float, float]:
    """Gain, brightness and saturation of the second against the first."""
    found = tone((square, other_square), (chroma, other_chroma), np.array([grey]))
    return float(found.gain[0]), float(found.brightness[0]), float(found.saturation[0])


def test_the_tone_is_that_of_the_second_against_the_first() -> None:
    square, chroma = make_square(1), make_chroma(1)
    gain, brighter, saturation = compare_tone(
        square, square * 0.5 + 100, chroma, (chroma - 128) * 2 + 128
    )
    assert gain == pytest.approx(0.5, rel=1e-4)
    assert brighter == pytest.approx(100 - 0.5 * square.mean(), rel=1e-4)
    assert saturation == pytest.approx(2.0, rel=0.05)


def test_the_same_picture_has_the_same_tone() -> None:
    square, chroma = make_square(2), make_chroma(2)
    assert compare_tone(square, square, chroma, chroma) == (1.0, 0.0, 1.0)


def test_a_greyscale_picture_has_no_saturation_to_compare() -> None:
    square, grey = make_square(3), np.full((1, 2, 32, 32), 128, np.float32)
    assert compare_tone(square, square, make_chroma(3), grey, grey=True)[2] == 1.0


def test_flat_pictures_have_a_tone_too() -> None:
    flat, grey = np.full((1, 128, 128), 50, np.float32), np.full((1, 2, 32, 32), 128, np.float32)
    assert compare_tone(flat, flat + 10, grey, grey) == (1.0, 10.0, 1.0)
