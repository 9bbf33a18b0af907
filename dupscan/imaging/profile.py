"""Read the ICC profile that a file holds."""

from __future__ import annotations

import re

from dupscan.imaging.picture import OpenPicture
from dupscan.model.formats import JXL

_NAME_OF_SRGB = re.compile(rb"RGB_D65_SRG_[A-Z][a-z]{2}_SRG|Gra_D65_[A-Z][a-z]{2}_SRG|sRGBmluc")
"""Names that libjxl gives to the profiles it makes for sRGB, and for greys with its curve."""
_LICENCE = b"CC0"
"""Copyright notice of each profile that libjxl makes."""


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
