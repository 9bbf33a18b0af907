"""Perceptual hashes → candidate pairs within a Hamming radius.

The plain hash of each picture is indexed, and the hashes of all its views are looked up. Pictures
of equal hashes share one bucket (:mod:`dupscan.index.buckets`), so the indexes themselves
(:mod:`dupscan.index.bktree`, :mod:`dupscan.index.multi_index`) hold distinct hashes only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from dupscan.index.bktree import TreeIndex
from dupscan.index.buckets import MAX_COMPARED_PER_BUCKET, HashBuckets
from dupscan.index.hits import PLAIN, Candidates, Hits
from dupscan.index.multi_index import HashArray, MultiIndex
from dupscan.index.threads import in_threads
from dupscan.model.hash_table import HashTable
from dupscan.model.views import FIXED, PARTS, TURNED
from dupscan.settings import MOST_IN_TREE, MatchSettings
from dupscan.system.cpu_count import usable_cores

__all__ = ["MAX_COMPARED_PER_BUCKET", "Candidates", "candidates"]

_PICTURES_PER_LOOKUP = 16_384
"""Pictures whose views are looked up in one go: half a million hashes. Sorted, neighbours among so
many lie near each other in the tables, and so in a processor's cache."""


def candidates(
    table: HashTable,
    settings: MatchSettings,
    *,
    looked_up: Callable[[int], None] = lambda count: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Candidates:
    """Find every unordered pair of pictures of which one has a view near the other.

    "Near" means that the two hashes differ in at most `settings.radius` bits. The views are those
    of `settings.views`; for "all", the upper and lower parts of two pictures are compared as well.

    A bucket of more than :data:`MAX_COMPARED_PER_BUCKET` pictures with one hash is not paired in
    full: its first pictures in the table are paired with all, the others with these first ones
    only. A thousand pictures that look alike would be half a million pairs, and a group needs only
    the pairs with its keeper.

    `looked_up` is called with the number of pictures looked up since its last call. `stopped` is
    called now and then; once it returns True, the search ends early with the pairs found so far.
    """
    search = _Search(table, settings, stopped)
    for found in search.find(table.plain, search.views, looked_up):
        search.hits.add(*found)
    if settings.views == "all":
        for part in range(len(PARTS)):
            hashes = table.parts[:, part]
            for found in search.find(hashes, search.plain_queries(hashes)):
                search.hits.add(*found)
    return Candidates(*search.hits.sorted(), table.borders)


Queries = tuple[HashArray, NDArray[np.intp], NDArray[np.int64]]
"""Hashes to look up; the row of the picture of each, counted from the first row asked for; and the
number of its view (see :data:`dupscan.index.hits.PLAIN`)."""
FoundPairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]
"""The arguments of :meth:`Hits.add`: viewed picture, other picture, distance, view."""


class _Search:
    """One search in a table, in which the pictures are indexed by several of their hashes."""

    def __init__(
        self, table: HashTable, settings: MatchSettings, stopped: Callable[[], bool]
    ) -> None:
        self._table = table
        self._settings = settings
        self._stopped = stopped
        self._has_border = np.isin(table.numbers, np.fromiter(table.borders, np.int64))
        self.hits = Hits()

    def views(self, start: int, end: int) -> Queries:
        """Return the hashes of all wanted views of the rows from `start` to before `end`."""
        wanted = {"plain": 0, "orientations": len(TURNED), "all": None}[self._settings.views]
        views = self._table.views(start, end)[:, :wanted]
        values = np.concatenate([self._table.plain[start:end, None], views], axis=1)
        has_meaning = np.ones(values.shape, np.bool_)
        has_meaning[:, 1 + len(FIXED) :] = self._has_border[start:end, None]
        rows, numbers = np.nonzero(has_meaning)
        return values[has_meaning], rows, numbers

    def plain_queries(self, hashes: HashArray) -> Callable[[int, int], Queries]:
        """Return a function that gives the indexed hashes themselves as queries."""

        def queries(start: int, end: int) -> Queries:
            rows = np.arange(end - start)
            return hashes[start:end], rows, np.full(end - start, PLAIN, np.int64)

        return queries

    def find(
        self,
        hashes: HashArray,
        queries: Callable[[int, int], Queries],
        looked_up: Callable[[int], None] = lambda count: None,
    ) -> Iterator[FoundPairs]:
        """Yield the pairs of a query and a picture whose hash in `hashes` is near the query.

        `hashes` has one hash for each row of the table. `queries` returns the queries of the rows
        from its first argument to before its second.
        """
        buckets = HashBuckets(hashes)
        index = self._index_of(buckets.distinct)
        numbers = self._table.numbers

        def look_up(start: int, asked: Queries) -> tuple[int, list[FoundPairs]]:
            values, rows, views = asked
            found = []
            for query, bucket, distance in index.near(values):
                answered, member = buckets.members(bucket, rows[query] + start)
                near = query[answered]
                viewed = numbers[rows[near] + start]
                found.append((viewed, numbers[member], distance[answered], views[near]))
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

    def _index_of(self, distinct: HashArray) -> TreeIndex | MultiIndex:
        """Build the index that the settings ask for."""
        wanted = self._settings.index
        if wanted == "bktree" or (wanted == "auto" and len(self._table) <= MOST_IN_TREE):
            return TreeIndex(distinct, self._settings.radius)
        return MultiIndex(distinct, self._settings.radius)
