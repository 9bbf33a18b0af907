"""Read the coordinates of the place where a picture was taken, from EXIF or from XMP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dupscan.fingerprint.metadata.xmp import LATITUDE, LONGITUDE, Properties

_NORTH_OR_SOUTH, _LATITUDE, _EAST_OR_WEST, _LONGITUDE = 1, 2, 3, 4
_NAMES = (LATITUDE, LONGITUDE)
_SIGNS = {"N": 1, "S": -1, "E": 1, "W": -1}
_IN_XMP = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])")
"""Coordinate in XMP: degrees and minutes, ``48,8.226N``, or with seconds, ``48,8,13.56N``."""


def read_coordinates(place: Mapping[int, Any], xmp: Properties) -> str | None:
    """Return latitude and longitude in degrees, north and east positive: ``48.1371,11.5754``.

    `place` is the GPS directory of the EXIF data; XMP is read if EXIF states no place. Returns None
    if one of the two numbers is missing, or lies out of range.
    """
    found = _from_exif(place) or _from_xmp(xmp)
    if found is None:
        return None
    latitude, longitude = (round(degrees, 4) + 0.0 for degrees in found)  # turns -0.0 into 0.0
    return f"{latitude:.4f},{longitude:.4f}"


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
    both = [_IN_XMP.fullmatch(value) for name in _NAMES for value in xmp.get(name, ())[:1]]
    found = [_degrees(tuple(filter(None, one.groups()[:3])), one[4]) for one in both if one]
    return _on_earth(*found) if len(found) == len(_NAMES) else None


def _on_earth(latitude: float, longitude: float) -> tuple[float, float] | None:
    """Latitude and longitude; None if one is out of range. NaN is never in range."""
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
