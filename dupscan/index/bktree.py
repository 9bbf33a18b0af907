"""All near pairs by a BK-tree.

W. A. Burkhard and R. M. Keller, "Some approaches to best-match file searching", 1973: a child hangs
below its parent by its distance to it, so by the triangle inequality a search within `radius` of a
value at distance d from a node only enters the children between d - radius and d + radius.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pybktree import BKTree


def hamming(one: int, other: int) -> int:
    """Number of bits in which two numbers differ.

    >>> hamming(0b1100, 0b1010)
    2
    """
    return (one ^ other).bit_count()


def near_pairs(
    hashes: Iterable[int], radius: int, *, looked_up: Callable[[int], None] = lambda number: None
) -> Iterator[tuple[int, int, int]]:
    """Every unordered pair of `hashes`, which are distinct, within `radius` bits, exactly once.

    Yields (earlier, later, distance). Each hash is looked up among those before it and then put
    into the tree, so a pair is met once and the tree is only half full on average.

    >>> list(near_pairs([0, 1, 3], radius=1))
    [(0, 1, 1), (1, 3, 1)]
    """
    tree: BKTree[int] = BKTree(hamming)
    for value in hashes:
        for distance, earlier in tree.find(value, radius):
            yield earlier, value, distance
        tree.add(value)
        looked_up(1)
