"""The store: the fingerprints of all files ever read, in SQLite, so that no file is read twice.

::

    files (path, size, time, inode) ─▶ fingerprints ─▶ likenesses, extras, pairs

Results are written within a second, so a kill at any time loses no more. Every fingerprint belongs
to a signature, which says what made it; fingerprints of another signature are not seen. A Store
writes from one thread, in short transactions, so that several scans can share a file.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import platformdirs

from dupscan.errors import StoreUnusable
from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry, PassedOver
from dupscan.model.ids import FilePositions, FingerprintId, FingerprintIds
from dupscan.model.pictures import Fingerprint, Known, Picture
from dupscan.store import own_files
from dupscan.store.fingerprints import StoredFingerprints
from dupscan.store.known_files import KnownFiles
from dupscan.store.lock import StoreLock
from dupscan.store.maintenance import Pruned, StoreInfo, inspect, prune
from dupscan.store.packing import PackedFingerprint, pack
from dupscan.store.schema import connect, connect_to_none
from dupscan.store.searches import StoredSearches
from dupscan.store.verdicts import StoredVerdicts

__all__ = ["Pruned", "Recalled", "Store", "StoreInfo", "inspect", "prune", "usual_place"]

PASSED_OVER = -1
"""Stands in the place of a fingerprint's id for a file that is known, and is not compared."""
_WRITE_EVERY = 1.0
"""Seconds of work that are written together, and that a kill loses at most."""
_MOST_WAITING = 16 << 20
"""Bytes of fingerprints that wait to be written, at most."""
_FILES_PER_QUERY = 4096
"""Files that are looked up together."""
_ROW = 1024
"""Bytes of a fingerprint without its likeness, roughly."""


@dataclass(frozen=True, slots=True)
class _Moved:
    """A file that the store knows under another path."""

    fingerprint_id: FingerprintId


@dataclass(frozen=True, slots=True)
class RecallResult:
    """The part of some files that the store knows."""

    fingerprint_ids: FingerprintIds
    """The fingerprint of each file; 0 for an unknown file, or PASSED_OVER."""
    passed_over: Counter[str]
    """Known files that are not compared, counted by kind."""


