"""What was worked out of the contents of files, by the number of each fingerprint.

Kept apart from the files that have these contents: a million fingerprints are read as columns, and
the rest of one only when somebody wants to look at it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupscan.errors import StoreUnusable
from dupscan.model.hash_table import HashTable
from dupscan.model.pictures import Likeness, Traits
from dupscan.model.views import Box
from dupscan.store import packing
from dupscan.store.packing import Packed
from dupscan.store.schema import failures_told

Numbers = NDArray[np.int64]

_SEARCHES = 8
"""Searches that are remembered: those of so many libraries, 12 bytes a hit."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What is wanted of every fingerprint, a row for each that was asked for."""

    detail: NDArray[np.float64]
    pixels: NDArray[np.int64]
    """Width times height."""
    plain: NDArray[np.uint64]
    """Hash of the upright picture."""
    parts: NDArray[np.uint64]
    """Hashes of ``views.PARTS``, shape (rows, 2)."""
    borders: dict[int, Box]
    """What is inside of the border, by row, of those that have one."""


class Contents:
    """Fingerprints by their numbers."""

    def __init__(self, connection: sqlite3.Connection, signature: int, name: str) -> None:
        """`connection` is that of an open store, whose `name` is for messages."""
        self._connection = connection
        self._signature = signature
        self._name = name
        self._execute("CREATE TEMP TABLE wanted (row INTEGER PRIMARY KEY, number INTEGER)")

    def put(self, size: int, found: Packed) -> int:
        """Write the fingerprint of a file of `size`, in a transaction that is open.

        Returns its number; that of equal bytes if there is one.
        """
        *columns, likeness = found
        row = self._execute(
            "INSERT OR IGNORE INTO fingerprints (signature, size, digest, hashes, border, detail, "
            "greyscale, pixels, info, coarse) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (self._signature, size, *columns),
        ).fetchone()
        if row is None:  # no digest is never the same as another
            return self.number(found.digest or b"") or 0
        number = int(row[0])
        self._execute("INSERT INTO likenesses VALUES (?, ?)", (number, likeness))
        return number

    def number(self, digest: bytes) -> int | None:
        """The number of the fingerprint of some bytes, by their digest."""
        found = self._execute(
            "SELECT id FROM fingerprints WHERE digest = ? AND signature = ?",
            (digest, self._signature),
        ).fetchone()
        return None if found is None else int(found[0])

    def digests(self, size: int) -> list[bytes]:
        """The digests that are known of files of one size."""
        found = self._execute(
            "SELECT digest FROM fingerprints WHERE size = ? AND signature = ? "
            "AND digest IS NOT NULL",
            (size, self._signature),
        )
        return [digest for (digest,) in found]

    def without_digest(self) -> Numbers:
        """The fingerprints of files of which only the beginning has been read."""
        found = self._execute(
            "SELECT id FROM fingerprints WHERE digest IS NULL AND signature = ?",
            (self._signature,),
        )
        return np.array([number for (number,) in found], np.int64)

    def columns(self, numbers: Numbers) -> Columns:
        """The columns of some fingerprints, in the order asked for."""
        count = len(numbers)
        detail, pixels = np.empty(count), np.empty(count, np.int64)
        hashes = np.empty((count, 1 + packing.PARTS_COUNT), np.uint64)
        borders: dict[int, Box] = {}
        self._want(numbers)
        found = self._rows(
            f"detail, pixels, border, substr(hashes, 1, {packing.PLAIN_AND_PARTS})", 0, count
        )
        read = 0
        for start, some in _in_thousands(found):
            read += len(some)
            details, sizes, boxes, values = zip(*some, strict=True)
            here = slice(start, start + len(some))
            detail[here], pixels[here] = details, sizes
            hashes[here] = packing.plain_and_parts(values)
            borders |= {
                start + at: box
                for at, box in enumerate(map(packing.unpacked_border, boxes))
                if box is not None
            }
        if read != count:
            raise StoreUnusable(f"the store {self._name} lacks {count - read} fingerprints")
        return Columns(detail, pixels, hashes[:, 0], hashes[:, 1:], borders)

    def hash_table(
        self, called: Numbers, numbers: Numbers, columns: Columns, taking_part: Numbers
    ) -> HashTable:
        """The hashes of some fingerprints, by their rows in `columns`, the best first.

        Each is `called` as it is in the answers. The views come from the store as they are asked
        for, until others are wanted of it.
        """
        self._want(numbers[taking_part])

        def views(start: int, end: int) -> NDArray[np.uint64]:
            return packing.views([one for (one,) in self._rows("hashes", start, end)])

        return HashTable(
            numbers=called[taking_part],
            plain=columns.plain[taking_part],
            parts=columns.parts[taking_part],
            borders={int(called[row]): box for row, box in columns.borders.items()},
            views=views,
        )

    def traits(self, numbers: Iterable[int]) -> dict[int, Traits]:
        """What is remembered of some fingerprints, by their numbers."""
        wanted = sorted(set(numbers))
        self._want(np.array(wanted, np.int64))
        found = self._rows(packing.TRAITS, 0, len(wanted))
        return {number: packing.traits(row) for number, row in zip(wanted, found, strict=True)}

    def likeness(self, number: int) -> Likeness:
        """The likeness of one fingerprint."""
        return packing.likeness(self._likeness(number))

    def thumbnail(self, number: int) -> bytes:
        """The small JPEG file of one fingerprint."""
        return packing.thumbnail(self._likeness(number))

    def learn(self, digests: Mapping[int, bytes]) -> None:
        """Remember that all of some files has been decoded, and their digests.

        Where another one has the same, which another scan may have made just now, nothing changes.
        """
        with failures_told(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "UPDATE OR IGNORE fingerprints SET digest = ?, coarse = 0 WHERE id = ?",
                [(digest, number) for number, digest in digests.items()],
            )
            self._connection.execute("COMMIT")

    def recall(self, kind: str, numbers: Iterable[int]) -> dict[int, bytes]:
        """What was remembered of some kind besides the fingerprints, by their numbers."""
        wanted = sorted(set(numbers))
        self._want(np.array(wanted, np.int64))
        with failures_told(self._name):
            found = self._connection.execute(
                "SELECT number, data FROM wanted JOIN extras ON fingerprint = number "
                "WHERE kind = ?",
                (kind,),
            )
            return dict(found.fetchall())

    def remember(self, kind: str, found: Mapping[int, bytes]) -> None:
        """Remember something of another kind of some fingerprints."""
        with failures_told(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO extras VALUES (?, ?, ?)",
                [(number, kind, data) for number, data in found.items()],
            )
            self._connection.execute("COMMIT")

    def recall_search(self, name: bytes) -> bytes | None:
        """What a search for candidates found, if it was one of the last."""
        found = self._execute("SELECT data FROM searches WHERE name = ?", (name,)).fetchone()
        return None if found is None else found[0]

    def remember_search(self, name: bytes, found: bytes) -> None:
        """Remember what a search found, and forget all but the last few."""
        with failures_told(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(
                "INSERT OR REPLACE INTO searches (name, data) VALUES (?, ?)", (name, found)
            )
            self._connection.execute(
                "DELETE FROM searches WHERE id <= (SELECT max(id) FROM searches) - ?", (_SEARCHES,)
            )
            self._connection.execute("COMMIT")

    def _likeness(self, number: int) -> bytes:
        found = self._execute("SELECT data FROM likenesses WHERE fingerprint = ?", (number,))
        data: bytes = found.fetchone()[0]
        return data

    def _want(self, numbers: Numbers) -> None:
        """Say which fingerprints the next rows are of."""
        with failures_told(self._name):
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM wanted")
            self._connection.executemany(
                "INSERT INTO wanted VALUES (?, ?)", enumerate(numbers.tolist())
            )
            self._connection.execute("COMMIT")

    def _rows(self, columns: str, start: int, end: int) -> Iterator[tuple[Any, ...]]:
        """Some columns of those that are wanted, from one row to before another, in order."""
        with failures_told(self._name):
            yield from self._connection.execute(
                f"SELECT {columns} FROM wanted JOIN fingerprints ON id = number "  # noqa: S608
                "WHERE row >= ? AND row < ? ORDER BY row",
                (start, end),
            )

    def _execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        with failures_told(self._name):
            return self._connection.execute(statement, values)


def _in_thousands(
    found: Iterator[tuple[Any, ...]],
) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Rows some thousands at a time, each time with the number of the first."""
    start = 0
    while some := list(islice(found, 4096)):
        yield start, some
        start += len(some)
