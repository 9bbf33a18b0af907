"""Read the data sets of IPTC-IIM: captions, keywords, places, and the date of a picture.

Programs store them in a block of Photoshop, which JPEG, PNG and TIFF can hold, or bare in a tag of
TIFF and in a box of JPEG 2000.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress

from PIL import Image, IptcImagePlugin

from dupscan.fingerprint.metadata.containers import IPTC_UUID, box_of_uuid, raw_profile
from dupscan.imaging import OpenPicture
from dupscan.model.formats import TIFF

Iptc = Mapping[int, list[bytes]]
"""Values by the number of their data set in record 2, such as 25 for keywords, in file order."""

_PHOTOSHOP, _IN_PHOTOSHOP = b"Photoshop 3.0\0", b"8BIM\x04\x04"
"""First bytes of the segment of a JPEG, and of the block in it that holds IPTC."""
_IPTC_TAG, _PHOTOSHOP_TAG = 33723, 34377
_MARK, _RECORD = 0x1C, 2
_BEGIN = bytes([_MARK])
_MOST = 10_000
"""Most data sets that are read."""


def read_iptc(picture: OpenPicture, exif: Image.Exif, texts: dict[str, str]) -> Iptc:
    """Read the IPTC data of a picture; empty without any, never raises for its content.

    `texts` are the texts of a PNG. The position of the picture's source afterwards is undefined.
    """
    if picture.format is TIFF and (found := _of_tiff(picture)):
        return found
    for data in _places(picture, exif, texts):
        if isinstance(data, bytes) and (found := parse_iptc(_unpacked(data))):
            return found
    return {}


def parse_iptc(data: bytes) -> Iptc:
    """Parse data sets (IPTC-IIM 4.2, chapter 1.5) up to the first mistake; those of record 2."""
    found: dict[int, list[bytes]] = {}
    at = 0
    for _ in range(_MOST):
        if at + 5 > len(data) or data[at] != _MARK:
            break
        _, record, number, length = struct.unpack_from(">BBBH", data, at)
        at += 5
        if length & 0x8000:  # the length of the length
            length, at = int.from_bytes(data[at : at + (length & 7)], "big"), at + (length & 7)
        if at + length > len(data):
            break
        if record == _RECORD:
            found.setdefault(number, []).append(data[at : at + length])
        at += length
    return found


def _places(picture: OpenPicture, exif: Image.Exif, texts: dict[str, str]) -> Iterator[bytes]:
    yield _photoshop_of_jpeg(picture)
    for tag in (_IPTC_TAG, _PHOTOSHOP_TAG):
        with suppress(Exception):  # no picture is refused for its metadata
            yield exif.get(tag, b"")
    yield raw_profile(texts, "iptc", "8bim", "IPTC") or b""
    yield box_of_uuid(picture, IPTC_UUID) or b""


def _of_tiff(picture: OpenPicture) -> Iptc:
    """Read the tag of a TIFF that programs store as numbers, though its content is bytes."""
    try:
        found = IptcImagePlugin.getiptcinfo(picture.image) or {}  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return {}
    return {
        number: value if isinstance(value, list) else [value]
        for (record, number), value in found.items()
        if record == _RECORD
    }


def _unpacked(data: bytes) -> bytes:
    """Return the data sets in a series of Photoshop's blocks; bare data sets unchanged."""
    at = data.find(_IN_PHOTOSHOP)
    if at < 0 or data.startswith(_BEGIN):
        return data
    at += len(_IN_PHOTOSHOP)
    at += (data[at : at + 1] or b"\0")[0] // 2 * 2 + 2  # a name, filled up to an even length
    length = int.from_bytes(data[at : at + 4], "big")
    return data[at + 4 : at + 4 + length]


def _photoshop_of_jpeg(picture: OpenPicture) -> bytes:
    """Return the blocks of Photoshop in a JPEG, which may be spread over several segments."""
    segments = getattr(picture.image, "applist", ())
    ours = (data for name, data in segments if name == "APP13" and data.startswith(_PHOTOSHOP))
    return b"".join(data.removeprefix(_PHOTOSHOP) for data in ours)
