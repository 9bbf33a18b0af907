"""Single tags cut out of an EXIF block, which is a TIFF."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from benchmarks.pairs.items import Cut, Item
from benchmarks.pairs.tiff import (
    EXIF_IFD,
    GPS_IFD,
    first_directory,
    order_of,
    sub_directory,
    tags_of,
    without_tags,
)

_RATINGS = (0x4746, 0x4749)
_CAPTIONS = (0x010E, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F)
_DATES = (0x0132,)
_TAKEN = (0x9003, 0x9004)
_COMMENT = 0x9286
_MAKER_NOTE = 0x927C
_ORIENTATION = 0x0112


_NEEDLESS = frozenset(
    (
        *(0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0115, 0x011A, 0x011B, 0x0128, 0x0131, 0x0213),
        *(EXIF_IFD, 0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA005),
    )
)
"""Tags that say nothing that the picture does not say: its size, its resolution, versions."""


def says_something(exif: bytes) -> bool:
    """True if an EXIF block has a tag that someone might miss."""
    tags = {
        **tags_of(exif, first_directory(exif)),
        **tags_of(exif, sub_directory(exif, EXIF_IFD)),
    }
    upright = tags.get(_ORIENTATION, b"").strip(b"\0") in (b"", b"\1")
    return bool(set(tags) - _NEEDLESS - ({_ORIENTATION} if upright else set()))


def _is_somewhere(exif: bytes, place: dict[int, bytes]) -> bool:
    """True if a latitude or a longitude is not 0: receivers without a signal write noughts."""
    values = place.get(2, b"")[:24] + place.get(4, b"")[:24]
    numbers = struct.unpack(f"{order_of(exif)}{len(values) // 4}I", values[: len(values) // 4 * 4])
    return 4 in place and any(numbers[::2])


def cuts_of_exif(exif: bytes) -> Iterator[Cut]:
    """Yield an EXIF block without its maker note, its place, its date, and so on, each alone."""
    first = first_directory(exif)
    camera = sub_directory(exif, EXIF_IFD)
    outer, inner = tags_of(exif, first), tags_of(exif, camera)
    if camera is not None and len(inner.get(_MAKER_NOTE, b"")) > 16:
        yield Cut(Item.MAKER_NOTE, "MakerNote", without_tags(exif, camera, [_MAKER_NOTE]))
    place = tags_of(exif, sub_directory(exif, GPS_IFD))
    if _is_somewhere(exif, place):
        yield Cut(Item.GPS, "GPS", without_tags(exif, first, [GPS_IFD]))
    if any(digit in inner.get(_TAKEN[0], b"") for digit in b"123456789"):
        without = without_tags(exif, first, _DATES) if _DATES[0] in outer else exif
        assert camera is not None  # noqa: S101 (its tags were just read)
        yield Cut(Item.DATE, "dates", without_tags(without, camera, _TAKEN))
    elif any(digit in outer.get(_DATES[0], b"") for digit in b"123456789"):
        yield Cut(Item.DATE, "tag 306 alone", without_tags(exif, first, _DATES))
    if any(any(outer.get(tag, b"")) for tag in _RATINGS):
        yield Cut(Item.RATING, "Rating", without_tags(exif, first, _RATINGS))
    if any(outer.get(tag, b"").strip(b"\0 ") for tag in _CAPTIONS):
        yield Cut(Item.CAPTION, "captions", without_tags(exif, first, _CAPTIONS))
    if camera is not None and inner.get(_COMMENT, b"")[8:].strip(b"\0 "):
        yield Cut(Item.CAPTION, "UserComment", without_tags(exif, camera, [_COMMENT]))
    if outer.get(_ORIENTATION, b"").strip(b"\0") not in (b"", b"\1"):
        yield Cut(Item.ORIENTATION, "Orientation", without_tags(exif, first, [_ORIENTATION]))
