"""Read what the header of a file says of its samples and Pillow does not pass on.

Used for exact comparison only: two files are not called equal if one of them has bits or colours
that its decoder does not show. A header that is not understood here counts as not shown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from dupscan.imaging import jxl_header
from dupscan.imaging.picture import PartlyShown
from dupscan.model.formats import AVIF, BMP, GIF, HEIF, JPEG2000, JXL, PNG, PictureFormat

HEADER = 16 << 20
"""Bytes that are read at most of one part of a header."""
_MOST_BOXES = 4096
USUAL_COLOURS = ((1, 13), (2, 2))
"""Primaries and transfer function of sRGB, and of unspecified colours (ITU-T H.273)."""
_SRGB, _WINDOWS = b"BGRs", b" niW"
"""Colour spaces of a BMP that need no profile."""
_MASKS, _SIX_BITS_OF_GREEN = 3, 0x7E0
_PLAIN_SPACES = ((1, 16), (1, 17), (1, 18))
"""Numbered colour spaces of JPEG 2000: sRGB, grey, and sYCC, which is decoded to sRGB."""


@dataclass(frozen=True, slots=True)
class Header:
    """The properties that a header states for all frames of a picture."""

    bit_depth: int | None = None
    """Bits of one channel; None where Pillow knows them."""
    colours: bytes = b""
    """The colour space as stored in the header; empty for the usual colour space."""
    note: str = ""
    """Any other property in which the samples differ from the usual samples, in words."""


def read_header(source: BinaryIO, format_: PictureFormat) -> Header:
    """Read the header of an open file; leave the position where it was.

    Raises PartlyShown when the decoder does not show all that the header describes.
    """
    readers = {
        AVIF: _avif,
        HEIF: _heif,
        JPEG2000: _jpeg2000,
        JXL: _jxl,
        PNG: _png,
        BMP: _bmp,
        GIF: _gif,
    }
    if format_ not in readers:
        return Header()
    before = source.tell()
    try:
        return readers[format_](source)
    except (ValueError, IndexError, struct.error) as error:
        raise PartlyShown("its header is not understood") from error
    finally:
        source.seek(before)


def boxes(source: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, first byte and end of each box of an ISO base media file, `start` to `end`.

    The rest, from the first bytes that are no box, is yielded last as a box of the kind ``b""``.
    """
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        source.seek(start)
        head = source.read(16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        begin = start + (16 if length == 1 else 8)
        length = {0: end - start, 1: int.from_bytes(head[8:16], "big")}.get(length, length)
        if len(kind) < 4 or start + length < begin or start + length > end or not kind.isascii():
            break
        yield kind, begin, start + length
        start += length
    yield b"", start, end


def chunks(source: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, first byte and end of each chunk of a PNG, up to and including ``IEND``."""
    start = 8
    while True:
        source.seek(start)
        head = source.read(8)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        yield kind, start + 8, start + 8 + length
        if kind == b"IEND":
            return
        start += 12 + length


def size_of(source: BinaryIO) -> int:
    """Return the size of an open file in bytes; leave the position at its end."""
    return source.seek(0, 2)


def _read(source: BinaryIO, begin: int, end: int) -> bytes:
    source.seek(begin)
    return source.read(min(end - begin, HEADER))


def _media_header(source: BinaryIO) -> bytes:
    """The content of the boxes of an AVIF or HEIF that describe the other boxes."""
    header = b""
    for kind, begin, end in boxes(source, 0, size_of(source)):
        if kind in (b"meta", b"moov"):
            header += _read(source, begin, end)
    return header


def _avif(source: BinaryIO) -> Header:
    header = _media_header(source)
    if b"clap" in header:
        raise PartlyShown("its crop is not applied")
    codings = [part[2] for part in header.split(b"av1C")[1:] if len(part) > 2]
    if not codings or any(coding & 0x40 for coding in codings):
        raise PartlyShown("its more than 8 bits a channel are decoded to 8")
    found = header.partition(b"colrnclx")[2][:4]
    usual = len(found) < 4 or struct.unpack(">HH", found) in USUAL_COLOURS
    return Header(8, b"" if usual else b"nclx" + found)


def _heif(source: BinaryIO) -> Header:
    _media_header(source)
    if any(kind == b"moov" for kind, _, _ in boxes(source, 0, size_of(source))):
        raise PartlyShown("its sequence of pictures is not decoded")
    return Header()


def _jpeg2000(source: BinaryIO) -> Header:
    """The depth of the channels from the codestream, and the colour space if it is unusual."""
    codestream, colours = 0, b""
    if _read(source, 0, 4) != b"\xff\x4f\xff\x51":
        for kind, begin, end in boxes(source, 0, size_of(source)):
            if kind == b"jp2h":
                colours = _colours_of_jp2(source, begin, end)
            if kind == b"jp2c" and codestream:
                raise PartlyShown("its further pictures are not decoded")
            if kind == b"jp2c":
                codestream = begin
    header = _read(source, codestream, codestream + 42 + 3 * 16)
    [channels] = struct.unpack_from(">H", header, 40)
    depths = {header[42 + 3 * channel] for channel in range(channels)}
    if len(depths) > 1 or max(depths) & 0x80:
        raise PartlyShown("its channels are of several depths, or signed")
    return Header(depths.pop() + 1, colours)


def _colours_of_jp2(source: BinaryIO, begin: int, end: int) -> bytes:
    """The boxes that state the colour space, if it is an unusual one; empty otherwise."""
    colours = b""
    for kind, *inside in boxes(source, begin, end):
        box = _read(source, *inside)
        if kind == b"pclr":
            raise PartlyShown("its palette may not be applied")
        if kind == b"colr" and (box[0], int.from_bytes(box[3:7], "big")) not in _PLAIN_SPACES:
            colours += kind + box
    return colours


def _jxl(source: BinaryIO) -> Header:
    found = jxl_header.properties(source)
    if not found.is_plain:
        raise PartlyShown("its further frames or channels are not decoded")
    return Header(found.bit_depth)


def _png(source: BinaryIO) -> Header:
    for kind, begin, end in chunks(source):
        if kind == b"cICP":
            return Header(colours=kind + _read(source, begin, end))
        if kind == b"IDAT":
            break
    return Header()


def _bmp(source: BinaryIO) -> Header:
    """Read depth and colours of a BMP.

    Only the two longest kinds of header state colours; masks follow only if the header says so.
    """
    header = _read(source, 14, 14 + 124)
    length, bits, packing = struct.unpack_from("<I10xHI", header)
    if length < 40:  # OS/2
        return Header()
    if length >= 108 and header[56:60] not in (_SRGB, _WINDOWS) and any(header[56:108]):
        raise PartlyShown("its colour profile is not read")
    green, alpha = struct.unpack_from("<4xI4xI", header, 40) if packing == _MASKS else (0, 0)
    if bits == 32 and not (length >= 56 and alpha):
        raise PartlyShown("its fourth channel is not decoded")
    if bits == 16:
        return Header(5, note="six bits of green" if green == _SIX_BITS_OF_GREEN else "")
    return Header()


def _gif(source: BinaryIO) -> Header:
    if b"ICCRGBG1012" in _read(source, 0, 4096):
        raise PartlyShown("its colour profile is not read")
    return Header()
