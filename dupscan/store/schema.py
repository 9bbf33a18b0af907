"""The file of a store: open it, or make it. A file that is no store is left as it is.

All the caution is in this module: nothing that is found under the name of the store is ever
overwritten or deleted.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dupscan.errors import StoreUnusable
from dupscan.system.private_folders import make_private
from dupscan.text import file_names

VERSION = 3
_UPGRADABLE = (1, 2)
"""Earlier versions, which :func:`_upgrade` turns into this one. They have no times of status
change, and the verdicts of version 1 have keys that are not asked for any more."""
_APPLICATION = int.from_bytes(b"dups")
_MAGIC = b"SQLite format 3\0"
_PATIENCE = 10.0
"""Seconds to wait while another scan writes; a scan writes for some milliseconds each second."""
_CACHE = 64 << 10
"""KiB of a store that SQLite keeps in memory; of a temporary store too."""
_CHECKPOINT = 16_384
"""Pages that SQLite collects beside the store before it moves them into the store: 64 MiB."""

FILES = """(
    path BLOB NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    signature INTEGER NOT NULL,
    fingerprint INTEGER,  -- NULL where the file is not compared
    passed_over TEXT,     -- why not
    ctime_ns INTEGER NOT NULL DEFAULT 0  -- 0 where the system has none
) WITHOUT ROWID"""
SCHEMA = f"""
CREATE TABLE signatures (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE files {FILES};
CREATE INDEX by_inode ON files (inode, mtime_ns, size);
CREATE TABLE fingerprints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: pairs name fingerprints by it
    signature INTEGER NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB,          -- NULL while only the beginning of the file has been read
    hashes BLOB NOT NULL,
    border BLOB,
    detail REAL NOT NULL,
    greyscale INTEGER NOT NULL,
    pixels INTEGER NOT NULL,
    info TEXT NOT NULL,
    coarse INTEGER NOT NULL
);
CREATE UNIQUE INDEX by_digest ON fingerprints (digest, signature);
CREATE INDEX by_size ON fingerprints (size, signature);
CREATE TABLE likenesses (fingerprint INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE pairs (
    kind INTEGER, a INTEGER, b INTEGER, ways INTEGER, data TEXT, PRIMARY KEY (kind, a, b, ways)
) WITHOUT ROWID;
CREATE TABLE searches (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE extras (
    fingerprint INTEGER, kind TEXT, data BLOB NOT NULL, PRIMARY KEY (fingerprint, kind)
) WITHOUT ROWID;
"""


def connect_to_none() -> sqlite3.Connection:
    """Open a store for one scan: in memory while it is small, then in an unnamed temporary file."""
    connection = sqlite3.connect("", isolation_level=None)
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    connection.executescript(SCHEMA)
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """Open the store at a path, or make one. Raises StoreUnusable; the file is left as it was."""
    try:
        _make(path)
        _check_header(path)
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnusable(f"cannot open the store {_shown(path)}: {_words(error)}") from error
    try:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        _upgrade(connection)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        connection.execute("SELECT count(*) FROM signatures").fetchone()
    except sqlite3.Error as error:
        connection.close()
        raise StoreUnusable(f"cannot use the store {_shown(path)}: {_words(error)}") from error
    return connection


def _upgrade(connection: sqlite3.Connection) -> None:
    """Turn a new store, or one of an earlier version, into one of this version.

    To be called inside of a transaction. The fingerprints of an earlier version stay.
    """
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version in _UPGRADABLE:
        connection.execute("ALTER TABLE files ADD COLUMN ctime_ns INTEGER NOT NULL DEFAULT 0")
    if version == 1:
        connection.execute("DELETE FROM pairs")
    if version != VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")


def clamped(mtime_ns: int) -> int:
    """The nearest time that fits 64 bits, as a FileTable has it."""
    return min(max(mtime_ns, -(1 << 63)), (1 << 63) - 1)


def fits(mtime_ns: int) -> bool:
    """True if a time fits 64 bits as it is."""
    return clamped(mtime_ns) == mtime_ns


def signed(number: int) -> int:
    """The signed number with the bits of an unsigned one, which is cut to 64 bits first."""
    number = min(number, (1 << 64) - 1)
    return number - (1 << 64) if number >= 1 << 63 else number


def unsigned(number: int) -> int:
    """The unsigned number with the bits of a signed one: the inverse of :func:`signed`."""
    return number % (1 << 64)


def _make(path: Path) -> None:
    """Make an empty file if there is none; only its owner may read it."""
    if path.exists() and not path.is_file():  # opening a pipe may wait for ever
        raise StoreUnusable(f"{_shown(path)} is not a file; name another with --store")
    make_private(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _check_header(path: Path) -> None:
    """Raise StoreUnusable unless a file is empty, or a store of a known version by its first bytes.

    https://www.sqlite.org/fileformat.html#the_database_header
    """
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return
    if not header.startswith(_MAGIC) or int.from_bytes(header[68:72]) != _APPLICATION:
        raise StoreUnusable(
            f"{_shown(path)} is not a store of dupscan; it is left as it is: "
            "name another file with --store"
        )
    version = int.from_bytes(header[60:64])
    if version not in (VERSION, *_UPGRADABLE):
        raise StoreUnusable(
            f"the store {_shown(path)} is of version {version}, and this dupscan knows no later "
            f"one than {VERSION}; it is left as it is: update dupscan, or name another file with "
            "--store"
        )


@contextmanager
def wrap_sqlite_errors(name: str) -> Iterator[None]:
    """Turn errors of SQLite into StoreUnusable, with the name of the store and the way out."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnusable(f"the store {name} failed: {_words(error)}") from error


def _words(error: OSError | sqlite3.Error) -> str:
    """The meaning of an error, and the way out."""
    if isinstance(error, OSError):
        return f"{error.strerror}; name another file with --store, or scan with --no-store"
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "another program has locked it; end that program, or scan with --no-store"
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return "it is damaged; move it away, and the next scan makes a new one"
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return (
            "no room, or the disk does not answer; free some space there, set TMPDIR to a folder "
            "with more room for temporary data, or name another file with --store"
        )
    return f"{error}; name another file with --store, or scan with --no-store"


def _shown(path: Path) -> str:
    return file_names.shown(str(path))
