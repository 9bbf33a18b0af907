"""Perceptual hashes → candidate pairs within a Hamming radius.

The plain pictures are indexed and all views of each are looked up. Here each distinct hash stands
for all the pictures that have it; the indexes proper (:mod:`dupscan.index.bktree`,
:mod:`dupscan.index.multi_index`) only ever hold distinct ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from dupscan.index.bktree import TreeIndex
from dupscan.index.buckets import MAX_COMPARED_PER_BUCKET, HashBuckets
from dupscan.index.hits import PLAIN, Candidates, Hits
from dupscan.index.multi_index import MultiIndex
from dupscan.index.threads import in_threads
from dupscan.model.hash_table import HashTable
from dupscan.model.views import FIXED, PARTS, TURNED
from dupscan.settings import MOST_IN_TREE, MatchSettings
from dupscan.system.cpu_count import usable_cores

__all__ = ["MAX_COMPARED_PER_BUCKET", "Candidates", "candidates"]

_PICTURES_PER_LOOKUP = 16_384
"""Pictures whose views are looked up in one go: half a million hashes, of which neighbours lie near
each other in the tables, and so in a processor's cache."""


def candidates(
    table: HashTable,
    settings: MatchSettings,
    *,
    looked_up: Callable[[int], None] = lambda number: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Candidates:
    """Every unordered pair of pictures of which a view is near the other in its hash.

    Where more than :data:`MAX_COMPARED_PER_BUCKET` pictures share a hash, the first so many of them
    in the table are paired with all, the others only with those: a thousand pictures that look
    alike would be half a million pairs, and a star needs only the pairs with its centre.
    `looked_up` is called with the number of rows done; `stopped` is asked now and then, and ends
    the search early when it returns True.
    """
    search = _Search(table, settings, stopped)
    for found in search.near(table.plain, search.views, looked_up):
        search.hits.add(*found)
    if settings.views == "all":
        for part in range(len(PARTS)):
            of_part = table.parts[:, part]
            for found in search.near(of_part, search.themselves(of_part)):
                search.hits.add(*found)
    return Candidates(*search.hits.sorted(), table.borders)


Queries = tuple[NDArray[np.uint64], NDArray[np.intp], NDArray[np.int64]]
"""Hashes to look up, from the how-manieth picture each is, and the number of its view."""
Met = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]
"""As :meth:`Hits.add` wants them."""


class _Search:
    """One search in a table: the same pictures are indexed by several of their hashes."""

    def __init__(
        self, table: HashTable, settings: MatchSettings, stopped: Callable[[], bool]
    ) -> None:
        self._table = table
        self._settings = settings
        self._stopped = stopped
        self._has_border = np.isin(table.numbers, np.fromiter(table.borders, np.int64))
        self.hits = Hits()

    def views(self, start: int, end: int) -> Queries:
        """All the views of some pictures that are wanted."""
        wanted = {"plain": 0, "orientations": len(TURNED), "all": None}[self._settings.views]
        views = self._table.views(start, end)[:, :wanted]
        values = np.concatenate([self._table.plain[start:end, None], views], axis=1)
        is_meant = np.ones(values.shape, np.bool_)
        is_meant[:, 1 + len(FIXED) :] = self._has_border[start:end, None]
        places, numbers = np.nonzero(is_meant)
        return values[is_meant], places, numbers

    def themselves(self, values: NDArray[np.uint64]) -> Callable[[int, int], Queries]:
        """The very hashes that are indexed, as queries."""

        def queries(start: int, end: int) -> Queries:
            places = np.arange(end - start)
            return values[start:end], places, np.full(end - start, PLAIN, np.int64)

        return queries

    def _index_of(self, hashes: NDArray[np.uint64]) -> TreeIndex | MultiIndex:
        """The index of these distinct hashes, of the kind that the settings ask for."""
        wanted = self._settings.index
        if wanted == "bktree" or (wanted == "auto" and len(self._table) <= MOST_IN_TREE):
            return TreeIndex(hashes, self._settings.radius)
        return MultiIndex(hashes, self._settings.radius)

    def near(
        self,
        values: NDArray[np.uint64],
        queries: Callable[[int, int], Queries],
        looked_up: Callable[[int], None] = lambda number: None,
    ) -> Iterator[Met]:
        """The queries of each picture that are near some of `values`."""
        buckets = HashBuckets(values)
        index = self._index_of(buckets.distinct)
        numbers = self._table.numbers

        def look_up(start: int, asked: Queries) -> tuple[int, list[Met]]:
            hashes, places, views = asked
            found = []
            for query, bucket, distance in index.near(hashes):
                row, member = buckets.members(bucket, places[query] + start)
                viewed = numbers[places[query[row]] + start]
                found.append((viewed, numbers[member], distance[row], views[query[row]]))
            return start, found

        asked = (
            (start, queries(start, min(start + _PICTURES_PER_LOOKUP, len(numbers))))
            for start in range(0, len(numbers), _PICTURES_PER_LOOKUP)
        )
        threads = 1 if isinstance(index, TreeIndex) else usable_cores()  # the tree is pure Python
        for start, found in in_threads(look_up, asked, threads):
            if self._stopped():
                return
            yield from found
            looked_up(min(_PICTURES_PER_LOOKUP, len(numbers) - start))
