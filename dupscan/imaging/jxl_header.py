"""Read the size and the depth of a JPEG XL picture from its header alone.

The Pillow plugin decodes a file while it opens it, so a few kilobytes that claim a gigapixel must
be refused before; and the plugin does not report the parts that it leaves out. The layout is that
of ISO/IEC 18181-1 (SizeHeader, ImageMetadata) and 18181-2 (boxes).
"""

from __future__ import annotations

from typing import BinaryIO

_CODESTREAM = b"\xff\x0a"
_BOXES = (b"jxlc", b"jxlp")
_MOST_BOXES = 64
_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}


def size(source: BinaryIO) -> tuple[int, int]:
    """Return width and height of the picture in an open file, as stored, in pixels.

    Leaves the position at the start of the file. Raises ValueError when there is no header where
    the header should be.
    """
    return _size(_header(source))


def depth(source: BinaryIO) -> int | None:
    """Return the bits of a channel of a still picture with colours and at most an alpha channel.

    Returns None for a file with more than that: several frames, a preview, further channels,
    floating point. Leaves the position at the start of the file. Raises ValueError when there is no
    header where the header should be.
    """
    return _still(_header(source))[0]


def is_in_xyb(source: BinaryIO) -> bool:
    """True if the colours of a picture were changed to XYB, so that rounding has lost something.

    Also true for a file of which :func:`depth` knows nothing. Leaves the position at the start of
    the file. Raises ValueError when there is no header where the header should be.
    """
    return _still(_header(source))[1]


def _still(bits: _Bits) -> tuple[int | None, bool]:
    """The bits of a channel as :func:`depth` returns them, and True for colours in XYB."""
    _size(bits)
    if bits.take(1):  # every property has its default
        return 8, True
    if bits.take(1):
        bits.take(3)  # orientation
        if bits.take(3):  # a size to be shown in, a preview, an animation
            return None, True
    if bits.take(1):  # floating point
        return None, True
    bit_depth = (8, 10, 12, None)[bits.take(2)] or bits.take(6) + 1
    bits.take(1)  # a hint for decoders
    further = bits.take(2)
    only_alpha = further == 0 or (further == 1 and bits.take(1) == 1)
    return (bit_depth, bool(bits.take(1))) if only_alpha else (None, True)


def _header(source: BinaryIO) -> _Bits:
    header = _codestream(source)
    source.seek(0)
    if header[:2] != _CODESTREAM or len(header) < 11:
        raise ValueError("no header of a picture in it")
    return _Bits(header[2:])


def _size(bits: _Bits) -> tuple[int, int]:
    small = bits.take(1)
    height = _length(bits, small=bool(small))
    ratio = bits.take(3)
    if ratio:
        numerator, denominator = _RATIOS[ratio]
        return height * numerator // denominator, height
    return _length(bits, small=bool(small)), height


class _Bits:
    """The bits of a header, read from the lowest bit of the first byte on."""

    def __init__(self, data: bytes) -> None:
        self._rest = int.from_bytes(data, "little")

    def take(self, number: int) -> int:
        taken = self._rest & ((1 << number) - 1)
        self._rest >>= number
        return taken


def _length(bits: _Bits, *, small: bool) -> int:
    if small:
        return (bits.take(5) + 1) * 8
    return bits.take((9, 13, 18, 30)[bits.take(2)]) + 1


def _codestream(source: BinaryIO) -> bytes:
    """The first bytes of the codestream, bare or in the first of its boxes."""
    source.seek(0)
    start = source.read(12)
    if start[:2] == _CODESTREAM:
        return start + source.read(4)
    at = 0
    for _ in range(_MOST_BOXES):
        source.seek(at)
        head = source.read(16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        begin = 16 if length == 1 else 8
        length = int.from_bytes(head[8:16], "big") if length == 1 else length
        if kind in _BOXES:
            source.seek(at + begin + (4 if kind == b"jxlp" else 0))  # a part has its number first
            return source.read(16)
        if length < begin:
            break
        at += length
    return b""
