"""Read the coordinates of the place where a picture was taken, from EXIF or from XMP."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from dupscan.fingerprint.metadata.xmp import LATITUDE, LONGITUDE, Properties

_NORTH_OR_SOUTH, _LATITUDE, _EAST_OR_WEST, _LONGITUDE = 1, 2, 3, 4
_NAMES = (LATITUDE, LONGITUDE)
_SIGNS = {"N": 1, "S": -1, "E": 1, "W": -1}
_IN_XMP = re.compile(
    r"""
    (?P<before>[NSEW])? \s* (?P<sign>[+-])? (?P<degrees>\d{1,3}(?:\.\d+)?)
    (?: \s* (?:[,\xb0\xba:\s]|deg) \s* (?P<minutes>\d{1,2}(?:\.\d+)?)
      (?: \s* [,'\u2032:\s] \s* (?P<seconds>\d{1,2}(?:\.\d+)?) )? )?
    [\s,\xb0\xba'"\u2032\u2033]* (?P<behind>[NSEW])?
    """,
    re.VERBOSE,
)
"""Coordinate in XMP: ``48,8.226N`` or ``48,8,13.56N``; some programs write ``48.1371`` or
``48° 8' N``."""
_NOWHERE = (0.0, 0.0)
"""Position of a receiver that had no fix."""
_DATE, _TIME = 29, 7
_BLANK = "\0 "


def read_coordinates(place: Mapping[int, Any], xmp: Properties) -> str | None:
    """Return latitude and longitude in degrees, north and east positive: ``48.1371,11.5754``.

    `place` is the GPS directory of the EXIF data; XMP is read if EXIF states no place. Returns None
    if one of the two numbers is missing, or lies out of range, and for the position 0, 0.
    """
    places = (_from_exif(place), _from_xmp(xmp))
    found = next((one for one in places if one is not None and one != _NOWHERE), None)
    if found is None:
        return None
    latitude, longitude = (round(degrees, 4) + 0.0 for degrees in found)  # turns -0.0 into 0.0
    return f"{latitude:.4f},{longitude:.4f}"


def states_place(place: Mapping[int, Any], xmp: Properties) -> bool:
    """True if EXIF or XMP states a latitude or a longitude, understood or not.

    Empty values, fractions of zero by zero and a position of 0, 0 state nothing.
    """
    if _from_exif(place) == _NOWHERE:
        place = {}
    in_exif = any(_is_stated(place.get(tag)) for tag in (_LATITUDE, _LONGITUDE))
    in_xmp = any(_is_stated(value) for name in _NAMES for value in xmp.get(name, ()))
    return in_exif or (in_xmp and _from_xmp(xmp) != _NOWHERE)


def time_of_fix(place: Mapping[int, Any]) -> str:
    """Return the time in UTC at which the position was found; empty if it is not stated."""
    day, clock = place.get(_DATE), place.get(_TIME)
    if not isinstance(day, str) or not day.strip(_BLANK + "0:"):
        return ""
    try:
        hour, minute, second = (int(float(part)) for part in clock or ())
    except (TypeError, ValueError, ArithmeticError):
        return day
    return f"{day.strip(_BLANK)} {hour:02}:{minute:02}:{second:02}Z"


def _is_stated(value: Any) -> bool:
    if isinstance(value, bytes):
        return bool(value.strip(b"\0 "))
    if isinstance(value, str):
        return bool(value.strip(_BLANK))
    parts = value if isinstance(value, tuple) else (value,)
    return any(part is not None and not _is_nan(part) for part in parts)


def _is_nan(part: Any) -> bool:
    """True for a fraction of zero by zero, which means that nothing is known."""
    try:
        return math.isnan(part)
    except (TypeError, ValueError, OverflowError):
        return False


def _from_exif(place: Mapping[int, Any]) -> tuple[float, float] | None:
    try:
        return _on_earth(
            _degrees(place[_LATITUDE], place[_NORTH_OR_SOUTH]),
            _degrees(place[_LONGITUDE], place[_EAST_OR_WEST]),
        )
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
        return None


def _degrees(parts: Any, letter: Any) -> float:
    """Degrees from degrees, minutes and seconds, of which the last may be missing."""
    numbers = [float(part) for part in (parts if isinstance(parts, tuple) else (parts,))]
    degrees, minutes, seconds, *_ = [*numbers, 0.0, 0.0]
    sign = _SIGNS[letter.strip("\0 ").upper()[:1]]
    return sign * (degrees + minutes / 60 + seconds / 3600)


def _from_xmp(xmp: Properties) -> tuple[float, float] | None:
    found = [_coordinate(value) for name in _NAMES for value in xmp.get(name, ())[:1]]
    if len(found) != len(_NAMES) or None in found:
        return None
    return _on_earth(*found)  # type: ignore[arg-type]  # None is not in it


def _coordinate(text: str) -> float | None:
    """Return a coordinate of XMP in degrees, south and west negative; None if it is none."""
    parts = _IN_XMP.fullmatch(text)
    if parts is None:
        return None
    letter = parts["behind"] or parts["before"] or "N"
    numbers = tuple(float(parts[name] or 0) for name in ("degrees", "minutes", "seconds"))
    return _degrees(numbers, letter) * (-1 if parts["sign"] == "-" else 1)


def _on_earth(latitude: float, longitude: float) -> tuple[float, float] | None:
    """Latitude and longitude; None if one is out of range. NaN is never in range."""
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
