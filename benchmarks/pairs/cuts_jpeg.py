"""Things cut out of a JPEG: segments, tags of its EXIF, and what lies behind its picture."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence

from benchmarks.pairs.containers import TRAILER, Piece, join, segment, split_jpeg
from benchmarks.pairs.cuts_exif import cuts_of_exif
from benchmarks.pairs.items import Cut, Item

EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
ICC = b"ICC_PROFILE\0"
MPF = b"MPF\0"
PHOTOSHOP = b"Photoshop 3.0\0"
IPTC_RESOURCE = 1028
_PANORAMA = re.compile(rb"\s+GPano:[A-Za-z]+=\"[^\"]*\"|<GPano:(\w+)>[^<]*</GPano:\1>")
_RATING = re.compile(rb"\s+(?:xmp:Rating|MicrosoftPhoto:Rating)=\"[1-9][0-9]*\"")
_NO_LOSS = (b"JFIF\0", b"JFXX\0", b"Adobe", b"Ducky", MPF, b"urn:iso:std:iso:ts:21496")
"""How segments begin that are part of the picture, or an index of pictures behind it."""
_IN_EXTENDED = ((b"GDepth", Item.DEPTH_MAP), (b"GAudio", Item.SOUND), (b"GImage", Item.ORIGINAL))


def cuts_of_jpeg(content: bytes) -> Iterator[Cut]:
    """Yield a JPEG without each of the things that it holds."""
    pieces = split_jpeg(content)
    groups: dict[tuple[Item, str], list[Piece]] = {}
    for piece in pieces:
        named = _named(piece, pieces)
        if named is not None:
            groups.setdefault(named, []).append(piece)
    for (item, what), gone in groups.items():
        yield Cut(item, what, join(piece for piece in pieces if piece not in gone))
    for piece in pieces:
        if piece.name == "APP1" and piece.body.startswith(EXIF):
            yield from _cuts_in_exif(pieces, piece)
        elif piece.name == "APP1" and piece.body.startswith(XMP):
            yield from _cuts_in_xmp(pieces, piece)
        elif piece.name == "APP13" and piece.body.startswith(PHOTOSHOP):
            yield from _cuts_in_photoshop(pieces, piece)


def _named(piece: Piece, pieces: Sequence[Piece]) -> tuple[Item, str] | None:
    """Return what a piece holds; None for the picture itself, and for what nobody would miss."""
    body, name = piece.body, piece.name
    if name == TRAILER:
        return _trailer(body, pieces)
    if name == "COM":
        return (Item.COMMENT, "COM") if body.strip(b"\0 ") else None
    if name == "APP1":
        return _app1(body, pieces)
    if name == "APP11":
        return _app11(body)
    if body.startswith(_NO_LOSS) or not name.startswith("APP"):
        return None
    if body.startswith(ICC):
        return Item.ICC, "APP2 ICC"
    return (Item.PHOTOSHOP if body.startswith(PHOTOSHOP) else Item.UNKNOWN), name


def _app1(body: bytes, pieces: Sequence[Piece]) -> tuple[Item, str] | None:
    if body.startswith(EXIF):
        return Item.EXIF, "APP1 EXIF"
    if body.startswith(XMP):
        return Item.XMP, "APP1 XMP"
    if body.startswith(EXTENDED_XMP):
        main = b"".join(one.body for one in pieces if one.body.startswith((XMP, EXTENDED_XMP)))
        for word, item in _IN_EXTENDED:
            if word in main:
                return item, f"extended XMP {word.decode()}"
        return Item.XMP, "extended XMP"
    return Item.UNKNOWN, "APP1"


def _app11(body: bytes) -> tuple[Item, str]:
    if b"jumb" in body[:40] or b"c2pa" in body:
        return Item.C2PA, "APP11 JUMBF"
    if body.startswith(b"JP"):
        # later segments of one JUMBF box repeat its head: length, type
        is_jumbf = body[12:16] == b"jumb"
        return (Item.C2PA, "APP11 JUMBF") if is_jumbf else (Item.GAIN_MAP, "APP11 JPEG XT")
    return Item.GAIN_MAP, "APP11"


def _trailer(body: bytes, pieces: Sequence[Piece]) -> tuple[Item, str] | None:
    if not body.strip(b"\0\xff\r\n "):
        return None
    heads = b"".join(one.body for one in pieces if one.name in ("APP1", "APP2"))
    is_motion = b"ftyp" in body[:4096] and b"MotionPhoto" in body + heads
    if is_motion or body[4:8] == b"ftyp":
        return Item.FILM, "film behind the picture"
    if b"hdrgm" in heads + body[:9000] or b"HDRGainMap" in body or b"hdrgainmap" in body:
        return Item.GAIN_MAP, "gain map behind the picture"
    if b"21496" in body[:9000]:
        return Item.GAIN_MAP, "gain map behind the picture"
    if b"ftyp" in body:
        return Item.FILM, "film behind the picture"
    if b"SEFT" in body[-16:]:
        return Item.APPENDED, "Samsung trailer"
    if body.lstrip(b"\0\xff").startswith(b"\xd8") or b"\xff\xd8\xff" in body[:4096]:
        is_mpf = any(one.body.startswith(MPF) for one in pieces)
        return (Item.STEREO if is_mpf else Item.APPENDED), "JPEG behind the picture"
    return Item.APPENDED, "bytes behind the picture"


def _cuts_in_exif(pieces: Sequence[Piece], piece: Piece) -> Iterator[Cut]:
    try:
        cuts = list(cuts_of_exif(piece.body[len(EXIF) :]))
    except (ValueError, struct.error):
        return
    for cut in cuts:
        yield Cut(cut.item, cut.what, _replaced(pieces, piece, 0xE1, EXIF + cut.content))


def _cuts_in_xmp(pieces: Sequence[Piece], piece: Piece) -> Iterator[Cut]:
    for item, pattern in ((Item.PANORAMA, _PANORAMA), (Item.RATING, _RATING)):
        without = pattern.sub(b"", piece.body)
        if without != piece.body:
            yield Cut(item, f"XMP {item}", _replaced(pieces, piece, 0xE1, without))


def _cuts_in_photoshop(pieces: Sequence[Piece], piece: Piece) -> Iterator[Cut]:
    """Yield the JPEG without the IPTC resource of its Photoshop block."""
    without = without_iptc(piece.body[len(PHOTOSHOP) :])
    if without is not None:
        yield Cut(Item.IPTC, "APP13 IPTC", _replaced(pieces, piece, 0xED, PHOTOSHOP + without))


def without_iptc(resources: bytes) -> bytes | None:
    """Return Photoshop resources without the IPTC one, or None if there is none."""
    kept, at = b"", 0
    while resources[at : at + 4] == b"8BIM":
        (number,) = struct.unpack_from(">H", resources, at + 4)
        name = 1 + resources[at + 6]
        head = at + 6 + name + name % 2
        (size,) = struct.unpack_from(">I", resources, head)
        end = head + 4 + size + size % 2
        if number != IPTC_RESOURCE:
            kept += resources[at:end]
        elif not size:
            return None
        at = end
    return kept if len(kept) < at else None


def _replaced(pieces: Sequence[Piece], old: Piece, marker: int, body: bytes) -> bytes:
    return join(segment(marker, body) if piece is old else piece for piece in pieces)