class Store:
    """A store in a file, or a temporary store for a single scan. A context manager."""

    def __init__(self, path: Path | None = None, signature: str = "", now_ns: int = 0) -> None:
        """Open the store at `path`, or a temporary store for None.

        `now_ns` is a time before the walk of this scan, nanoseconds since 1970; 0 means now.
        Raises StoreUnusable, with the file left as it is, if the file is damaged, locked, of a
        later version, or no store.
        """
        path = path and own_files.resolved(path)
        self._connection = connect_to_none() if path is None else connect(path)
        try:
            self._lock = None if path is None else StoreLock(path)
        except StoreUnusable:
            self._connection.close()
            raise
        self._waiting: list[tuple[FileEntry, PackedFingerprint | Known | PassedOver | _Moved]] = []
        self._waiting_bytes = 0
        self._written = time.monotonic()
        try:
            self._open(signature, now_ns or time.time_ns())
        except StoreUnusable:
            self._close()
            raise

    def _open(self, signature: str, now_ns: int) -> None:
        """Find or add the signature, and make the parts of the store."""
        connection = self._connection
        with connection.asking():
            connection.execute("INSERT OR IGNORE INTO signatures (text) VALUES (?)", (signature,))
            [signature_id] = connection.execute(
                "SELECT id FROM signatures WHERE text = ?", (signature,)
            ).fetchone()
            self._files = KnownFiles(connection, signature_id, now_ns)
            self.fingerprints = StoredFingerprints(connection, signature_id)
            self.searches = StoredSearches(connection)
            self.verdicts = StoredVerdicts(connection)

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
        self._close()

    def _close(self) -> None:
        self._connection.close()
        if self._lock is not None:
            self._lock.close()

    @property
    def had_files(self) -> bool:
        """True if an earlier scan has stored anything."""
        return self._files.were_there

    @property
    def name(self) -> str:
        """The store, as messages call it."""
        return self._connection.name

    def refusing_nonsense(self) -> AbstractContextManager[None]:
        """A context for work on values of the store: those that make no sense are StoreUnusable."""
        return self._connection.asking()

    @property
    def damaged_rows(self) -> int:
        """Number of damaged rows that were met so far, and were taken as missing."""
        return self._connection.damaged_rows

    def add(
        self, file: FileEntry, found: Fingerprint | PackedFingerprint | Known | PassedOver
    ) -> None:
        """Remember what a file is: a fingerprint, a copy of known bytes, or not to be compared.

        The fingerprint of a :class:`Known` file must have been added before; else nothing is
        remembered. Raises StoreUnusable if waiting results cannot be written.
        """
        if isinstance(found, Fingerprint):
            found = pack(found)
        self._waiting.append((file, found))
        self._waiting_bytes += _ROW
        if isinstance(found, PackedFingerprint):
            self._waiting_bytes += len(found.likeness)
        self.keep_up()

    def keep_up(self) -> None:
        """Write the waiting results if they have waited for a second, or are many.

        To be called from time to time. Raises StoreUnusable as :meth:`flush` does.
        """
        waits_long = time.monotonic() - self._written >= _WRITE_EVERY
        if self._waiting and (waits_long or self._waiting_bytes >= _MOST_WAITING):
            self.flush()

    def flush(self) -> None:
        """Write the waiting results now.

        Raises StoreUnusable, for instance when the disk is full; the waiting results are lost then.
        """
        self._written = time.monotonic()
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if not waiting:
            return
        connection = self._connection
        with connection.asking():
            connection.execute("BEGIN IMMEDIATE")
            try:
                for file, found in waiting:
                    self._write(file, found)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _write(
        self, file: FileEntry, found: PackedFingerprint | Known | PassedOver | _Moved
    ) -> None:
        match found:
            case PackedFingerprint():
                self._files.put(file, self.fingerprints.put(file.size, found))
            case Known():
                if (fingerprint_id := self.fingerprints.id_of(found.digest)) is not None:
                    self._files.put(file, fingerprint_id)
            case PassedOver():
                self._files.put(file, None, found.kind)
            case _Moved():
                self._files.put(file, found.fingerprint_id)

    def recall(
        self, files: FileTable, done: Callable[[int], object] = lambda count: None
    ) -> RecallResult:
        """Look up files by path, size, times of change and inode; no file is opened.

        A file that was moved is known by the other three, and is remembered under its new path.
        A file whose row or fingerprint is damaged is unknown. `done` is called with the number of
        files looked up since its last call. Waiting results are written first. Raises
        StoreUnusable.
        """
        self.flush()
        fingerprint_ids = np.zeros(len(files), np.int64)
        passed_over: Counter[str] = Counter()
        moved: list[tuple[int, FingerprintId]] = []
        for start in range(0, len(files), _FILES_PER_QUERY):
            end = min(start + _FILES_PER_QUERY, len(files))
            with self._connection.asking():
                for at, found, kind, is_moved in self._files.among(files, start, end):
                    fingerprint_ids[at] = PASSED_OVER if found is None else max(0, found)
                    if kind is not None:
                        passed_over[kind] += 1
                    if is_moved and found is not None:
                        moved.append((at, found))
            done(end - start)
        damaged = self.fingerprints.forget_damaged(np.unique(fingerprint_ids[fingerprint_ids > 0]))
        fingerprint_ids[np.isin(fingerprint_ids, damaged)] = 0
        self._waiting += [(files[at], _Moved(found)) for at, found in moved if fingerprint_ids[at]]
        self.flush()
        return RecallResult(fingerprint_ids, passed_over)

    def pictures(
        self,
        files: FileTable,
        positions: FilePositions,
        fingerprint_ids: FingerprintIds,
        min_detail: float,
    ) -> list[Picture]:
        """Make pictures of the files at some positions; each has the fingerprint of the same row.

        A picture with less detail than `min_detail` is marked as one of low detail.
        """
        known = self.fingerprints.traits(map(FingerprintId, fingerprint_ids.tolist()))
        return [
            Picture(files[at], known[one], known[one].detail < min_detail, one)
            for at, one in zip(positions.tolist(), fingerprint_ids.tolist(), strict=True)
        ]


def usual_place() -> Path:
    """The path of the store unless another is named: in the user's cache folder.

    Raises StoreUnusable if the user has no such folder.
    """
    try:
        folder = platformdirs.user_cache_path("dupscan", appauthor=False)
    except RuntimeError as error:
        raise StoreUnusable(
            f"no place for a store ({error}); set HOME or XDG_CACHE_HOME, or name a --store"
        ) from error
    return folder / "fingerprints.sqlite"
