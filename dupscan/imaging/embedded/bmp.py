"""Record what a BMP file holds besides its picture: a colour profile, and bytes behind its end."""

from __future__ import annotations

import struct
from typing import BinaryIO

from dupscan.imaging.embedded.appended import read_appended
from dupscan.imaging.embedded.contents import Contents, read_at
from dupscan.imaging.headers import size_of

_HEAD, _WITH_PROFILE = 14, 124
"""Bytes of the file header, and of the fifth version of the picture's header."""
_EMBEDDED = b"DEBM"
"""Type of a colour space that a profile in the file defines."""
_UNCOMPRESSED = frozenset((0, 3, 6))


def read_bmp(source: BinaryIO, found: Contents) -> None:
    """Add what stands behind the samples of a BMP file; take its ICC profile (BITMAPV5HEADER).

    The end of compressed samples is the size that the header states.
    """
    head = read_at(source, 0, _HEAD + _WITH_PROFILE)
    samples, length = struct.unpack_from("<II", head, 10)
    if length < 40:
        return
    width, height = struct.unpack_from("<ii", head, 18)
    bits, compression, stated = struct.unpack_from("<HII", head, 28)
    is_plain = compression in _UNCOMPRESSED
    size = (width * bits + 31) // 32 * 4 * abs(height) if is_plain else stated
    end = samples + size
    if length >= _WITH_PROFILE and head[_HEAD + 56 : _HEAD + 60] == _EMBEDDED:
        at, size = struct.unpack_from("<II", head, _HEAD + 112)
        found.profile = read_at(source, _HEAD + at, _HEAD + at + size)
        end = max(end, _HEAD + at + size)
    if size and end < (whole := size_of(source)):
        read_appended(read_at(source, end, whole), 0, found)
