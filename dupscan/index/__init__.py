"""Perceptual hashes → candidate pairs within a Hamming radius.

Here each distinct hash stands for all the pictures that have it; the index proper
(:mod:`dupscan.index.bktree`) only ever sees distinct ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product, takewhile

from dupscan.index.bktree import near_pairs
from dupscan.model import Candidate

__all__ = ["candidates", "near_pairs"]


def candidates(
    hashes: Sequence[int | None],
    radius: int,
    *,
    looked_up: Callable[[int], None] = lambda number: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Every unordered pair of positions whose hashes differ in at most `radius` bits, once.

    A position whose hash is None takes no part. `looked_up` is told as distinct hashes are done;
    `stopped` is asked before each, and ends the search early.

    >>> [(pair.a, pair.b, pair.distance) for pair in candidates([7, 0, None, 5, 7], radius=1)]
    [(0, 4, 0), (0, 3, 1), (3, 4, 1)]
    """
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for position, value in enumerate(hashes):
        if value is not None:
            holders[value].append(position)
    for positions in holders.values():
        for a, b in combinations(positions, 2):
            yield Candidate(a, b, 0)
    distinct = takewhile(lambda value: not stopped(), holders)
    for one, other, distance in near_pairs(distinct, radius, looked_up=looked_up):
        for a, b in product(holders[one], holders[other]):
            yield Candidate(min(a, b), max(a, b), distance)
