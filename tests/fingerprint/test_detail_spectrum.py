"""The detail of each fineness, and the enlargements that it gives away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from support.photos import PHOTOS, load, saved

from dupscan.fingerprint.detail_spectrum import NO_GAIN, detail_gained, detail_spectrum, is_enlarged

KERNELS = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)


def scaled(
    picture: Image.Image, factor: float, kernel: Image.Resampling = Image.Resampling.LANCZOS
) -> Image.Image:
    size = round(picture.width * factor), round(picture.height * factor)
    return picture.resize(size, kernel)


def spectrum(picture: Image.Image) -> NDArray[np.float32]:
    found = detail_spectrum(np.asarray(picture.convert("L")))
    assert found is not None
    return found


def test_too_small_a_picture_has_no_spectrum() -> None:
    assert detail_spectrum(np.zeros((63, 200), dtype=np.uint8)) is None
    assert detail_spectrum(np.zeros((0, 0), dtype=np.uint8)) is None


def test_a_blank_picture_has_no_detail_and_is_not_enlarged() -> None:
    blank = detail_spectrum(np.full((128, 128), 255, dtype=np.uint8))
    assert blank is not None
    assert blank.shape == (33,)
    assert blank.max() == 0
    assert not is_enlarged(blank, blank, 0.5)


def test_turning_and_mirroring_leave_the_detail_as_it_is(originals: Path) -> None:
    cat = load(originals, "chelsea").crop((0, 0, 448, 288))
    for turn in (Image.Transpose.ROTATE_180, Image.Transpose.FLIP_LEFT_RIGHT):
        turned = spectrum(cat.transpose(turn))
        assert np.allclose(np.log(spectrum(cat)[1:]), np.log(turned[1:]), atol=0.15), turn


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("factor", [1.5, 2, 3, 4])
def test_an_enlarged_photograph_shows_no_more(originals: Path, name: str, factor: float) -> None:
    photo = load(originals, name)
    own = spectrum(photo)
    for kernel in KERNELS:
        enlarged = spectrum(saved(scaled(photo, factor, kernel), 88))
        assert is_enlarged(enlarged, own, 1 / factor), kernel


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("factor", [0.67, 0.5, 0.4])
def test_a_genuine_photograph_shows_more(originals: Path, name: str, factor: float) -> None:
    photo = load(originals, name)
    own = spectrum(photo)
    for kernel in KERNELS:
        reduced = saved(scaled(photo, factor, kernel), 88)
        assert not is_enlarged(own, spectrum(reduced), factor), kernel


@pytest.mark.parametrize("setting", [75, 95])
def test_saving_an_enlarged_photograph_finely_or_coarsely_hides_nothing(
    originals: Path, setting: int
) -> None:
    photo = load(originals, "astronaut")
    enlarged = saved(scaled(photo, 2), setting)
    assert is_enlarged(spectrum(enlarged), spectrum(photo), 0.5)


def test_more_contrast_does_not_pass_for_more_detail(originals: Path) -> None:
    photo = load(originals, "coffee")
    enlarged = ImageEnhance.Contrast(scaled(photo, 2)).enhance(1.3)
    assert is_enlarged(spectrum(saved(enlarged)), spectrum(photo), 0.5)


def test_where_the_smaller_has_no_fine_detail_nothing_is_claimed() -> None:
    larger, smaller = np.ones(33, dtype=np.float32), np.ones(33, dtype=np.float32)
    larger[8:], smaller[20:] = 0.0, 0.02
    assert detail_gained(larger, smaller, 0.5) < NO_GAIN
    assert not is_enlarged(larger, smaller, 0.5)


def test_sizes_that_are_close_tell_nothing(originals: Path) -> None:
    photo = load(originals, "astronaut")
    assert not is_enlarged(spectrum(scaled(photo, 1.05)), spectrum(photo), 1 / 1.05)


def test_a_picture_has_gained_nothing_over_itself(originals: Path) -> None:
    own = spectrum(load(originals, "rocket"))
    assert detail_gained(own, own, 1) == 0


def test_the_cutoff_is_where_it_was_measured() -> None:
    assert NO_GAIN == -0.15
