"""The optional decoders: HEIF, JPEG XL, and the RAW files of cameras.

Each is a package that may be missing; it is imported when the first such picture is opened.
"""

from __future__ import annotations

import importlib
from contextlib import suppress
from functools import lru_cache
from typing import BinaryIO

from PIL import Image

from dupscan.imaging.picture import MissingExtra, OpenPicture, UnreadablePicture, check_size
from dupscan.model.files import FailureKind
from dupscan.model.formats import HEIF, JXL, RAW, PictureFormat


def require_decoder(format_: PictureFormat) -> None:
    """Raise MissingExtra unless the decoder of `format_` is installed."""
    if format_.extra is not None and not _is_installed(format_.extra):
        raise MissingExtra(f"{format_.name}: needs dupscan[{format_.extra}] to be installed")


@lru_cache
def _is_installed(extra: str) -> bool:
    """Import the package of an extra and register it with Pillow, once in a process.

    Returns False if the package is not installed.
    """
    module = {HEIF.extra: "pillow_heif", JXL.extra: "pillow_jxl", RAW.extra: "rawpy"}[extra]
    try:
        package = importlib.import_module(module)
    except ImportError:
        return False
    if extra == HEIF.extra:
        package.register_heif_opener(thumbnails=False)
    return True


def develop_raw(source: BinaryIO, max_pixels: int) -> OpenPicture:
    """Develop a RAW file at half its size, upright, with the white balance of the camera.

    Raises UnreadablePicture for a camera that is not known, and for too many pixels.
    """
    rawpy = importlib.import_module("rawpy")
    try:
        opened = rawpy.imread(source)
    except rawpy.LibRawFileUnsupportedError as error:
        raise UnreadablePicture(
            "not supported: RAW file of a kind that rawpy does not know; convert it to DNG to "
            "compare it",
            FailureKind.UNSUPPORTED,
        ) from error
    with opened as raw:
        turned = raw.sizes.flip in (5, 6)
        width, height = raw.sizes.width, raw.sizes.height
        size = (height, width) if turned else (width, height)
        check_size(size, max_pixels)
        depth = int(raw.white_level).bit_length()
        image = Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8))
    return OpenPicture(image, RAW, size, depth, source, max_pixels, _exif_of_tiff(source))


def _exif_of_tiff(source: BinaryIO) -> Image.Exif:
    """The EXIF data of a RAW file that is built as a TIFF; empty for other RAW files."""
    exif = Image.Exif()
    source.seek(0)
    with suppress(Exception):  # no picture is refused for its metadata
        exif.load_from_fp(source)
    return exif
