"""What was found of pairs of fingerprints: a verdict and its evidence, or nothing."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import fields
from operator import attrgetter

from dupscan.model.ids import FingerprintId
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.views import View
from dupscan.store.schema import failures_told

Key = tuple[FingerprintId, FingerprintId, int]
"""Two fingerprints, the evidence seen from the first, and a number for the hits between them."""
Found = tuple[Verdict, Evidence]

_EVIDENCE = attrgetter(*(field.name for field in fields(Evidence)))
_VIEW = [field.name for field in fields(Evidence)].index("view")
_EDITED = [field.name for field in fields(Evidence)].index("edited")


def numbered(kind: str) -> int:
    """A number that stands for a text: 63 bits of its digest."""
    return int.from_bytes(hashlib.sha256(kind.encode()).digest()[:8]) >> 1


class StoredVerdicts:
    """Findings by kind and pair."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        """`connection` is that of an open store, whose `name` is for messages."""
        self._connection = connection
        self._name = name

    def recall(self, kind: str, keys: Iterable[Key]) -> dict[Key, Found | None]:
        """What was found of those pairs that were looked at; None for nothing."""
        number = numbered(kind)
        found = {}
        with failures_told(self._name):
            for key in keys:
                row = self._connection.execute(
                    "SELECT data FROM pairs WHERE kind = ? AND a = ? AND b = ? AND ways = ?",
                    (number, *key),
                ).fetchone()
                if row is not None:
                    found[key] = _unpacked(row[0]) if row[0] is not None else None
        return found

    def remember(self, kind: str, found: Mapping[Key, Match | None]) -> None:
        """Remember what was found, seen from the first of each pair."""
        if not found:
            return
        number = numbered(kind)
        with failures_told(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO pairs VALUES (?, ?, ?, ?, ?)",
                [
                    (number, *key, None if match is None else _packed(match))
                    for key, match in found.items()
                ],
            )
            self._connection.execute("COMMIT")


def _packed(match: Match) -> str:
    evidence = list(_EVIDENCE(match.evidence))
    view = match.evidence.view
    evidence[_VIEW] = [view.name, view.orientation, view.box]
    return json.dumps([match.verdict.value, *evidence], default=float)


def _unpacked(data: str) -> Found:
    verdict, *evidence = json.loads(data)
    name, orientation, box = evidence[_VIEW]
    evidence[_VIEW] = View(name, orientation, tuple(box))
    evidence[_EDITED] = evidence[_EDITED] and tuple(evidence[_EDITED])
    return Verdict(verdict), Evidence(*evidence)
