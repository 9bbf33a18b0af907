"""The fingerprints in the store, by their ids: read as columns, or one at a time.

A million fingerprints are read as columns of the few values that a search needs. The rest of a
fingerprint is read only for a picture that is worth a closer look.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupscan.model.hash_table import HashTable
from dupscan.model.ids import FilePositions, FingerprintId, FingerprintIds
from dupscan.model.pictures import Checked, Likeness, Traits
from dupscan.model.views import Box
from dupscan.store import packing
from dupscan.store.connection import StoreConnection
from dupscan.store.packing import PackedFingerprint

_ROWS_AT_ONCE = 4096
"""Rows of the database that are turned into columns together."""
_INSERT = (
    "INSERT OR IGNORE INTO fingerprints (signature, size, digest, hashes, border, detail, "
    "greyscale, pixels, info, coarse, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) "
    "RETURNING id"
)
_IS_SOUND = (
    "checksum = row_checksum(id, signature, size, digest, hashes, border, detail, greyscale, "
    "pixels, info, coarse)"
)
"""True for a fingerprint whose row was not damaged."""
_SEAL = f"UPDATE fingerprints SET {_IS_SOUND} WHERE id = ?"  # noqa: S608
"""Gives a new row its checksum, which is made of the values as SQLite has stored them."""


@dataclass(frozen=True, slots=True)
class FingerprintColumns:
    """The values that a search needs of n fingerprints, one row each."""

    detail: NDArray[np.float64]
    """Amount of detail, as in :class:`dupscan.model.pictures.Traits`; shape (n,)."""
    pixels: NDArray[np.int64]
    """Width times height; shape (n,)."""
    plain: NDArray[np.uint64]
    """Hashes of the upright pictures; shape (n,)."""
    parts: NDArray[np.uint64]
    """Hashes of ``views.PARTS``; shape (n, 2)."""
    borders: dict[int, Box]
    """The box inside of the uniform border, by row, for pictures that have a border."""


class StoredFingerprints:
    """The fingerprints of one signature in an open store. Every method may raise StoreUnusable."""

    def __init__(self, connection: StoreConnection, signature: int) -> None:
        """`connection` is that of an open store."""
        self._connection = connection
        self._signature = signature
        self._execute("CREATE TEMP TABLE wanted (row INTEGER PRIMARY KEY, fingerprint INTEGER)")

    def put(self, size: int, found: PackedFingerprint) -> FingerprintId:
        """Write the fingerprint of a file of `size` bytes, inside of an open transaction.

        Returns the id of the fingerprint. Where the store has one of equal bytes, nothing is
        written, and the id is that one's.
        """
        *columns, likeness = found
        values = (self._signature, size, *columns)
        row = self._execute(_INSERT, values).fetchone()
        if row is None:  # only equal digests are refused, and NULL equals nothing
            if (known := self.id_of(found.digest or b"")) is not None:
                return known
            in_the_way = "DELETE FROM fingerprints WHERE digest = ? AND signature = ?"
            self._execute(in_the_way, (found.digest, self._signature))  # a damaged one
            row = self._execute(_INSERT, values).fetchone()
        if row is None:
            raise self._connection.damaged()
        fingerprint_id = FingerprintId(row[0])
        self._execute(_SEAL, row)
        self._execute(
            "INSERT OR REPLACE INTO likenesses VALUES (?1, ?2, row_checksum(?1, ?2))",
            (fingerprint_id, likeness),
        )
        return fingerprint_id

    def id_of(self, digest: bytes) -> FingerprintId | None:
        """The fingerprint of the bytes with this digest; None if the store has no sound one."""
        found = self._execute(
            "SELECT id FROM fingerprints WHERE digest = ? AND signature = ? "  # noqa: S608
            f"AND {_IS_SOUND}",
            (digest, self._signature),
        ).fetchone()
        return None if found is None else FingerprintId(found[0])

    def forget_damaged(self, fingerprint_ids: FingerprintIds) -> FingerprintIds:
        """Remove those of some fingerprints that are damaged; return them and those missing."""
        self._want(fingerprint_ids)
        with self._connection.asking():
            sound = self._connection.execute(
                "SELECT id FROM wanted JOIN fingerprints ON id = fingerprint "  # noqa: S608
                f"WHERE signature = ? AND {_IS_SOUND}",
                (self._signature,),
            )
            damaged = np.setdiff1d(fingerprint_ids, [one for (one,) in sound])
        self._forget(damaged.tolist())
        return damaged

    def digests(self, size: int) -> list[bytes]:
        """The digests of files of `size` bytes for which :meth:`id_of` has a fingerprint."""
        query = (
            "SELECT digest FROM fingerprints WHERE size = ? AND signature = ? "  # noqa: S608
            f"AND digest IS NOT NULL AND {_IS_SOUND}"
        )
        with self._connection.asking():
            found = self._connection.execute(query, (size, self._signature)).fetchall()
            return [one for (one,) in found if self.id_of(one) is not None]

    def without_digest(self) -> FingerprintIds:
        """The fingerprints of files of which only the beginning has been read."""
        query = "SELECT id FROM fingerprints WHERE digest IS NULL AND signature = ?"
        with self._connection.asking():
            found = self._connection.execute(query, (self._signature,))
            return np.array([one for (one,) in found], np.int64)

    def columns(self, fingerprint_ids: FingerprintIds) -> FingerprintColumns:
        """The columns of some fingerprints, in the order of `fingerprint_ids`."""
        count = len(fingerprint_ids)
        detail, pixels = np.empty(count), np.empty(count, np.int64)
        hashes = np.empty((count, 1 + packing.PARTS_COUNT), np.uint64)
        borders: dict[int, Box] = {}
        self._want(fingerprint_ids)
        found = self._rows(
            f"detail, pixels, border, substr(hashes, 1, {packing.PLAIN_AND_PARTS})", 0, count
        )
        read = 0
        with self._connection.asking():
            for start, some in _in_batches(found):
                read += len(some)
                details, sizes, boxes, values = zip(*some, strict=True)
                here = slice(start, start + len(some))
                detail[here], pixels[here] = details, sizes
                hashes[here] = packing.unpack_plain_and_parts(values)
                unpacked = enumerate(map(packing.unpack_border, boxes), start)
                packing.refuse_impossible(detail[here], pixels[here])
                borders |= {at: box for at, box in unpacked if box is not None}
        if read != count:
            raise self._connection.damaged()
        return FingerprintColumns(detail, pixels, hashes[:, 0], hashes[:, 1:], borders)

    def hash_table(
        self,
        positions: FilePositions,
        fingerprint_ids: FingerprintIds,
        columns: FingerprintColumns,
        best_first: NDArray[np.intp],
    ) -> HashTable:
        """The hashes of some fingerprints, for the index.

        `positions`, `fingerprint_ids` and `columns` have a row for each fingerprint; the answers of
        the index will name a fingerprint by its file's position. `best_first` are the rows that
        take part, the best picture first. The hashes of views are read from the store when the
        index asks for them, so the table is valid until another method reads rows.
        """
        self._want(fingerprint_ids[best_first])

        def views(start: int, end: int) -> NDArray[np.uint64]:
            with self._connection.asking():
                rows = self._rows("hashes", start, end)
                return packing.unpack_views([hashes for (hashes,) in rows])

        return HashTable(
            numbers=positions[best_first],
            plain=columns.plain[best_first],
            parts=columns.parts[best_first],
            borders={int(positions[row]): box for row, box in columns.borders.items()},
            views=views,
        )

    def traits(self, fingerprint_ids: Iterable[FingerprintId]) -> dict[FingerprintId, Traits]:
        """The traits of some fingerprints, by id."""
        wanted = sorted(set(fingerprint_ids))
        self._want(np.array(wanted, np.int64))
        found = self._rows(packing.TRAITS, 0, len(wanted))
        with self._connection.asking():
            return {one: packing.unpack_traits(row) for one, row in zip(wanted, found, strict=True)}

    def likeness(self, fingerprint_id: FingerprintId) -> Likeness:
        """The likeness of one fingerprint."""
        with self._connection.asking():
            return packing.unpack_likeness(self._likeness(fingerprint_id))

    def thumbnail(self, fingerprint_id: FingerprintId) -> bytes:
        """The thumbnail of one fingerprint: a small JPEG file."""
        return packing.unpack_thumbnail(self._likeness(fingerprint_id))

    def learn(self, checked: Mapping[FingerprintId, Checked]) -> None:
        """Add to fingerprints that had no digest, once their files were decoded in full.

        A fingerprint stays as it is where another one has the same digest: another scan may have
        read the same bytes meanwhile.
        """
        with self._connection.asking():
            self._connection.execute("BEGIN IMMEDIATE")
            rows = [
                (found.digest, packing.pack_info(found.info), fingerprint_id)
                for fingerprint_id, found in checked.items()
            ]
            self._connection.executemany(
                "UPDATE OR IGNORE fingerprints SET digest = ?, info = ?, coarse = 0 WHERE id = ?",
                rows,
            )
            self._connection.executemany(_SEAL, [(fingerprint_id,) for *_, fingerprint_id in rows])
            self._connection.execute("COMMIT")

    def recall(
        self, kind: str, fingerprint_ids: Iterable[FingerprintId]
    ) -> dict[FingerprintId, bytes]:
        """Remembered results of some `kind`, by fingerprint; a damaged row counts as missing."""
        self._want(np.array(sorted(set(fingerprint_ids)), np.int64))
        with self._connection.asking():
            found = self._connection.execute(
                "SELECT wanted.fingerprint, data, checksum FROM wanted "
                "JOIN extras ON extras.fingerprint = wanted.fingerprint WHERE kind = ?",
                (kind,),
            )
            return {
                one: data
                for one, data, checksum in found
                if self._connection.is_sound(checksum, one, kind, data) and isinstance(data, bytes)
            }

    def remember(self, kind: str, found: Mapping[FingerprintId, bytes]) -> None:
        """Remember further results of some `kind`, such as the digest of all pixels."""
        with self._connection.asking():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO extras VALUES (?1, ?2, ?3, row_checksum(?1, ?2, ?3))",
                [(fingerprint_id, kind, data) for fingerprint_id, data in found.items()],
            )
            self._connection.execute("COMMIT")

    def _likeness(self, fingerprint_id: FingerprintId) -> bytes:
        """The packed likeness of one fingerprint; without a sound one, that is forgotten."""
        with self._connection.asking():
            found = self._connection.execute(
                "SELECT data, checksum FROM likenesses WHERE fingerprint = ?", (fingerprint_id,)
            ).fetchone()
        if found is not None and self._connection.is_sound(found[1], fingerprint_id, found[0]):
            data: bytes = found[0]
            return data
        self._forget([fingerprint_id])
        raise self._connection.damaged()

    def _forget(self, damaged: Sequence[int]) -> None:
        """Remove damaged fingerprints, so that their files are read anew."""
        self._connection.damaged_rows += len(damaged)
        statement = "DELETE FROM fingerprints WHERE id = ?"
        with self._connection.asking():
            self._connection.executemany(statement, [(one,) for one in damaged])

    def _want(self, fingerprint_ids: FingerprintIds) -> None:
        """Choose the fingerprints that :meth:`_rows` will read, and their order."""
        with self._connection.asking():
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM wanted")
            self._connection.executemany(
                "INSERT INTO wanted VALUES (?, ?)", enumerate(fingerprint_ids.tolist())
            )
            self._connection.execute("COMMIT")

    def _rows(self, columns: str, start: int, end: int) -> Iterator[tuple[Any, ...]]:
        """Some columns of the chosen fingerprints, from row `start` to before row `end`."""
        with self._connection.asking():
            # "yield from" would close the cursor, maybe after the connection, which is an error.
            for row in self._connection.execute(  # noqa: UP028
                f"SELECT {columns} FROM wanted JOIN fingerprints ON id = fingerprint "  # noqa: S608
                "WHERE row >= ? AND row < ? ORDER BY row",
                (start, end),
            ):
                yield row

    def _execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        with self._connection.asking():
            return self._connection.execute(statement, values)


def _in_batches(
    found: Iterator[tuple[Any, ...]],
) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Some thousand rows at a time, each batch with the place of its first row."""
    start = 0
    while some := list(islice(found, _ROWS_AT_ONCE)):
        yield start, some
        start += len(some)
