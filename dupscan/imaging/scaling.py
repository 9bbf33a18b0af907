"""The working picture: 8-bit RGB, upright, on white, small; and the thumbnail made of it.

Kept apart because it is all that matching looks at: a change here moves every measure of a scan.
"""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image

from dupscan.imaging.orientation import TURNS, read_orientation
from dupscan.imaging.picture import OpenPicture, decoding, load

WORKING_LENGTH = 256
"""Longer side of a working picture, pixels."""
WORKING_BREADTH = 85
"""The shorter side is kept at least this long, so that a panorama keeps its rows."""
THUMBNAIL_LENGTH = 1024
"""Longest side of a thumbnail, which only panoramas reach."""

SQUARE = 128
"""Side of the square that views are taken from, and that is looked at finely."""
_QUALITY = 85
"""Of a thumbnail: its losses must stay far below those of the files that are compared."""
_PIXELS_PER_BAND = 1 << 22
"""Pixels that are converted at a time."""


def working_picture(
    picture: OpenPicture,
    length: int = WORKING_LENGTH,
    breadth: int = WORKING_BREADTH,
) -> Image.Image:
    """Decode an opened picture into 8-bit RGB, upright, on white, about `length` pixels long.

    It is longer where the shorter side would not reach `breadth` pixels, and never larger than it
    was: with `length` at most and a `breadth` of 0 it is no longer than that, and with the length
    of the picture itself it is the whole. For each picture to be opened once, and done once:
    JPEGs are decoded at the smallest of the decoder's own scales that suffices.
    Raises UnreadablePicture when the data is damaged or cut off, MemoryError when it does not fit.
    """
    image = picture.image
    with decoding(picture.format):
        scaled = image.draft(None, _working_size(image.size, length, breadth))
        load(picture)
        if scaled:
            _, (_, _, *covered) = scaled
            size = _working_size(picture.size, length, breadth)
            small = _scaled_down(image, tuple(covered), size)
        else:  # a TIFF was turned upright by Pillow, and has another size than before
            size = _working_size(image.size, length, breadth)
            small = _scaled_down(image, image.size, size)
    turn = TURNS.get(read_orientation(picture))
    return small.transpose(turn) if turn is not None else small


def luminance(picture: OpenPicture) -> Image.Image:
    """Decode an opened picture in full into 8-bit grey, as it is stored.

    Raises UnreadablePicture when the data is damaged or cut off, MemoryError when it does not fit.
    """
    with decoding(picture.format):
        picture.image.draft("L", picture.image.size)  # a JPEG needs not be turned into colour first
        load(picture)
        return _reduced(picture.image, 1).convert("L")


def thumbnail(working: Image.Image) -> bytes:
    """A working picture as a small JPEG file."""
    if max(working.size) > THUMBNAIL_LENGTH:
        working = working.copy()
        working.thumbnail((THUMBNAIL_LENGTH, THUMBNAIL_LENGTH))
    buffer = io.BytesIO()
    working.save(buffer, "JPEG", quality=_QUALITY, comment=b"")  # not the one of its file
    return buffer.getvalue()


def grey_square(picture: Image.Image) -> Image.Image:
    """A small picture as a grey square of 128 × 128, whatever its proportions."""
    return picture.convert("L").resize((SQUARE, SQUARE), Image.Resampling.HAMMING)


def grey_square_of_thumbnail(thumbnail: bytes) -> Image.Image:
    """The grey square of a picture, from its thumbnail."""
    with Image.open(io.BytesIO(thumbnail), formats=["JPEG"]) as picture:
        return grey_square(picture)


def takes_an_eighth(size: tuple[int, int]) -> bool:
    """Whether a JPEG of `size` is decoded at 1/8, its coarsest, for its working picture."""
    width, height = _working_size(size, WORKING_LENGTH, WORKING_BREADTH)
    return min(size[0] // width, size[1] // height) >= 8


def _working_size(size: tuple[int, int], length: int, breadth: int) -> tuple[int, int]:
    """The size a picture of `size` is scaled down to; never larger than it is."""
    longer, shorter = max(size), min(size)
    scale = min(1.0, max(length / longer, breadth / shorter))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _scaled_down(
    image: Image.Image, extent: tuple[float, ...], size: tuple[int, int]
) -> Image.Image:
    """Bring a loaded picture to its working size, in 8-bit RGB on white.

    `extent` is how much of it holds the picture: a JPEG decoded at 1/8 has a last row and column
    that are only partly covered, and taking them for whole would shift all the others. First come
    halvings, as in a JPEG decoder, then one step of less than two: so a picture looks the same here
    whether its decoder could scale or not.
    """
    halvings = int(math.log2(max(1.0, min(extent[0] / size[0], extent[1] / size[1]))))
    factor = 2**halvings
    small = _reduced(image, factor)
    right, bottom = extent[0] / factor, extent[1] / factor
    box = (0, 0, min(small.width, right), min(small.height, bottom))
    small = small.resize(size, Image.Resampling.HAMMING, box)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", size, "white"), small)
    return small.convert("RGB")


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """A picture in L, RGB or RGBA, each pixel the mean of `factor` × `factor`.

    Made band by band, so that a large picture is in memory once and not twice.
    """
    deep = image.mode.startswith(("I", "F"))
    see_through = not deep and image.has_transparency_data
    grey = image.mode in ("L", "1")
    mode = "F" if deep else "RGBA" if see_through else "L" if grey else "RGB"
    if factor == 1 and image.mode == mode and not deep:
        return image
    if image.mode == mode and mode in ("L", "RGB"):  # Pillow itself needs no more room for these
        return image.reduce(factor)
    small = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    rows = max(1, _PIXELS_PER_BAND // (image.width * factor)) * factor
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height))).convert(mode)
        if image.mode == "F":
            band = Image.fromarray(np.nan_to_num(np.asarray(band), posinf=0, neginf=0))
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return _in_eight_bits(small, image.mode) if deep else small


def _in_eight_bits(grey: Image.Image, mode: str) -> Image.Image:
    """Bring grey levels of more bits, or floating point, to 8 bits by the range they lie in."""
    levels = np.asarray(grey)
    brightest = float(np.quantile(levels, 0.99))  # one odd pixel must not blacken the rest
    ranges = (65535.0,) if mode.startswith("I;16") else (1.0, 255.0, 65535.0)
    ceiling = next((top for top in ranges if brightest <= top), brightest)
    return Image.fromarray(np.clip(levels * (255.0 / ceiling), 0, 255).astype(np.uint8))
