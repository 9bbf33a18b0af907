"""The connection to a store: bounded work, rows with checksums, and errors with a way out.

Each row has a checksum of its values, so that a row that a bad disk or a stray program changed is
not believed, whatever it says. Rows are chosen by SQL such as ``checksum = row_checksum(a, b)``.
"""

from __future__ import annotations

import marshal
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dupscan.errors import StoreUnusable

_STEPS = 1_000_000
"""Instructions of SQLite's machine between two looks at the bound."""
_STEPS_PER_BYTE = 8
"""Instructions that one statement may take for each byte of the store, at most. A row takes some
20, and is larger than 20 bytes; a chain of pages that leads back to itself takes ever more."""
_LEAST_STEPS = 100 * _STEPS
"""Instructions that are allowed for the smallest store: about a second."""
_DAMAGED = "it is damaged; move it away, and the next scan makes a new one"

NONSENSE = (
    *(ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError),
    *(OSError, SyntaxError),  # of Pillow, for a thumbnail that is no picture
)
"""Errors of values that cannot come from dupscan, though their checksums are right."""

_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_INTERRUPT", "SQLITE_CONSTRAINT")
"""SQLite's names for damage; it interrupts what seems endless, and a damaged id is not unique."""


class StoreConnection(sqlite3.Connection):
    """A connection to a store, made by ``sqlite3.connect(…, factory=StoreConnection)``."""

    name = "in temporary data"
    """The store, as messages call it."""
    damaged_rows = 0
    """Number of rows whose checksums were wrong, and which were taken as missing."""
    _files: tuple[Path, ...] = ()
    _steps = 0

    def guard(self, path: Path) -> None:
        """Believe nothing that the file says of itself, and bound the work of each statement."""
        self._files = (path, path.with_name(f"{path.name}-wal"))
        self.execute("PRAGMA trusted_schema = OFF")
        self.execute("PRAGMA cell_size_check = ON")
        self.set_progress_handler(self._is_endless, _STEPS)

    def know_checksums(self) -> None:
        """Give SQL the function ``row_checksum``."""
        self.create_function("row_checksum", -1, row_checksum, deterministic=True)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Turn the errors of SQLite, and of values that make no sense, into StoreUnusable."""
        self._steps = 0
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnusable(f"the store {self.name} failed: {meaning(error)}") from error
        except NONSENSE as error:
            raise self.damaged() from error

    def damaged(self) -> StoreUnusable:
        """Return the error for rows that are damaged and cannot be done without."""
        return StoreUnusable(f"the store {self.name} failed: {_DAMAGED}")

    def is_sound(self, checksum: object, *values: Any) -> bool:
        """True if a row with these values has its checksum; a damaged row is counted."""
        is_sound = checksum == row_checksum(*values)
        self.damaged_rows += not is_sound
        return is_sound

    def _is_endless(self) -> bool:
        """True to end a statement: it has taken more steps than the rows of the store can take."""
        self._steps += _STEPS
        size = sum(one.stat().st_size for one in self._files if one.exists())
        return self._steps > max(_LEAST_STEPS, _STEPS_PER_BYTE * size)


def row_checksum(*values: Any) -> int:
    """Return the CRC-32 of the values of a row: integers, floats, texts, bytes and None."""
    return zlib.crc32(marshal.dumps(values, 0))  # version 0 is the same in all versions of Python


def meaning(error: OSError | sqlite3.Error) -> str:
    """Return the meaning of an error, and the way out."""
    if isinstance(error, OSError):
        return f"{error.strerror}; name another file with --store, or scan with --no-store"
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "another program has locked it; end that program, or scan with --no-store"
    is_no_text = isinstance(error, sqlite3.OperationalError) and not code
    if is_no_text or code.startswith(_DAMAGE):
        return _DAMAGED
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return (
            "no room, or the disk does not answer; free some space there, set TMPDIR to a folder "
            "with more room for temporary data, or name another file with --store"
        )
    return f"{error}; name another file with --store, or scan with --no-store"
