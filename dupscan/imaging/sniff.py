"""Recognise the format of a file from its first bytes.

A suffix counts in one case only: it makes a file that is built as a TIFF a RAW file of a camera.
This module is a security wall: it alone decides which decoder a file is given to. Decoders that are
risky or useless here (Ghostscript behind EPS, PSD, FITS, …) cannot be reached, whatever the first
bytes of a file. Nothing is decoded here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

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
    RAW_SUFFIXES,
    TIFF,
    WEBP,
    PictureFormat,
    suffix_of,
)

HEAD = 4096
"""Bytes from the start of a file that :func:`sniff` reads."""
_SIGNATURES: tuple[tuple[bytes, PictureFormat], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", JXL),
    (b"\xff\x0a", JXL),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"IIRO", RAW),  # Olympus
    (b"IIRS", RAW),
    (b"MMOR", RAW),
    (b"IIU\x00", RAW),  # Panasonic
    (b"FOVb", RAW),  # Sigma
    (b"\x00MRM", RAW),  # Minolta
    (b"8BPS", PictureFormat("PSD", opened=False)),
    (b"%!PS", PictureFormat("EPS", opened=False)),
    (b"\xc5\xd0\xd3\xc6", PictureFormat("EPS", opened=False)),
    (b"SIMPLE  =", PictureFormat("FITS", opened=False)),
    (b"gimp xcf", PictureFormat("XCF", opened=False)),
    (b"\x00\x00\x01\x00", PictureFormat("ICO", opened=False)),
    (b"icns", PictureFormat("ICNS", opened=False)),
    (b"qoif", PictureFormat("QOI", opened=False)),
    (b"DDS ", PictureFormat("DDS", opened=False)),
)
_JPEG = re.compile(rb"\xff\xd8[^\xff]{0,1024}\xff+[\xc0-\xfe]")
"""The beginning of a JPEG. Some programs put filling bytes between its first marker and the next,
which decoders leave out."""
_XMP = (b"<?xpacket", b"<x:xmpmeta")
_TIFF_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}
_BRANDS = {
    b"avif": AVIF,
    b"avis": AVIF,
    b"heic": HEIF,
    b"heix": HEIF,
    b"heim": HEIF,
    b"heis": HEIF,
    b"hevc": HEIF,
    b"hevx": HEIF,
    b"crx ": RAW,  # Canon CR3
}


def sniff(source: BinaryIO, path: str) -> PictureFormat | None:
    """Recognise the format of an open file; read-only. The position afterwards is undefined.

    `path` is used only for files that are built as a TIFF: they are RAW if their tags *or* their
    suffix say so, so that the data of a sensor are never read as a finished picture.
    Returns None for a file that is no picture. Raises OSError when the file cannot be read.
    """
    source.seek(0)
    head = source.read(HEAD)
    if head[:4] in _TIFF_MAGIC:
        looks_raw = suffix_of(path) in RAW_SUFFIXES or _holds_sensor_data(source, head)
        return RAW if looks_raw else TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:2] == b"BM" and len(head) >= 18:
        return BMP if int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES else None
    if _JPEG.match(head):
        return JPEG
    if head[6:14] == b"HEAPCCDR":  # Canon CRW
        return RAW
    for magic, format_ in _SIGNATURES:
        if head.startswith(magic):
            return format_
    return None


def is_xmp(source: BinaryIO) -> bool:
    """True if an open file begins as XMP does; such files get the names of pictures by mistake."""
    source.seek(0)
    return source.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_XMP)


def _by_brand(head: bytes) -> PictureFormat | None:
    """The format of an ISO base media file, by its major brand, then by its compatible brands."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return HEIF if b"mif1" in brands or b"msf1" in brands else None


_SUB_IFDS, _PHOTOMETRIC, _COMPRESSION, _CFA_PATTERN, _DNG_VERSION = 330, 262, 259, 33422, 50706
_CFA, _LINEAR_RAW = 32803, 34892
_RAW_COMPRESSIONS = {32767, 32769, 32770, 34713, 65000, 65535}  # Sony, Epson, Samsung, Nikon, …
_MOST_IFDS, _MOST_TAGS = 16, 512


def _holds_sensor_data(source: BinaryIO, head: bytes) -> bool:
    """True if the directories of a TIFF describe sensor data (TIFF/EP, DNG, NEF, ARW, …)."""
    if head[8:10] == b"CR":  # Canon CR2
        return True
    for tag, value in _tiff_tags(source, head):
        if tag in (_DNG_VERSION, _CFA_PATTERN):
            return True
        if tag == _PHOTOMETRIC and value in (_CFA, _LINEAR_RAW):
            return True
        if tag == _COMPRESSION and value in _RAW_COMPRESSIONS:
            return True
    return False


def _tiff_tags(source: BinaryIO, head: bytes) -> Iterator[tuple[int, int]]:
    """Yield tag and first value, or its offset, of all directories, sub-directories included.

    The numbers of directories and tags are bounded, so that a file with a loop of directories ends.
    BigTIFF yields nothing, because no camera writes it.
    """
    if head[2:3] == b"+" or head[3:4] == b"+" or len(head) < 8:
        return
    order = "<" if head[:2] == b"II" else ">"
    todo = [struct.unpack(f"{order}I", head[4:8])[0]]
    for _ in range(_MOST_IFDS):
        if not todo:
            return
        source.seek(todo.pop())
        count = min(int.from_bytes(source.read(2), "little" if order == "<" else "big"), _MOST_TAGS)
        entries = source.read(12 * count)
        for tag, kind, length, raw in struct.iter_unpack(
            f"{order}HHI4s", entries[: len(entries) // 12 * 12]
        ):
            code, data = ("H", raw[:2]) if kind == 3 else ("I", raw)
            [value] = struct.unpack(order + code, data)
            yield tag, value
            if tag == _SUB_IFDS:
                todo.extend(_offsets(source, order, length, value))


def _offsets(source: BinaryIO, order: str, length: int, value: int) -> list[int]:
    """Offsets of sub-directories: the value itself, or the list that it points to."""
    if length == 1:
        return [value]
    source.seek(value)
    data = source.read(4 * min(length, _MOST_IFDS))
    return [offset for (offset,) in struct.iter_unpack(f"{order}I", data[: len(data) // 4 * 4])]
