"""Collect the pieces of embedded data while a file is parsed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from dupscan.model.embedded import EmbeddedItem, EmbeddedKind

EXIF, XMP, EXTENDED_XMP, IPTC, MAKER_NOTE = "EXIF", "XMP", "extended XMP", "IPTC", "MakerNote"
COMMENT, C2PA, JUMBF = "comment", "C2PA", "JUMBF"
GAIN_MAP, DEPTH_MAP, MATTE, OTHER_EYE = "HDR gain map", "depth map", "portrait matte", "second eye"
SHARP_ORIGINAL, FURTHER_PICTURE, PANORAMA = "sharp original", "further picture", "panorama data"
SOUND, LAYERS = "sound", "layers"

_DIGITS = 16
_MOST_ITEMS = 200
"""Items that are kept apart; all further ones count as one."""
_LONGEST_NAME = 40
_MOST_READINGS, _LEAST_BYTES = 8, 1 << 20
MOST_IN_MEMORY = 1 << 30
"""Most bytes of one file, or of one part of it, that are read into memory."""


@dataclass(slots=True)
class Contents:
    """All that the bytes of a file tell of it besides the pixels of its first frame."""

    items: list[EmbeddedItem] = field(default_factory=list)
    frames: int | None = None
    """Frames or pages that are really there; None if this parser does not count them."""
    bit_depth: int | None = None
    """Bits of the deepest channel as stored; None if this parser does not know."""
    profile: bytes | None = None
    """An ICC profile that the decoder of the format does not pass on."""
    colour_space: str | None = None
    """The name of an unusual colour space that is stated without a profile."""
    is_cut_off: bool = False
    """True if a JPEG lacks its end marker; the decoders of other formats refuse such a file."""
    is_understood: bool = True
    """False if the structure of the file made no sense from some place on."""

    def add(self, kind: EmbeddedKind, name: str, *pieces: bytes | memoryview) -> None:
        """Add an item; `pieces` are its data, or all that identifies them."""
        item = EmbeddedItem(kind, name, digest_of(pieces))
        if item not in self.items[-_MOST_ITEMS:]:
            self.items.append(item)

    def add_metadata(self, name: str, *pieces: bytes | memoryview) -> None:
        """Add a block of metadata."""
        self.add(EmbeddedKind.METADATA, name, *pieces)

    def frozen_items(self) -> tuple[EmbeddedItem, ...]:
        """Return the items in the order of the file; a file of very many items has its last as one.

        The number is bounded because a stranger's file must not fill the store.
        """
        kept, rest = self.items[:_MOST_ITEMS], self.items[_MOST_ITEMS:]
        for kind in dict.fromkeys(item.kind for item in rest):
            digest = digest_of(item.digest.encode() for item in rest if item.kind is kind)
            kept.append(EmbeddedItem(kind, "many further blocks", digest))
        return tuple(kept)


def digest_of(pieces: Iterable[bytes | memoryview]) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of some bytes."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()[:_DIGITS]


def shown(identifier: bytes) -> str:
    """Return a stranger's identifier as a short, printable text.

    >>> shown(b"Meta" + bytes(2)), shown(bytes(3))
    ('Meta', '000000')
    """
    text = identifier.partition(b"\0")[0][:_LONGEST_NAME].decode("ascii", "replace").strip()
    if text and text.isascii() and text.isprintable():
        return text
    return identifier[:4].hex()


class BoundedSource(io.RawIOBase):
    """An open file of which only some times its own size may be read.

    The directories of a stranger's file may claim the same bytes thousands of times.
    """

    def __init__(self, source: BinaryIO, size: int) -> None:
        """`size` is the size of the file, in bytes."""
        super().__init__()
        self._source = source
        self._left = _MOST_READINGS * size + _LEAST_BYTES

    def read(self, size: int = -1) -> bytes:
        """Read as from any file. Raises ValueError once too much was read."""
        data = self._source.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("the file claims the same bytes too often")
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another position."""
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._source.tell()


def read_whole(source: BinaryIO) -> bytes:
    """Return all bytes of an open file, without a copy if they are in memory already."""
    if isinstance(source, io.BytesIO):
        return source.getvalue()
    source.seek(0)
    return source.read(MOST_IN_MEMORY)


def read_at(source: BinaryIO, begin: int, end: int) -> bytes:
    """Return the bytes of an open file from `begin` to `end`, as far as they are there."""
    source.seek(begin)
    return source.read(max(0, min(end - begin, MOST_IN_MEMORY)))
