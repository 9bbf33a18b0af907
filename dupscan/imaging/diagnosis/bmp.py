"""Look at the structure of a BMP that its decoder refused: header, masks and size."""

from __future__ import annotations

import struct
from typing import BinaryIO

from dupscan.imaging.diagnosis.finding import Finding, cut_off, damaged, unsupported
from dupscan.imaging.headers import size_of

_FILE_HEADER, _OLDEST, _SHORT, _INFO = 14, 12, 16, 40
_DEPTHS = {1, 2, 4, 8, 16, 24, 32, 64}
_PLAIN, _MASKS, _JPEG, _PNG, _MASKS_AND_ALPHA = 0, 3, 4, 5, 6
_PACKINGS = {*range(7), 11, 12, 13}
"""Kinds of compression, by their numbers in the header (``BITMAPINFOHEADER.biCompression``)."""


def examine(source: BinaryIO, *, understood: bool) -> Finding | None:
    """Find what is broken or rare in a BMP; None for an ordinary BMP that is long enough."""
    source.seek(0)
    head = source.read(_FILE_HEADER + 124)
    data, length = struct.unpack_from("<I", head, 10)[0], struct.unpack_from("<I", head, 14)[0]
    if length == _OLDEST:
        width, height, _, bits = struct.unpack_from("<4H", head, 18)
        packing = colours = 0
    else:
        width, height, _, bits = struct.unpack_from("<iiHH", head, 18)
        packing, colours = struct.unpack_from("<I12xI", head.ljust(138, b"\0"), 30)
        if length < _INFO:  # the header ends before these fields
            packing = colours = 0
    if width <= 0 or height == 0:
        return damaged(f"it claims {width} × {height} pixels")
    if bits not in _DEPTHS and not (bits == 0 and packing in (_JPEG, _PNG)):
        return damaged(f"it claims {bits} bits a pixel")
    if packing not in _PACKINGS:
        return damaged(f"its compression has the unknown number {packing}")
    size = size_of(source)
    rows = (width * bits + 31) // 32 * 4 * abs(height)
    if data + (rows if packing in (_PLAIN, _MASKS, _MASKS_AND_ALPHA) else 1) > size:
        return cut_off()
    if colours > size // 3:
        return damaged(f"it claims a palette of {colours} colours")
    rare = _rare_kind(head, length, bits, packing, colours)
    return None if rare is None else unsupported(rare)


def _rare_kind(head: bytes, length: int, bits: int, packing: int, colours: int) -> str | None:
    """The property that makes a BMP one of those that few programs read; None for an ordinary."""
    if packing in (_JPEG, _PNG) and bits == 0:
        return f"BMP with a {'JPEG' if packing == _JPEG else 'PNG'} in it"
    if length == _SHORT:
        return "OS/2 BMP with a header of 16 bytes"
    if packing in (_MASKS, _MASKS_AND_ALPHA):
        count = 4 if packing == _MASKS_AND_ALPHA or length >= 56 else 3
        masks = struct.unpack_from(f"<{count}I", head.ljust(138, b"\0"), 54)
        widths = " + ".join(str(mask.bit_count()) for mask in masks if mask)
        return f"BMP of {bits} bits a pixel in fields of {widths} bits"
    if bits in (2, 64):
        return f"BMP of {bits} bits a pixel"
    if bits <= 8 and colours > 1 << bits:
        return f"BMP of {bits} bits a pixel with a palette of {colours} colours"
    return None
