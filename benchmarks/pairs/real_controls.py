"""Controls made from the files of cameras: they lose thumbnails, padding, or nothing at all."""

from __future__ import annotations

import io
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks.pairs.boxes import read_meta, without_items
from benchmarks.pairs.containers import TRAILER, join, segment, split_jpeg
from benchmarks.pairs.cuts import format_of
from benchmarks.pairs.cuts_jpeg import EXIF, MPF
from benchmarks.pairs.items import Item
from benchmarks.pairs.pair import Pair
from benchmarks.pairs.real import DAMAGE
from benchmarks.pairs.resaves import SUFFIXES
from benchmarks.pairs.tiff import first_directory, next_directory, read_directory

_MOST = 6
"""Controls of one kind."""
_MOST_BYTES = 400_000
_PICTURE = ("SOI", "APP0", "APP14", "FFDB", "FFC0", "FFC2", "FFC4", "FFDD", "image", TRAILER)
_SMALL = 200
"""Side in pixels below which a picture is left out."""


def controls_of_folder(folder: Path) -> Iterator[Pair]:
    """Yield pairs of real files that differ in nothing that anyone would miss."""
    many: Counter[tuple[str, str]] = Counter()
    for path in sorted(folder.rglob("*"), key=lambda path: path.name):
        if not path.is_file() or path.stat().st_size > _MOST_BYTES or not _is_sound(path):
            continue
        content = path.read_bytes()
        kind = format_of(content) or ""
        try:
            made = list(_without_needless(content, kind))
        except DAMAGE:
            continue
        for what, richer, poorer in made:
            repository = path.relative_to(folder).parts[0]
            if many[what, ""] < _MOST and many[what, repository] < 2:
                many.update([(what, ""), (what, repository)])
                origin = str(path.relative_to(folder))
                ends = (SUFFIXES[kind], SUFFIXES[kind])
                yield Pair(
                    Item.NOTHING, kind, "control", what, origin, richer, poorer, ends, is_real=True
                )


def _is_sound(path: Path) -> bool:
    try:
        with Image.open(path) as picture:
            return min(picture.size) >= _SMALL
    except DAMAGE:
        return False


def _without_needless(content: bytes, kind: str) -> Iterator[tuple[str, bytes, bytes]]:
    if kind in ("HEIF", "AVIF"):
        meta = read_meta(content)
        small = {source for name, source, _ in meta.references if name == "thmb"}
        if small:
            yield "thumbnail item", content, without_items(content, small)
    if kind != "JPEG":
        return
    pieces = split_jpeg(content)
    if any(piece.name == TRAILER for piece in pieces):
        return
    yield "zeros behind the picture", content + bytes(100), content
    for piece in pieces:
        if piece.name == "APP1" and piece.body.startswith(EXIF):
            bare = _without_thumbnail(piece.body[len(EXIF) :])
            if bare is not None:
                new = segment(0xE1, EXIF + bare)
                yield (
                    "EXIF thumbnail",
                    content,
                    join(new if one is piece else one for one in pieces),
                )
    if not any(piece.body.startswith(MPF) for piece in pieces):
        yield "equal blocks", content, _saved_with_its_blocks(content)


def _without_thumbnail(exif: bytes) -> bytes | None:
    """Return an EXIF block without its second directory and its thumbnail; None if it has none."""
    first = first_directory(exif)
    second = next_directory(exif, first)
    if not second:
        return None
    places = {entry.tag: entry for entry in read_directory(exif, second)}
    if not {0x0201, 0x0202} <= set(places):
        return None
    order = "<" if exif[:2] == b"II" else ">"
    at, size = (
        struct.unpack_from(order + "I", exif, places[tag].at + 8)[0] for tag in (0x0201, 0x0202)
    )
    if at + size > len(exif):
        return None
    (count,) = struct.unpack_from(order + "H", exif, first)
    link = first + 2 + 12 * count
    cleared = exif[:at] + bytes(size) + exif[at + size :]
    return cleared[:link] + bytes(4) + cleared[link + 4 :]


def _saved_with_its_blocks(content: bytes) -> bytes:
    """Return the picture saved again at a finer quality, with every block that it had."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.save(out, "JPEG", quality=99, subsampling="4:4:4", exif=b"", icc_profile=None)
    taken = [piece for piece in split_jpeg(content) if piece.name not in _PICTURE]
    own = split_jpeg(out.getvalue())
    return join([own[0], *taken, *(one for one in own[1:] if one.name != "APP0")])
