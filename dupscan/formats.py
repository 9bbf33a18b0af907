"""What a file is, told from its first bytes; its suffix only ever makes a TIFF a camera's RAW.

Kept apart from :mod:`dupscan.imaging` because nothing here decodes: a file is only handed to a
decoder once this room has said which one, so a decoder that is risky or useless here (Ghostscript
behind EPS, PSD, FITS, …) cannot be reached by giving a file the right first bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

HEAD = 4096
"""Bytes from the start of a file that :func:`sniff` wants to see."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """A kind of picture file."""

    name: str
    """Pillow's name for it where Pillow decodes it."""
    extra: str | None = None
    """The optional part of dupscan that decodes it, as in ``dupscan[heif]``."""
    opened: bool = True
    """False for what is recognised, counted and left alone."""
    whole: bool = False
    """True when its decoder wants the whole file in memory."""


JPEG = PictureFormat("JPEG")
PNG = PictureFormat("PNG")
GIF = PictureFormat("GIF")
BMP = PictureFormat("BMP")
WEBP = PictureFormat("WEBP", whole=True)
TIFF = PictureFormat("TIFF")
AVIF = PictureFormat("AVIF", whole=True)
JPEG2000 = PictureFormat("JPEG2000")
HEIF = PictureFormat("HEIF", extra="heif", whole=True)
JXL = PictureFormat("JXL", extra="jxl", whole=True)
RAW = PictureFormat("RAW", extra="raw", whole=True)

OPENED = (JPEG, PNG, GIF, BMP, WEBP, TIFF, AVIF, JPEG2000, HEIF, JXL, RAW)

_SIGNATURES: tuple[tuple[bytes, PictureFormat], ...] = (
    (b"\xff\xd8\xff", JPEG),
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

PICTURE_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .mpo .png .apng .gif .bmp .dib .webp .tif .tiff .avif .heic .heif .hif "
    ".jxl .jp2 .j2k .jpx .jpf .j2c .jpc".split()
)
RAW_SUFFIXES = frozenset(
    ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .iiq .k25 .kdc .mef .mos .mrw .nef .nrw .orf "
    ".pef .raf .raw .rw2 .rwl .sr2 .srf .srw .x3f".split()
)


def suffix_of(path: str) -> str:
    """The suffix of a file's name in lower case, ``".jpg"``, or the empty string."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def claims_to_be_a_picture(path: str) -> bool:
    """Whether the name of a file promises a picture; its content may say otherwise."""
    return suffix_of(path) in PICTURE_SUFFIXES or suffix_of(path) in RAW_SUFFIXES


def sniff(source: BinaryIO, path: str) -> PictureFormat | None:
    """Tell the format of an open file; read-only, leaves the position anywhere.

    `path` only helps where a camera's RAW file is built as a TIFF: those are RAW when their tags
    *or* their name say so, so that a sensor's data is never read as a finished picture.
    Returns None for what is no picture. Raises OSError when the file cannot be read.
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
    if head[6:14] == b"HEAPCCDR":  # Canon CRW
        return RAW
    for magic, format_ in _SIGNATURES:
        if head.startswith(magic):
            return format_
    return None


def _by_brand(head: bytes) -> PictureFormat | None:
    """The format of an ISO base media file: its major brand, then the compatible ones."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return HEIF if b"mif1" in brands or b"msf1" in brands else None


# -- camera RAW files that are built as a TIFF ----------------------------------------------------

_SUB_IFDS, _PHOTOMETRIC, _COMPRESSION, _CFA_PATTERN, _DNG_VERSION = 330, 262, 259, 33422, 50706
_CFA, _LINEAR_RAW = 32803, 34892
_RAW_COMPRESSIONS = {32767, 32769, 32770, 34713, 65000, 65535}  # Sony, Epson, Samsung, Nikon, …
_MOST_IFDS, _MOST_TAGS = 16, 512


def _holds_sensor_data(source: BinaryIO, head: bytes) -> bool:
    """Whether a TIFF's directories describe a colour filter array (TIFF/EP, DNG, NEF, ARW, …)."""
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
    """Tag and first value (or its offset) of the directories, sub-directories included.

    Bounded in directories and tags, so that a file made to loop ends.
    BigTIFF is not looked into: no camera writes it.
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
    """Offsets of sub-directories: the value itself, or a list it points to."""
    if length == 1:
        return [value]
    source.seek(value)
    data = source.read(4 * min(length, _MOST_IFDS))
    return [offset for (offset,) in struct.iter_unpack(f"{order}I", data[: len(data) // 4 * 4])]
