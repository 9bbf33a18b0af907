"""Find what the blocks of EXIF data hold: words, the notes of the camera's maker, or nothing.

Data that every program writes by itself, such as orientation, resolution and the thumbnail, say
nothing: a picture that has only these has no EXIF.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Set as AbstractSet
from contextlib import suppress

from dupscan.imaging.embedded.contents import EXIF, MAKER_NOTE, Contents
from dupscan.imaging.embedded.tiff_directories import Entry, TiffDirectories
from dupscan.model.embedded import ORIENTATION

EXIF_IFD, GPS_IFD, INTEROP_IFD = 0x8769, 0x8825, 0xA005
_POINTERS = frozenset((EXIF_IFD, GPS_IFD, INTEROP_IFD))
_MAKER_NOTE = 0x927C
SILENT_TAGS = _POINTERS | frozenset(
    (
        *(0xFE, 0xFF, *range(0x100, 0x10D), 0x111, 0x112, *range(0x115, 0x11D), 0x122, 0x123),
        *(0x124, 0x125, 0x128, 0x129, 0x12D, 0x131, 0x132, 0x13D, 0x13E, 0x13F, 0x140, 0x141),
        *(*range(0x142, 0x146), 0x14A, 0x14C, 0x14D, 0x150, 0x152, 0x153, 0x154, 0x155, 0x15B),
        *(*range(0x200, 0x20A), *range(0x211, 0x215), 0x220, 0x221, 0x222, 0x223, 0x224, 0x225),
        *(0x1000, 0x1001, 0x1002, 0x9000, 0x9101, *range(0xA000, 0xA004), 0xEA1C, 0xEA1D, 0xC4A5),
        *(0x301, 0x303, 0x5100, 0x5110, 0x5111, 0x5112, 0x8773, 0x87BE),
    )
)
"""Tags for the layout of the samples, resolution, versions, the writing program and its time."""
_SILENT_GPS = frozenset((0,))
"""The version of the GPS tags."""
_SILENT_INTEROP = frozenset((1, 2))
_BLANK = b"\0 :"
_ORIENTATION, _TURNED = 0x112, range(2, 9)
_CAMERA = frozenset((0x10F, 0x110, 0xC62F, 0xA430, 0xA431, *range(0xA433, 0xA437)))
"""Texts that name the camera, its owner and its lens."""
_DOCUMENT = frozenset((0x10D, 0x11D))
_ALTITUDE, _DIRECTION = frozenset((6,)), frozenset((17,))
_DESTINATION = frozenset((20, 22, 24, 26, 28))
"""Tags of the GPS directory for what was looked at, and the name of the area."""
_DATES_AND_WORDS = frozenset(
    (0x9003, 0x9004, 0x9286, *range(0x9010, 0x9013), *range(0x9290, 0x9293))
)
"""Tags that have safeguards of their own."""


def read_exif(block: bytes, found: Contents) -> None:
    """Add EXIF data, and the maker's notes in them, unless they say nothing.

    A block that cannot be parsed counts as one that says something.
    """
    start = block.removeprefix(b"Exif\0\0").lstrip(b"\0")
    if not start.strip(b"\xff"):
        return
    try:
        tiff = TiffDirectories(io.BytesIO(start))
        first, _ = tiff.directory(tiff.first)
    except (ValueError, struct.error):
        found.add_metadata(EXIF, start)
        return
    read_exif_tags(tiff, first, found, start)


def read_exif_tags(
    tiff: TiffDirectories,
    first: dict[int, Entry],
    found: Contents,
    block: bytes = b"",
    silent: frozenset[int] = SILENT_TAGS,
) -> None:
    """Add what the EXIF tags of a first directory, and of those below it, say.

    `silent` are the tags of the first directory that do not count.
    """
    details = _below(tiff, first, EXIF_IFD)
    place, exchange = _below(tiff, first, GPS_IFD), _below(tiff, details, INTEROP_IFD)
    in_first = _speaking(tiff, first, silent)
    in_details = _speaking(tiff, details, SILENT_TAGS | {_MAKER_NOTE})
    in_place = _speaking(tiff, place, _SILENT_GPS)
    others = [*in_place.values(), *_speaking(tiff, exchange, _SILENT_INTEROP).values()]
    if entries := [*in_first.values(), *in_details.values(), *others]:
        found.add_metadata(EXIF, block or b"".join(map(tiff.value, entries)))
    exposure = in_details.keys() - _CAMERA - _DATES_AND_WORDS
    for name, entries in (
        ("EXIF camera", _chosen(in_first | in_details, _CAMERA)),
        ("EXIF exposure", _chosen(in_details, exposure)),
        ("EXIF document", _chosen(in_first, _DOCUMENT)),
        ("EXIF altitude", _chosen(in_place, _ALTITUDE)),
        ("EXIF direction", _chosen(in_place, _DIRECTION)),
        ("EXIF destination", _chosen(in_place, _DESTINATION)),
    ):
        if entries:
            found.add_metadata(name, *(tiff.value(entry).strip(_BLANK) for entry in entries))
    for orientation in tiff.numbers(first.get(_ORIENTATION))[:1]:
        if orientation in _TURNED:
            found.add_metadata(ORIENTATION, bytes([orientation]))
    if _MAKER_NOTE in details and (note := tiff.value(details[_MAKER_NOTE])).strip(_BLANK):
        found.add_metadata(MAKER_NOTE, note)


def _below(tiff: TiffDirectories, directory: dict[int, Entry], tag: int) -> dict[int, Entry]:
    for at in tiff.numbers(directory.get(tag))[:1]:
        with suppress(struct.error, OverflowError):
            return tiff.directory(at)[0]
    return {}


def _speaking(
    tiff: TiffDirectories, directory: dict[int, Entry], silent: frozenset[int]
) -> dict[int, Entry]:
    """The entries of a directory that say something; a blank value says nothing."""
    return {
        tag: entry
        for tag, entry in directory.items()
        if tag not in silent and tiff.value(entry).strip(_BLANK)
    }


def _chosen(entries: dict[int, Entry], tags: AbstractSet[int]) -> list[Entry]:
    return [entries[tag] for tag in sorted(entries.keys() & tags)]
