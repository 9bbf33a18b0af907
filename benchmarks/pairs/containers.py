"""Files taken apart into their pieces, and put together again without some of them.

A piece is whatever the format counts in: a segment of a JPEG, a chunk of a PNG or WebP, a block of
a GIF, a top-level box of a JPEG 2000 or JPEG XL. Joined again in their order, the pieces of a file
are the file. TIFF and ISO-BMFF files, whose parts are found by their offsets, are cut in place: see
:mod:`.tiff` and :mod:`.boxes`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

TRAILER = "trailer"
"""Name of the piece that lies behind the end of the picture."""
IMAGE = "image"
"""Name of the piece with the coded picture."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file."""

    name: str
    """Name as the format gives it, such as ``APP1``, ``tEXt`` or ``trailer``."""
    body: bytes
    """Content, without marker, length or checksum."""
    whole: bytes
    """The bytes of the piece as they stand in the file."""


def join(pieces: Iterable[Piece]) -> bytes:
    """Return the bytes of the file that has these pieces."""
    return b"".join(piece.whole for piece in pieces)


def split_jpeg(content: bytes) -> list[Piece]:
    """Return the segments of a JPEG; the coded picture is one piece, and so is all behind it."""
    pieces = [Piece("SOI", b"", content[:2])]
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise ValueError(f"no marker at byte {at}")
        if content[at + 1] == 0xFF:  # a filling byte
            pieces.append(Piece("fill", b"", content[at : at + 1]))
            at += 1
            continue
        marker = content[at + 1]
        if marker == 0xDA:
            break
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        pieces.append(Piece(_marker_name(marker), content[at + 4 : end], content[at:end]))
        at = end
    end = _end_of_image(content, at)
    pieces.append(Piece(IMAGE, content[at:end], content[at:end]))
    if end < len(content):
        pieces.append(Piece(TRAILER, content[end:], content[end:]))
    return pieces


def segment(marker: int, body: bytes) -> Piece:
    """Return a new segment of a JPEG, of at most 65,533 bytes."""
    whole = struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
    return Piece(_marker_name(marker), body, whole)


def _marker_name(marker: int) -> str:
    if 0xE0 <= marker <= 0xEF:
        return f"APP{marker - 0xE0}"
    return "COM" if marker == 0xFE else f"FF{marker:02X}"


def _end_of_image(content: bytes, at: int) -> int:
    """Return where the coded picture ends; segments between its scans are stepped over."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 2 > len(content):
            return len(content)
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD7:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + struct.unpack_from(">H", content.ljust(at + 4, b"\0"), at + 2)[0]


def split_png(content: bytes) -> list[Piece]:
    """Return the chunks of a PNG; the signature is the first piece."""
    pieces = [Piece("signature", b"", content[:8])]
    at = 8
    while at + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        pieces.append(Piece(name.decode("latin-1"), content[at + 8 : end - 4], content[at:end]))
        at = end
        if name == b"IEND":
            break
    return [*pieces, *_trailer(content, at)]


def split_riff(content: bytes) -> list[Piece]:
    """Return the chunks of a WebP; the header of the file is the first piece."""
    size = struct.unpack_from("<I", content, 4)[0]
    pieces = [Piece("RIFF", content[8:12], content[:12])]
    at, end = 12, min(8 + size, len(content))
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", content, at)
        behind = at + 8 + length + length % 2
        body = content[at + 8 : at + 8 + length]
        pieces.append(Piece(name.decode("latin-1"), body, content[at:behind]))
        at = behind
    return [*pieces, *_trailer(content, at)]


def chunk_of_riff(name: str, body: bytes) -> Piece:
    """Return a new chunk of a WebP."""
    head = struct.pack("<4sI", name.encode("latin-1"), len(body))
    return Piece(name, body, head + body + b"\0" * (len(body) % 2))


def join_riff(pieces: Iterable[Piece]) -> bytes:
    """Return a WebP of these pieces, with its size as it is now."""
    pieces = list(pieces)
    inside = [piece for piece in pieces[1:] if piece.name != TRAILER]
    behind = [piece for piece in pieces[1:] if piece.name == TRAILER]
    content = b"".join(piece.whole for piece in inside)
    head = struct.pack("<4sI4s", b"RIFF", len(content) + 4, b"WEBP")
    return head + content + join(behind)


def split_gif(content: bytes) -> list[Piece]:
    """Return the blocks of a GIF: ``head``, extensions by label (``21FE``), ``image``, ``end``."""
    at = 13 + (3 << (content[10] & 7) + 1 if content[10] & 0x80 else 0)
    pieces = [Piece("head", b"", content[:at])]
    while at < len(content):
        start, kind = at, content[at]
        if kind == 0x3B:
            pieces.append(Piece("end", b"", content[at : at + 1]))
            return [*pieces, *_trailer(content, at + 1)]
        if kind == 0x21:
            name, at = f"21{content[at + 1]:02X}", at + 2
        elif kind == 0x2C:
            flags = content[at + 9]
            name, at = IMAGE, at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        else:
            break
        body = at
        while at < len(content) and content[at]:
            at += content[at] + 1
        at += 1
        pieces.append(Piece(name, content[body:at], content[start:at]))
    return [*pieces, *_trailer(content, at)]


def split_boxes(content: bytes) -> list[Piece]:
    """Return the top-level boxes of a file; a box may reach to the end of the file."""
    pieces: list[Piece] = []
    at = 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        end = len(content) if size == 0 else at + size
        if 0 < size < head or end > len(content):
            break
        pieces.append(Piece(name.decode("latin-1"), content[at + head : end], content[at:end]))
        at = end
    return [*pieces, *_trailer(content, at)]


def box(name: str, body: bytes) -> Piece:
    """Return a new box."""
    whole = struct.pack(">I4s", len(body) + 8, name.encode("latin-1")) + body
    return Piece(name, body, whole)


def _trailer(content: bytes, at: int) -> list[Piece]:
    return [Piece(TRAILER, content[at:], content[at:])] if at < len(content) else []
