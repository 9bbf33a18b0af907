"""The only room that opens pictures: bounded, upright, scaled down while decoding.

A picture is opened by the decoder of the format that :mod:`dupscan.formats` told, and by no other.
Its size is checked before anything is decoded. What comes out for matching is a *working picture*:
8-bit RGB, upright, first frame, on white where it was see-through, about 192 pixels long. The file
itself is never written to.
"""

from __future__ import annotations

import importlib
import io
import math
import re
from functools import lru_cache
from typing import BinaryIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from dupscan.formats import HEIF, JXL, PNG, RAW, PictureFormat

Image.MAX_IMAGE_PIXELS = None  # open_picture() refuses large pictures itself, at the user's limit
PLUGINS = (  # named so that Pillow need not import all of its forty-odd to find these
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

WORKING_LENGTH = 192
"""Longer side of a working picture, pixels."""
WORKING_BREADTH = 64
"""The shorter side is kept at least this long, so that a panorama keeps its rows."""

_BAND = 1 << 22
"""Pixels that are converted at a time."""
_RAW_DEPTH = re.compile(r"'[A-Z]+;(\d+)")
"""Bits of a channel in Pillow's names for what is in the file, such as ``RGB;16B``."""
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class UnreadablePicture(Exception):
    """Raised when a file cannot be decoded; the text is the reason, for a person."""


class MissingExtra(Exception):
    """Raised when the decoder of a format is not installed; the text says what to install."""


def open_picture(source: BinaryIO, format_: PictureFormat, max_pixels: int) -> Image.Image:
    """Open a picture with the decoder of `format_`, reading no more than its header.

    Raises MissingExtra when that decoder is not installed, UnreadablePicture when the header makes
    no sense or promises more than `max_pixels` pixels.
    """
    require(format_)
    try:
        image = _open_raw(source) if format_ is RAW else Image.open(source, formats=[format_.name])
    except Exception as error:  # decoders raise anything at all on damaged files
        raise UnreadablePicture(f"damaged {format_.name} file: {_words(error)}") from error
    width, height = image.size
    if width * height > max_pixels:
        raise UnreadablePicture(
            f"claims {width} × {height} pixels, more than --max-pixels {max_pixels} allows"
        )
    if format_ is PNG and (depth := _RAW_DEPTH.search(str(getattr(image, "tile", "")))):
        image.info["bit_depth"] = int(depth[1])  # a loaded picture no longer knows
    return image


def working_picture(image: Image.Image) -> Image.Image:
    """Decode an opened picture into 8-bit RGB, upright, on white, about 192 pixels long.

    JPEGs are decoded at the smallest of the decoder's own scales that suffices.
    Raises UnreadablePicture when the data is damaged or cut off.
    """
    try:
        scaled = image.draft(None, _working_size(image.size))
        image.load()
        orientation = image.getexif().get(_ORIENTATION, 1)
        small = _scaled_down(image, scaled[1][2:] if scaled else image.size)
    except UnreadablePicture:
        raise
    except Exception as error:  # decoders raise anything at all on damaged files
        raise UnreadablePicture(f"damaged {image.format} file: {_words(error)}") from error
    turn = _TURNS.get(orientation)
    return small.transpose(turn) if turn is not None else small


def is_turned(image: Image.Image) -> bool:
    """Whether the upright picture is as wide as the stored one is high.

    Asked of a loaded picture: Pillow turns a TIFF upright by itself, and drops its tag.
    """
    return image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)


def thumbnail(working: Image.Image) -> bytes:
    """A working picture as a small JPEG file."""
    buffer = io.BytesIO()
    working.save(buffer, "JPEG", quality=72)
    return buffer.getvalue()


def _working_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size a picture of `size` is scaled down to; never larger than it is."""
    longer, shorter = max(size), min(size)
    scale = min(1.0, max(WORKING_LENGTH / longer, WORKING_BREADTH / shorter))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _scaled_down(image: Image.Image, extent: tuple[float, float]) -> Image.Image:
    """Bring a loaded picture to its working size, in 8-bit RGB on white.

    `extent` is how much of it holds the picture: a JPEG decoded at 1/8 has a last row and column
    that are only partly covered, and taking them for whole would shift all the others. First come
    halvings, as in a JPEG decoder, then one step of less than two: so a picture looks the same here
    whether its decoder could scale or not.
    """
    size = _working_size((round(extent[0]), round(extent[1])))
    halvings = int(math.log2(max(1.0, min(extent[0] / size[0], extent[1] / size[1]))))
    small = _reduced(image, 2**halvings)
    box = (
        0,
        0,
        min(small.width, extent[0] / 2**halvings),
        min(small.height, extent[1] / 2**halvings),
    )
    small = small.resize(size, Image.Resampling.HAMMING, box)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", size, "white"), small)
    return small.convert("RGB")


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """A picture in L, RGB or RGBA, each pixel the mean of `factor` × `factor`.

    Made band by band, so that a large picture is in memory once and not twice.
    """
    if image.mode.startswith(("I", "F")):
        image = _to_eight_bits(image)
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("L", "1") else "RGB"
    if factor == 1:
        return image.convert(mode)
    small = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    rows = max(1, _BAND // (image.width * factor)) * factor
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        small.paste(band.convert(mode).reduce(factor), (0, top // factor))
    return small


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and floating-point grey to 8 bits by the range the values lie in."""
    grey = image.convert("F")
    low, high = grey.getextrema()
    if not (isinstance(low, float) and isinstance(high, float)):
        raise UnreadablePicture(f"{image.mode} pictures of several channels are not supported")
    ceiling = next((top for top in (1.0, 255.0, 65535.0) if high <= top), high)
    ceiling = 65535.0 if image.mode.startswith("I;16") else ceiling
    return grey.point(lambda level: level * (255.0 / ceiling) + 0.0).convert("L")


# -- decoders that are optional --------------------------------------------------------------------


def require(format_: PictureFormat) -> None:
    """Raise MissingExtra unless the decoder of `format_` is installed."""
    if format_.extra is not None and not _registered(format_.extra):
        raise MissingExtra(f"{format_.name}: wants dupscan[{format_.extra}] to be installed")


@lru_cache
def _registered(extra: str) -> bool:
    """Import the package behind an extra, once a process, and enter it with Pillow."""
    module = {HEIF.extra: "pillow_heif", JXL.extra: "pillow_jxl", RAW.extra: "rawpy"}[extra]
    try:
        package = importlib.import_module(module)
    except ImportError:
        return False
    if extra == HEIF.extra:
        package.register_heif_opener(thumbnails=False)
    return True


def _open_raw(source: BinaryIO) -> Image.Image:
    """Develop a camera's RAW file at half its size, upright, as the camera saw it."""
    rawpy = importlib.import_module("rawpy")
    with rawpy.imread(source) as raw:
        pixels = raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8)
        image = Image.fromarray(pixels)
        turned = raw.sizes.flip in (5, 6)
        width, height = raw.sizes.width, raw.sizes.height
    image.format = "RAW"
    image.info["full_size"] = (height, width) if turned else (width, height)
    return image


def _words(error: Exception) -> str:
    """One line that says what a decoder complained of."""
    text = " ".join(str(error).split())
    if "truncated" in text or "Truncated" in text:
        return f"cut off before its end ({text})"
    return text[:200] or type(error).__name__
