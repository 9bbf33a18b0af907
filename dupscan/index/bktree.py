"""All near pairs by a BK-tree.

W. A. Burkhard and R. M. Keller, "Some approaches to best-match file searching", 1973: a child hangs
below its parent by its distance to the parent. So, by the triangle inequality, a search within
`radius` of a value at distance d from a node only enters the children between d - radius and
d + radius.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pybktree import BKTree

from dupscan.index.multi_index import HashArray, NearPairs


def hamming(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Count the bits in which two hashes differ; each comes with its position, which is ignored.

    >>> hamming((0b1100, 0), (0b1010, 1))
    2
    """
    return (one[0] ^ other[0]).bit_count()


class TreeIndex:
    """A BK-tree of distinct hashes that finds those within `radius` bits of other hashes."""

    def __init__(self, hashes: HashArray, radius: int) -> None:
        """`hashes` must be distinct: equal ones would hang below each other, as in a list."""
        self._radius = radius
        self._tree: BKTree[tuple[int, int]] = BKTree(hamming)
        for position, value in enumerate(hashes.tolist()):
            self._tree.add((value, position))

    def near(self, queries: HashArray) -> Iterator[NearPairs]:
        """Yield every pair of a query and a hash within the radius, exactly once, query by query.

        >>> [*TreeIndex(np.uint64([0, 1, 7]), 1).near(np.uint64([3]))]
        [(array([0, 0]), array([1, 2]), array([1, 1], dtype=uint8))]
        """
        for query, value in enumerate(queries.tolist()):
            found = sorted(self._tree.find((value, -1), self._radius))
            if found:
                positions: NDArray[np.intp] = np.array([position for _, (_, position) in found])
                distances = np.array([distance for distance, _ in found], np.uint8)
                yield np.full(len(found), query, np.intp), positions, distances
