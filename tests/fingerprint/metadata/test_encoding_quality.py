"""The quality with which a picture was encoded."""

from __future__ import annotations

import pytest
from PIL import Image
from support.photos import saved

from dupscan.fingerprint.metadata.encoding_quality import encoding_quality, jpeg_quality


@pytest.mark.parametrize("setting", [1, 10, 25, 50, 75, 90, 95, 99])
def test_the_setting_of_a_jpeg_is_read_from_its_table(setting: int, photo: Image.Image) -> None:
    assert setting == jpeg_quality(saved(photo, setting).quantization[0])


def test_a_jpeg_is_never_quite_lossless(photo: Image.Image) -> None:
    assert jpeg_quality(saved(photo, 100).quantization[0]) == 99


def test_the_order_of_a_table_does_not_matter(photo: Image.Image) -> None:
    steps = saved(photo, 85).quantization[0]
    assert jpeg_quality(steps) == jpeg_quality(sorted(steps))


def test_a_table_of_another_maker_gets_the_rank_of_its_mean_step() -> None:
    fine, coarse = [2] * 64, [20] * 64
    assert (jpeg_quality(coarse), jpeg_quality(fine)) == (83, 98)


def test_formats_without_a_table_are_ranked_by_what_they_can_keep() -> None:
    expected = [100, 100, 100, 80, 80, 95, 60, 60]
    actual = [
        encoding_quality("PNG", "RGB"),
        encoding_quality("TIFF", "RGB"),
        encoding_quality("WEBP", "RGB", lossless=True),
        encoding_quality("WEBP", "RGB", lossless=False),
        encoding_quality("AVIF", "RGB"),
        encoding_quality("HEIF", "RGB"),
        encoding_quality("GIF", "P"),
        encoding_quality("PNG", "P"),
    ]
    assert expected == actual


def test_a_tiff_that_holds_a_jpeg_is_no_better_than_that(photo: Image.Image) -> None:
    assert encoding_quality("TIFF", "RGB", saved(photo, 40).quantization[0]) == 40
