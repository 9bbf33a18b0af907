"""Read the blocks that Photoshop and press agencies write: image resources, and IPTC in them."""

from __future__ import annotations

from collections.abc import Iterator

from dupscan.imaging.embedded.contents import IPTC, XMP, Contents
from dupscan.imaging.embedded.exif import read_exif
from dupscan.imaging.embedded.xmp_packet import read_packet

_SIGNATURES = (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR")
_MOST = 4096
_IPTC, _EXIF, _EXIF_3, _XMP = 1028, 1058, 1059, 1060
_PATHS = frozenset((1025, *range(2000, 2999)))
"""The working path and the saved paths, by which a person cuts out a part of the picture."""
_SILENT = frozenset((1005, 1033, 1036, 1061))
"""Resolution, thumbnails, and the digest of the IPTC data."""
_SAYING = frozenset((1035, 1034, 1054, 1075, 1065, 1088, *range(4000, 5000)))
"""Copyright, addresses, annotations, layer comps, and data of plug-ins; the others are settings
that Photoshop writes into every file."""
_MARK, _APPLICATION, _VERSION = 0x1C, 2, 0
_INSTRUCTIONS, _FACEBOOK, _OF_FACEBOOK = 40, b"FBMD", {40, 103}
"""Fields in which Facebook writes ids of its own into every picture."""


def read_resources(block: bytes, found: Contents) -> None:
    """Add what the image resources of Photoshop hold (Photoshop File Formats, Image Resources)."""
    others: dict[str, list[bytes]] = {}
    for number, data in _resources(block):
        if number == _IPTC:
            read_iptc(data, found)
        elif number in (_EXIF, _EXIF_3):
            read_exif(data, found)
        elif number == _XMP:
            if read_packet(data).says_something:
                found.add_metadata(XMP, data)
        elif number not in _SILENT:
            others.setdefault(_name(number), []).append(data)
    for name, parts in others.items():
        if b"".join(parts).strip(b"\0"):
            found.add_metadata(name, *parts)


def _name(number: int) -> str:
    if number in _PATHS:
        return "Photoshop paths"
    return "Photoshop notes" if number in _SAYING else "Photoshop resources"


def read_iptc(block: bytes, found: Contents) -> None:
    """Add IPTC data if any field of it has a value (IIM 4.2, chapter 3)."""
    said = {
        number: value
        for record, number, value in _fields(block)
        if record == _APPLICATION and number != _VERSION
    }
    is_of_facebook = said.get(_INSTRUCTIONS, b"").startswith(_FACEBOOK)
    if said.keys() - (_OF_FACEBOOK if is_of_facebook else set()):
        found.add_metadata(IPTC, block.rstrip(b"\0"))


def _resources(block: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MOST):
        if block[at : at + 4] not in _SIGNATURES or at + 12 > len(block):
            return
        number, length_of_name = int.from_bytes(block[at + 4 : at + 6], "big"), block[at + 6]
        at += 6 + (1 + length_of_name + 1) // 2 * 2
        size = int.from_bytes(block[at : at + 4], "big")
        yield number, block[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2


def _fields(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield record, number and value of each field that has a value."""
    at = 0
    for _ in range(_MOST):
        if at + 5 > len(block) or block[at] != _MARK:
            return
        record, number = block[at + 1], block[at + 2]
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # the length of the length
            width = size & 0x7FFF
            size = int.from_bytes(block[at : at + width], "big")
            at += width
        if value := block[at : at + size].strip(b"\0 "):
            yield record, number, value
        at += size
