"""Chunks, blocks and boxes cut out of PNG, WebP, GIF, JPEG 2000 and JPEG XL files."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.pairs.containers import (
    TRAILER,
    Piece,
    box,
    join,
    join_riff,
    split_boxes,
    split_gif,
    split_png,
    split_riff,
)
from benchmarks.pairs.items import Cut, Item

Namer = Callable[[Piece], tuple[Item, str] | None]
Joiner = Callable[[Iterable[Piece]], bytes]

_APPENDED = (Item.APPENDED, "bytes behind the picture")
_PNG = {
    "tRNS": Item.ALPHA,
    "iCCP": Item.ICC,
    "cICP": Item.CICP,
    "eXIf": Item.EXIF,
    "caBX": Item.C2PA,
}
_PNG_PARTS = ("signature", "IHDR", "PLTE", "IDAT", "IEND", "pHYs", "bKGD", "hIST", "sBIT", "tIME")
_PNG_KEPT = (*_PNG_PARTS, "sRGB", "gAMA", "cHRM", "acTL", "fcTL", "fdAT")
_GAMMA_OF_SRGB = (45455).to_bytes(4, "big")
_WEBP = {"ICCP": Item.ICC, "EXIF": Item.EXIF, "XMP ": Item.XMP, "ALPH": Item.ALPHA}
_WEBP_KEPT = ("RIFF", "VP8X", "VP8 ", "VP8L", "ANIM", "ANMF")
_WEBP_FLAGS = {"ICCP": 0x20, "ALPH": 0x10, "EXIF": 0x08, "XMP ": 0x04}
_JXL = {"Exif": Item.EXIF, "xml ": Item.XMP, "jumb": Item.C2PA, "brob": Item.UNKNOWN}
_JXL_KEPT = ("JXL ", "ftyp", "jxlc", "jxlp", "jxll", "jbrd", "jxli")
_JP2_KEPT = ("jP  ", "ftyp", "jp2h", "jp2c", "jP2 ")


def cuts_of_png(content: bytes) -> Iterator[Cut]:
    """Yield a PNG without each of its chunks that say more than the pixels."""
    yield from _without_each(split_png(content), _named_in_png, join)
    frames = ("acTL", "fcTL", "fdAT")
    pieces = split_png(content)
    if any(piece.name == "fdAT" for piece in pieces):
        still = join(piece for piece in pieces if piece.name not in frames)
        yield Cut(Item.FRAMES, "frames of an APNG", still)
    gamma = next((piece.body for piece in pieces if piece.name == "gAMA"), _GAMMA_OF_SRGB)
    if gamma != _GAMMA_OF_SRGB and not any(one.name in ("iCCP", "sRGB", "cICP") for one in pieces):
        plain = join(piece for piece in pieces if piece.name not in ("gAMA", "cHRM"))
        yield Cut(Item.GAMMA, "gAMA", plain)


def _named_in_png(piece: Piece) -> tuple[Item, str] | None:
    if piece.name == TRAILER:
        return _APPENDED
    if piece.name in ("tEXt", "zTXt", "iTXt"):
        key = piece.body.split(b"\0")[0].decode("latin-1")
        if key == "XML:com.adobe.xmp":
            return Item.XMP, "iTXt XMP"
        if key.startswith("Raw profile type "):
            kind = key.rsplit(" ", 1)[1]
            kinds = {"iptc": Item.IPTC, "exif": Item.EXIF, "APP1": Item.EXIF, "xmp": Item.XMP}
            return kinds.get(kind, Item.TEXT), key
        is_said_elsewhere = key.startswith(("date:", "exif:", "icc:", "tiff:", "png:"))
        return None if is_said_elsewhere or key == "Software" else (Item.TEXT, "texts")
    if piece.name in _PNG_KEPT:
        return None
    return _PNG.get(piece.name, Item.UNKNOWN), piece.name


def cuts_of_webp(content: bytes) -> Iterator[Cut]:
    """Yield a WebP without each of its chunks that say more than the pixels."""
    yield from _without_each(split_riff(content), _named_in_webp, _join_webp)


def _named_in_webp(piece: Piece) -> tuple[Item, str] | None:
    if piece.name == TRAILER:
        return _APPENDED
    if piece.name in _WEBP_KEPT:
        return None
    return _WEBP.get(piece.name, Item.UNKNOWN), piece.name


def _join_webp(pieces: Iterable[Piece]) -> bytes:
    """Join the chunks, and clear the flags of chunks that are not there."""
    pieces = list(pieces)
    names = {piece.name for piece in pieces}
    gone = sum(flag for name, flag in _WEBP_FLAGS.items() if name not in names)
    if "VP8L" in names or "ANMF" in names:
        gone &= ~_WEBP_FLAGS["ALPH"]
    joined = []
    for piece in pieces:
        if piece.name == "VP8X":
            whole = bytearray(piece.whole)
            whole[8] &= ~gone & 0xFF
            joined.append(Piece(piece.name, bytes(whole[8:]), bytes(whole)))
        else:
            joined.append(piece)
    return join_riff(joined)


def cuts_of_gif(content: bytes) -> Iterator[Cut]:
    """Yield a GIF without its comments, its application blocks, its transparency, its frames."""
    pieces = split_gif(content)
    yield from _without_each(pieces, _named_in_gif, join)
    opaque = [_opaque(piece) for piece in pieces]
    if opaque != pieces:
        yield Cut(Item.ALPHA, "transparent colour", join(opaque))
    images = [number for number, piece in enumerate(pieces) if piece.name == "image"]
    if len(images) > 1:
        still = [*pieces[: images[0] + 1], *(one for one in pieces if one.name == "end")]
        yield Cut(Item.FRAMES, "frames of a GIF", join(still))


def _named_in_gif(piece: Piece) -> tuple[Item, str] | None:
    if piece.name == TRAILER:
        return _APPENDED if piece.body.strip(b"\0;") else None
    if piece.name == "21FE":
        return Item.COMMENT, "comment"
    if piece.name == "21FF":
        name = piece.body[1:12]
        if name.startswith(b"XMP Data"):
            return Item.XMP, "XMP block"
        if name.startswith(b"ICCRGBG1"):
            return Item.ICC, "ICC block"
        is_loop = name.startswith((b"NETSCAPE", b"ANIMEXTS"))
        return None if is_loop else (Item.UNKNOWN, "application")
    return (Item.TEXT, "plain text") if piece.name == "2101" else None


def _opaque(piece: Piece) -> Piece:
    """Return a graphic control block without its transparent colour; any other block unchanged."""
    if piece.name != "21F9" or not piece.body[1] & 1:
        return piece
    whole = bytearray(piece.whole)
    whole[3] &= 0xFE
    return Piece(piece.name, bytes(whole[2:]), bytes(whole))


def cuts_of_jxl(content: bytes) -> Iterator[Cut]:
    """Yield a JPEG XL without each of its boxes that is not part of the picture."""

    def named(piece: Piece) -> tuple[Item, str] | None:
        if piece.name == TRAILER:
            return _APPENDED
        if piece.name == "brob":
            return Item.UNKNOWN, f"brob {piece.body[:4].decode('latin-1')}"
        return None if piece.name in _JXL_KEPT else (_JXL.get(piece.name, Item.UNKNOWN), piece.name)

    if content[4:8] == b"JXL ":
        yield from _without_each(split_boxes(content), named, join)


def cuts_of_jp2(content: bytes) -> Iterator[Cut]:
    """Yield a JPEG 2000 without its metadata boxes, and without its colour profile."""
    if content[4:8] != b"jP  ":
        return
    pieces = split_boxes(content)

    def named(piece: Piece) -> tuple[Item, str] | None:
        if piece.name == TRAILER:
            return _APPENDED
        if piece.name in _JP2_KEPT or piece.name == "free":
            return None
        kinds = {"xml ": Item.XMP, "jumb": Item.C2PA}
        what = piece.name + (" " + piece.body[:4].hex() if piece.name == "uuid" else "")
        is_exif = piece.body.startswith((b"JpgTiffExif->JP2", b"\x05\x37\xcd\xab\x9d\x0c\x44\x31"))
        return (Item.EXIF if is_exif else kinds.get(piece.name, Item.UNKNOWN)), what

    yield from _without_each(pieces, named, join)
    for piece in pieces:
        if piece.name != "jp2h":
            continue
        inner = split_boxes(piece.body)
        if any(one.name == "colr" and one.body[:1] in (b"\2", b"\3") for one in inner):
            head = join(_plain_colour(one) for one in inner)
            new = [box("jp2h", head) if one is piece else one for one in pieces]
            yield Cut(Item.ICC, "colr with a profile", join(new))


def _plain_colour(piece: Piece) -> Piece:
    """Return a colour box that says sRGB in place of one with a profile."""
    if piece.name != "colr" or piece.body[:1] == b"\1":
        return piece
    return box("colr", struct.pack(">BBBI", 1, 0, 0, 16))


def _without_each(pieces: Sequence[Piece], named: Namer, joined: Joiner) -> Iterator[Cut]:
    """Yield the file without each kind of piece that `named` has a name for."""
    groups: dict[tuple[Item, str], list[Piece]] = {}
    for piece in pieces:
        name = named(piece)
        if name is not None:
            groups.setdefault(name, []).append(piece)
    for (item, what), gone in groups.items():
        yield Cut(item, what, joined([piece for piece in pieces if piece not in gone]))
