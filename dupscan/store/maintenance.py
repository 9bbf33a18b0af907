"""What is in a store, and what of it is good for nothing any more.

Kept apart from scanning: a scan never forgets anything, because a drive that is not mounted today
may be there tomorrow.
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
from dupscan.store.lock import Use
from dupscan.store.schema import connect, failures_told, unsigned
from dupscan.text import file_names

_AT_ONCE = 10_000
_DEPENDENT = (
    ("likenesses", "fingerprint"),
    ("extras", "fingerprint"),
    ("pairs", "a"),
    ("pairs", "b"),
)
"""Tables and columns that name fingerprints."""


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What is in a store."""

    file: Path
    size: int
    """Bytes of the file, and of what waits beside it."""
    files: int
    """Files that are known again."""
    fingerprints: int
    outdated: int
    """Files whose fingerprints were made by another version of dupscan or of what it decodes with:
    they are read again."""
    signatures: tuple[str, ...]
    """What made the fingerprints."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was taken out of a store."""

    gone: int
    """Files that are not there any more."""
    outdated: int
    """Files that have to be read again anyway."""
    away: int
    """Files whose file system is not there: they are kept."""
    fingerprints: int
    """Fingerprints that no file has any more."""
    freed: int
    """Bytes by which the store's file became smaller."""


def inspect(file: Path, signature: str) -> StoreInfo:
    """Tell what is in a store; read-only.

    Raises UsageError when there is none, StoreUnusable when it cannot be read.
    """
    with closing(_opened(file)) as connection, failures_told(file_names.shown(str(file))):
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


def prune(
    file: Path, signature: str, done: Callable[[int], object] = lambda number: None
) -> Pruned:
    """Take out of a store what is good for nothing; looks at files, and changes none of them.

    A file counts as gone when it is not there, and the nearest folder above it that is there lies
    on the file system that the file was on: below the mount point of a drive that is away lies
    another one. `done` is told how many files were looked at. Raises as :func:`inspect`.
    """
    file = file.resolve()  # scans that use it by another name are to be seen
    before = _size(file)
    _device.cache_clear()  # drives come and go
    shown = file_names.shown(str(file))
    with closing(_opened(file)) as connection, closing(Use(file, alone=True)), failures_told(shown):
        gone: list[bytes] = []
        away = 0
        for some in _in_parts(connection):
            lost = [(path, device) for path, device in some if _is_gone(path)]
            to_go = [path for path, device in lost if _file_system_of(path) == unsigned(device)]
            gone += to_go
            away += len(lost) - len(to_go)
            done(len(some))
        connection.execute("BEGIN IMMEDIATE")  # a fingerprint never goes without what names it
        connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
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
        connection.execute("DELETE FROM searches")  # they name what may be gone
        connection.execute("DELETE FROM signatures WHERE text != ?", (signature,))
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Pruned(len(gone), outdated, away, fingerprints, before - _size(file))


def _is_gone(path: bytes) -> bool:
    """Whether there is no file by that name; not whether it may be looked at."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _opened(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise UsageError(f"no store at {file_names.shown(str(file))}; a scan makes one")
    if not file.is_file() or not file.stat().st_size:  # an empty one may be anybody's
        raise StoreUnusable(f"{file_names.shown(str(file))} is not a store of dupscan")
    return connect(file)


def _size(file: Path) -> int:
    beside = [file, file.with_name(f"{file.name}-wal")]
    return sum(one.stat().st_size for one in beside if one.exists())


def _in_parts(connection: sqlite3.Connection) -> Iterator[list[tuple[bytes, int]]]:
    """Paths and devices of all files, some thousands at a time."""
    last = b""
    while some := connection.execute(
        "SELECT path, device FROM files WHERE path > ? ORDER BY path LIMIT ?", (last, _AT_ONCE)
    ).fetchall():
        yield some
        last = some[-1][0]


def _file_system_of(path: bytes) -> int:
    """The device of the nearest folder above a path that is there."""
    return _device(os.path.dirname(path))


@lru_cache(maxsize=1024)
def _device(folder: bytes) -> int:
    try:
        return os.stat(folder).st_dev
    except OSError:
        above = os.path.dirname(folder)
        return _device(above) if above != folder else 0
