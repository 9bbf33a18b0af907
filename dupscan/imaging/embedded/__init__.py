"""Record what a picture file holds besides the pixels of its first frame, read from its bytes.

One file for each container; all add to one :class:`Contents`::

    jpeg, png, gif, webp, tiff, heif, bmp, other_boxes     a file ─▶ its items, frames, depth
    jpeg_segments, item_table, tiff_directories       the structure of three of them
    exif, xmp_packet, photoshop, multi_picture        blocks that several formats share
    appended, film, samsung                           what lies behind a picture
"""

from __future__ import annotations

import struct
from typing import BinaryIO, cast

from dupscan.imaging.embedded.bmp import read_bmp
from dupscan.imaging.embedded.contents import BoundedSource, Contents
from dupscan.imaging.embedded.gif import read_gif
from dupscan.imaging.embedded.heif import read_heif
from dupscan.imaging.embedded.jpeg import read_jpeg
from dupscan.imaging.embedded.other_boxes import read_jpeg2000, read_jxl
from dupscan.imaging.embedded.png import read_png
from dupscan.imaging.embedded.tiff import read_raw, read_tiff
from dupscan.imaging.embedded.webp import read_webp
from dupscan.imaging.headers import size_of
from dupscan.model.formats import (
    AVIF,
    BMP,
    GIF,
    HEIF,
    JPEG,
    JPEG2000,
    JXL,
    PNG,
    RAW,
    TIFF,
    WEBP,
    PictureFormat,
)

__all__ = ["Contents", "read_contents"]

_READERS = {
    JPEG: read_jpeg,
    PNG: read_png,
    GIF: read_gif,
    BMP: read_bmp,
    WEBP: read_webp,
    TIFF: read_tiff,
    AVIF: read_heif,
    HEIF: read_heif,
    JPEG2000: read_jpeg2000,
    JXL: read_jxl,
    RAW: read_raw,
}


def read_contents(source: BinaryIO, format_: PictureFormat) -> Contents:
    """Read what an open picture file holds besides the pixels of its first frame.

    Never raises for the content of a file: what stands behind a place that makes no sense is not
    recorded. Leaves the position where it was. Raises OSError when the file cannot be read.
    """
    found = Contents()
    if format_ not in _READERS:
        return found
    before = source.tell()
    try:
        bounded = source if format_ is JPEG else BoundedSource(source, size_of(source))
        _READERS[format_](cast("BinaryIO", bounded), found)
    except (ValueError, IndexError, struct.error, OverflowError, RecursionError):
        found.is_understood = False
    finally:
        source.seek(before)
    return found
