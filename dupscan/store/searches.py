"""The candidates of the last few searches in the store.

So a library that did not change is not searched again.
"""

from __future__ import annotations

from dupscan.store.connection import StoreConnection, row_checksum

_SEARCHES = 8
"""Searches that are remembered: one for each library that was scanned lately, 12 bytes a hit."""


class StoredSearches:
    """The packed candidates of searches in an open store. Every method may raise StoreUnusable."""

    def __init__(self, connection: StoreConnection) -> None:
        """`connection` is that of an open store."""
        self._connection = connection

    def recall(self, name: bytes) -> bytes | None:
        """The packed candidates of a search; None if it is not among the last few, or damaged."""
        with self._connection.asking():
            found = self._connection.execute(
                "SELECT data, checksum FROM searches WHERE name = ?", (name,)
            ).fetchone()
            if found is None:
                return None
            data: bytes = found[0]
            return data if self._connection.is_sound(found[1], name, data) else None

    def remember(self, name: bytes, found: bytes) -> None:
        """Remember the packed candidates of a search, and forget all but the last few searches."""
        with self._connection.asking():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(
                "INSERT OR REPLACE INTO searches (name, data, checksum) VALUES (?, ?, ?)",
                (name, found, row_checksum(name, found)),
            )
            self._connection.execute(
                "DELETE FROM searches WHERE id <= (SELECT max(id) FROM searches) - ?", (_SEARCHES,)
            )
            self._connection.execute("COMMIT")
