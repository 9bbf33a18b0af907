"""Perceptual hashes → candidate pairs within a Hamming radius.

The plain pictures are indexed and all views of each are looked up. Here each distinct hash stands
for all the pictures that have it; the indexes proper (:mod:`dupscan.index.bktree`,
:mod:`dupscan.index.multi_index`) only ever hold distinct ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dupscan.evidence import Candidate, Hit
from dupscan.index.bktree import TreeIndex
from dupscan.index.crowds import HUBS, Crowds
from dupscan.index.multi_index import MultiIndex
from dupscan.model import Hashes
from dupscan.settings import MatchSettings
from dupscan.views import FIXED, PARTS, TURNED, WHOLE, View, trimmed

__all__ = ["HUBS", "Candidates", "candidates"]

MOST_HITS = 3
"""Ways in which a pair is tried; others that are near besides differ little from these."""
_SMALL = 200
"""Distinct hashes up to which a BK-tree answers sooner than tables do."""
_AT_ONCE = 4096
"""Pictures whose views are looked up in one go."""
_PLAIN = 0


class Candidates:
    """Pairs of pictures with the hits that brought them together, in the order of the pictures."""

    def __init__(self, hits: NDArray[np.int64], hashes: Sequence[Hashes | None]) -> None:
        """`hits` has a row for each: a, b, distance, number of the view, whether it is of b."""
        order = np.lexsort(hits.T[::-1])
        self._hits = hits[order]
        self._hashes = hashes
        pairs = self._hits[:, :2]
        self._starts = np.flatnonzero((np.diff(pairs, axis=0, prepend=-1) != 0).any(axis=1))

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Candidate]:
        for start, end in pairwise([*self._starts, len(self._hits)]):
            rows = self._hits[start:end].tolist()
            a, b, *_ = rows[0]
            yield Candidate(a, b, self._best(rows))

    def _best(self, rows: list[list[int]]) -> tuple[Hit, ...]:
        """The plain one, then the nearest, of views that differ in more than in how much is cut."""
        hits: dict[tuple[str, int], Hit] = {}
        for a, b, distance, number, of_b in sorted(rows, key=lambda row: row[3] != _PLAIN):
            view = self._view(b if of_b else a, number)
            hits.setdefault((view.name, view.orientation), Hit(distance, view, bool(of_b)))
        return tuple(hits.values())[:MOST_HITS]

    def _view(self, picture: int, number: int) -> View:
        if number == _PLAIN:
            return View("plain")
        if number <= len(FIXED):
            return FIXED[number - 1]
        hashes = self._hashes[picture]
        border = WHOLE if hashes is None or hashes.border is None else hashes.border
        return trimmed(border)[number - 1 - len(FIXED)]


def candidates(
    hashes: Sequence[Hashes | None],
    settings: MatchSettings,
    *,
    best_first: Iterable[int] | None = None,
    looked_up: Callable[[int], None] = lambda number: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Candidates:
    """Every unordered pair of positions of which a view is near the other in its hash.

    Where more than :data:`HUBS` positions share a hash, only pairs with one of the first so many of
    them, in the order of `best_first`: a thousand pictures that look alike are half a million pairs
    otherwise, and a star needs none but those with its centre.
    A position whose hashes are None takes no part. `looked_up` is told as positions are done;
    `stopped` is asked now and then, and ends the search early.
    """
    taking_part = [
        at
        for at in (range(len(hashes)) if best_first is None else best_first)
        if hashes[at] is not None
    ]
    known = [one for one in (hashes[at] for at in taking_part) if one is not None]
    numbers = np.array(taking_part, np.int64)
    hits = [np.empty((0, 5), np.int64)]
    plain = np.array([one.plain for one in known], np.uint64)
    hits += _looked_up(
        numbers,
        plain,
        lambda start, end: _queries(known[start:end], settings.views),
        settings,
        stopped,
        looked_up,
    )
    if settings.views == "all":
        for part in range(len(PARTS)):
            of_part = np.array([one.parts[part] for one in known], np.uint64)
            hits += _looked_up(numbers, of_part, _themselves(of_part), settings, stopped)
    return Candidates(np.unique(np.concatenate(hits), axis=0), hashes)


Queries = tuple[NDArray[np.uint64], NDArray[np.intp], NDArray[np.int64]]
"""Hashes to look up, from the how-manieth picture each is, and the number of its view."""


def _queries(known: Sequence[Hashes], views: str) -> Queries:
    """All the views of some pictures that are wanted."""
    wanted = {"plain": 0, "orientations": len(TURNED), "all": None}[views]
    values = [np.concatenate([[np.uint64(one.plain)], one.views[:wanted]]) for one in known]
    lengths = [len(one) for one in values]
    return (
        np.concatenate(values),
        np.repeat(np.arange(len(known)), lengths),
        np.concatenate([np.arange(length) for length in lengths]),
    )


def _themselves(values: NDArray[np.uint64]) -> Callable[[int, int], Queries]:
    """The very hashes that are indexed, as queries."""

    def queries(start: int, end: int) -> Queries:
        places = np.arange(end - start)
        return values[start:end], places, np.full(end - start, _PLAIN, np.int64)

    return queries


def _looked_up(
    numbers: NDArray[np.int64],
    values: NDArray[np.uint64],
    queries: Callable[[int, int], Queries],
    settings: MatchSettings,
    stopped: Callable[[], bool],
    looked_up: Callable[[int], None] = lambda number: None,
) -> Iterator[NDArray[np.int64]]:
    """Rows of hits of the queries of each picture among `values`, those of the pictures `numbers`.

    Whichever picture a view is of: a row begins with the smaller number.
    """
    crowds = Crowds(values)
    in_tree = settings.index == "bktree" or (
        settings.index == "auto" and len(crowds.distinct) <= _SMALL
    )
    index = (TreeIndex if in_tree else MultiIndex)(crowds.distinct, settings.radius)
    for start in range(0, len(numbers), _AT_ONCE):
        if stopped():
            return
        end = min(start + _AT_ONCE, len(numbers))
        hashes, places, view_numbers = queries(start, end)
        for query, found, distance in index.near(hashes):
            row, member = crowds.members(found, places[query] + start)
            viewed, other = numbers[places[query[row]] + start], numbers[member]
            of_b = viewed > other
            hits = np.stack(
                [
                    np.minimum(viewed, other),
                    np.maximum(viewed, other),
                    distance[row].astype(np.int64),
                    view_numbers[query[row]],
                    of_b,
                ],
                axis=1,
            )
            # The plain view is met from both sides.
            yield hits[(viewed != other) & ~(of_b & (hits[:, 3] == _PLAIN))]
        looked_up(end - start)
