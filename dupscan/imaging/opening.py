"""Open a picture with the one decoder of its format, within bounds.

Each size that a header claims is checked here before memory of that size is allocated.
"""

from __future__ import annotations

import importlib
import io
import re
import struct
import warnings
from typing import BinaryIO

from PIL import Image, PngImagePlugin, TiffImagePlugin

from dupscan.imaging import jxl_header, sniff
from dupscan.imaging.decoders import develop_raw, require_decoder
from dupscan.imaging.diagnosis import decoding
from dupscan.imaging.picture import OpenPicture, check_size, drop_texts
from dupscan.model.formats import GIF, JPEG, JXL, PNG, RAW, PictureFormat

for _plugin in ("Avif", "Bmp", "Gif", "Jpeg2K", "Jpeg", "Tiff", "WebP"):
    # Imported by name, because Pillow would import some forty plugins to find these seven.
    importlib.import_module(f"PIL.{_plugin}ImagePlugin")
Image.MAX_IMAGE_PIXELS = None  # open_picture() refuses large pictures, by --max-pixels
PngImagePlugin.MAX_TEXT_CHUNK = 64 << 20  # a long comment or profile is no reason to refuse
PngImagePlugin.MAX_TEXT_MEMORY = 256 << 20
TiffImagePlugin.READ_LIBTIFF = True  # Pillow's own reader decodes planes of 16 bits to noise

_DEPTH_IN_RAW_MODE = re.compile(r"'[A-Z]+;(\d+)")
"""The bits of a channel in Pillow's names of raw modes, such as ``RGB;16B``."""


def open_picture(source: BinaryIO, format_: PictureFormat, max_pixels: int) -> OpenPicture:
    """Open a picture with the decoder of `format_`; the functions of this wing decode it.

    Raises MissingExtra when the decoder is not installed, and UnreadablePicture when the header
    makes no sense or claims more than `max_pixels` pixels.
    """
    require_decoder(format_)
    with decoding(format_, source):
        if format_ is JXL:  # the plugin decodes while it opens
            check_size(jxl_header.size(source), max_pixels)
        if format_ is RAW:
            return develop_raw(source, max_pixels)
        if format_ is GIF:  # the plugin may allocate the first frame while it opens
            check_size(_gif_canvas(source), max_pixels)
        with warnings.catch_warnings():  # an index of pictures that makes no sense is left aside
            warnings.filterwarnings("ignore", "Image appears to be a malformed MPO", UserWarning)
            image = Image.open(_from_first_segment(source, format_), formats=[format_.name])
    check_size(image.size, max_pixels)
    depth = _DEPTH_IN_RAW_MODE.search(str(getattr(image, "tile", ""))) if format_ is PNG else None
    if format_ is PNG:
        drop_texts(image)
    bits = int(depth[1]) if depth else None
    return OpenPicture(image, format_, image.size, bits, source, max_pixels)


def _from_first_segment(source: BinaryIO, format_: PictureFormat) -> BinaryIO:
    """Return the file without the filling behind a JPEG's first marker, which Pillow refuses."""
    source.seek(0)
    head = source.read(sniff.HEAD)
    source.seek(0)
    if format_ is not JPEG or head[2:3] in (b"\xff", b"") or (first := head.find(b"\xff", 2)) < 0:
        return source
    return io.BytesIO(head[:2] + head[first:] + source.read()[len(head) :])


def _gif_canvas(source: BinaryIO) -> tuple[int, int]:
    """The canvas of a GIF, enlarged to hold its first frame; leaves the position at the start."""
    source.seek(0)
    head = source.read(13).ljust(13, b"\0")
    width, height, flags = struct.unpack_from("<HHB", head, 6)
    if flags & 0x80:
        source.seek(3 << (flags & 7) + 1, 1)  # the palette
    while (mark := source.read(1)) not in (b"", b";", b","):
        if mark == b"!":
            source.seek(1, 1)
            while (length := source.read(1)) not in (b"", b"\0"):
                source.seek(length[0], 1)
    if mark == b",":
        left, top, across, down = struct.unpack("<HHHH", source.read(8).ljust(8, b"\0"))
        width, height = max(width, left + across), max(height, top + down)
    source.seek(0)
    return width, height
