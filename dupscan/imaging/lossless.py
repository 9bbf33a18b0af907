"""Find out from the header of a file if its picture was stored without loss.

For formats that can do both. Two files of which one was stored without loss may hold equal pixels.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from dupscan.imaging import jxl_header
from dupscan.imaging.headers import boxes, size_of
from dupscan.model.formats import JPEG2000, JXL, WEBP, PictureFormat

_CODING_STYLE, _START_OF_TILE = 0xFF52, 0xFF90
_TRANSFORMATION = 9
"""Offset of the wavelet transformation in a COD segment's content (ITU-T T.800, A.6.1)."""
_REVERSIBLE = 1
_MOST_CHUNKS = 4096
_FRAME_HEADER = 16
"""Bytes of an ANMF chunk before its own chunks (RFC 9649, 2.7.1.1)."""


def is_lossless(source: BinaryIO, format_: PictureFormat) -> bool | None:
    """True if the header states a coding without loss; None for formats without such a statement.

    JPEG 2000: the reversible transformation. JPEG XL: colours that were not changed to XYB, and no
    transcoded JPEG. WebP: every frame. Leaves the position where it was.
    """
    readers = {JPEG2000: _jpeg2000, JXL: _jxl, WEBP: _webp}
    if format_ not in readers:
        return None
    before = source.tell()
    try:
        return readers[format_](source)
    except (ValueError, IndexError, struct.error):
        return False
    finally:
        source.seek(before)


def _jpeg2000(source: BinaryIO) -> bool:
    source.seek(0)
    at = 0
    if source.read(4) != b"\xff\x4f\xff\x51":
        at = {kind: begin for kind, begin, _ in _some_boxes(source)}.get(b"jp2c", 0)
    at += 2  # behind the marker of the start
    while True:
        source.seek(at)
        marker, length = struct.unpack(">HH", source.read(4))
        if marker == _CODING_STYLE:
            return source.read(length - 2)[_TRANSFORMATION] == _REVERSIBLE
        if marker == _START_OF_TILE:
            return False
        at += 2 + length


def _jxl(source: BinaryIO) -> bool:
    is_transcoded = any(kind == b"jbrd" for kind, _, _ in _some_boxes(source))
    return not is_transcoded and not jxl_header.properties(source).is_in_xyb


def _webp(source: BinaryIO) -> bool:
    kinds = list(_kinds_of_coding(source, 12, size_of(source)))
    return bool(kinds) and set(kinds) == {b"VP8L"}


def _kinds_of_coding(source: BinaryIO, at: int, end: int) -> list[bytes]:
    """The kinds of the chunks with compressed colours, of all frames."""
    found = []
    for _ in range(_MOST_CHUNKS):
        source.seek(at)
        head = source.read(8)
        if at >= end or len(head) < 8:
            break
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        if kind in (b"VP8 ", b"VP8L"):
            found.append(kind)
        elif kind == b"ANMF":
            found += _kinds_of_coding(source, at + 8 + _FRAME_HEADER, at + 8 + length)
        at += 8 + length + length % 2
    return found


def _some_boxes(source: BinaryIO) -> list[tuple[bytes, int, int]]:
    source.seek(0)
    if source.read(1) == b"\xff":  # a codestream without boxes
        return []
    return list(boxes(source, 0, size_of(source)))
