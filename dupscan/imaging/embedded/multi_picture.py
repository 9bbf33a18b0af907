"""Read the index of the further pictures in a JPEG (CIPA DC-007, Multi-Picture Format).

An index stays in a file when a program drops the pictures that it lists; so an entry counts only
if a picture begins where it points.
"""

from __future__ import annotations

import io
import struct
from enum import Enum

from dupscan.imaging.embedded.tiff_directories import TiffDirectories

_ENTRIES = 0xB002
_MOST = 256
_TYPE = 0xFFFFFF


class PictureType(Enum):
    """The type of an indexed picture, as far as it matters here."""

    PREVIEW = "preview"
    OTHER_EYE = "other-eye"
    PANORAMA = "panorama"
    GAIN_MAP = "gain-map"
    OTHER = "other"


_TYPES = {
    0x020001: PictureType.PANORAMA,
    0x020002: PictureType.OTHER_EYE,
    0x050000: PictureType.GAIN_MAP,
}
_PREVIEWS = range(0x010000, 0x020000)


def read_index(block: bytes, base: int) -> dict[int, PictureType]:
    """Return the types of the pictures behind the first one, by their offset in the file.

    `block` is the content of the segment behind ``MPF``, and `base` its offset in the file. Never
    raises for the content of a block.
    """
    try:
        tiff = TiffDirectories(io.BytesIO(block))
        directory, _ = tiff.directory(tiff.first)
        entry = directory.get(_ENTRIES)
        data = tiff.value(entry) if entry else b""
    except (ValueError, struct.error, OverflowError):
        return {}
    order = ">" if block.startswith(b"MM") else "<"
    found = {}
    for attributes, _size, offset in struct.iter_unpack(
        f"{order}III4x", data[: min(len(data) // 16, _MOST) * 16]
    ):
        kind = attributes & _TYPE
        if offset:
            preview = PictureType.PREVIEW if kind in _PREVIEWS else PictureType.OTHER
            found[base + offset] = _TYPES.get(kind, preview)
    return found
