"""Read the directories of a TIFF structure, which EXIF data are too (TIFF 6.0, section 2; BigTIFF).

Bounded: a stranger's file may claim any number of directories and entries, in circles too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MOST_DIRECTORIES = 4096
"""Directories of one chain that are followed."""
_MOST_ENTRIES = 4096
_MOST_BYTES = 64 << 20
"""Bytes of one value that are read."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}


class Entry(NamedTuple):
    """One entry of a directory."""

    type: int
    length: int
    offset: int
    """Offset of the value's first byte."""

    @property
    def size(self) -> int:
        """Bytes of the value."""
        return _SIZES.get(self.type, 0) * self.length


class TiffDirectories:
    """The directories of a TIFF structure in an open file, or in a part of it."""

    def __init__(self, source: BinaryIO) -> None:
        """Raise ValueError if the source does not begin as a TIFF."""
        source.seek(0)
        head = source.read(16)
        self._source = source
        self.end = 0
        """Offset behind all directories and values that were seen."""
        self._order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
        if not self._order or len(head) < 8:
            raise ValueError("no TIFF structure in it")
        [magic] = struct.unpack(f"{self._order}H", head[2:4])
        self._is_big = magic == 43
        first = head[8:16] if self._is_big else head[4:8]
        [self.first] = struct.unpack(self._order + ("Q" if self._is_big else "I"), first)

    def chain(self) -> Iterator[dict[int, Entry]]:
        """Yield the directories of the main chain; ends where one does not make sense."""
        seen: set[int] = set()
        at = self.first
        while at and at not in seen and len(seen) < MOST_DIRECTORIES:
            seen.add(at)
            directory, at = self.directory(at)
            if not directory:
                return
            yield directory

    def directory(self, at: int) -> tuple[dict[int, Entry], int]:
        """Return the directory at an offset, and the offset of the next one; empty without one."""
        order, width = self._order, 20 if self._is_big else 12
        counter, pointer = ("Q", "Q") if self._is_big else ("H", "I")
        self._source.seek(at)
        head = self._source.read(struct.calcsize(order + counter))
        if len(head) < struct.calcsize(order + counter):
            return {}, 0
        count = min(struct.unpack(order + counter, head)[0], _MOST_ENTRIES)
        data = self._source.read(width * count + struct.calcsize(order + pointer))
        start, directory = at + len(head), {}
        room = (width - 4) // 2
        self.end, inline = max(self.end, start + len(data)), start + 4 + room
        whole = data[: width * min(count, len(data) // width)]
        for tag, type_, values, value in struct.iter_unpack(f"{order}HH{pointer}{pointer}", whole):
            size = _SIZES.get(type_, 0) * values
            offset = inline if size <= room else value
            directory[tag] = Entry(type_, values, offset)
            self.end, inline = max(self.end, offset + size), inline + width
        rest = data[width * count :]
        following = struct.unpack(order + pointer, rest)[0] if len(rest) in (4, 8) else 0
        return directory, following

    def value(self, entry: Entry) -> bytes:
        """Return the bytes of a value, as far as they are there."""
        self._source.seek(entry.offset)
        return self._source.read(min(entry.size, _MOST_BYTES))

    def numbers(self, entry: Entry | None) -> tuple[int, ...]:
        """Return a value as whole numbers; empty if it is missing or of another type."""
        if entry is None or entry.type not in _NUMBERS:
            return ()
        data = self.value(entry)
        code = _NUMBERS[entry.type]
        count = len(data) // struct.calcsize(f"{self._order}{code}")
        return struct.unpack_from(f"{self._order}{count}{code}", data)
