"""Origins of file names: a camera, a person, or a messenger that renames all it receives."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class NameOrigin(IntEnum):
    """Givers of names; the first one is the likeliest to name an original."""

    CAMERA = 0
    DATED = 1
    """A name with a day in it, as many programs and people give."""
    PLAIN = 2
    MESSENGER = 3
    """A messenger, a web site, or a program that recovers lost files."""


_END = r"(?![^\W\d_])"
_CAMERA = re.compile(
    r"(?:img[_-]?\d{1,5}|img[_-]\d{8}[_-]\d{6}|_?mg_\d{4}|img_[eo]\d{4}|"  # Apple, Canon, Android
    r"dsc[_-]?\d{4,5}|_dsc\d{4}|dsc[nf]\d{4}|dscpdc_\d{4}|"  # Nikon, Sony, Fujifilm
    r"p[0-9a-c]\d{6}|l\d{7}|s\d{7}|imgp\d{4}|_igp\d{4}|pict\d{4}|cimg\d{4}|"
    r"sam_\d{4}|sdc\d{5}|hpim\d{4}|kdsc\d{4}|\d{3}[_-]\d{4}|mvc-?\d{3,5}|"
    r"pxl_\d{8}_\d{6,9}|mvimg_\d{8}_\d{6}|pano_\d{8}_\d{6}|\d{8}_\d{6}|"
    r"wp_\d{8}(?:_\d+)?(?:_\d\d_\d\d_\d\d)?|"
    r"imag\d{4}|gopr\d{4}|g\d{7}|gp\d{6}|dji_\d{4}|dji_\d{14}_\d{4}|crw_\d{4}|stc?_?\d{4})" + _END
)
_MESSENGER = re.compile(
    r".*[-_]wa\d{4,}|whatsapp .*|fb_img_\d+|received_\d+|\d{6,}_\d{6,}_\d+_[nos]|messenger_.*|"
    r"signal-\d{4}-.*|signal-attachment.*|photo_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d.*|"
    r"photo_\d+@.*|telegram.*|"
    r"viber.*|0-\d\d-\d\d-[0-9a-f]{16,}.*|mmexport\d+|wx_camera_\d+|line_\d+|snapchat-\d+|"
    r"image\d{0,3}|unnamed|attachment\d*|download\d*|unknown|tmp\w{6,}|"
    r"f\d{6,}|file\d{3,4}|recup.*|\d{12,}|[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d[-_. ]?(?:0[1-9]|1[0-2])[-_. ]?(?:[012]\d|3[01])(?!\d)")


@lru_cache(maxsize=1 << 16)
def name_origin(stem: str) -> NameOrigin:
    """Return the likely giver of a normalised file name without suffix and marks.

    >>> name_origin("img_1234").name, name_origin("img-20190801-wa0001").name
    ('CAMERA', 'MESSENGER')
    """
    if _MESSENGER.fullmatch(stem):
        return NameOrigin.MESSENGER
    if _CAMERA.match(stem):
        return NameOrigin.CAMERA
    return NameOrigin.DATED if _DAY.search(stem) else NameOrigin.PLAIN
