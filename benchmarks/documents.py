"""Documents that differ in what a person reads: ``python -m benchmarks.documents``.

Receipts, forms, tickets, screenshots and letters are drawn, saved in many ways as they are, and
saved so with one digit, date, name, amount or signature changed. The former must stay the same
picture; the latter must not, or must be said to be too small to read. ``--scans FOLDER`` adds real
documents, in which letters of the page are painted over by others of the same page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from benchmarks import drawn_documents, edited_scans
from dupscan import imaging
from dupscan.confirm.fine_print import (
    CUTOFF,
    FinePrint,
    compare_print,
    compared_size,
)

WIDTHS = (480, 640, 800, 1000, 1240, 1654, 2100)
"""Widths of drawn documents, pixels."""
UNCHANGED = ""
"""The edit of a document that only was saved again."""
_HEAD = (
    "saved",
    "unchanged",
    "called different",
    "too small to read",
    "edited",
    "called the same",
    "of these, said to be legible",
)

Saved = tuple[str, bytes]
"""Suffix and bytes of a picture file."""


def _jpeg(image: Image.Image, quality: int = 85, **options: object) -> Saved:
    buffer = BytesIO()
    image.convert("L" if image.mode == "L" else "RGB").save(
        buffer, "JPEG", quality=quality, **options
    )
    return ".jpg", buffer.getvalue()


def _encoded(image: Image.Image, form: str, **options: object) -> Saved:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return f".{form.lower()}", buffer.getvalue()


def _scaled(image: Image.Image, scale: float, way: Image.Resampling) -> Image.Image:
    return image.resize((round(image.width * scale), round(image.height * scale)), way)


def _opened(saved: Saved) -> Image.Image:
    return Image.open(BytesIO(saved[1]))


_LANCZOS, _BILINEAR, _BOX = (
    Image.Resampling.LANCZOS,
    Image.Resampling.BILINEAR,
    Image.Resampling.BOX,
)
WAYS: dict[str, Callable[[Image.Image], Saved]] = {
    "q95": lambda image: _jpeg(image, 95),
    "q75": lambda image: _jpeg(image, 75),
    "PNG": lambda image: _encoded(image, "PNG"),
    "q85 progressive": lambda image: _jpeg(image, 85, progressive=True),
    "WebP 80": lambda image: _encoded(image, "WEBP", quality=80),
    "q85 grey": lambda image: _jpeg(image.convert("L"), 85),
    "q60, then q80": lambda image: _jpeg(_opened(_jpeg(image, 60)), 80),
    "sharpened, q85": lambda image: _jpeg(image.filter(ImageFilter.UnsharpMask(1, 30, 0)), 85),
    "5 % brighter, q85": lambda image: _jpeg(ImageEnhance.Brightness(image).enhance(1.05)),
    "5 % darker, q85": lambda image: _jpeg(ImageEnhance.Brightness(image).enhance(0.95)),
    "q50": lambda image: _jpeg(image, 50),
    "q30": lambda image: _jpeg(image, 30),
    "0.7 of the size, q80": lambda image: _jpeg(_scaled(image, 0.7, _LANCZOS), 80),
    "half size, q80": lambda image: _jpeg(_scaled(image, 0.5, _LANCZOS), 80),
    "half size by blocks, q75": lambda image: _jpeg(_scaled(image, 0.5, _BOX), 75),
    "half size, soft, q75": lambda image: _jpeg(_scaled(image, 0.5, _BILINEAR), 75),
    "half size, q50": lambda image: _jpeg(_scaled(image, 0.5, _LANCZOS), 50),
    "third of the size, q85": lambda image: _jpeg(_scaled(image, 1 / 3, _LANCZOS), 85),
}
"""Ways to save a document again."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document, and the same saved again, with or without an edit."""

    document: str
    edit: str
    way: str
    original: Saved
    variant: Saved


@dataclass(slots=True)
class Found:
    """The comparisons of one way to save, and the seconds and megapixels that all took."""

    unchanged: list[FinePrint] = field(default_factory=list)
    edited: list[FinePrint] = field(default_factory=list)


def drawn(count: int, first: int) -> Iterator[tuple[str, Image.Image, dict[str, Image.Image]]]:
    """Yield names, documents and their edits, so many of each kind from a first seed on."""
    for kind in drawn_documents.KINDS:
        for seed in range(first, first + count):
            chance = Random(f"{kind} {seed}")
            fields = drawn_documents.some_fields(kind, seed, chance.choice(WIDTHS))
            edits = {
                edit: drawn_documents.draw(drawn_documents.edited(fields, edit))
                for edit in chance.sample(drawn_documents.EDITS, 2)
            }
            yield f"{kind} {seed}", drawn_documents.draw(fields), edits


def scanned(folder: Path, part: slice) -> Iterator[tuple[str, Image.Image, dict[str, Image.Image]]]:
    """Yield names, pictures of a folder and their edits."""
    for path in sorted(folder.iterdir())[part]:
        with Image.open(path) as opened:
            page = opened.convert("RGB")
        chosen = Random(path.name).sample(drawn_documents.EDITS, 2)
        edits = {edit: edited_scans.edited_scan(page, edit, path.name) for edit in chosen}
        yield path.name, page, {edit: page for edit, page in edits.items() if page is not None}


def cases(
    documents: Iterator[tuple[str, Image.Image, dict[str, Image.Image]]],
) -> Iterator[Case]:
    """Yield each document saved in each way, unchanged and edited."""
    for name, page, edits in documents:
        original = _jpeg(page, 92)
        for way, save in WAYS.items():
            for edit, image in {UNCHANGED: page, **edits}.items():
                yield Case(name, edit, way, original, save(image))


def luminance(saved: Saved) -> NDArray[np.uint8]:
    """Decode the luminance of a picture file as a scan does."""
    opened = _opened(saved)
    opened.draft("L", opened.size)
    return np.asarray(opened.convert("L"))


def compare(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> FinePrint:
    """Compare two pictures as a scan does, at the size of the smaller one."""
    larger, smaller = (one, other) if one.size >= other.size else (other, one)
    size = compared_size(larger.shape[::-1], smaller.shape[::-1])
    scaled = imaging.print_versions(smaller, size)[0]
    return compare_print(imaging.print_versions(larger, size), scaled, CUTOFF)
