"""Look into a store, and remove what is of no use any more.

A scan never forgets anything, because a drive that is not mounted today may be mounted tomorrow.
Only :func:`prune` forgets.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dupscan.errors import StoreUnusable, UsageError
from dupscan.store import own_files
from dupscan.store.connection import StoreConnection
from dupscan.store.lock import StoreLock
from dupscan.store.schema import FILES_ARE_SOUND, connect, unsigned
from dupscan.text import file_names

_FILES_PER_QUERY = 10_000
_DEPENDENT = (
    ("likenesses", "fingerprint"),
    ("extras", "fingerprint"),
    ("pairs", "a"),
    ("pairs", "b"),
)
"""Tables and their columns that name fingerprints."""


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Size and contents of a store."""

    file: Path
    size: int
    """Bytes of the file, and of the file beside it that waits to be moved into it."""
    files: int
    """Number of known files."""
    fingerprints: int
    outdated: int
    """Files whose fingerprints were made by another version of dupscan, or of a library that
    decodes pictures. A scan reads these files again."""
    signatures: tuple[str, ...]
    """The versions of the programs that made the fingerprints, a text for each set."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """Numbers of what was removed from a store, and kept in it."""

    gone: int
    """Files that do not exist any more."""
    outdated: int
    """Files that a scan would read again anyway."""
    away: int
    """Files on a file system that is not mounted; the store keeps them."""
    fingerprints: int
    """Fingerprints that no file had any more."""
    freed: int
    """Bytes by which the file of the store became smaller."""


def inspect(file: Path, signature: str) -> StoreInfo:
    """Count what is in a store, and forget nothing.

    `signature` is the signature of fingerprints that are made now.
    Raises UsageError if there is no file, and StoreUnusable if it cannot be read as a store.
    """
    with closing(_opened(file)) as connection, connection.asking():
        [files] = connection.execute("SELECT count(*) FROM files").fetchone()
        [fingerprints] = connection.execute("SELECT count(*) FROM fingerprints").fetchone()
        [outdated] = connection.execute(
            "SELECT count(*) FROM files JOIN signatures ON signature = id WHERE text != ?",
            (signature,),
        ).fetchone()
        made_by = connection.execute("SELECT text FROM signatures ORDER BY id")
        return StoreInfo(
            file=file,
            size=_size(file),
            files=files,
            fingerprints=fingerprints,
            outdated=outdated,
            signatures=tuple(text for (text,) in made_by),
        )


def prune(file: Path, signature: str, done: Callable[[int], object] = lambda count: None) -> Pruned:
    """Remove from a store what is of no use any more. Only the store is changed.

    A file counts as gone if it does not exist, and the nearest existing folder above it lies on the
    file system that the file was on. Below the mount point of a drive that is not mounted lies
    another file system, so the files of that drive are kept. Fingerprints of another signature than
    `signature` are removed. `done` is called with the number of files looked at since its last
    call. Raises UsageError if there is no file, and StoreUnusable if it cannot be read as a store,
    or a scan is using it.
    """
    file = own_files.resolved(file)
    before = _size(file)
    _device.cache_clear()  # drives come and go
    with (
        closing(_opened(file)) as connection,
        closing(StoreLock(file, alone=True)),
        connection.asking(),
    ):
        gone, away = _missing(connection, done)
        outdated, fingerprints = _remove(connection, gone, signature)
    return Pruned(len(gone), outdated, away, fingerprints, before - _size(file))


def _missing(
    connection: sqlite3.Connection, done: Callable[[int], object]
) -> tuple[list[bytes], int]:
    """The paths of files that are gone, and the number of files that are away."""
    gone: list[bytes] = []
    away = 0
    for some in _in_batches(connection):
        missing = [(path, device) for path, device in some if _is_missing(path)]
        gone_now = [path for path, device in missing if _file_system_of(path) == unsigned(device)]
        gone += gone_now
        away += len(missing) - len(gone_now)
        done(len(some))
    return gone, away


def _remove(connection: sqlite3.Connection, gone: list[bytes], signature: str) -> tuple[int, int]:
    """Remove files that are gone or outdated, and all that only they needed.

    Returns the numbers of outdated files and of fingerprints that were removed.
    """
    # In one transaction: a fingerprint never goes without the rows that name it.
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
    connection.execute(f"DELETE FROM files WHERE NOT {FILES_ARE_SOUND}")  # noqa: S608
    outdated = connection.execute(
        "DELETE FROM files WHERE signature NOT IN (SELECT id FROM signatures WHERE text = ?)",
        (signature,),
    ).rowcount
    fingerprints = connection.execute(
        "DELETE FROM fingerprints WHERE id NOT IN "
        "(SELECT fingerprint FROM files WHERE fingerprint IS NOT NULL)"
    ).rowcount
    for table, column in _DEPENDENT:
        connection.execute(
            f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM fingerprints)"  # noqa: S608
        )
    connection.execute("DELETE FROM searches")  # they name fingerprints that may be removed
    connection.execute("DELETE FROM signatures WHERE text != ?", (signature,))
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return outdated, fingerprints


def _is_missing(path: bytes) -> bool:
    """True if there is no file at a path; False also if nobody can tell, for want of a right."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _opened(file: Path) -> StoreConnection:
    if not file.exists():
        raise UsageError(f"no store at {file_names.shown(str(file))}; a scan makes one")
    if not file.is_file() or not file.stat().st_size:  # an empty file may be anybody's
        raise StoreUnusable(
            f"{file_names.shown(str(file))} is not a store of dupscan; it is left as it is: name "
            "another file with --store"
        )
    return connect(file)


def _size(file: Path) -> int:
    """Bytes of a store, and of the file beside it that SQLite writes first."""
    both = [file, file.with_name(f"{file.name}-wal")]
    return sum(one.stat().st_size for one in both if one.exists())


def _in_batches(connection: sqlite3.Connection) -> Iterator[list[tuple[bytes, int]]]:
    """Paths and devices of all files, some thousands at a time."""
    last = b""
    while some := connection.execute(
        f"SELECT path, device FROM files WHERE path > ? AND {FILES_ARE_SOUND} "  # noqa: S608
        "ORDER BY path LIMIT ?",
        (last, _FILES_PER_QUERY),
    ).fetchall():
        yield some
        last = some[-1][0]


def _file_system_of(path: bytes) -> int:
    """The device of the nearest existing folder above a path."""
    return _device(os.path.dirname(path))


@lru_cache(maxsize=1024)
def _device(folder: bytes) -> int:
    try:
        return os.stat(folder).st_dev
    except OSError:
        above = os.path.dirname(folder)
        return _device(above) if above != folder else 0
