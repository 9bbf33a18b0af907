"""Tags taken out of the directories of a TIFF, or of the TIFF inside of an EXIF block."""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag of a directory."""

    tag: int
    type: int
    count: int
    at: int
    """Offset of the entry in the file."""
    value_at: int
    """Offset of the value, which stands in the entry if it is of four bytes or less."""
    size: int
    """Bytes of the value."""


def order_of(content: bytes) -> str:
    """Return the byte order of a TIFF as :mod:`struct` writes it; ValueError for a BigTIFF."""
    for mark, order in ((b"II*\0", "<"), (b"MM\0*", ">")):
        if content.startswith(mark):
            return order
    raise ValueError(f"no classic TIFF: {content[:4]!r}")


def first_directory(content: bytes) -> int:
    """Return the offset of the first directory."""
    return int(struct.unpack_from(order_of(content) + "I", content, 4)[0])


def read_directory(content: bytes, at: int) -> list[Entry]:
    """Return the entries of the directory at an offset."""
    order = order_of(content)
    (count,) = struct.unpack_from(order + "H", content, at)
    entries = []
    for number in range(count):
        place = at + 2 + 12 * number
        tag, kind, values = struct.unpack_from(order + "HHI", content, place)
        size = values * _BYTES.get(kind, 1)
        value_at = place + 8
        if size > 4:
            (value_at,) = struct.unpack_from(order + "I", content, value_at)
        entries.append(Entry(tag, kind, values, place, value_at, size))
    return entries


def next_directory(content: bytes, at: int) -> int:
    """Return the offset of the directory after the one at an offset, or 0."""
    order = order_of(content)
    (count,) = struct.unpack_from(order + "H", content, at)
    return int(struct.unpack_from(order + "I", content, at + 2 + 12 * count)[0])


def sub_directory(content: bytes, pointer: int) -> int | None:
    """Return the offset that a tag of the first directory points to, or None."""
    for entry in read_directory(content, first_directory(content)):
        if entry.tag == pointer:
            at = int(struct.unpack_from(order_of(content) + "I", content, entry.at + 8)[0])
            return at if 8 <= at < len(content) - 2 else None
    return None


def tags_of(content: bytes, at: int | None) -> dict[int, bytes]:
    """Return the tags of a directory with the bytes of their values; none for no directory."""
    if at is None:
        return {}
    return {
        entry.tag: content[entry.value_at : entry.value_at + entry.size]
        for entry in read_directory(content, at)
    }


def without_tags(content: bytes, at: int, tags: Collection[int]) -> bytes:
    """Return a TIFF without some tags of one directory; their values are overwritten with zeros.

    All other offsets stay. The entries behind a removed one move up, and so does the offset of the
    next directory.
    """
    order = order_of(content)
    entries = read_directory(content, at)
    kept = [entry for entry in entries if entry.tag not in tags]
    changed = bytearray(content)
    for entry in entries:
        if entry.tag in tags and entry.size > 4 and entry.value_at + entry.size <= len(content):
            changed[entry.value_at : entry.value_at + entry.size] = bytes(entry.size)
    body = b"".join(content[entry.at : entry.at + 12] for entry in kept)
    end = at + 2 + 12 * len(entries)
    new = struct.pack(order + "H", len(kept)) + body + content[end : end + 4]
    changed[at : end + 4] = new.ljust(end + 4 - at, b"\0")
    return bytes(changed)


def with_tags(content: bytes, tags: dict[int, tuple[int, bytes]]) -> bytes:
    """Return a TIFF with more tags in its first directory: type and bytes of the value by tag.

    The directory is written again behind the end of the file.
    """
    order, at = order_of(content), first_directory(content)
    old = read_directory(content, at)
    entries = {entry.tag: content[entry.at : entry.at + 12] for entry in old}
    changed = bytearray(content) + bytes(len(content) % 2)
    for tag, (kind, value) in tags.items():
        inside = value.ljust(4, b"\0")
        if len(value) > 4:
            inside = struct.pack(order + "I", len(changed))
            changed += value + bytes(len(value) % 2)
        entries[tag] = struct.pack(order + "HHI", tag, kind, len(value) // _BYTES[kind]) + inside
    changed[4:8] = struct.pack(order + "I", len(changed))
    changed += struct.pack(order + "H", len(entries))
    changed += b"".join(entries[tag] for tag in sorted(entries))
    return bytes(changed + struct.pack(order + "I", next_directory(content, at)))
