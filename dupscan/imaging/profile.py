"""Read the ICC profile that a file holds."""

from __future__ import annotations

import re
import struct

from dupscan.imaging.picture import OpenPicture
from dupscan.model.formats import JXL

_NAME_OF_SRGB = re.compile(rb"RGB_D65_SRG_[A-Z][a-z]{2}_SRG|Gra_D65_[A-Z][a-z]{2}_SRG|sRGBmluc")
"""Names that libjxl gives to the profiles it makes for sRGB, and for greys with its curve."""
_LICENCE = b"CC0"
"""Copyright notice of each profile that libjxl makes."""


_WORDS = (b"desc", b"cprt", b"dmnd", b"dmdd", b"vued", b"view", b"targ", b"tech", b"meas", b"mmod")
"""Tags that describe a profile, and do not change a colour."""
_TABLE = 128
"""Offset of the table of tags (ICC.1, 7.3)."""
_MOST_TAGS = 256


def colours_of_profile(profile: bytes) -> bytes:
    """Return the parts of an ICC profile that define colours, in the order of their names.

    Two profiles with equal parts show the same colours, whatever their dates and descriptions. A
    profile that makes no sense is returned whole.
    """
    count = int.from_bytes(profile[_TABLE : _TABLE + 4], "big")
    if not 0 < count <= _MOST_TAGS:
        return profile
    table = profile[_TABLE + 4 : _TABLE + 4 + 12 * count]
    parts = []
    for name, offset, size in struct.iter_unpack(">4sII", table[: len(table) // 12 * 12]):
        if name not in _WORDS:
            parts.append(name + profile[offset : offset + size])
    return profile[12:24] + b"".join(sorted(parts))


def read_profile(picture: OpenPicture) -> bytes | None:
    """Return the ICC profile of the current frame of a picture; None without one.

    A JPEG XL file that names sRGB by a number holds no profile: libjxl makes one for it, which is
    left out here, because other formats that mean sRGB have none either.
    """
    profile = picture.image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return None
    text = profile.replace(b"\0", b"")  # the names stand in UTF-16
    if picture.format is JXL and _LICENCE in text and _NAME_OF_SRGB.search(text):
        return None
    return profile
