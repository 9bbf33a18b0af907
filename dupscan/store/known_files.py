"""The files in the store, each with its fingerprint; a file is known again after it was moved.

Files of equal bytes share a fingerprint. A file counts as unchanged if its size, time of change,
inode and time of status change are the same. Programs can put back the time of change, but not the
time of status change. Other rights or a further name change it too: such a file is read again for
nothing, but not decoded, because its digest is known.

A file that was changed shortly before the scan could change again within the same tick of the
clock, and nobody would see it. Such a file is *untrusted*: it is remembered until the store is
closed, and no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.ids import FingerprintId
from dupscan.store.connection import StoreConnection
from dupscan.store.schema import FILES, FILES_ARE_SOUND, clamped, fits, signed
from dupscan.text import file_names

_TICK = 2 * 10**9
"""Nanoseconds within which two changes may leave the same time of change: 2 s, as on FAT."""
_SECOND = 10**9
"""Nanoseconds."""
Identity = tuple[int, int, int]
"""Size, time of change and inode."""
_KnownFile = tuple[Identity | None, int, Any, Any]
"""Identity, time of status change, fingerprint or None, kind of a file that is not compared."""
_UNKNOWN: _KnownFile = (None, 0, None, None)


class KnownFiles:
    """The files in an open store whose fingerprints belong to one signature."""

    def __init__(self, connection: StoreConnection, signature: int, now_ns: int) -> None:
        """`now_ns` is a time before the walk of this scan, nanoseconds since 1970."""
        self._connection = connection
        self._signature = signature
        self._trusted_before = now_ns - _TICK
        connection.execute(f"CREATE TEMP TABLE untrusted {FILES}")
        self.were_there = bool(connection.execute("SELECT 1 FROM files LIMIT 1").fetchone())
        """True if an earlier scan has stored any files."""

    def put(
        self, file: FileEntry, fingerprint_id: FingerprintId | None, passed_over: str | None = None
    ) -> None:
        """Remember the fingerprint of a file, or why it is not compared."""
        trusted = fits(file.mtime_ns) and file.mtime_ns < self._trusted_before
        self._connection.execute(
            f"INSERT OR REPLACE INTO {'files' if trusted else 'untrusted'} "  # noqa: S608
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
            "row_checksum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))",
            (
                file_names.order(file.path),
                *(file.size, clamped(file.mtime_ns), signed(file.device), signed(file.inode)),
                *(self._signature, fingerprint_id, passed_over, clamped(file.ctime_ns)),
            ),
        )

    def among(
        self, files: FileTable, start: int, end: int
    ) -> Iterator[tuple[int, FingerprintId | None, str | None, bool]]:
        """Yield a row for each known file of the part of a table from `start` to before `end`.

        A row is the position of the file, its fingerprint or None, the kind of a file that is not
        compared or None, and True if the file was known under another path.
        """
        paths = [files.path_bytes(at) for at in range(start, end)]
        columns = files.sizes, files.mtimes, files.inodes.view(np.int64)
        devices = files.devices[start:end].view(np.int64).tolist()
        ctimes = files.ctimes[start:end].tolist()
        known = self._between(paths[0], paths[-1])
        identities = zip(*(column[start:end].tolist() for column in columns), strict=True)
        rows = zip(paths, identities, devices, ctimes, strict=True)
        for at, (path, identity, device, ctime_ns) in enumerate(rows, start):
            same, stored_ctime_ns, fingerprint_id, passed_over = known.get(path, _UNKNOWN)
            if same == identity:
                if ctime_ns == stored_ctime_ns or not (ctime_ns and stored_ctime_ns):
                    yield at, fingerprint_id, passed_over, False
            elif (moved := self._moved(identity, device)) is not None:
                yield at, moved, None, True

    def _between(self, first: bytes, last: bytes) -> dict[bytes, _KnownFile]:
        """All known files between two paths, by path; without those whose rows are damaged."""
        query = " UNION ALL ".join(
            "SELECT path, size, mtime_ns, inode, ctime_ns, fingerprint, passed_over, "  # noqa: S608
            f"{FILES_ARE_SOUND} FROM {table} "
            "WHERE path BETWEEN :first AND :last AND signature = :signature"
            for table in ("files", "untrusted")
        )
        wanted = {"first": first, "last": last, "signature": self._signature}
        known: dict[bytes, _KnownFile] = {}
        for row in self._connection.execute(query, wanted):
            path, size, mtime_ns, inode, ctime_ns, fingerprint_id, passed_over, is_sound = row
            if is_sound and _makes_sense(fingerprint_id, passed_over):
                known[path] = ((size, mtime_ns, inode), ctime_ns, fingerprint_id, passed_over)
            else:
                self._connection.damaged_rows += 1
        return known

    def _moved(self, identity: Identity, device: int) -> FingerprintId | None:
        """The fingerprint of a file that had another path before it was moved; None if unknown.

        The time of status change may differ, because a new name changes it. The device must be the
        same here, because new drives number their files alike. Nothing is
        known of a file whose time is a whole second: file systems with such times, as FAT, may give
        a file another inode at any time.
        """
        size, mtime_ns, inode = identity
        if not self.were_there or not inode or mtime_ns % _SECOND == 0:
            return None
        found = self._connection.execute(
            "SELECT DISTINCT fingerprint FROM files WHERE inode = ? AND mtime_ns = ? "  # noqa: S608
            "AND size = ? AND device = ? AND signature = ? AND fingerprint IS NOT NULL "
            f"AND {FILES_ARE_SOUND} LIMIT 2",
            (inode, mtime_ns, size, device, self._signature),
        ).fetchall()
        return FingerprintId(found[0][0]) if len(found) == 1 else None


def _makes_sense(fingerprint_id: object, passed_over: object) -> bool:
    """True if a row names a fingerprint, or else the reason why the file is not compared."""
    return isinstance(fingerprint_id, int) if passed_over is None else isinstance(passed_over, str)
