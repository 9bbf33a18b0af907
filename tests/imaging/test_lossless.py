"""Files that were stored without loss are known by their headers."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from dupscan import imaging
from dupscan.imaging import is_lossless
from dupscan.model.formats import JPEG, JPEG2000, JXL, PNG, WEBP, PictureFormat

LOSSY: dict[PictureFormat, dict[str, Any]] = {
    WEBP: {"quality": 80},
    JXL: {"quality": 80},
    JPEG2000: {"irreversible": True, "quality_mode": "rates", "quality_layers": [20]},
}
LOSSLESS: dict[PictureFormat, dict[str, Any]] = {
    WEBP: {"lossless": True},
    JXL: {"lossless": True},
    JPEG2000: {},
}


def encode(picture: Image.Image, format_: PictureFormat, options: dict[str, Any]) -> bytes:
    try:
        imaging.require_decoder(format_)
    except imaging.MissingExtra as missing:
        pytest.skip(str(missing))
    file = io.BytesIO()
    picture.save(file, format_.name, **options)
    return file.getvalue()


@pytest.mark.parametrize("format_", [JPEG, PNG])
def test_a_format_that_can_do_one_of_the_two_says_nothing(
    photo: Image.Image, format_: PictureFormat
) -> None:
    assert is_lossless(io.BytesIO(encode(photo, format_, {})), format_) is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("format_", LOSSY)
def test_both_ways_of_storing_are_told_apart(
    photo: Image.Image, format_: PictureFormat, mode: str
) -> None:
    picture = photo.convert(mode)
    picture.info.clear()
    for expected, options in ((True, LOSSLESS[format_]), (False, LOSSY[format_])):
        source = io.BytesIO(encode(picture, format_, options))
        source.seek(5)
        assert is_lossless(source, format_) is expected
        assert source.tell() == 5


def test_an_animation_is_lossless_if_every_frame_is(photo: Image.Image) -> None:
    turned = photo.transpose(Image.Transpose.ROTATE_180)
    for lossless in (True, False):
        options = {"save_all": True, "append_images": [turned], "lossless": lossless}
        assert is_lossless(io.BytesIO(encode(photo, WEBP, options)), WEBP) is lossless


@pytest.mark.parametrize("format_", LOSSY)
def test_a_file_that_was_cut_off_is_not_called_lossless(
    photo: Image.Image, format_: PictureFormat
) -> None:
    data = encode(photo, format_, LOSSLESS[format_])
    for length in range(0, 64, 3):
        assert is_lossless(io.BytesIO(data[:length]), format_) in (False, True)
    assert is_lossless(io.BytesIO(b""), format_) is False
