"""The file of a store: open it, or make it. A file that is no store is left as it is.

All the caution is in this module: nothing that is found under the name of the store is ever
overwritten or deleted.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from dupscan.errors import StoreUnusable
from dupscan.store import own_files
from dupscan.store.connection import StoreConnection, meaning
from dupscan.text import file_names

VERSION = 4
_EARLIER = (1, 2, 3)
"""Versions whose rows have no checksums: such a store is emptied."""
_APPLICATION = int.from_bytes(b"dups")
_MAGIC = b"SQLite format 3\0"
_PATIENCE = 10.0
"""Seconds to wait while another scan writes; a scan writes for some milliseconds each second."""
_CACHE = 64 << 10
"""KiB of a store that SQLite keeps in memory; of a temporary store too."""
_CHECKPOINT = 16_384
"""Pages that SQLite collects beside the store before it moves them into the store: 64 MiB."""
_MOST_IN_SCHEMA = 100
"""Tables, views and others that are looked at, more than a store has."""

FILES = """(
    path BLOB NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    signature INTEGER NOT NULL,
    fingerprint INTEGER,  -- NULL where the file is not compared
    passed_over TEXT,     -- why not
    ctime_ns INTEGER NOT NULL,  -- 0 where the system has none
    checksum INTEGER NOT NULL
) WITHOUT ROWID"""
FILES_ARE_SOUND = (
    "checksum = row_checksum(path, size, mtime_ns, device, inode, signature, fingerprint, "
    "passed_over, ctime_ns)"
)
"""True for a file whose row was not damaged."""
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
    coarse INTEGER NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE UNIQUE INDEX by_digest ON fingerprints (digest, signature);
CREATE INDEX by_size ON fingerprints (size, signature);
CREATE TABLE likenesses (
    fingerprint INTEGER PRIMARY KEY, data BLOB NOT NULL, checksum INTEGER NOT NULL
);
CREATE TABLE pairs (
    kind INTEGER, a INTEGER, b INTEGER, ways INTEGER, data TEXT, checksum INTEGER NOT NULL,
    PRIMARY KEY (kind, a, b, ways)
) WITHOUT ROWID;
CREATE TABLE searches (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, data BLOB NOT NULL, checksum INTEGER NOT NULL
);
CREATE TABLE extras (
    fingerprint INTEGER, kind TEXT, data BLOB NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, kind)
) WITHOUT ROWID;
"""
_TABLES = ("signatures", "files", "fingerprints", "likenesses", "pairs", "searches", "extras")


def connect_to_none() -> StoreConnection:
    """Open a store for one scan: in memory while it is small, then in an unnamed temporary file."""
    connection = sqlite3.connect("", isolation_level=None, factory=StoreConnection)
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    connection.know_checksums()
    connection.executescript(SCHEMA)
    return connection


def connect(path: Path) -> StoreConnection:
    """Open the store at a path, or make one. Raises StoreUnusable; the file is left as it was."""
    try:
        own_files.make(path)
        _check_header(path)
        connection = sqlite3.connect(
            path, timeout=_PATIENCE, isolation_level=None, factory=StoreConnection
        )
    except (OSError, sqlite3.Error) as error:
        raise StoreUnusable(f"cannot open the store {_shown(path)}: {meaning(error)}") from error
    try:
        connection.name = _shown(path)
        with connection.asking():
            connection.guard(path)
            connection.know_checksums()
            connection.execute("BEGIN IMMEDIATE")
            _make_tables(connection)
            _check_schema(connection)
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
            connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            connection.execute("SELECT count(*) FROM signatures").fetchone()
    except StoreUnusable:
        connection.close()
        raise
    return connection


def _make_tables(connection: StoreConnection) -> None:
    """Make the tables of a new store, and make those of an earlier version anew, empty.

    To be called inside of a transaction.
    """
    is_new = not connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if not is_new and version == VERSION:
        return
    for table in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _check_schema(connection: StoreConnection) -> None:
    """Raise StoreUnusable unless a store has exactly our tables, and no view and no trigger."""
    if _schema(connection) != _own_schema():
        raise StoreUnusable(
            f"the store {connection.name} has tables that dupscan did not make; it is left as it "
            "is: move it away, and the next scan makes a new one"
        )


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    """The kind, name, table and definition of all that a database has."""
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")
    return found.fetchmany(_MOST_IN_SCHEMA)


@cache
def _own_schema() -> list[tuple[str, str, str, str]]:
    """The same of a new store."""
    with closing(connect_to_none()) as connection:
        return _schema(connection)


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
    if version not in (VERSION, *_EARLIER):
        raise StoreUnusable(
            f"the store {_shown(path)} is of version {version}, and this dupscan knows no later "
            f"one than {VERSION}; it is left as it is: update dupscan, or name another file with "
            "--store"
        )


def _shown(path: Path) -> str:
    return file_names.shown(str(path))
