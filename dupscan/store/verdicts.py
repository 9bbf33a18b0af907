"""Verdicts of pairs of fingerprints in the store: a match with its evidence, or no match."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from typing import NamedTuple, get_type_hints

from dupscan.model.ids import FingerprintId
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.views import ORIENTATIONS, View
from dupscan.store.connection import NONSENSE, StoreConnection


class PairKey(NamedTuple):
    """Names a pair. The evidence of its verdict is seen from the first fingerprint."""

    first: FingerprintId
    second: FingerprintId
    hits: int
    """The hits that brought the pair together, as a text hashed by :func:`text_hash`."""


StoredVerdict = tuple[Verdict, Evidence]

_EVIDENCE = attrgetter(*(field.name for field in fields(Evidence)))
_VIEW = [field.name for field in fields(Evidence)].index("view")
_TYPES = [
    tuple | None if one.name == "edited" else get_type_hints(Evidence)[one.name]
    for one in fields(Evidence)
]
_EDITED = [field.name for field in fields(Evidence)].index("edited")


def text_hash(text: str) -> int:
    """A number for a text: 63 bits of its SHA-256, so that it fits an integer of SQLite."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1


class StoredVerdicts:
    """The verdicts of pairs in an open store. Every method may raise StoreUnusable.

    A `judge` is a text that names the function that judged, and the cutoffs that it used: verdicts
    of other cutoffs are not seen.
    """

    def __init__(self, connection: StoreConnection) -> None:
        """`connection` is that of an open store."""
        self._connection = connection

    def recall(self, judge: str, keys: Iterable[PairKey]) -> dict[PairKey, StoredVerdict | None]:
        """The remembered verdicts of some pairs; None for a pair that is known to be no match.

        A damaged row counts as missing.
        """
        kind = text_hash(judge)
        found = {}
        with self._connection.asking():
            for key in keys:
                row = self._connection.execute(
                    "SELECT data, checksum FROM pairs "
                    "WHERE kind = ? AND a = ? AND b = ? AND ways = ?",
                    (kind, *key),
                ).fetchone()
                if row is None or not self._connection.is_sound(row[1], kind, *key, row[0]):
                    continue
                with suppress(*NONSENSE):  # then the pair is judged anew
                    found[key] = _unpack(row[0]) if row[0] is not None else None
        return found

    def remember(self, judge: str, found: Mapping[PairKey, Match | None]) -> None:
        """Remember the verdicts of some pairs; None for no match."""
        if not found:
            return
        kind = text_hash(judge)
        with self._connection.asking():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO pairs "
                "VALUES (?1, ?2, ?3, ?4, ?5, row_checksum(?1, ?2, ?3, ?4, ?5))",
                [
                    (kind, *key, None if match is None else _pack(match))
                    for key, match in found.items()
                ],
            )
            self._connection.execute("COMMIT")


def _pack(match: Match) -> str:
    evidence = list(_EVIDENCE(match.evidence))
    view = match.evidence.view
    evidence[_VIEW] = [view.name, view.orientation, view.box]
    return json.dumps([match.verdict.value, *evidence], default=float)


def _unpack(data: str) -> StoredVerdict:
    verdict, *evidence = json.loads(data)
    name, orientation, box = evidence[_VIEW]
    if not isinstance(name, str) or orientation not in range(len(ORIENTATIONS)):
        raise ValueError(f"a view {name!r}, turned {orientation!r}")
    left, top, right, bottom = box
    if not left < right or not top < bottom:
        raise ValueError(f"a view of the box {box}")
    evidence[_VIEW] = View(name, orientation, tuple(box))
    if evidence[_EDITED] is not None:
        left, top, right, bottom = map(float, evidence[_EDITED])
        evidence[_EDITED] = left, top, right, bottom
    if not all(map(isinstance, evidence, _TYPES)):
        raise ValueError(f"evidence of other types: {data}")
    return Verdict(verdict), Evidence(*evidence)
