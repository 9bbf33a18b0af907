"""Pairs made of photographs of ours, and of things written in the syntax that programs use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PIL import Image

from benchmarks.pairs.controls import controls
from benchmarks.pairs.cuts import format_of
from benchmarks.pairs.items import Cut, Cutter, Item
from benchmarks.pairs.made_chunks import (
    added_to_gif,
    added_to_jp2,
    added_to_jxl,
    added_to_png,
    added_to_webp,
)
from benchmarks.pairs.made_jpeg import added_to_jpeg
from benchmarks.pairs.made_pictures import added_to_boxes, added_to_tiff, encoded, made_pictures
from benchmarks.pairs.pair import Pair
from benchmarks.pairs.resaves import OTHER_FORMAT, SUFFIXES, resaved

_CHUNKS: dict[str, Cutter] = {
    "PNG": added_to_png,
    "WebP": added_to_webp,
    "GIF": added_to_gif,
    "TIFF": added_to_tiff,
    "JPEG 2000": added_to_jp2,
    "JPEG XL": added_to_jxl,
}
_SAVED_TOO = 3
"""One of so many made files is saved again as well, by turns in its own and in another format."""


def made_pairs(photos: Sequence[Image.Image]) -> Iterator[Pair]:
    """Yield a pair for each thing that can be written into each format."""
    turn = 0
    for number, (kind, add) in enumerate(_adders(photos)):
        photo = photos[number % len(photos)]
        base = encoded(photo.quantize(200) if kind == "GIF" else photo, kind, **_quality(kind))
        for cut in add(base):
            yield _pair(cut, kind, "made", base)
            turn += 1
            if turn % _SAVED_TOO == 0:
                to = kind if turn % (2 * _SAVED_TOO) else OTHER_FORMAT[kind]
                poorer = resaved(base, cut.item, to)
                yield _pair(cut, kind, "made, resaved", poorer)
    for item, what, kind, richer, poorer in made_pictures(photos[0]):
        yield _pair(Cut(item, what, richer), kind, "made", poorer)


def made_controls(photos: Sequence[Image.Image]) -> Iterator[Pair]:
    """Yield the pairs that lose nothing."""
    for what, kind, richer, poorer in controls(photos[-1]):
        yield _pair(Cut(Item.NOTHING, what, richer), kind, "control", poorer)


def _adders(photos: Sequence[Image.Image]) -> Iterator[tuple[str, Cutter]]:
    yield "JPEG", added_to_jpeg
    yield from _CHUNKS.items()
    for kind in ("HEIF", "AVIF"):
        number = len(_CHUNKS) + 1 + (kind == "AVIF")
        photo = photos[number % len(photos)]
        yield kind, partial(added_to_boxes, photo=photo, kind=kind)


def _quality(kind: str) -> dict[str, int]:
    return {"quality": 92} if kind == "JPEG" else {}


def _pair(cut: Cut, kind: str, how: str, poorer: bytes) -> Pair:
    """Return the pair whose richer file is that of `cut`."""
    ends = (_suffix(cut.content), _suffix(poorer))
    origin = "written for this"
    return Pair(cut.item, kind, how, cut.what, origin, cut.content, poorer, ends)


def _suffix(content: bytes) -> str:
    return SUFFIXES[format_of(content) or "JPEG XL"]
