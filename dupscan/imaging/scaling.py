"""Make the working picture: 8-bit RGB, upright, on white, small; and the thumbnail of it.

Matching looks at nothing else, so a change here moves every measure of a scan.
"""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.imaging.diagnosis import decoding
from dupscan.imaging.orientation import TURNS, read_orientation
from dupscan.imaging.picture import OpenPicture, load

WORKING_LENGTH = 256
"""Longer side of a working picture, pixels."""
WORKING_BREADTH = 85
"""Least shorter side, pixels, so that a panorama keeps its rows."""
THUMBNAIL_LENGTH = 1024
"""Longest side of a thumbnail, pixels; only panoramas reach it."""

SQUARE = 128
"""Side, in pixels, of the grey square for the hashes of views and the fine difference."""
_QUALITY = 85
"""JPEG quality of a thumbnail, whose losses must stay far below those of compared files."""
_WAYS_TO_SCALE = (Image.Resampling.BOX, Image.Resampling.LANCZOS, Image.Resampling.BILINEAR)
_PIXELS_PER_BAND = 1 << 22
"""Pixels that are converted at a time."""


def working_picture(
    picture: OpenPicture,
    length: int = WORKING_LENGTH,
    breadth: int = WORKING_BREADTH,
) -> Image.Image:
    """Decode an opened picture into 8-bit RGB, upright, on white, about `length` pixels long.

    The result is longer than `length` if the shorter side would not reach `breadth` pixels, and is
    never larger than the picture. A `breadth` of 0 makes `length` a strict limit; the picture's own
    length as `length` gives the whole picture. Call this function once for an opened picture:
    a JPEG is decoded at the smallest scale of its decoder that suffices, and stays at that scale.
    Raises UnreadablePicture when the data is damaged or cut off, MemoryError when the picture does
    not fit in memory.
    """
    image = picture.image
    with decoding(picture.format, picture.source):
        scaled = image.draft(None, _working_size(image.size, length, breadth))
        load(picture)
        if scaled:
            _, (_, _, *covered) = scaled
            size = _working_size(picture.size, length, breadth)
            small = _scaled_down(image, tuple(covered), size)
        else:  # from the size after loading: Pillow turns a TIFF upright while it loads
            size = _working_size(image.size, length, breadth)
            small = _scaled_down(image, image.size, size)
    turn = TURNS.get(read_orientation(picture))
    return small.transpose(turn) if turn is not None else small


def luminance(picture: OpenPicture) -> Image.Image:
    """Decode an opened picture in full into 8-bit grey, not turned upright.

    Raises UnreadablePicture when the data is damaged or cut off, MemoryError when the picture does
    not fit in memory.
    """
    with decoding(picture.format, picture.source):
        picture.image.draft("L", picture.image.size)  # decodes only the luminance of a JPEG
        load(picture)
        return _reduced(picture.image, 1).convert("L")


def thumbnail(working: Image.Image) -> bytes:
    """Encode a working picture as a small JPEG file."""
    if max(working.size) > THUMBNAIL_LENGTH:
        working = working.copy()
        working.thumbnail((THUMBNAIL_LENGTH, THUMBNAIL_LENGTH))
    buffer = io.BytesIO()
    working.save(
        buffer, "JPEG", quality=_QUALITY, comment=b""
    )  # else Pillow copies that of the file
    return buffer.getvalue()


def grey_square(picture: Image.Image) -> Image.Image:
    """Scale a small picture to a grey square of 128 × 128 pixels, whatever its proportions."""
    return picture.convert("L").resize((SQUARE, SQUARE), Image.Resampling.HAMMING)


def grey_square_of_thumbnail(thumbnail: bytes) -> Image.Image:
    """Make the grey square of a picture, 128 × 128 pixels, from its thumbnail."""
    with Image.open(io.BytesIO(thumbnail), formats=["JPEG"]) as picture:
        return grey_square(picture)


def print_versions(levels: NDArray[np.uint8], size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """Scale luminance, rows × columns, to `size`, width × height, as programs commonly scale.

    Returns the levels themselves if they have that size. Programs average blocks, keep edges sharp
    as Lanczos' filter does, or soften them by a triangle; what others do lies between these.
    """
    if levels.shape == (size[1], size[0]):
        return [levels]
    image = Image.fromarray(levels)
    return [np.asarray(image.resize(size, way)) for way in _WAYS_TO_SCALE]


def takes_an_eighth(size: tuple[int, int]) -> bool:
    """True if a JPEG of `size` is decoded at 1/8, the coarsest scale, for its working picture."""
    width, height = _working_size(size, WORKING_LENGTH, WORKING_BREADTH)
    return min(size[0] // width, size[1] // height) >= 8


def _working_size(size: tuple[int, int], length: int, breadth: int) -> tuple[int, int]:
    """The size of the working picture for a picture of `size`; never larger than `size`."""
    longer, shorter = max(size), min(size)
    scale = min(1.0, max(length / longer, breadth / shorter))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _scaled_down(
    image: Image.Image, extent: tuple[float, ...], size: tuple[int, int]
) -> Image.Image:
    """Scale a loaded picture to its working size, in 8-bit RGB on white.

    `extent` is the width and height of `image` that the picture covers: the last row and column of
    a JPEG decoded at 1/8 are covered only partly, and to count them as whole would shift all the
    others. Halvings come first, as in a JPEG decoder, then one step by a factor below two; so the
    result is the same whether the decoder scaled the picture or not.
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
    """Reduce a picture to L, RGB or RGBA, each pixel the mean of `factor` × `factor` pixels.

    Works band by band, so that a large picture is in memory once and not twice.
    """
    deep = image.mode.startswith(("I", "F"))
    see_through = not deep and image.has_transparency_data
    grey = image.mode in ("L", "1")
    mode = "F" if deep else "RGBA" if see_through else "L" if grey else "RGB"
    if factor == 1 and image.mode == mode and not deep:
        return image
    if image.mode == mode and mode in ("L", "RGB"):  # Pillow reduces these without a copy
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
    """Scale grey levels of more than 8 bits, or floating point, to 8 bits by their range."""
    levels = np.asarray(grey)
    brightest = float(
        np.quantile(levels, 0.99)
    )  # a single very bright pixel must not darken all others
    ranges = (65535.0,) if mode.startswith("I;16") else (1.0, 255.0, 65535.0)
    ceiling = next((top for top in ranges if brightest <= top), brightest)
    return Image.fromarray(np.clip(levels * (255.0 / ceiling), 0, 255).astype(np.uint8))
