"""What must hold for the measures of any two pictures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from dupscan.confirm import confirm
from dupscan.confirm.difference import aligned_difference, colour_difference, fine_difference
from dupscan.confirm.histogram import histogram_rms
from dupscan.model.matches import Candidate, Hit, Look
from dupscan.model.views import View
from dupscan.settings import MatchSettings

Planes = NDArray[np.uint8]
Counts = NDArray[np.int64]

PLANES = arrays.arrays(np.uint8, (3, 32, 32), elements=st.integers(0, 255))
MIDDLE = arrays.arrays(np.uint8, (3, 32, 32), elements=st.integers(90, 150))


def top_up(counts: Counts) -> Counts:
    """Each channel with as many pixels as the others, and at least one: those of a picture."""
    sums = counts.sum(axis=1)
    counts[:, 0] += sums.max() + 1 - sums
    return counts


COUNTS = arrays.arrays(np.int64, (4, 256), elements=st.integers(0, 1000)).map(top_up)
"""Pixels of each level: red, green, blue, luminance."""


def difference(one: Planes, other: Planes, *, greyscale: bool = False) -> float:
    return float(aligned_difference(one[None], other[None], np.array([greyscale]))[0])


def fractions_of(counts: Counts) -> NDArray[np.float32]:
    """Histograms that do not depend on resolution."""
    return (counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)


def rms(one: Counts, other: Counts, *, greyscale: bool = False) -> float:
    pair = fractions_of(one)[None], fractions_of(other)[None]
    return float(histogram_rms(*pair, np.array([greyscale]))[0])


def measure_as_the_seed(one: Counts, other: Counts) -> float:
    """``sqrt(sum((h1 - h2) ** 2) / len(h1))``, number by number, on fractions of the pixels."""
    h1 = [int(count) / int(channel.sum()) for channel in one for count in channel]
    h2 = [int(count) / int(channel.sum()) for channel in other for count in channel]
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(h1, h2, strict=True)) / len(h1))


@given(PLANES, PLANES, st.booleans())
def test_the_difference_is_the_same_from_either_side(
    one: Planes, other: Planes, grey: bool
) -> None:
    assert difference(one, other, greyscale=grey) == difference(other, one, greyscale=grey)


@given(PLANES, PLANES, st.booleans())
def test_the_difference_is_a_number_of_levels(one: Planes, other: Planes, grey: bool) -> None:
    assert 0 <= difference(one, other, greyscale=grey) <= 255 * 3


@given(PLANES)
def test_a_picture_does_not_differ_from_itself(planes: Planes) -> None:
    assert difference(planes, planes) == pytest.approx(0, abs=1e-3)


@given(MIDDLE, st.floats(0.6, 1.6), st.floats(-30, 30))
def test_gain_and_offset_of_the_luminance_do_not_count(
    planes: Planes, gain: float, offset: float
) -> None:
    """What remains is rounding to whole levels, at most half a one and that over the gain."""
    changed = planes.copy()
    changed[0] = ((planes[0].astype(float) - 120) * gain + 120 + offset).round()
    assert difference(planes, changed) < 1.5


@given(PLANES)
def test_a_negative_is_as_far_off_as_the_picture_has_contrast(planes: Planes) -> None:
    """Were levels uint8, black against white would be one level apart."""
    negative = planes.copy()
    negative[0] = 255 - planes[0]
    contrast = float(planes[0].std())
    assert difference(planes, negative, greyscale=True) >= 1.49 * contrast


@given(st.integers(0, 60), st.integers(195, 255), st.booleans())
def test_a_dark_sheet_is_never_confirmed_as_a_light_one(dark: int, light: int, grey: bool) -> None:
    """Flat pictures agree in their aligned luminance; their histograms do not."""
    planes = np.full((3, 32, 32), 128, np.uint8)
    histograms = np.zeros((2, 4, 256), np.float32)
    histograms[0, :, dark] = histograms[1, :, light] = 1
    looks = [
        Look(planes, histogram, np.full((128, 128), level, np.uint8), 128, 128, greyscale=grey)
        for histogram, level in zip(histograms, (dark, light), strict=True)
    ]
    candidate = Candidate(0, 1, (Hit(0, View("plain")),))
    found = confirm([candidate], MatchSettings(), looks.__getitem__)
    assert list(found) == []


SQUARES = arrays.arrays(np.uint8, (16, 16)).map(
    lambda small: np.kron(small, np.ones((8, 8))).astype(np.float32)[None]
)
CHROMA = arrays.arrays(np.uint8, (2, 8, 8)).map(
    lambda small: np.kron(small, np.ones((4, 4))).astype(np.float32)[None]
)
WHERE = arrays.arrays(np.bool_, (1, 8, 8))


@given(SQUARES, SQUARES)
def test_the_fine_difference_is_a_number_and_the_same_from_either_side(
    one: NDArray[np.float32], other: NDArray[np.float32]
) -> None:
    ((found,), _), ((again,), _) = fine_difference(one, other), fine_difference(other, one)
    assert np.isfinite(found)
    assert found >= 0
    assert found == again


@given(SQUARES)
def test_a_square_does_not_differ_from_itself(square: NDArray[np.float32]) -> None:
    assert fine_difference(square, square)[0][0] == pytest.approx(0, abs=1e-2)


@given(CHROMA, CHROMA, st.booleans(), WHERE)
def test_the_colour_difference_is_a_number_and_the_same_from_either_side(
    one: NDArray[np.float32], other: NDArray[np.float32], grey: bool, where: NDArray[np.bool_]
) -> None:
    greyscale = np.array([grey])
    (found,) = colour_difference(one, other, greyscale, where)
    assert 0 <= found <= 255 * 3
    assert found == colour_difference(other, one, greyscale, where)[0]


@given(COUNTS, COUNTS)
def test_the_rms_is_the_formula_of_the_seed(one: Counts, other: Counts) -> None:
    expected = measure_as_the_seed(one[:3], other[:3])
    assert expected == pytest.approx(rms(one, other), rel=1e-4, abs=1e-7)


@given(COUNTS, COUNTS)
def test_without_colour_it_is_the_same_formula_on_luminance(one: Counts, other: Counts) -> None:
    expected = measure_as_the_seed(one[3:], other[3:])
    assert expected == pytest.approx(rms(one, other, greyscale=True), rel=1e-4, abs=1e-7)


@given(COUNTS, COUNTS, st.booleans())
def test_the_rms_is_the_same_from_either_side(one: Counts, other: Counts, grey: bool) -> None:
    assert rms(one, other, greyscale=grey) == rms(other, one, greyscale=grey)


@given(COUNTS, st.booleans())
def test_equal_histograms_have_rms_nought(counts: Counts, grey: bool) -> None:
    assert rms(counts, counts, greyscale=grey) == 0.0


@given(COUNTS, COUNTS, st.booleans())
def test_no_rms_is_above_that_of_black_against_white(
    one: Counts, other: Counts, grey: bool
) -> None:
    assert 0 <= rms(one, other, greyscale=grey) <= math.sqrt(2 / 256) + 1e-6


@given(COUNTS, COUNTS, st.integers(2, 9))
def test_the_resolution_does_not_matter(one: Counts, other: Counts, times: int) -> None:
    assert rms(one, other) == pytest.approx(rms(one * times, other), rel=1e-4, abs=1e-7)
