"""Look at the structure of a TIFF that its decoder refused: directories, and the data's place.

Layout as in TIFF 6.0 and the BigTIFF specification. Numbers of directories, tags and values are
bounded, so that a loop of directories ends.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from dupscan.imaging.diagnosis.finding import (
    Finding,
    cut_off,
    damaged,
    metadata_only,
    unsupported,
)
from dupscan.imaging.headers import size_of

_MOST_PAGES, _MOST_TAGS, _MOST_VALUES = 64, 4096, 1 << 20
_TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""Types of whole numbers, by their codes: BYTE, SHORT, LONG, IFD, LONG8, IFD8."""
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIPS, _SAMPLES, _STRIP_SIZES, _PLANAR, _PREDICTOR, _PALETTE = 273, 277, 279, 284, 317, 320
_TILES, _TILE_SIZES, _FURTHER_PICTURES, _EXTRA, _FORMAT, _JPEG = 324, 325, 330, 338, 339, 513
_WANTED = {
    *(_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _STRIPS, _SAMPLES, _STRIP_SIZES),
    *(
        _PALETTE,
        _PLANAR,
        _PREDICTOR,
        _TILES,
        _TILE_SIZES,
        _FURTHER_PICTURES,
        _EXTRA,
        _FORMAT,
        _JPEG,
    ),
}
_DATA = {_STRIPS, _TILES, _JPEG, _FURTHER_PICTURES}
"""Tags that tell where the data of a picture are."""
_PLAIN, _NEW_JPEG, _YCBCR, _PLANE_BY_PLANE = 1, 7, 6, 2
_DECODED = {1, 2, 3, 4, 5, 7, 8, 32773, 32946}
"""Kinds of compression that every decoder knows: none, CCITT, LZW, JPEG, Deflate, PackBits."""
_COMPRESSIONS = {
    6: "old-style JPEG",
    9: "JBIG",
    10: "JBIG",
    32809: "ThunderScan",
    33003: "JPEG 2000",
    33005: "JPEG 2000",
    34661: "JBIG",
    34676: "SGI LogLuv",
    34677: "SGI LogLuv",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy JPEG",
    34925: "LZMA",
    50000: "Zstandard",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL",
}
_COLOURS = {3: "palette", 5: "CMYK", 6: "YCbCr", 8: "L*a*b*", 9: "ICC L*a*b*", 10: "ITU L*a*b*"}
_COLOURS |= {4: "mask", 32844: "LogL", 32845: "LogLuv"}
_FORMATS = {2: "signed", 3: "floating-point", 5: "complex", 6: "complex floating-point"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """The byte order of a TIFF, and the sizes of its numbers."""

    order: str
    big: bool

    def number(self, code: str, data: bytes) -> int:
        """Return the one number in `data`. Raises struct.error for another count of bytes."""
        [found] = struct.unpack(self.order + code, data)
        return int(found)


_Tags = dict[int, tuple[int, ...]]


def examine(source: BinaryIO, *, understood: bool) -> Finding | None:
    """Find what is broken or rare in the pages of a TIFF; None if all are whole and ordinary."""
    source.seek(0)
    head = source.read(16)
    layout = _Layout("<" if head[:2] == b"II" else ">", b"+" in head[2:4])
    code, at = ("Q", slice(8, 16)) if layout.big else ("I", slice(4, 8))
    size, start, seen = size_of(source), layout.number(code, head[at]), set[int]()
    pages: list[_Tags] = []
    while start and start not in seen and len(pages) < _MOST_PAGES:
        seen.add(start)
        try:
            tags, start = _directory(source, layout, start)
        except struct.error:
            return damaged("a directory of its tags lies beyond its end")
        except ValueError:
            return damaged("a directory of its tags makes no sense")
        pages.append(tags)
    if not pages:
        return damaged("it has no directory of tags")
    if not pages[0].keys() & _DATA:
        return metadata_only()
    for page in pages:
        found = _fault(page, size) or _rarity(page, layout, understood=understood)
        if found is not None:
            return found
    return None


def _directory(source: BinaryIO, layout: _Layout, start: int) -> tuple[_Tags, int]:
    """The wanted tags of a directory, and the offset of the next one; 0 for none.

    Raises struct.error if the directory or one of the values lies beyond the end of the file, and
    ValueError for a directory of zeros, or one without a picture whose tags are not in order.
    """
    code, count_size, entry_size, field = ("Q", 8, 20, 8) if layout.big else ("I", 2, 12, 4)
    source.seek(min(start, size_of(source)))
    count = layout.number("Q" if layout.big else "H", source.read(count_size))
    if count > _MOST_TAGS:
        raise struct.error
    entries = source.read(entry_size * count)
    after = layout.number(code, source.read(field))
    tags: _Tags = {}
    listed = []
    for place in range(0, entry_size * count, entry_size):
        tag, kind, length, raw = struct.unpack_from(
            f"{layout.order}HH{code}{field}s", entries, place
        )
        if tag == kind == 0:
            raise ValueError
        listed.append(tag)
        if tag not in _WANTED or kind not in _TYPES or not length:
            continue
        width = struct.calcsize(layout.order + _TYPES[kind])
        length = min(length, _MOST_VALUES)
        if width * length > field:
            source.seek(min(layout.number(code, raw), size_of(source)))
            raw = source.read(width * length)
        tags[tag] = struct.unpack_from(f"{layout.order}{length}{_TYPES[kind]}", raw)
    if listed != sorted(listed) and not tags.keys() & _DATA:
        raise ValueError
    return tags, after


def _fault(page: _Tags, size: int) -> Finding | None:
    """The proof that a page is broken, if there is one. `size` is that of the file."""
    offsets = page.get(_STRIPS) or page.get(_TILES)
    if offsets is None:
        return None
    if not all(page.get(_WIDTH, (0,))) or not all(page.get(_HEIGHT, (0,))):
        return damaged("a page has no size")
    lengths = page.get(_STRIP_SIZES) or page.get(_TILE_SIZES) or (1,) * len(offsets)
    ends = (begin + length for begin, length in zip(offsets, lengths, strict=False))
    if any(end > size for end in ends):
        return cut_off()
    bits = page.get(_BITS, (1,))
    if not all(0 < one <= 64 for one in bits) or not all(page.get(_SAMPLES, (1,))):
        return damaged("the depth of its channels makes no sense")
    has_lengths = page.keys() & {_STRIP_SIZES, _TILE_SIZES}
    of_one_channel = _first(page, _WIDTH) * _first(page, _HEIGHT) * bits[0] // 8
    if has_lengths and _first(page, _COMPRESSION) == _PLAIN and sum(lengths) < of_one_channel:
        return damaged("it has fewer bytes than its size needs")
    return None


def _rarity(page: _Tags, layout: _Layout, *, understood: bool) -> Finding | None:
    """The property of a page for which a decoder refuses it though nothing is broken, if any."""
    compression, planar = _first(page, _COMPRESSION), _first(page, _PLANAR)
    is_ordinary = (
        compression in _DECODED - {_PLAIN}  # nothing that is not compressed can be broken
        and not (planar == _PLANE_BY_PLANE and _first(page, _PHOTOMETRIC, 0) == _YCBCR)
        and not (compression == _NEW_JPEG and max(page.get(_BITS, (8,))) != 8)
    )
    if understood and is_ordinary:
        return None
    return unsupported(_kind(page, layout))


def _kind(page: _Tags, layout: _Layout) -> str:
    """The kind of a page in words, such as ``TIFF of 3 × 12 bits, plane by plane``."""
    if layout.big and layout.order == ">":
        return "big-endian BigTIFF"
    bits = page.get(_BITS, (1,))
    samples = max(_first(page, _SAMPLES), len(bits))
    depth = f"{samples} × {bits[0]}" if len(set(bits)) == 1 else " + ".join(map(str, bits))
    compression = _first(page, _COMPRESSION)
    predictor = _first(page, _PREDICTOR)
    name = _COMPRESSIONS.get(compression, f"unknown ({compression})")
    notes = [
        f"{'Big' * layout.big}TIFF of {depth} bits",
        _FORMATS.get(_first(page, _FORMAT), ""),
        _COLOURS.get(_first(page, _PHOTOMETRIC, 0), ""),
        "" if _PHOTOMETRIC in page else "without a statement of its colours",
        "with extra channels" if _EXTRA in page else "",
        "plane by plane" if _first(page, _PLANAR) == _PLANE_BY_PLANE else "",
        "" if compression in _DECODED else f"{name} compression",
        "JPEG compression" if compression == _NEW_JPEG else "",
        f"predictor {predictor}" if predictor > 2 else "",
    ]
    return ", ".join(filter(None, notes))


def _first(page: _Tags, tag: int, default: int = 1) -> int:
    return page.get(tag, (default,))[0]
