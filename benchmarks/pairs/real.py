"""Pairs made from the files of cameras and other programs."""

from __future__ import annotations

import io
import struct
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageStat

import dupscan
from benchmarks.pairs.containers import TRAILER, join, split_jpeg
from benchmarks.pairs.cuts import cuts_of, format_of
from benchmarks.pairs.items import Cut, Item
from benchmarks.pairs.needless import is_needless
from benchmarks.pairs.pair import Pair
from benchmarks.pairs.resaves import OTHER_FORMAT, SUFFIXES, has_more_bits, resaved

MOST_BYTES = 1_500_000
_MOST_CUT, _MOST_SAVED = 4, 2
"""Pairs of one item in one format: cut out of the bytes, and saved again or converted."""
_SMALL, _FLAT = 96, 8
"""Side in pixels, and standard deviation of the grey levels, below which nothing is compared."""
DAMAGE = (
    *(OSError, ValueError, SyntaxError, TypeError, LookupError, RuntimeError, EOFError),
    *(struct.error, MemoryError, ZeroDivisionError, Image.DecompressionBombError),
)
"""What decoders raise for a file that is not as it should be."""
_PICTURE_SEGMENTS = ("SOI", "APP0", "APP14", "FFDB", "FFC0", "FFC2", "FFC4", "FFDD", "image")


_CARRIED_OVER = (Item.APPENDED, Item.ORIENTATION)
"""Things that do not get lost when a picture is saved again as it is shown."""
_SAID_IN_XMP = {
    Item.DATE: (b"CreateDate", b"DateCreated", b"DateTimeOriginal", b"exif:DateTime"),
    Item.GPS: (b"GPSLatitude",),
    Item.RATING: (b"xmp:Rating", b"xap:Rating", b"MicrosoftPhoto:Rating"),
    Item.CAPTION: (b"dc:description", b"dc:title", b"dc:subject"),
}
"""Names in XMP that say the same as a tag of EXIF, which is then no loss."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    path: Path
    origin: str
    cut: str
    """What is cut out, to find it again."""


def pairs_of_folder(folder: Path, photos: Sequence[bytes]) -> Iterator[Pair]:
    """Yield pairs for each item and format that the files below a folder have.

    Segments of JPEGs too small to be compared are put into one of the `photos`.
    """
    warnings.simplefilter("ignore")
    found: dict[tuple[str, Item], list[_Candidate]] = {}
    seen: set[tuple[str, int]] = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size <= MOST_BYTES:
            content = _comparable(path, photos)
            kind = format_of(content) if content else None
            is_new = (path.name, path.stat().st_size) not in seen
            seen.add((path.name, path.stat().st_size))
            if content is None or kind is None or not is_new:
                continue
            for cut in _all_cuts(content):
                if _is_said_twice(cut, content) or is_needless(cut.item, cut.what, content):
                    continue
                one = _Candidate(path, str(path.relative_to(folder)), cut.what)
                found.setdefault((kind, cut.item), []).append(one)
    for (kind, item), candidates in sorted(found.items()):
        yield from _pairs_of(kind, item, _varied(candidates), photos)


def _varied(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Put candidates of different names and repositories first."""
    rank: dict[tuple[str, str], int] = {}
    ranked = []
    for one in candidates:
        for key in ((one.cut, ""), (one.cut, one.origin.split("/")[0])):
            rank[key] = rank.get(key, 0) + 1
        ranked.append((rank[one.cut, one.origin.split("/")[0]], rank[one.cut, ""], one))
    ranked.sort(key=lambda row: row[:2])
    return [one for _, _, one in ranked]


def _pairs_of(
    kind: str, item: Item, candidates: Sequence[_Candidate], photos: Sequence[bytes]
) -> Iterator[Pair]:
    cuts = saved = 0
    for one in candidates:
        if cuts >= _MOST_CUT and saved >= _MOST_SAVED:
            return
        content = _comparable(one.path, photos)
        if content is None:
            continue
        is_cut = item is not Item.ALPHA  # what it hides is another picture
        if is_cut and cuts < _MOST_CUT and (pair := _cut_pair(kind, item, one, content)):
            cuts += 1
            yield pair
        if saved < _MOST_SAVED and item not in _CARRIED_OVER:
            to = OTHER_FORMAT[kind] if saved % 2 else kind
            if pair := _saved_pair(kind, item, one, content, to):
                saved += 1
                yield pair


def _cut_pair(kind: str, item: Item, one: _Candidate, content: bytes) -> Pair | None:
    for cut in cuts_of(content):
        if (cut.item, cut.what) == (item, one.cut):
            ends = (SUFFIXES[kind], SUFFIXES[kind])
            files = (content, cut.content, ends)
            pair = Pair(item, kind, "cut", cut.what, one.origin, *files, is_real=True)
            return pair if _meet(pair) else None
    return None


def _saved_pair(kind: str, item: Item, one: _Candidate, content: bytes, to: str) -> Pair | None:
    if item is Item.BITS and to == "TIFF":
        to = "PNG"
    try:
        poorer = resaved(content, item, to)
    except DAMAGE:
        return None
    how = "resaved" if to == kind else "converted"
    ends = (SUFFIXES[kind], SUFFIXES[to])
    pair = Pair(item, kind, how, one.cut, one.origin, content, poorer, ends, is_real=True)
    return pair if _meet(pair) else None


def _all_cuts(content: bytes) -> Iterator[Cut]:
    yield from cuts_of(content)
    if has_more_bits(content):
        yield Cut(Item.BITS, "more than 8 bits", b"")


@lru_cache(maxsize=64)
def _comparable(path: Path, photos: tuple[bytes, ...]) -> bytes | None:
    """Return a file, or its segments in one of the photos; None if it cannot be compared."""
    content = path.read_bytes()
    if format_of(content) is None:
        return None
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.draft("L", (256, 256))
            is_small = min(picture.size) < _SMALL
            picture.thumbnail((256, 256))
            deviation = 0.0 if is_small else ImageStat.Stat(picture.convert("L")).stddev[0]
    except DAMAGE:
        return None
    if deviation >= _FLAT:
        return content
    if format_of(content) != "JPEG":
        return None
    return _grafted(content, photos[len(content) % len(photos)])


def _grafted(content: bytes, photo: bytes) -> bytes | None:
    """Return a photo with the segments of another JPEG, and with what lies behind that."""
    try:
        given = split_jpeg(content)
    except (ValueError, IndexError):
        return None
    if any(piece.body.startswith(b"MPF\0") for piece in given):
        return None
    own = split_jpeg(photo)
    taken = [one for one in given if one.name not in _PICTURE_SEGMENTS and one.name != TRAILER]
    behind = [one for one in given if one.name == TRAILER]
    return join([own[0], *taken, *own[1:], *behind])


def _is_said_twice(cut: Cut, content: bytes) -> bool:
    """True if XMP says what a tag of EXIF says, or the other way round."""
    if cut.item is Item.RATING and cut.what.startswith("XMP"):
        return content != cut.content and any(one.what == "Rating" for one in cuts_of(cut.content))
    return any(name in content for name in _SAID_IN_XMP.get(cut.item, ()))


def _meet(pair: Pair) -> bool:
    """True if the two files are called the same picture; other pairs say nothing about plans."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = (
            Path(folder, f"{name}{end}") for name, end in zip("TK", pair.suffixes, strict=True)
        )
        one.write_bytes(pair.richer)
        other.write_bytes(pair.poorer)
        try:
            found = dupscan.compare(one, other)
        except dupscan.DupscanError:
            return False
    return found.verdict is not None and found.verdict.at_least(dupscan.Verdict.PICTURE)
