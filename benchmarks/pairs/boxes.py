"""Items and properties taken out of HEIF and AVIF files, in place: all other offsets stay.

Boxes and fields: ISO/IEC 14496-12 (8.11) and 23008-12.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from benchmarks.pairs.containers import box, join, split_boxes


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a HEIF or AVIF file."""

    number: int
    type: str
    """Type such as ``hvc1``, ``Exif`` or ``mime``."""
    words: bytes
    """What follows the type: name and content type."""
    places: tuple[tuple[int, int], ...] = ()
    """Offset and length in the file of each extent."""
    aux: str = ""
    """Type of an auxiliary picture, such as ``urn:com:apple:photo:2020:aux:hdrgainmap``."""
    hidden: bool = False


@dataclass(slots=True)
class Meta:
    """The ``meta`` box of a file, and the items that it lists."""

    at: int
    size: int
    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    references: list[tuple[str, int, tuple[int, ...]]] = field(default_factory=list)


def read_meta(content: bytes) -> Meta:
    """Read the items of a file; ValueError if there is no ``meta`` box at its top level."""
    at = 0
    for piece in split_boxes(content):
        if piece.name == "meta":
            return _read_meta(content, at, len(piece.whole))
        at += len(piece.whole)
    raise ValueError("no meta box")


def _read_meta(content: bytes, at: int, size: int) -> Meta:
    meta = Meta(at, size)
    parts = {piece.name: piece.body for piece in split_boxes(content[at + 12 : at + size])}
    if "pitm" in parts:
        wide = parts["pitm"][0] > 0
        (meta.primary,) = struct.unpack_from(">I" if wide else ">H", parts["pitm"], 4)
    for number, kind, words, hidden in _infes(parts.get("iinf", b"\0" * 6)):
        meta.items[number] = Item(number, kind, words, hidden=hidden)
    for number, method, places in _locations(parts.get("iloc", b"\0" * 8)):
        if number in meta.items and method == 0:
            meta.items[number] = _with(meta.items[number], places=tuple(places))
    meta.references = list(_references(parts.get("iref", b"")))
    for number, aux in _aux_types(parts.get("iprp", b"")):
        if number in meta.items:
            meta.items[number] = _with(meta.items[number], aux=aux)
    return meta


def _with(
    item: Item, *, places: tuple[tuple[int, int], ...] | None = None, aux: str | None = None
) -> Item:
    return Item(
        item.number,
        item.type,
        item.words,
        item.places if places is None else places,
        item.aux if aux is None else aux,
        item.hidden,
    )


def _infes(body: bytes) -> Iterator[tuple[int, str, bytes, bool]]:
    for piece in split_boxes(body[6 if body[0] == 0 else 8 :]):
        if piece.name != "infe" or piece.body[0] < 2:
            continue
        number_size = 2 if piece.body[0] == 2 else 4
        number = int.from_bytes(piece.body[4 : 4 + number_size], "big")
        rest = piece.body[4 + number_size + 2 :]
        yield number, rest[:4].decode("latin-1"), rest[4:], bool(piece.body[3] & 1)


def _locations(body: bytes) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    for number, method, places, _ in _location_entries(body):
        yield number, method, places


def _location_entries(body: bytes) -> Iterator[tuple[int, int, list[tuple[int, int]], bytes]]:
    """Yield item, method, places and the bytes of each entry of an ``iloc`` box."""
    version, sizes = body[0], body[4:6]
    offset, length = sizes[0] >> 4, sizes[0] & 15
    base, index = sizes[1] >> 4, (sizes[1] & 15 if version else 0)
    wide = 4 if version == 2 else 2
    at = 6 + wide
    for _ in range(int.from_bytes(body[6:at], "big")):
        start = at
        number, at = int.from_bytes(body[at : at + wide], "big"), at + wide
        method = 0
        if version:
            method, at = body[at + 1] & 15, at + 2
        at += 2
        base_offset, at = int.from_bytes(body[at : at + base], "big"), at + base
        extents, at = int.from_bytes(body[at : at + 2], "big"), at + 2
        places = []
        for _ in range(extents):
            at += index
            begin, at = int.from_bytes(body[at : at + offset], "big"), at + offset
            size, at = int.from_bytes(body[at : at + length], "big"), at + length
            places.append((base_offset + begin, size))
        yield number, method, places, body[start:at]


def _references(body: bytes) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    size = 4 if body[:1] == b"\1" else 2
    for piece in split_boxes(body[4:]):
        numbers = [
            int.from_bytes(part, "big")
            for part in (
                piece.body[:size],
                *(
                    piece.body[at : at + size]
                    for at in range(size + 2, len(piece.body) - size + 1, size)
                ),
            )
        ]
        yield piece.name, numbers[0], tuple(numbers[1:])


def _aux_types(body: bytes) -> Iterator[tuple[int, str]]:
    parts = split_boxes(body)
    properties = [one for piece in parts if piece.name == "ipco" for one in split_boxes(piece.body)]
    for piece in parts:
        if piece.name != "ipma":
            continue
        for number, indices, _ in _associations(piece.body):
            for index in indices:
                if 0 < index <= len(properties) and properties[index - 1].name == "auxC":
                    yield number, properties[index - 1].body[4:].split(b"\0")[0].decode("latin-1")


