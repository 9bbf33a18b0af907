"""Documents that differ in what a person reads: ``python -m benchmarks.documents``.

Receipts, forms, tickets, screenshots and letters are drawn, saved in many ways as they are, and
saved so with one digit, date, name, amount or signature changed. The former must stay the same
picture; the latter must not, or must be said to be too small to read. ``--scans FOLDER`` adds real
documents, in which letters of the page are painted over by others of the same page.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from benchmarks import censored_photos, drawn_documents, edited_scans
from benchmarks.facts import add_output_option, load, machine, print_result
from benchmarks.measuring import table
from benchmarks.saving_again import WAYS, Saved, jpeg, luminance
from dupscan import imaging
from dupscan.confirm.fine_print import (
    LEAST_LEGIBLE,
    LEAST_LEGIBLE_UNSCALED,
    FinePrint,
    compare_print,
    compared_size,
    is_legible,
)
from dupscan.settings import MatchSettings

CUTOFF = MatchSettings().max_letters

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
    "and not too small",
)
_EDITS_EACH = 2

Document = tuple[str, Image.Image, dict[str, Image.Image]]
"""Name of a document, the document, and its edits by their names."""


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
    """Comparisons of documents that were saved in one way; and for each if it was legible."""

    unchanged: list[tuple[FinePrint, bool]] = field(default_factory=list)
    edited: list[tuple[FinePrint, bool]] = field(default_factory=list)


@dataclass(slots=True)
class Clock:
    """Time that comparing took, and how much was compared."""

    seconds: float = 0.0
    """Processor time."""
    megapixels: float = 0.0


def drawn(count: int, first: int) -> Iterator[Document]:
    """Draw documents with their edits, so many of each kind, from a first seed on."""
    for kind in drawn_documents.KINDS:
        for seed in range(first, first + count):
            chance = Random(f"{kind} {seed}")
            fields = drawn_documents.some_fields(kind, seed, chance.choice(WIDTHS))
            edits = {
                edit: drawn_documents.draw(drawn_documents.edited(fields, edit))
                for edit in chance.sample(drawn_documents.EDITS, _EDITS_EACH)
            }
            yield f"{kind} {seed}", drawn_documents.draw(fields), edits


def scanned(folder: Path, part: slice) -> Iterator[Document]:
    """Open pictures of a folder, and edit them."""
    for path in sorted(folder.iterdir())[part]:
        with Image.open(path) as picture:
            page = picture.convert("RGB")
        chosen = Random(path.name).sample(drawn_documents.EDITS, _EDITS_EACH)
        edits = {edit: edited_scans.edited_scan(page, edit, path.name) for edit in chosen}
        yield path.name, page, {edit: image for edit, image in edits.items() if image is not None}


def cases(documents: Iterable[Document]) -> Iterator[Case]:
    """Save each document in each way, unchanged and edited."""
    for name, page, edits in documents:
        original = jpeg(page, 92)
        for way, save in WAYS.items():
            for edit, image in {UNCHANGED: page, **edits}.items():
                yield Case(name, edit, way, original, save(image))


def compare(case: Case, clock: Clock) -> tuple[FinePrint, bool]:
    """Compare the two pictures as a scan does; the second value is true if it was legible."""
    larger, smaller = luminance(case.original), luminance(case.variant)
    size = compared_size(larger.shape[::-1], smaller.shape[::-1])
    start = time.thread_time()
    scaled = imaging.print_versions(smaller, size)[0]
    found = compare_print(imaging.print_versions(larger, size), scaled, CUTOFF)
    clock.seconds += time.thread_time() - start
    clock.megapixels += scaled.size / 1e6
    return found, is_legible(found, scaled=larger.shape != smaller.shape)


def lines(found: dict[str, Found], clock: Clock) -> Iterator[str]:
    """Yield the table of all ways to save, and what it took."""
    yield from table(_HEAD, [_row(way, pairs) for way, pairs in found.items()])
    yield ""
    yield (
        f"Different above {CUTOFF:g}; too small to read below {LEAST_LEGIBLE:g}, in pictures of "
        f"one size below {LEAST_LEGIBLE_UNSCALED:g}."
    )
    took = 1000 * clock.seconds / max(clock.megapixels, 1e-6)
    yield f"{took:.0f} ms of processor time for a megapixel that is compared, beyond decoding."


def _row(way: str, found: Found) -> tuple[str, ...]:
    different = [one.apart > CUTOFF for one, _ in found.unchanged]
    small = [not legible for _, legible in found.unchanged]
    same = [one.apart <= CUTOFF for one, _ in found.edited]
    missed = [one.apart <= CUTOFF and legible for one, legible in found.edited]
    return (
        way,
        str(len(found.unchanged)),
        _share(different),
        _share(small),
        str(len(found.edited)),
        _share(same),
        _share(missed),
    )


def _share(true: list[bool]) -> str:
    return f"{sum(true)} ({np.mean(true):.1%})" if true else "–"


def write(all_cases: Iterable[Case], folder: Path) -> None:
    """Write a folder for each case, with both its files, and ``index.csv`` that lists them."""
    folder.mkdir(parents=True)
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        index = csv.writer(file)
        index.writerow(("folder", "document", "edit", "saved", "original", "variant"))
        for number, case in enumerate(all_cases):
            place = folder / f"{number:05}"
            place.mkdir()
            names = []
            for name, (suffix, data) in (("original", case.original), ("variant", case.variant)):
                (place / f"{name}{suffix}").write_bytes(data)
                names.append(f"{name}{suffix}")
            index.writerow((place.name, case.document, case.edit, case.way, *names))


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.documents",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    option = parser.add_argument
    option("--count", type=int, default=10, metavar="N", help="drawn documents of each kind  [10]")
    option("--first", type=int, default=100, metavar="SEED", help="seed of the first  [100]")
    option("--scans", type=Path, metavar="FOLDER", help="real documents besides")
    option("--step", type=int, default=1, metavar="N", help="take one file of so many  [1]")
    option("--offset", type=int, default=0, metavar="N", help="the first file taken  [0]")
    option("--write", type=Path, metavar="DIR", help="write all pairs as files, and end")
    option("--censored", type=Path, metavar="FOLDER", help="photographs to hide a part of, only")
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Measure as the command line says, and print the result."""
    typed = read_arguments()
    part = slice(typed.offset, None, typed.step)
    head = ["# Documents that differ in what a person reads", "", machine(), load(), ""]
    if typed.censored is not None:
        print_result([*head, *censored_photos.lines(typed.censored, part)], typed.output)
        return
    documents = [*drawn(typed.count, typed.first)]
    if typed.scans is not None:
        documents += scanned(typed.scans, part)
    if typed.write is not None:
        write(cases(documents), typed.write)
        return
    clock, found = Clock(), defaultdict[str, Found](Found)
    head.insert(-1, f"{len(documents)} documents, {typed.count} of each kind drawn.")
    for case in cases(documents):
        pairs = found[case.way].unchanged if case.edit == UNCHANGED else found[case.way].edited
        pairs.append(compare(case, clock))
    print_result([*head, *lines(found, clock)], typed.output)


if __name__ == "__main__":
    main()
