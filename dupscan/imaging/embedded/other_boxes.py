"""Record boxes that several formats share, and what JPEG XL and JPEG 2000 files hold.

ISO/IEC 18181-2 (JPEG XL), 15444-1 and 15444-2 (JPEG 2000).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from dupscan.imaging import jxl_header
from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.appended import read_appended
from dupscan.imaging.embedded.contents import Contents, read_at, shown
from dupscan.imaging.embedded.exif import read_exif
from dupscan.imaging.embedded.jpeg import add_data_in_packets
from dupscan.imaging.embedded.photoshop import read_iptc
from dupscan.imaging.embedded.xmp_packet import read_packet
from dupscan.imaging.headers import boxes, size_of
from dupscan.model.embedded import EmbeddedKind

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF = b"JpgTiffExif->JP2"
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_GEO = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_UUID = 16
_COMPRESSED = {b"Exif": contents.EXIF, b"xml ": contents.XMP, b"jumb": contents.JUMBF}
"""Blocks that JPEG XL may hold compressed; they are known by their kind only."""
_JXL_PICTURE = frozenset(b"ftyp jxlc jxlp jxll jxli free skip".split()) | {b"JXL "}
_JP2_PICTURE = frozenset(b"ftyp free skip jpch jplh rreq uinf".split()) | {b"jP  "}
_TILE, _COMMENT, _END = 0xFF90, 0xFF64, b"\xff\xd9"
_WRITTEN_BY_PROGRAMS = (b"Created by", b"Kakadu", b"Kdu-", b"Creator: JasPer", b"LEAD", b"Lura")
"""Beginnings of comments that encoders write by themselves."""
_MOST_CHANNELS = 16384
_MOST_MARKERS = 65536
_BY_PROFILE = (2, 3)
"""Methods by which a colour space is stated with an ICC profile."""


def add_box(kind: bytes, body: bytes, found: Contents) -> None:
    """Add what a box holds that is no part of the picture itself."""
    if kind == b"uuid":
        _add_uuid(body[:_UUID], body[_UUID:], found)
    elif kind == b"Exif":
        read_exif(body[4:], found)
    elif kind in (b"xml ", b"XML "):
        _add_packet(body, found)
    elif kind == b"jumb":
        name = contents.C2PA if b"c2pa" in body[:128] else contents.JUMBF
        found.add_metadata(name, body)
    elif kind == b"brob":
        name = _COMPRESSED.get(body[:4]) or f"box {shown(body[:4])}"
        found.add_metadata(name, body[4:])
    elif kind == b"jhgm":
        found.add(EmbeddedKind.GAIN_MAP, contents.GAIN_MAP, body)
    elif kind == b"jbrd":
        found.add_metadata("JPEG reconstruction data", body)
    elif kind in (b"sefd", b"mpvd"):
        read_appended(body, 0, found)
    elif body.strip(b"\0"):
        found.add(EmbeddedKind.APPENDED, f"box {shown(kind)}", body)


def read_jxl(source: BinaryIO, found: Contents) -> None:
    """Add all that a JPEG XL file holds besides its picture."""
    header = jxl_header.properties(source)
    found.bit_depth = header.bit_depth
    if not header.is_animated:
        found.frames = 1
    for kind, body in _boxes_besides(source, _JXL_PICTURE, b"\xff\x0a", found):
        if kind:
            add_box(kind, body, found)


def read_jpeg2000(source: BinaryIO, found: Contents) -> None:
    """Add all that a JPEG 2000 file holds besides its first picture; count its pictures."""
    pictures, depths = 0, [0]
    for kind, body in _boxes_besides(source, _JP2_PICTURE, b"\xff\x4f\xff\x51", found):
        if kind in (b"jp2c", b""):
            pictures += 1
            if pictures == 1:
                depths += _depths(body)
                _read_codestream(body, found)
            if pictures > 1:
                found.add(EmbeddedKind.FURTHER_PICTURE, contents.FURTHER_PICTURE, body)
        elif kind == b"jp2h":
            _read_colours(body, found)
        elif kind != b"jp2i":
            add_box(kind, body, found)
    found.frames, found.bit_depth = max(1, pictures), max(depths) or None


def _read_codestream(data: bytes, found: Contents) -> None:
    """Add the comments of a codestream, and what stands behind its end (15444-1, A.4 and A.9.2)."""
    at = 2
    for _ in range(_MOST_MARKERS):
        marker, size = (int.from_bytes(data[at + one : at + one + 2], "big") for one in (0, 2))
        if marker == _TILE:
            length = int.from_bytes(data[at + 6 : at + 10], "big")
            if length < 12:  # up to the end of the codestream
                return
            at += length
            continue
        if data[at : at + 2] == _END or marker < 0xFF00 or size < 2:
            break
        text = data[at + 6 : at + 2 + size].strip(b"\0 ")
        if marker == _COMMENT and text and not text.startswith(_WRITTEN_BY_PROGRAMS):
            found.add_metadata(contents.COMMENT, text)
        at += 2 + size
    if data[at : at + 2] == _END:
        read_appended(data, at + 2, found)


def _read_colours(header: bytes, found: Contents) -> None:
    """Take the ICC profile from the header of a JPEG 2000 file (15444-1, I.5.3.3)."""
    for kind, begin, end in boxes(io.BytesIO(header), 0, len(header)):
        if kind == b"colr" and header[begin] in _BY_PROFILE:
            found.profile = header[begin + 3 : end]


def _boxes_besides(
    source: BinaryIO, picture: frozenset[bytes], bare: bytes, found: Contents
) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of the boxes that are no part of the picture.

    A codestream without boxes is yielded as one of the kind ``b""``. Adds what lies behind the
    last box.
    """
    size = size_of(source)
    if read_at(source, 0, len(bare)) == bare:
        yield b"", read_at(source, 0, size)
        return
    has_type = False
    for kind, begin, end in boxes(source, 0, size):
        if kind == b"" or (kind == b"ftyp" and has_type):
            first = begin if kind == b"" else begin - 8
            read_appended(read_at(source, first, size), 0, found)
            return
        has_type |= kind == b"ftyp"
        if kind not in picture:
            yield kind, read_at(source, begin, end)


def _add_uuid(uuid: bytes, body: bytes, found: Contents) -> None:
    if uuid == _XMP:
        _add_packet(body, found)
    elif uuid == _EXIF:
        read_exif(body, found)
    elif uuid == _IPTC:
        read_iptc(body, found)
    elif uuid in (_GEO, _C2PA):
        found.add_metadata("GeoTIFF" if uuid == _GEO else contents.C2PA, body)
    elif body.strip(b"\0"):
        found.add_metadata(f"uuid {uuid.hex()}", body)


def _add_packet(body: bytes, found: Contents) -> None:
    packet = read_packet(body)
    if packet.says_something:
        found.add_metadata(contents.XMP, body)
    add_data_in_packets([packet], found)


def _depths(codestream: bytes) -> list[int]:
    """The bits of each channel by the header of a codestream (15444-1, A.5.1)."""
    channels = int.from_bytes(codestream[40:42], "big")
    stated = codestream[42 : 42 + 3 * min(channels, _MOST_CHANNELS) : 3]
    return [1 + (depth & 0x7F) for depth in stated]