def _associations(body: bytes) -> Iterator[tuple[int, list[int], bytes]]:
    wide, long = (4 if body[0] else 2), body[3] & 1
    at = 8
    for _ in range(int.from_bytes(body[4:8], "big")):
        start = at
        number, at = int.from_bytes(body[at : at + wide], "big"), at + wide
        count, at = body[at], at + 1
        step = 2 if long else 1
        indices = [
            int.from_bytes(body[at + step * k : at + step * (k + 1)], "big")
            & (0x7FFF if long else 0x7F)
            for k in range(count)
        ]
        at += step * count
        yield number, indices, body[start:at]


def without_items(content: bytes, numbers: Collection[int]) -> bytes:
    """Return a file without some items: their entries, references and data are gone.

    The ``meta`` box shrinks, and a ``free`` box after it takes the room; data become zeros.
    """
    meta = read_meta(content)
    body = content[meta.at + 12 : meta.at + meta.size]
    parts = []
    for piece in split_boxes(body):
        cut = {"iinf": _cut_iinf, "iloc": _cut_iloc, "iref": _cut_iref, "iprp": _cut_iprp}
        if piece.name in cut:
            parts.append(box(piece.name, cut[piece.name](piece.body, numbers)))
        elif piece.name != "grpl":
            parts.append(piece)
    new = box("meta", content[meta.at + 8 : meta.at + 12] + join(parts)).whole
    room = meta.size - len(new)
    if room < 8:
        raise ValueError(f"no room for a free box: {room} bytes")
    changed = bytearray(content)
    changed[meta.at : meta.at + meta.size] = new + box("free", bytes(room - 8)).whole
    shared = {
        place for item in meta.items.values() if item.number not in numbers for place in item.places
    }
    for number in numbers:
        for place in meta.items[number].places:
            if place not in shared and sum(place) <= len(changed):
                changed[place[0] : sum(place)] = bytes(place[1])
    return bytes(changed)


def _cut_iinf(body: bytes, numbers: Collection[int]) -> bytes:
    head = 6 if body[0] == 0 else 8
    kept = []
    for piece in split_boxes(body[head:]):
        size = 2 if piece.body[0] == 2 else 4
        if int.from_bytes(piece.body[4 : 4 + size], "big") not in numbers:
            kept.append(piece)
    return body[:4] + len(kept).to_bytes(head - 4, "big") + join(kept)


def _cut_iloc(body: bytes, numbers: Collection[int]) -> bytes:
    kept = [entry for number, _, _, entry in _location_entries(body) if number not in numbers]
    size = 4 if body[0] == 2 else 2
    return body[:6] + len(kept).to_bytes(size, "big") + b"".join(kept)


def _cut_iref(body: bytes, numbers: Collection[int]) -> bytes:
    size = 4 if body[:1] == b"\1" else 2
    kept = []
    for kind, source, targets in _references(body):
        left = [one for one in targets if one not in numbers]
        if source not in numbers and left:
            fields = [source.to_bytes(size, "big"), len(left).to_bytes(2, "big")]
            fields += [one.to_bytes(size, "big") for one in left]
            kept.append(box(kind, b"".join(fields)))
    return body[:4] + join(kept)


def _cut_iprp(body: bytes, numbers: Collection[int]) -> bytes:
    parts = []
    for piece in split_boxes(body):
        if piece.name != "ipma":
            parts.append(piece)
            continue
        kept = [entry for number, _, entry in _associations(piece.body) if number not in numbers]
        head = piece.body[:4] + len(kept).to_bytes(4, "big")
        parts.append(box("ipma", head + b"".join(kept)))
    return join(parts)


def properties_of_primary(content: bytes) -> set[str]:
    """Return the names of the property boxes of the picture that is shown."""
    meta = read_meta(content)
    parts = split_boxes(content[meta.at + 12 : meta.at + meta.size])
    inside = [one for piece in parts if piece.name == "iprp" for one in split_boxes(piece.body)]
    boxes = [one for piece in inside if piece.name == "ipco" for one in split_boxes(piece.body)]
    return {
        boxes[index - 1].name
        for piece in inside
        if piece.name == "ipma"
        for number, indices, _ in _associations(piece.body)
        for index in indices
        if number == meta.primary and 0 < index <= len(boxes)
    }


def properties_of(content: bytes) -> list[tuple[str, int, bytes]]:
    """Return name, offset and content of each property box of a file's items."""
    meta = read_meta(content)
    found = []
    at = meta.at + 12
    for piece in split_boxes(content[at : meta.at + meta.size]):
        if piece.name == "iprp":
            inner = at + 8
            for one in split_boxes(piece.body):
                if one.name == "ipco":
                    place = inner + 8
                    for prop in split_boxes(one.body):
                        found.append((prop.name, place, prop.body))
                        place += len(prop.whole)
                inner += len(one.whole)
        at += len(piece.whole)
    return found


def renamed_box(content: bytes, at: int, name: bytes = b"free") -> bytes:
    """Return a file in which the box at an offset has another name, and only zeros in it."""
    size = int.from_bytes(content[at : at + 4], "big")
    return content[: at + 4] + name + bytes(size - 8) + content[at + size :]
