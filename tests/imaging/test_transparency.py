"""A picture is transparent if some pixel is; an alpha channel alone proves nothing."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from support.embedded import encode

from dupscan import imaging
from dupscan.model.formats import GIF, PNG, TIFF, WEBP, PictureFormat


def is_transparent(data: bytes, format_: PictureFormat) -> bool:
    picture = imaging.open_picture(io.BytesIO(data), format_, 10**6)
    imaging.working_picture(picture)
    return imaging.is_transparent(picture)


def saved(picture: Image.Image, format_: PictureFormat, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_.name, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("format_", [PNG, WEBP, TIFF], ids=lambda one: one.name)
@pytest.mark.parametrize("alpha", [0, 254, 255])
def test_one_pixel_is_enough(format_: PictureFormat, alpha: int) -> None:
    picture = Image.new("RGBA", (600, 400), (9, 99, 199, 255))
    picture.putpixel((333, 222), (9, 99, 199, alpha))
    data = saved(picture, format_, lossless=True)
    assert is_transparent(data, format_) == (alpha < 255)


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_a_colour_that_is_called_transparent_must_be_in_the_picture(mode: str) -> None:
    picture = Image.new("RGB", (40, 30), "white").convert(mode)
    keys = {"RGB": ((255, 255, 255), (1, 2, 3)), "L": (255, 3), "1": (1, 0)}
    used, unused = keys.get(mode, (picture.getpixel((0, 0)), 250))
    assert is_transparent(saved(picture, PNG, transparency=used), PNG)
    assert not is_transparent(saved(picture, PNG, transparency=unused), PNG)


def test_a_palette_may_have_opacities_of_its_own() -> None:
    picture = Image.new("P", (40, 30), 1)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    assert is_transparent(saved(picture, PNG, transparency=b"\xff\x80"), PNG)
    assert not is_transparent(saved(picture, PNG, transparency=b"\x80\xff"), PNG)


def test_a_gif_has_a_transparent_colour() -> None:
    picture = Image.new("P", (40, 30), 1)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    assert is_transparent(saved(picture, GIF, transparency=1), GIF)
    assert not is_transparent(encode("GIF"), GIF)


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P"])
def test_pictures_without_alpha_are_opaque(mode: str) -> None:
    assert not is_transparent(encode("PNG", mode=mode), PNG)
