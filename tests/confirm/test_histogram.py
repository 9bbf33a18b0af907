"""Histogram RMS: the seed's formula, whatever the resolution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dupscan.confirm.histogram import histogram_rms
from dupscan.fingerprint.features import histogram

COLOUR, NO_COLOUR = np.array([False]), np.array([True])


def fractions_of(image: Image.Image) -> NDArray[np.float32]:
    """The histograms of one picture, as confirm looks them up; shape (1, 4, 256)."""
    return histogram(image, image.convert("L"))[None]


def rms_of(one: Image.Image, other: Image.Image, colourless: NDArray[np.bool_] = COLOUR) -> float:
    return float(histogram_rms(fractions_of(one), fractions_of(other), colourless)[0])


def plain(colour: Any) -> Image.Image:
    return Image.new("RGB", (40, 30), colour)


def test_no_pairs_have_no_rms() -> None:
    nothing = np.empty((0, 4, 256), np.float32)
    assert histogram_rms(nothing, nothing, np.empty(0, bool)).shape == (0,)


def test_equal_pictures_have_rms_nought(photo: Image.Image) -> None:
    assert rms_of(photo, photo) == 0.0


def test_it_is_the_formula_of_the_seed(photo: Image.Image) -> None:
    """With each bin a fraction of the pixels: ``sqrt(sum((h1 - h2) ** 2) / len(h1))``."""
    darker = photo.point(lambda level: level * 3 // 4)
    h1 = [count / (400 * 300) for count in photo.histogram()]
    h2 = [count / (400 * 300) for count in darker.histogram()]
    expected = math.sqrt(sum((a - b) ** 2 for a, b in zip(h1, h2, strict=True)) / len(h1))
    assert expected == pytest.approx(rms_of(photo, darker), rel=1e-4)


def test_black_against_white_is_as_far_as_it_goes() -> None:
    """All of one bin against all of another, three times: the root of 2 / 256."""
    assert math.sqrt(2 / 256) == pytest.approx(rms_of(plain("black"), plain("white")), rel=1e-6)


def test_the_order_of_the_two_does_not_matter(photo: Image.Image) -> None:
    other = photo.rotate(90).point(lambda level: 255 - level)
    assert rms_of(photo, other) == rms_of(other, photo)


def test_the_resolution_does_not_matter(photo: Image.Image) -> None:
    """The seed's pixel counts would have been sixteen times apart."""
    assert rms_of(photo, photo.resize((1600, 1200), Image.Resampling.NEAREST)) < 1e-6


def test_a_greyscale_version_agrees_in_luminance(photo: Image.Image) -> None:
    grey = photo.convert("L").convert("RGB")
    assert rms_of(photo, grey, NO_COLOUR) < 1e-6
    assert rms_of(photo, grey, COLOUR) > 1e-3


def test_each_pair_is_measured_by_itself() -> None:
    black, white, red = (fractions_of(plain(name))[0] for name in ("black", "white", "red"))
    one, other = np.stack([black, black, red]), np.stack([black, white, red])
    rms = histogram_rms(one, other, np.array([False, False, True]))
    assert [0.0, pytest.approx(math.sqrt(2 / 256)), 0.0] == rms.tolist()
