"""Read the items of a HEIF or AVIF file: the ``meta`` box (ISO/IEC 14496-12, 8.11; 23008-12).

Bounded: a stranger's file may claim any number of items, references and extents, in circles too.
"""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, field
from typing import BinaryIO

from dupscan.imaging.embedded.contents import read_at
from dupscan.imaging.headers import boxes

_MOST_ITEMS = 8192
_MOST_META = 64 << 20


class Numbers:
    """Big-endian numbers of a box, read one after the other; zeros behind its end."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self.at = at

    def take(self, width: int) -> int:
        """Return the next number, of `width` bytes."""
        taken = self._data[self.at : self.at + width]
        self.at += width
        return int.from_bytes(taken, "big")

    def text(self) -> bytes:
        """Return the text up to the next NUL."""
        end = self._data.find(b"\0", self.at)
        end = len(self._data) if end < 0 else end
        text, self.at = self._data[self.at : end], end + 1
        return text

    @property
    def is_at_end(self) -> bool:
        """True if all bytes were read."""
        return self.at >= len(self._data)


@dataclass(slots=True)
class Item:
    """One item: a picture, or a block of metadata."""

    type: bytes
    is_hidden: bool = False
    content_type: str = ""
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Kind and content of each property."""
    extents: list[tuple[int, int, int]] = field(default_factory=list)
    """Construction method, offset and length of each piece of the data."""


@dataclass(slots=True)
class ItemTable:
    """All items of a file, and the references between them."""

    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    references: dict[bytes, dict[int, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """By type: the items that each item refers to."""
    groups: list[tuple[bytes, list[int]]] = field(default_factory=list)
    """Type and items of each group of items."""
    idat: tuple[int, int] = (0, 0)
    """First byte and end of the data inside of the box."""

    def data(self, source: BinaryIO, number: int) -> list[bytes]:
        """Return the data of an item, piece by piece."""
        pieces = []
        for method, offset, length in self.items[number].extents:
            base, end = self.idat if method == 1 else (0, 1 << 62)
            begin = base + offset
            pieces.append(read_at(source, begin, min(end, begin + length) if length else end))
        return pieces

    def parts(self, number: int) -> list[int]:
        """Return an item and all items that it is derived from, each once."""
        found = {number: None}
        waiting = [number]
        while waiting:
            for part in self.references[b"dimg"].get(waiting.pop(), ()):
                if part in self.items and part not in found:
                    found[part] = None
                    waiting.append(part)
        return list(found)


def read_item_table(source: BinaryIO, begin: int, end: int) -> ItemTable:
    """Read the content of a ``meta`` box of an open file."""
    table = ItemTable()
    readers = {
        b"pitm": _read_primary,
        b"iinf": _read_items,
        b"iloc": _read_places,
        b"iref": _read_references,
        b"grpl": _read_groups,
        b"iprp": _read_properties,
    }
    found = {kind: place for kind, *place in boxes(source, begin + 4, min(end, begin + _MOST_META))}
    if b"idat" in found:
        first, after = found[b"idat"]
        table.idat = (first, after)
    for kind in (b"pitm", b"iinf", b"iloc", b"iref", b"grpl", b"iprp"):
        if kind in found:
            first, after = found[kind]
            readers[kind](read_at(source, first, after), table)
    return table


def _read_primary(box: bytes, table: ItemTable) -> None:
    table.primary = Numbers(box, 4).take(4 if box[0] else 2)


def _read_items(box: bytes, table: ItemTable) -> None:
    for kind, begin, end in boxes(io.BytesIO(box), 8 if box[0] else 6, len(box)):
        if kind == b"infe" and len(table.items) < _MOST_ITEMS:
            entry = box[begin:end]
            numbers = Numbers(entry, 4)
            number = numbers.take(4 if entry[0] == 3 else 2)
            numbers.at += 2
            type_ = entry[numbers.at : numbers.at + 4]
            numbers.at += 4
            numbers.text()  # its name
            named = numbers.text() if type_ in (b"mime", b"uri ") else b""
            content = named.decode("ascii", "replace")
            table.items[number] = Item(type_, bool(entry[3] & 1), content)


def _read_places(box: bytes, table: ItemTable) -> None:
    version, sizes = box[0], Numbers(box, 4).take(2)
    for_offset, for_length, for_base, for_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide, numbers = 4 if version == 2 else 2, Numbers(box, 6)
    for _ in range(min(numbers.take(wide), _MOST_ITEMS)):
        number = numbers.take(wide)
        method = numbers.take(2) & 15 if version else 0
        numbers.at += 2
        base, count = numbers.take(for_base), numbers.take(2)
        item = table.items.get(number)
        for _ in range(count):
            if numbers.is_at_end:
                return
            numbers.at += for_index if version else 0
            offset, length = base + numbers.take(for_offset), numbers.take(for_length)
            if item is not None:
                item.extents.append((method, offset, length))


def _read_references(box: bytes, table: ItemTable) -> None:
    wide = 4 if box[0] else 2
    for kind, begin, end in boxes(io.BytesIO(box), 4, len(box)):
        numbers = Numbers(box[:end], begin)
        owner, count = numbers.take(wide), numbers.take(2)
        for _ in range(count):
            if not numbers.is_at_end:
                table.references[kind][owner].append(numbers.take(wide))


def _read_groups(box: bytes, table: ItemTable) -> None:
    for kind, begin, end in boxes(io.BytesIO(box), 0, len(box)):
        numbers = Numbers(box[:end], begin + 8)
        count = min(numbers.take(4), (end - begin) // 4)
        members = [numbers.take(4) for _ in range(count)]
        table.groups.append((kind, members))


def _read_properties(box: bytes, table: ItemTable) -> None:
    source = io.BytesIO(box)
    properties: list[tuple[bytes, bytes]] = []
    for kind, begin, end in boxes(source, 0, len(box)):
        if kind == b"ipco":
            for inner, first, after in boxes(source, begin, end):
                properties.append((inner, box[first:after]))
        elif kind == b"ipma":
            _read_associations(box[begin:end], properties, table)


def _read_associations(box: bytes, properties: list[tuple[bytes, bytes]], table: ItemTable) -> None:
    numbers, width = Numbers(box, 4), 2 if box[3] & 1 else 1
    for _ in range(min(numbers.take(4), _MOST_ITEMS)):
        if numbers.is_at_end:
            return
        item = table.items.get(numbers.take(4 if box[0] else 2))
        for _ in range(numbers.take(1)):
            place = numbers.take(width) & (0x7FFF if width == 2 else 0x7F)
            if item is not None and 0 < place <= len(properties):
                item.properties.append(properties[place - 1])
