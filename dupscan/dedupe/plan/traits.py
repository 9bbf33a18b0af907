"""Traits of a picture that planning asks for, read from what the report says about it.

The rules of ``--keep`` and the safeguards both ask, and must mean the same by "is rated" or "has
a few colours".
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

_GREY = {"1", "L", "LA", "La", "I", "F"}
_FEW_COLOURS = {"P", "PA", "1"}
_TRASH_FOLDER = re.compile(
    r"(^|/)(\.trash(es|-\d+)?|\.local/share/trash|\$recycle\.bin|recycler|[#@]recycle)(/|$)"
)
"""Folders of desktops, Windows and network storage that hold thrown-away files, in lower case."""
_TIME = re.compile(
    r"(\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d)?)?)?)?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?"
)
"""Capture time as far as it is stated, from a year alone to a fraction of a second."""
_TO_THE_MINUTE = len("2026-11-22T09:41")

_SAME_POSITION = 0.001 + 1e-9
"""Degrees of latitude or longitude, about 100 metres, plus the error of subtracting floats."""


def file_name_of(member: Member) -> str:
    """Return the file name of a member without its folder, escaped to one printable line."""
    return file_names.shown(os.path.basename(member.file.path))


def paths_of(member: Member) -> tuple[str, ...]:
    """Return all paths of a member below the roots."""
    return (member.file.path, *member.file.aliases)


def why_excluded(member: Member) -> Reason | None:
    """Return the reason why a picture can be neither target nor keeper; None if it can be both."""
    if member.file.symbolic_link:
        return Reason.SYMBOLIC_LINK
    if all(map(_is_in_trash, paths_of(member))):
        return Reason.IN_TRASH
    return None


def dimensions(info: PictureInfo) -> str:
    """Return width and height in words, such as ``4032 × 3024``."""
    return f"{info.width} × {info.height}"


def is_rated(info: PictureInfo) -> bool:
    """True if a person gave the picture stars or rejected it; cameras write a rating of 0."""
    return bool(info.rating)


def states_capture(info: PictureInfo) -> bool:
    """True if the file states when the picture was taken, and not just when it was saved."""
    return info.captured is not None and not info.captured_is_guess


def is_raw(info: PictureInfo) -> bool:
    """True if the picture is the RAW data of a camera's sensor."""
    return info.format == formats.RAW.name


def has_colour(info: PictureInfo) -> bool:
    """True if the picture is stored with colour channels, even if all its pixels are grey."""
    return info.channels.partition(";")[0] not in _GREY


def has_few_colours(info: PictureInfo) -> bool:
    """True if the picture can hold few colours only: a palette, or black and white."""
    return info.format == "GIF" or info.channels in _FEW_COLOURS


def are_other_times(one: PictureInfo, other: PictureInfo) -> bool:
    """True if two pictures were taken at different times.

    A time that may be the time of a later save is compared only with another such time: a copy that
    an editor saved is no other shot.
    """
    if one.captured is None or other.captured is None:
        return False
    are_alike = one.captured_is_guess == other.captured_is_guess
    return are_alike and not may_be_same_time(one.captured, other.captured)


def may_be_same_time(one: str, other: str) -> bool:
    """True if two capture times may be the same moment, to the precision that both state.

    >>> may_be_same_time("2026-11-22T09:41:00.123", "2026-11-22T09:41:00")
    True
    >>> may_be_same_time("2026-11-22T09:41:00.123", "2026-11-22T09:41:00.456")
    False
    >>> may_be_same_time("2026-11-22T09:41:00+02:00", "2026-11-22T07:41:00+00:00")
    True
    >>> may_be_same_time("2026-11-22", "2026-11-22T09:41:00")
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
        second, second_2 = _in_utc(second, zone), _in_utc(second_2, zone_2)
    stated = min(len(second), len(second_2))
    return bool(second[:stated] == second_2[:stated])


def is_finer_time(one: str, other: str) -> bool:
    """True if the first of two capture times is stated more finely, up to the minute or by a zone.

    >>> is_finer_time("2026-11-22T09:41:00", "2026-11-22")
    True
    >>> is_finer_time("2026-11-22T09:41:00.123", "2026-11-22T09:41")
    False
    >>> is_finer_time("2026-11-22T09:41:00+02:00", "2026-11-22T09:41:00")
    True
    """
    parts = _TIME.fullmatch(one), _TIME.fullmatch(other)
    if parts[0] is None or parts[1] is None:
        return False
    has_more_zone = parts[0][3] is not None and parts[1][3] is None
    return has_more_zone or len(parts[1][1]) < min(len(parts[0][1]), _TO_THE_MINUTE)


def is_same_position(one: str, other: str) -> bool:
    """True if two positions, ``latitude,longitude`` in degrees, are within about a hundred metres.

    >>> is_same_position("48.1371,11.5754", "48.1374,11.5750")
    True
    >>> is_same_position("48.1371,11.5754", "48.1371,11.5774")
    False
    >>> is_same_position("-17.5000,180.0000", "-17.5000,-179.9999")
    True
    """
    (latitude, longitude), (latitude_2, longitude_2) = (
        (float(part) for part in position.split(",")) for position in (one, other)
    )
    around = abs(longitude - longitude_2)
    apart = max(abs(latitude - latitude_2), min(around, 360 - around))
    return apart <= _SAME_POSITION


def has_subseconds(time: str) -> bool:
    """True if a capture time states a fraction of a second other than zero.

    >>> has_subseconds("2026-11-22T09:41:00.123"), has_subseconds("2026-11-22T09:41:00.00")
    (True, False)
    """
    parts = _TIME.fullmatch(time)
    return parts is not None and bool((parts[2] or "").strip("0"))


def _in_utc(second: str, zone: str) -> str:
    """Return the time in UTC, or the text unchanged if the calendar has no such time."""
    try:
        hours, minutes = (0, 0) if zone == "Z" else map(int, zone[1:].split(":"))
        away = timedelta(hours=hours, minutes=minutes)
        local = datetime.fromisoformat(second)
        in_utc = local + away if zone.startswith("-") else local - away
    except (ValueError, OverflowError):
        return second + zone
    return in_utc.isoformat()[: len(second)]


def _is_in_trash(path: str) -> bool:
    """True if a folder of the path is a trash folder."""
    folder = os.path.dirname(path).replace(os.sep, "/").lower()
    return _TRASH_FOLDER.search(folder) is not None
