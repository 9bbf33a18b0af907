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
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from dupscan import jxl_header
from dupscan.formats import HEIF, JXL, PNG, RAW, PictureFormat

for _plugin in ("Avif", "Bmp", "Gif", "Jpeg2K", "Jpeg", "Tiff", "WebP"):
    # Named so that Pillow need not import all of its forty-odd to find these.
    importlib.import_module(f"PIL.{_plugin}ImagePlugin")
Image.MAX_IMAGE_PIXELS = None  # open_picture() refuses large pictures itself, at the user's limit
PngImagePlugin.MAX_TEXT_CHUNK = 64 << 20  # a long comment or profile is no reason to refuse
PngImagePlugin.MAX_TEXT_MEMORY = 256 << 20

WORKING_LENGTH = 192
"""Longer side of a working picture, pixels."""
WORKING_BREADTH = 64
"""The shorter side is kept at least this long, so that a panorama keeps its rows."""
THUMBNAIL_LENGTH = 1024
"""Longest side of a thumbnail, which only panoramas reach."""

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


@dataclass(slots=True)
class OpenPicture:
    """A picture whose header was read, and no more than that where its decoder is so kind."""

    image: Image.Image
    format: PictureFormat
    size: tuple[int, int]
    """Width and height as stored, pixels."""
    bit_depth: int | None
    """Bits of one channel where only the header tells, and a decoded picture no longer does."""
    exif: Image.Exif | None = None
    """EXIF data that Pillow does not find by itself."""


def open_picture(source: BinaryIO, format_: PictureFormat, max_pixels: int) -> OpenPicture:
    """Open a picture with the decoder of `format_`, to be decoded by :func:`working_picture`.

    Raises MissingExtra when that decoder is not installed, UnreadablePicture when the header makes
    no sense or promises more than `max_pixels` pixels.
    """
    require(format_)
    try:
        if format_ is JXL:  # its plugin decodes at once
            _check_size(jxl_header.size(source), max_pixels)
        if format_ is RAW:
            return _develop(source, max_pixels)
        image = Image.open(source, formats=[format_.name])
    except (UnreadablePicture, MemoryError):
        raise
    except Exception as error:  # decoders raise anything at all on damaged files
        raise UnreadablePicture(f"damaged {format_.name} file: {_words(error)}") from error
    _check_size(image.size, max_pixels)
    depth = _RAW_DEPTH.search(str(getattr(image, "tile", ""))) if format_ is PNG else None
    if format_ is PNG:
        _drop_texts(image)
    return OpenPicture(image, format_, image.size, int(depth[1]) if depth else None)


def working_picture(picture: OpenPicture) -> Image.Image:
    """Decode an opened picture into 8-bit RGB, upright, on white, about 192 pixels long.

    JPEGs are decoded at the smallest of the decoder's own scales that suffices.
    Raises UnreadablePicture when the data is damaged or cut off, MemoryError when it does not fit.
    """
    image = picture.image
    try:
        scaled = image.draft(None, _working_size(image.size))
        image.load()
        if scaled:
            _, (_, _, *covered) = scaled
            small = _scaled_down(image, tuple(covered), _working_size(picture.size))
        else:  # a TIFF was turned upright by Pillow, and has another size than before
            small = _scaled_down(image, image.size, _working_size(image.size))
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything at all on damaged files
        raise UnreadablePicture(f"damaged {picture.format.name} file: {_words(error)}") from error
    turn = _TURNS.get(orientation(picture))
    return small.transpose(turn) if turn is not None else small


def orientation(picture: OpenPicture) -> int:
    """The EXIF orientation that is left to be applied, 1 for none.

    Asked of a loaded picture: Pillow turns a TIFF upright by itself and drops its tag. A JPEG XL
    is turned by its decoder, as its own header says, and its EXIF must not turn it again, but for
    a JPEG carried inside one. A RAW file is developed upright.
    """
    turned_already = picture.format is JXL and not getattr(picture.image, "jpeg", False)
    if turned_already or picture.format is RAW:
        return 1
    stated = exif(picture).get(_ORIENTATION, 1)
    return stated if isinstance(stated, int) else 1


def exif(picture: OpenPicture) -> Image.Exif:
    """The EXIF data of a loaded picture; empty where it cannot be read."""
    try:
        return picture.image.getexif() if picture.exif is None else picture.exif
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return Image.Exif()


def thumbnail(working: Image.Image) -> bytes:
    """A working picture as a small JPEG file."""
    if max(working.size) > THUMBNAIL_LENGTH:
        working = working.copy()
        working.thumbnail((THUMBNAIL_LENGTH, THUMBNAIL_LENGTH))
    buffer = io.BytesIO()
    working.save(buffer, "JPEG", quality=72)
    return buffer.getvalue()


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise UnreadablePicture(
            f"claims {width} × {height} pixels, more than --max-pixels {max_pixels} allows"
        )


def _drop_texts(image: Image.Image) -> None:
    """Forget a PNG's comments: one named ``interlace`` would be taken for Pillow's own note."""
    for key in [key for key, value in image.info.items() if isinstance(value, str)]:
        if not str(key).startswith("Raw profile type"):  # the EXIF data of some programs
            del image.info[key]


def _working_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size a picture of `size` is scaled down to; never larger than it is."""
    longer, shorter = max(size), min(size)
    scale = min(1.0, max(WORKING_LENGTH / longer, WORKING_BREADTH / shorter))
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
    small = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    rows = max(1, _BAND // (image.width * factor)) * factor
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


def _develop(source: BinaryIO, max_pixels: int) -> OpenPicture:
    """Develop a camera's RAW file at half its size, upright, as the camera saw it."""
    rawpy = importlib.import_module("rawpy")
    with rawpy.imread(source) as raw:
        turned = raw.sizes.flip in (5, 6)
        width, height = raw.sizes.width, raw.sizes.height
        size = (height, width) if turned else (width, height)
        _check_size(size, max_pixels)
        depth = int(raw.white_level).bit_length()
        image = Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8))
    return OpenPicture(image, RAW, size, depth, _exif_of_tiff(source))


def _exif_of_tiff(source: BinaryIO) -> Image.Exif:
    """The EXIF data of a RAW file that is built as a TIFF; empty for others."""
    exif = Image.Exif()
    source.seek(0)
    with suppress(Exception):  # no picture is refused for its metadata
        exif.load_from_fp(source)
    return exif


def _words(error: Exception) -> str:
    """One line that says what a decoder complained of."""
    if isinstance(error, UnidentifiedImageError):
        return "its beginning makes no sense"
    [first, *_] = error.args or [""]
    text = first.decode("ascii", "replace") if isinstance(first, bytes) else str(error)
    text = " ".join(text.split())
    if "truncated" in text.lower():
        return f"cut off before its end ({text})"
    return text[:200] or type(error).__name__
