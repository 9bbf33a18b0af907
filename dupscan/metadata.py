"""What a picture file says of itself: size, depth, profile, when and where it was taken.

Kept apart from :mod:`dupscan.imaging` because none of it is needed to compare pictures: it is for
the person who reads the report, and for choosing a keeper. Whatever is missing or malformed is
simply not known; a picture is never refused for its metadata.
"""

from __future__ import annotations

import io
import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from PIL import Image, ImageCms

from dupscan import imaging, quality
from dupscan.formats import TIFF
from dupscan.imaging import OpenPicture
from dupscan.model import PictureInfo

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_CAPTURED, _FRACTION, _OFFSET = 0x9003, 0x9291, 0x9011
_RATING, _GPS_LATITUDE, _BITS = 0x4746, 2, 258
_XMP_RATING = re.compile(rb"xmp:Rating\s*(?:=\s*[\"']|>)\s*(-?\d+)\s*[\"'<]")
_TURNED = (5, 6, 7, 8)


def describe(picture: OpenPicture) -> PictureInfo:
    """Gather what a picture says of itself, once it was decoded."""
    image = picture.image
    width, height = picture.size
    if imaging.orientation(picture) in _TURNED or _was_turned(picture):
        width, height = height, width
    exif = imaging.exif(picture)
    details = _directory(exif, _EXIF_IFD)
    return PictureInfo(
        format=picture.format.name,
        width=width,
        height=height,
        frames=_frames(image),
        bit_depth=picture.bit_depth or _bit_depth(image),
        channels=image.mode,
        colour_profile=_profile_name(image.info.get("icc_profile")),
        captured=_time(*map(details.get, (_CAPTURED, _FRACTION, _OFFSET))),
        gps=_GPS_LATITUDE in _directory(exif, _GPS_IFD),
        rating=_rating(exif.get(_RATING), image.info.get("xmp")),
        encoding=quality.encoding_quality(
            picture.format.name, image.mode, _luminance_steps(image), lossless=_lossless(picture)
        ),
    )


def _luminance_steps(image: Image.Image) -> list[int]:
    """The quantisation table of a JPEG's luminance; empty for others."""
    tables = getattr(image, "quantization", None) or {}
    return list(tables.get(0, ()))


def _lossless(picture: OpenPicture) -> bool | None:
    """Whether a TIFF was stored without loss; None where the format tells, or nothing does."""
    if picture.format is TIFF:
        return "jpeg" not in str(picture.image.info.get("compression", ""))
    return None


def _was_turned(picture: OpenPicture) -> bool:
    """Whether the decoder itself turned the picture on its side, as Pillow does with a TIFF."""
    return picture.format is TIFF and picture.image.size == picture.size[::-1]


def _directory(exif: Image.Exif, tag: int) -> dict[int, Any]:
    """A directory of the EXIF data; empty where its place or its entries make no sense."""
    try:
        return dict(exif.get_ifd(tag))
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return {}


def _frames(image: Image.Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # noqa: BLE001 (a damaged later frame must not cost the sound first one)
        return 1


def _bit_depth(image: Image.Image) -> int:
    """Bits of one channel, from the container where it tells, else from Pillow's mode."""
    if isinstance(told := image.info.get("bit_depth"), int):
        return told
    tags = getattr(image, "tag_v2", None)
    if tags is not None and (bits := tags.get(_BITS)):
        return int(bits[0] if isinstance(bits, tuple) else bits)
    return {"1": 1, "I": 16, "F": 32}.get(image.mode, 16 if ";16" in image.mode else 8)


@lru_cache(maxsize=64)
def _profile_name(icc: object) -> str | None:
    if not icc or not isinstance(icc, bytes):
        return None
    try:
        name = ImageCms.getProfileDescription(io.BytesIO(icc)).strip()
    except Exception:  # noqa: BLE001 (a damaged profile is still a profile)
        return "unreadable"
    return name or "unnamed"


def _time(text: object, fraction: object, offset: object) -> str | None:
    """EXIF's ``2026:11:22 09:41:00`` in ISO 8601, with the digits of the second where it has any.

    A burst is told by them. Nought of a second and none said are the same.
    """
    try:
        taken = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (no zone)
    except ValueError:
        return None
    zone = str(offset).strip("\0 ") if offset else ""
    zone = zone if re.fullmatch(r"[+-]\d\d:\d\d", zone) else ""
    return taken.isoformat() + _fraction(fraction) + zone


def _fraction(text: object) -> str:
    """``.123`` for EXIF's digits of a second; as some programs pad them with noughts, without."""
    digits = str(text).strip("\0 ") if text is not None else ""
    digits = digits.rstrip("0") if re.fullmatch(r"[0-9]{1,9}", digits) else ""
    return f".{digits}" if digits else ""


def _rating(exif: object, xmp: object) -> int | None:
    """Stars from EXIF, else from XMP."""
    stars = exif
    if not isinstance(stars, int) and isinstance(xmp, bytes):
        found = _XMP_RATING.search(xmp)
        stars = int(found[1]) if found else None
    return stars if isinstance(stars, int) and -1 <= stars <= 5 else None
