"""The data of a file beyond its picture: the video of a motion photo, a gain map, layers.

No decoder shows these bytes. They are part of the digest of exact pixels, because they would be
lost with a file whose picture alone is found elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from dupscan.imaging.headers import boxes, chunks, size_of
from dupscan.imaging.picture import PartlyShown
from dupscan.model.formats import AVIF, HEIF, JPEG, JPEG2000, JXL, PNG, WEBP, PictureFormat

_BYTES_PER_READ = 1 << 20
"""Bytes that are read at a time."""
_KNOWN_BOXES = frozenset(
    kind.ljust(4)
    for kind in b"ftyp styp meta mdat moov free skip wide uuid pdin idat Exif brob jumb "
    b"jP jp2h jp2c jp2i xml JXL jxlc jxlp jxll jbrd".split()
)
"""Boxes that hold the picture itself, or its metadata."""
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker that ends the compressed data of a scan; stuffed bytes and restarts do not."""
_END, _SCAN = 0xD9, 0xDA


def read_extra_data(source: BinaryIO, format_: PictureFormat) -> Iterator[bytes]:
    """Read the bytes of an open file that are neither picture nor metadata, in pieces.

    A run of zero bytes counts as empty. Leaves the position where it was. Yields nothing for TIFF,
    GIF and BMP: their further pictures and layers are found when they are decoded, and other data
    has no known place in them. Raises PartlyShown for a JPEG without an end marker, because
    decoders fill in the missing rest without an error.
    """
    before = source.tell()
    for piece in _extra_pieces(source, format_):
        if any(data.count(0) < len(data) for data in _read(source, *piece)):
            yield from _read(source, *piece)
    source.seek(before)


def _read(source: BinaryIO, begin: int, end: int) -> Iterator[bytes]:
    source.seek(begin)
    while begin < end and (data := source.read(min(_BYTES_PER_READ, end - begin))):
        yield data
        begin += len(data)


def _extra_pieces(source: BinaryIO, format_: PictureFormat) -> Iterable[tuple[int, int]]:
    """The first byte and the end of each piece of extra data."""
    size = size_of(source)
    if format_ is JPEG:
        return [(_end_of_jpeg(source), size)]
    if format_ is PNG:
        found = list(chunks(source))
        layers = [(begin, end) for kind, begin, end in found if kind.startswith(b"mk")]  # Fireworks
        return [*layers, (found[-1][2] + 4, size)]
    if format_ is WEBP:
        source.seek(4)
        return [(8 + int.from_bytes(source.read(4), "little"), size)]
    if format_ in (AVIF, HEIF, JPEG2000, JXL):
        source.seek(0)
        if source.read(1) == b"\xff":  # a codestream without boxes
            return []
        return [
            (begin, end) for kind, begin, end in boxes(source, 0, size) if kind not in _KNOWN_BOXES
        ]
    return []


def _end_of_jpeg(source: BinaryIO) -> int:
    """The offset behind the first picture of a JPEG."""
    at = 2
    while True:
        source.seek(at)
        head = source.read(4)
        if len(head) < 2:
            raise PartlyShown("it has no end, and may have lost data before it")
        if not _MARKER.match(head):
            at = _next_marker(source, at)
        elif head[1] == _END:
            return at + 2
        else:
            at += 2 + int.from_bytes(head[2:4], "big")
            if head[1] == _SCAN:
                at = _next_marker(source, at)


def _next_marker(source: BinaryIO, at: int) -> int:
    """The offset of the first marker at or after `at`, behind compressed data or fill bytes."""
    source.seek(at)
    kept = b""
    while data := source.read(_BYTES_PER_READ):
        window = kept + data
        if found := _MARKER.search(window):
            return at + found.start()
        kept = window[-1:]
        at += len(window) - 1
    return size_of(source)
