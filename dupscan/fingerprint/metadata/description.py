"""Describe a picture by its file: size, depth, profile, time and place of capture.

Nothing of this is needed to compare pictures: it is for the reader of the report, and for the
choice of a keeper. A field that is missing or malformed counts as unknown; a picture is never
refused for its metadata.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, BinaryIO

from PIL import Image, ImageCms

from dupscan import imaging
from dupscan.fingerprint.metadata.encoding_quality import encoding_quality
from dupscan.fingerprint.metadata.gps import read_coordinates
from dupscan.fingerprint.metadata.text_fields import text_digest
from dupscan.fingerprint.metadata.xmp import RATING, TIMES, Properties, read_properties
from dupscan.imaging import OpenPicture
from dupscan.imaging.embedded import Contents
from dupscan.model.formats import TIFF
from dupscan.model.pictures import PictureInfo

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_CAPTURED = ((0x9003, 0x9291, 0x9011), (0x9004, 0x9292, 0x9012))
"""Tags of time, digits of its second, and zone: of the capture, then of the digitisation."""
_RATING, _GPS_LATITUDE = 0x4746, 2
_STARS = re.compile(r"-1|[0-5]")
_XMP_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?"
)
_TURNED = (5, 6, 7, 8)


def describe(picture: OpenPicture, whole: BinaryIO | None = None) -> PictureInfo:
    """Gather the properties and metadata of a picture that was decoded.

    `whole` is the whole file, if the picture was decoded from a part of it. Leaves the position of
    both files undefined.
    """
    image = picture.image
    contents = imaging.read_contents(whole or picture.source, picture.format)
    width, height = picture.size
    if imaging.read_orientation(picture) in _TURNED or _was_turned(picture):
        width, height = height, width
    exif = imaging.read_exif(picture)
    details, place = _directory(exif, _EXIF_IFD), _directory(exif, _GPS_IFD)
    xmp = read_properties(picture, exif)
    coordinates = read_coordinates(place, xmp)
    return PictureInfo(
        format=picture.format.name,
        width=width,
        height=height,
        frames=contents.frames or _frames(image),
        bit_depth=_bit_depth(picture, contents),
        channels=image.mode,
        colour_profile=_profile_name(imaging.read_profile(picture) or contents.profile)
        or contents.colour_space,
        captured=_captured(details, xmp),
        gps=_GPS_LATITUDE in place or coordinates is not None,
        rating=_rating(exif.get(_RATING), xmp),
        encoding=encoding_quality(
            picture.format.name, image.mode, _luminance_steps(image), lossless=_lossless(picture)
        ),
        position=coordinates,
        notes=text_digest(image, exif, details, xmp),
        transparent=imaging.is_transparent(picture),
        embedded=contents.frozen_items(),
    )


def _luminance_steps(image: Image.Image) -> list[int]:
    """The quantisation table of a JPEG's luminance; empty for other formats."""
    tables = getattr(image, "quantization", None) or {}
    return list(tables.get(0, ()))


def _lossless(picture: OpenPicture) -> bool | None:
    """True if the file was stored without loss; None for formats without such a statement."""
    if picture.format is TIFF:
        return "jpeg" not in str(picture.image.info.get("compression", ""))
    return imaging.is_lossless(picture.source, picture.format)


def _was_turned(picture: OpenPicture) -> bool:
    """True if the decoder itself swapped width and height, as Pillow does with a TIFF."""
    return picture.format is TIFF and picture.image.size == picture.size[::-1]


def _directory(exif: Image.Exif, tag: int) -> dict[int, Any]:
    """A directory of the EXIF data; empty if its offset or its entries make no sense."""
    try:
        return dict(exif.get_ifd(tag))
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return {}


def _frames(image: Image.Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # noqa: BLE001 (the first frame is sound if a later frame is damaged)
        return 1


def _bit_depth(picture: OpenPicture, contents: Contents) -> int:
    """Bits of the deepest channel, as the file states them, else by Pillow's mode."""
    image = picture.image
    if known := picture.bit_depth or contents.bit_depth:
        return known
    if isinstance(stated := image.info.get("bit_depth"), int):
        return stated
    return {"1": 1, "I": 16, "F": 32}.get(image.mode, 16 if ";16" in image.mode else 8)


@lru_cache(maxsize=64)
def _profile_name(icc: bytes | None) -> str | None:
    if icc is None:
        return None
    try:
        name = ImageCms.getProfileDescription(io.BytesIO(icc)).strip()
    except Exception:  # noqa: BLE001 (a damaged profile is still a profile)
        return "unreadable"
    return name or "unnamed"


def _captured(details: dict[int, Any], xmp: Properties) -> str | None:
    """The first time of capture that makes sense, from the most reliable field on."""
    in_exif = (_time(*map(details.get, tags)) for tags in _CAPTURED)
    in_xmp = (_xmp_time(text) for name in TIMES for text in xmp.get(name, ()))
    return next(filter(None, chain(in_exif, in_xmp)), None)


def _xmp_time(text: str) -> str | None:
    """A time of XMP in ISO 8601, as :func:`_time` returns it; None for a year or month alone."""
    parts = _XMP_TIME.fullmatch(text)
    if parts is None:
        return None
    day, minute, second, fraction, zone = parts.groups()
    try:
        taken = datetime.fromisoformat(f"{day}T{minute or '00:00'}:{second or '00'}")
    except ValueError:
        return None
    return taken.isoformat() + _fraction(fraction) + ("+00:00" if zone == "Z" else zone or "")


def _time(text: object, fraction: object, offset: object) -> str | None:
    """EXIF's ``2026:11:22 09:41:00`` in ISO 8601, with the digits of the second if there are any.

    Bursts are recognised by these digits. Zero digits are the same as none.
    """
    try:
        taken = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (no zone)
    except ValueError:
        return None
    zone = str(offset).strip("\0 ") if offset else ""
    zone = zone if re.fullmatch(r"[+-]\d\d:\d\d", zone) else ""
    return taken.isoformat() + _fraction(fraction) + zone


def _fraction(text: object) -> str:
    """``.123`` for EXIF's digits of a second, without the zeros that some programs add."""
    digits = str(text).strip("\0 ") if text is not None else ""
    digits = digits.rstrip("0") if re.fullmatch(r"[0-9]{1,9}", digits) else ""
    return f".{digits}" if digits else ""


def _rating(exif: object, xmp: Properties) -> int | None:
    """Stars from EXIF, else from XMP; the 0 that cameras write into EXIF does not count."""
    stars = exif if isinstance(exif, int) and -1 <= exif <= 5 else None
    if stars:
        return stars
    found = [int(text) for text in xmp.get(RATING, ()) if _STARS.fullmatch(text)]
    return found[0] if found else stars
