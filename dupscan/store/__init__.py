"""Fingerprints of all the files ever read: in SQLite, so that none is read twice.

::

    files (path, size, time, inode) ─▶ fingerprints (by content) ─▶ likenesses, extras, pairs

What is worked out lies here from the moment it is known; a kill at any time costs the last second
of it. Every fingerprint belongs to a signature, which says what made it, and those of another
signature are not seen. One object writes from one thread, in short transactions, so that several
scans can share a file.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import platformdirs

from dupscan.errors import StoreUnusable
from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.ids import FilePositions, FingerprintId, FingerprintIds
from dupscan.model.pictures import Fingerprint, Picture
from dupscan.store.fingerprints import StoredFingerprints
from dupscan.store.known_files import KnownFiles
from dupscan.store.lock import Use
from dupscan.store.maintenance import Pruned, StoreInfo, inspect, prune
from dupscan.store.packing import Packed, packed
from dupscan.store.schema import connect, connect_to_none, failures_told
from dupscan.store.verdicts import StoredVerdicts
from dupscan.text import file_names

__all__ = ["Pruned", "Recalled", "Store", "StoreInfo", "inspect", "prune", "usual_place"]

PASSED_OVER = -1
"""Stands in the place of a fingerprint's id for a file that is known, and is not compared."""
_OFTEN = 1.0
"""Seconds of work that are written in one go, and may be lost by a kill."""
_MOST_WAITING = 16 << 20
"""Bytes of likenesses that wait to be written."""
_AT_ONCE = 4096
"""Files that are asked for in one go."""
_ROW = 1024
"""Bytes of a fingerprint besides its likeness, roughly."""

Finding = Packed | bytes | FingerprintId | str
"""What is known of a file: its fingerprint, the digest or the id of a known one, or why
it is not compared."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the store knows of some files."""

    fingerprint_ids: FingerprintIds
    """The fingerprint of each file; 0 where none is known, or PASSED_OVER."""
    passed_over: Counter[str]
    """Files that are known not to be compared, by the reason."""


class Store:
    """The store in a file, or one for a single scan. A context manager."""

    def __init__(self, path: Path | None = None, signature: str = "", now_ns: int = 0) -> None:
        """Open the store at `path`, or a temporary one for None.

        `now_ns` is a time before the walk of this scan, now for 0. Raises StoreUnusable, with the
        file left as it is, when it is damaged, locked, of another version, or not a store.
        """
        self.name = "in temporary data" if path is None else file_names.shown(str(path))
        path = path and path.resolve()  # by whatever name, it is one store
        self._connection = connect_to_none() if path is None else connect(path)
        try:
            self._use = None if path is None else Use(path)
        except StoreUnusable:
            self._connection.close()
            raise
        self._waiting: list[tuple[FileEntry, Finding]] = []
        self._waiting_bytes = 0
        self._written = time.monotonic()
        with self._asking() as connection:
            connection.execute("INSERT OR IGNORE INTO signatures (text) VALUES (?)", (signature,))
            [number] = connection.execute(
                "SELECT id FROM signatures WHERE text = ?", (signature,)
            ).fetchone()
            self._files = KnownFiles(connection, number, now_ns or time.time_ns())
            self.fingerprints = StoredFingerprints(connection, number, self.name)
            self.verdicts = StoredVerdicts(connection, self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(StoreUnusable):
            self.flush()
        self._connection.close()
        if self._use is not None:
            self._use.close()

    @property
    def had_files(self) -> bool:
        """Whether anything is remembered of earlier scans."""
        return self._files.were_there

    def add(self, file: FileEntry, found: Fingerprint | Finding) -> None:
        """Remember what is known of a file; a digest must be that of a fingerprint added before."""
        if isinstance(found, Fingerprint):
            found = packed(found)
        self._waiting.append((file, found))
        self._waiting_bytes += _ROW
        if isinstance(found, Packed):
            self._waiting_bytes += len(found.likeness)
        self.keep_up()

    def keep_up(self) -> None:
        """Write what waits if it has waited for a second, or is much; to be called now and then."""
        waits_long = time.monotonic() - self._written >= _OFTEN
        if self._waiting and (waits_long or self._waiting_bytes >= _MOST_WAITING):
            self.flush()

    def flush(self) -> None:
        """Write what waits. Raises StoreUnusable when the disk is full, and what waited is lost."""
        self._written = time.monotonic()
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if not waiting:
            return
        with self._asking() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for file, found in waiting:
                    self._write(file, found)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _write(self, file: FileEntry, found: Finding) -> None:
        match found:
            case str():
                self._files.put(file, None, found)
            case int():
                self._files.put(file, found)
            case bytes():
                if (fingerprint_id := self.fingerprints.id_of(found)) is not None:
                    self._files.put(file, fingerprint_id)
            case Packed():
                self._files.put(file, self.fingerprints.put(file.size, found))

    def recall(
        self, files: FileTable, done: Callable[[int], object] = lambda number: None
    ) -> Recalled:
        """Tell what is known of files; none of them is looked at. Flushes what waits.

        One that was moved is remembered under its new name. `done` is told how many are done.
        """
        self.flush()
        fingerprint_ids = np.zeros(len(files), np.int64)
        passed_over: Counter[str] = Counter()
        for start in range(0, len(files), _AT_ONCE):
            end = min(start + _AT_ONCE, len(files))
            with self._asking():
                for at, found, reason, is_moved in self._files.among(files, start, end):
                    fingerprint_ids[at] = PASSED_OVER if found is None else found
                    if reason is not None:
                        passed_over[reason] += 1
                    if is_moved and found is not None:
                        self._waiting.append((files[at], found))
            done(end - start)
        self.flush()
        return Recalled(fingerprint_ids, passed_over)

    def pictures(
        self,
        files: FileTable,
        positions: FilePositions,
        fingerprint_ids: FingerprintIds,
        min_detail: float,
    ) -> list[Picture]:
        """The files at some positions as pictures; each has the fingerprint of the same row."""
        known = self.fingerprints.traits(map(FingerprintId, fingerprint_ids.tolist()))
        return [
            Picture(files[at], known[one], known[one].detail < min_detail, one)
            for at, one in zip(positions.tolist(), fingerprint_ids.tolist(), strict=True)
        ]

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        """The connection, for as long as what SQLite complains of becomes StoreUnusable."""
        with failures_told(self.name):
            yield self._connection


def usual_place() -> Path:
    """Where the store is when nobody says otherwise: in the user's cache folder.

    Raises StoreUnusable where there is no such user.
    """
    try:
        folder = platformdirs.user_cache_path("dupscan", appauthor=False)
    except RuntimeError as error:
        raise StoreUnusable(
            f"no place for a store ({error}); set HOME or XDG_CACHE_HOME, or name a --store"
        ) from error
    return folder / "fingerprints.sqlite"
