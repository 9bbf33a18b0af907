"""Where a picture was taken, from EXIF or from XMP, in degrees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dupscan.fingerprint.metadata.xmp import LATITUDE, LONGITUDE, Properties

_NORTH_OR_SOUTH, _LATITUDE, _EAST_OR_WEST, _LONGITUDE = 1, 2, 3, 4
_NAMES = (LATITUDE, LONGITUDE)
_SIGNS = {"N": 1, "S": -1, "E": 1, "W": -1}
_IN_XMP = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])")
"""Such as ``48,8.226N``, degrees and minutes, or ``48,8,13.56N``."""


def read_coordinates(place: Mapping[int, Any], xmp: Properties) -> str | None:
    """Latitude and longitude in degrees, such as ``48.1371,11.5754``, north and east above nought.

    `place` is the EXIF directory of that name; where that does not tell, XMP may. None for what is
    not known whole, and for what is nowhere on earth.
    """
    found = _from_exif(place) or _from_xmp(xmp)
    if found is None:
        return None
    latitude, longitude = (round(degrees, 4) + 0.0 for degrees in found)  # no nought below nought
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
    """From degrees, minutes and seconds, those at the end perhaps left out."""
    numbers = [float(part) for part in (parts if isinstance(parts, tuple) else (parts,))]
    degrees, minutes, seconds, *_ = [*numbers, 0.0, 0.0]
    sign = _SIGNS[letter.strip("\0 ").upper()[:1]]
    return sign * (degrees + minutes / 60 + seconds / 3600)


def _from_xmp(xmp: Properties) -> tuple[float, float] | None:
    both = [_IN_XMP.fullmatch(value) for name in _NAMES for value in xmp.get(name, ())[:1]]
    told = [_degrees(tuple(filter(None, one.groups()[:3])), one[4]) for one in both if one]
    return _on_earth(*told) if len(told) == len(_NAMES) else None


def _on_earth(latitude: float, longitude: float) -> tuple[float, float] | None:
    """Both, unless there is no such place; what is not a number is below no bound."""
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
