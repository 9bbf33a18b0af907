"""Look at the structure of a HEIF, AVIF or JPEG 2000 file that its decoder refused."""

from __future__ import annotations

from typing import BinaryIO

from dupscan.imaging.diagnosis.finding import Finding, cut_off, damaged, metadata_only
from dupscan.imaging.headers import boxes, size_of

_CODESTREAM, _END_OF_CODESTREAM = b"\xff\x4f\xff\x51", b"\xff\xd9"
_TAIL = 64
"""Bytes at the end of a codestream in which its end marker is looked for."""


def examine_media(source: BinaryIO, *, understood: bool) -> Finding | None:
    """Look at the boxes of a HEIF or AVIF; None if the boxes are whole and there are items."""
    size = size_of(source)
    places = {kind: (begin, end) for kind, begin, end in boxes(source, 0, size)}
    without_items = damaged("its boxes make no sense") if b"mdat" in places else metadata_only()
    if not places.keys() & {b"meta", b"moov"}:
        return _broken(source, places[b""]) if b"" in places else without_items
    if b"" in places and b"mdat" not in places:
        return _broken(source, places[b""])
    if b"moov" in places:
        return None
    begin, end = places[b"meta"]
    inner = {kind: (begin, end) for kind, begin, end in boxes(source, begin + 4, end)}
    if b"iinf" not in inner:
        return damaged("its boxes make no sense") if b"" in inner else without_items
    source.seek(inner[b"iinf"][0])
    version, *_ = head = source.read(8).ljust(8, b"\0")
    items = int.from_bytes(head[4:8] if version else head[4:6], "big")
    return None if items else without_items


def examine_jpeg2000(source: BinaryIO, *, understood: bool) -> Finding | None:
    """Look for the beginning and the end of a JPEG 2000 codestream; None if both are there."""
    begin, end = 0, size_of(source)
    source.seek(0)
    if source.read(4) != _CODESTREAM:
        places = {kind: (begin, end) for kind, begin, end in boxes(source, 0, end)}
        if not places.keys() & {b"jp2c", b""}:
            return metadata_only()
        begin, end = places.get(b"jp2c") or places[b""]
    source.seek(max(begin, end - _TAIL))
    tail = source.read(end - source.tell())
    return None if _END_OF_CODESTREAM in tail else cut_off()


def _broken(source: BinaryIO, rest: tuple[int, int]) -> Finding:
    """The words for a file that ends with bytes that are no whole box."""
    begin, end = rest
    source.seek(begin)
    kind = source.read(8)[4:]
    is_box = end - begin < 8 or kind in (b"ftyp", b"meta", b"mdat", b"moov", b"free", b"idat")
    return cut_off() if is_box else damaged("its boxes make no sense")
