"""Read the size and the depth of a JPEG XL picture from its header alone.

The Pillow plugin decodes a file while it opens it, so a few kilobytes that claim a gigapixel must
be refused before; and the plugin does not report the parts that it leaves out. The layout is that
of ISO/IEC 18181-1 (SizeHeader, ImageMetadata) and 18181-2 (boxes).
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of a picture that its header states (18181-1, ImageMetadata)."""

    bit_depth: int = 8
    """Bits of one channel; of a floating-point number where it is one."""
    is_animated: bool = False
    is_plain: bool = True
    """True for one frame of whole numbers with at most an alpha channel, and without a preview."""
    is_in_xyb: bool = True
    """True if the colours were changed to XYB, so that rounding has lost something; also true for a
    picture that is not plain."""


def properties(source: BinaryIO) -> Properties:
    """Return the properties of the picture in an open file.

    Leaves the position at the start of the file. Raises ValueError when there is no header where
    the header should be.
    """
    bits = _header(source)
    _size(bits)
    if bits.take(1):  # every property has its default
        return Properties()
    is_plain, is_animated = True, False
    if bits.take(1):
        bits.take(3)  # orientation
        if bits.take(1):  # a size to be shown in
            is_plain = False
            _size(bits)
        if bits.take(1):
            _preview(bits)
            is_plain = False
        if bits.take(1):
            _animation(bits)
            is_plain, is_animated = False, True
    is_float = bits.take(1)
    if is_float:
        bit_depth = (32, 16, 24, None)[bits.take(2)] or bits.take(6) + 1
        bits.take(4)  # bits of the exponent
    else:
        bit_depth = (8, 10, 12, None)[bits.take(2)] or bits.take(6) + 1
    bits.take(1)  # a hint for decoders
    further = bits.take(2)
    only_alpha = further == 0 or (further == 1 and bits.take(1) == 1)
    if not (is_plain and only_alpha and not is_float):
        return Properties(bit_depth, is_animated, is_plain=False)
    return Properties(bit_depth, is_in_xyb=bool(bits.take(1)))


def _preview(bits: _Bits) -> None:
    """Pass over the size of a preview (PreviewHeader)."""
    by_eight = bits.take(1)

    def length() -> None:
        selector = bits.take(2)
        if by_eight:
            bits.take((0, 0, 5, 9)[selector])
        else:
            bits.take((6, 8, 10, 12)[selector])

    length()
    if not bits.take(3):
        length()


def _animation(bits: _Bits) -> None:
    """Pass over the timing of an animation (AnimationHeader)."""
    bits.take((0, 0, 10, 30)[bits.take(2)])
    bits.take((0, 0, 8, 10)[bits.take(2)])
    bits.take((0, 3, 16, 32)[bits.take(2)])
    bits.take(1)


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
