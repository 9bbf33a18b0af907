"""All near pairs by a BK-tree.

W. A. Burkhard and R. M. Keller, "Some approaches to best-match file searching", 1973: a child hangs
below its parent by its distance to it, so by the triangle inequality a search within `radius` of a
value at distance d from a node only enters the children between d - radius and d + radius.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pybktree import BKTree

from dupscan.index.multi_index import Hashes, Pairs


def hamming(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Number of bits in which the first of two numbers differ.

    >>> hamming((0b1100, 0), (0b1010, 1))
    2
    """
    return (one[0] ^ other[0]).bit_count()


class TreeIndex:
    """Distinct hashes in a BK-tree, ready to be asked for those within `radius` bits of others."""

    def __init__(self, hashes: Hashes, radius: int) -> None:
        self._radius = radius
        self._tree: BKTree[tuple[int, int]] = BKTree(hamming)
        for place, value in enumerate(hashes.tolist()):  # equal ones would chain
            self._tree.add((value, place))

    def near(self, queries: Hashes) -> Iterator[Pairs]:
        """Every pair of a query and a hash within the radius, exactly once; a query at a time.

        >>> [*TreeIndex(np.uint64([0, 1, 7]), 1).near(np.uint64([3]))]
        [(array([0, 0]), array([1, 2]), array([1, 1], dtype=uint8))]
        """
        for place, value in enumerate(queries.tolist()):
            found = sorted(self._tree.find((value, -1), self._radius))
            if found:
                places: NDArray[np.intp] = np.array([at for _, (_, at) in found])
                distances = np.array([distance for distance, _ in found], np.uint8)
                yield np.full(len(found), place, np.intp), places, distances
