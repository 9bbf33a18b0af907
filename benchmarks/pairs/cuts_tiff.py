"""Tags and pages cut out of a TIFF."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from benchmarks.pairs.cuts_exif import cuts_of_exif
from benchmarks.pairs.items import Cut, Item
from benchmarks.pairs.tiff import first_directory, next_directory, tags_of, without_tags

_NAMED = {
    700: Item.XMP,
    33723: Item.IPTC,
    34377: Item.PHOTOSHOP,
    34675: Item.ICC,
    34665: Item.EXIF,
    37724: Item.LAYERS,
    330: Item.FURTHER_PICTURE,
}
_OF_THE_PICTURE = (
    *range(254, 600),
    *(32995, 32996, 32997, 32998, 34853, 34908, 34909, 34910),
)
"""Tags that say how pixels are stored, and those that :func:`cuts_of_exif` cuts."""
_TEXTS = (269, 271, 272, 285, 315, 33432, 65000)


def cuts_of_tiff(content: bytes) -> Iterator[Cut]:
    """Yield a TIFF without each of its tags that say more than the pixels, and without pages."""
    first = first_directory(content)
    tags = tags_of(content, first)
    for tag, value in tags.items():
        if not value.strip(b"\0 "):
            continue
        if tag in _TEXTS:
            yield Cut(Item.TEXT, f"tag {tag}", without_tags(content, first, [tag]))
        elif tag in _NAMED:
            yield Cut(_NAMED[tag], f"tag {tag}", without_tags(content, first, [tag]))
        elif tag not in _OF_THE_PICTURE and tag > 32767:
            yield Cut(Item.PRIVATE_TAG, f"tag {tag}", without_tags(content, first, [tag]))
    yield from cuts_of_exif(content)
    if next_directory(content, first):
        (count,) = struct.unpack_from("<H" if content[:2] == b"II" else ">H", content, first)
        end = first + 2 + 12 * count
        yield Cut(Item.PAGES, "pages of a TIFF", content[:end] + bytes(4) + content[end + 4 :])
