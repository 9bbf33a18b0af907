"""What the details of a picture amount to, for the rules that keep and for the gates alike.

Kept apart because both must mean the same by "has a rating" or "holds transparency".
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta

from dupscan.model import formats
from dupscan.model.pictures import PictureInfo
from dupscan.model.plan import Reason
from dupscan.model.saved_report import Member
from dupscan.text import file_names

LOSSLESS = 100
"""Encoding of what was stored without loss."""
FINER = 8
"""Steps of encoding of 100 by which a picture has lost less than another."""
AS_LARGE = 1.5
"""Factor of pixels below which two pictures are about as large."""
_WITH_ALPHA = {"RGBA", "RGBa", "LA", "La", "PA"}
_GREY = {"1", "L", "LA", "La", "I", "F"}
_FEW_COLOURS = {"P", "PA", "1"}
_BASKET = re.compile(
    r"(^|/)(\.trash(es|-\d+)?|\.local/share/trash|\$recycle\.bin|recycler|[#@]recycle)(/|$)"
)
"""Folders that systems and storage boxes put into what was thrown away, in lower case."""
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")

_SAME_PLACE = 0.001 + 1e-9
"""Degrees, some hundred metres, of either; and what subtracting may add to them."""


def name_of(member: Member) -> str:
    """The last part of its path, in one harmless line."""
    return file_names.shown(os.path.basename(member.file.path))


def names_of(member: Member) -> tuple[str, ...]:
    """All its paths below the roots."""
    return (member.file.path, *member.file.aliases)


def set_apart(member: Member) -> Reason | None:
    """Return the reason why a picture can be neither target nor keeper; None if it can be both."""
    if member.file.symbolic_link:
        return Reason.SYMBOLIC_LINK
    if all(map(_is_in_basket, names_of(member))):
        return Reason.WASTE_BASKET
    return None


def dimensions(info: PictureInfo) -> str:
    """Width and height for people."""
    return f"{info.width} × {info.height}"


def is_rated(info: PictureInfo) -> bool:
    """Whether a person gave it stars or rejected it; 0 is what cameras write."""
    return bool(info.rating)


def is_raw(info: PictureInfo) -> bool:
    """Whether it is the data of a camera's sensor."""
    return info.format == formats.RAW.name


def has_alpha(info: PictureInfo) -> bool:
    """Whether it has a channel for transparency; that of a palette is not known."""
    return info.channels in _WITH_ALPHA


def has_colour(info: PictureInfo) -> bool:
    """Whether it is stored with colours, be they used or not."""
    return info.channels.partition(";")[0] not in _GREY


def is_palette(info: PictureInfo) -> bool:
    """Whether it can hold few colours only: those of a palette, or black and white."""
    return info.format == "GIF" or info.channels in _FEW_COLOURS


def same_time(one: str, other: str) -> bool:
    """Whether two capture times may be the same, as far as both of them tell.

    >>> same_time("2026-11-22T09:41:00.123", "2026-11-22T09:41:00")
    True
    >>> same_time("2026-11-22T09:41:00.123", "2026-11-22T09:41:00.456")
    False
    >>> same_time("2026-11-22T09:41:00+02:00", "2026-11-22T07:41:00+00:00")
    True
    """
    if one == other:
        return True
    parts = _TIME.fullmatch(one), _TIME.fullmatch(other)
    if parts[0] is None or parts[1] is None:
        return False
    (second, fraction, zone), (second_2, fraction_2, zone_2) = parts[0].groups(), parts[1].groups()
    if fraction and fraction_2 and fraction.rstrip("0") != fraction_2.rstrip("0"):
        return False
    if zone and zone_2:
        return _moment(second, zone) == _moment(second_2, zone_2)
    return bool(second == second_2)


def same_place(one: str, other: str) -> bool:
    """Whether two positions are the same, but for what rounding and receivers do to them.

    >>> same_place("48.1371,11.5754", "48.1374,11.5750")
    True
    >>> same_place("48.1371,11.5754", "48.1371,11.5774")
    False
    >>> same_place("-17.5000,180.0000", "-17.5000,-179.9999")
    True
    """
    (latitude, longitude), (latitude_2, longitude_2) = (
        (float(part) for part in place.split(",")) for place in (one, other)
    )
    around = abs(longitude - longitude_2)
    apart = max(abs(latitude - latitude_2), min(around, 360 - around))
    return apart <= _SAME_PLACE


def tells_the_moment(time: str) -> bool:
    """Whether a capture time is finer than a second.

    >>> tells_the_moment("2026-11-22T09:41:00.123"), tells_the_moment("2026-11-22T09:41:00.00")
    (True, False)
    """
    parts = _TIME.fullmatch(time)
    return parts is not None and bool((parts[2] or "").strip("0"))


def _moment(second: str, zone: str) -> datetime | str:
    """The time in UTC, or the text again where the calendar has no such time."""
    try:
        hours, minutes = (0, 0) if zone == "Z" else map(int, zone[1:].split(":"))
        away = timedelta(hours=hours, minutes=minutes)
        local = datetime.fromisoformat(second)
        return local + away if zone.startswith("-") else local - away
    except (ValueError, OverflowError):
        return second + zone


def _is_in_basket(path: str) -> bool:
    folder = os.path.dirname(path).replace(os.sep, "/").lower()
    return _BASKET.search(folder) is not None
