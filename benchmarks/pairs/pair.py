"""Pairs of files, one of which holds what the other lacks; and a set of such pairs on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.pairs.items import Item

INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files as they are built, before they stand on disk."""

    item: Item
    format: str
    """Format of the file that holds the item."""
    how: str
    """How the poorer file was made: ``cut``, ``resaved``, ``converted`` or ``made``."""
    what: str
    """The item as the format names it."""
    origin: str
    """Where the richer file comes from."""
    richer: bytes
    poorer: bytes
    suffixes: tuple[str, str]
    is_real: bool = False
    """True if the item is one that a camera or another program wrote."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair of a set, as ``index.json`` lists it."""

    name: str
    item: str
    format: str
    how: str
    what: str
    origin: str
    is_real: bool
    richer: str
    """Path of the file that holds the item, below the set."""
    poorer: str


def write_set(pairs: Iterable[Pair], folder: Path) -> list[Entry]:
    """Write each pair to a folder of its own, and the index of all."""
    entries = []
    for number, pair in enumerate(pairs):
        words = f"{number:03} {pair.format} {pair.item} {pair.how}"
        name = words.replace(" ", "_").replace("/", "-")
        ends = zip("TK", pair.suffixes, strict=True)
        paths = [f"{name}/{role}/picture{end}" for role, end in ends]
        for path, content in zip(paths, (pair.richer, pair.poorer), strict=True):
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        entries.append(
            Entry(
                name,
                pair.item.value,
                pair.format,
                pair.how,
                pair.what,
                pair.origin,
                pair.is_real,
                *paths,
            )
        )
    rows = [asdict(entry) for entry in entries]
    (folder / INDEX).write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return entries


def read_set(folder: Path) -> list[Entry]:
    """Read the index of a set."""
    return [Entry(**row) for row in json.loads((folder / INDEX).read_text(encoding="utf-8"))]
