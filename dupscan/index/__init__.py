"""Perceptual hashes → candidate pairs within a Hamming radius.

Here each distinct hash stands for all the pictures that have it; the index proper
(:mod:`dupscan.index.bktree`) only ever sees distinct ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product, takewhile

from dupscan.index.bktree import near_pairs
from dupscan.model import Candidate

__all__ = ["candidates", "near_pairs"]


HUBS = 32
"""Of more pictures than this with one hash, each is compared with the best so many only."""


def candidates(
    hashes: Sequence[int | None],
    radius: int,
    *,
    best_first: Iterable[int] | None = None,
    looked_up: Callable[[int], None] = lambda number: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Every unordered pair of positions whose hashes differ in at most `radius` bits, once.

    Where more than :data:`HUBS` positions share a hash, only pairs with one of the first so many of
    them, in the order of `best_first`: a thousand pictures that look alike are half a million pairs
    otherwise, and a star needs none but those with its centre.
    A position whose hash is None takes no part. `looked_up` is told as distinct hashes are done;
    `stopped` is asked before each, and ends the search early.

    >>> [(pair.a, pair.b, pair.distance) for pair in candidates([7, 0, None, 5, 7], radius=1)]
    [(0, 4, 0), (0, 3, 1), (3, 4, 1)]
    """
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for position in range(len(hashes)) if best_first is None else best_first:
        value = hashes[position]
        if value is not None:
            holders[value].append(position)
    for positions in holders.values():
        for at, hub in enumerate(positions[:HUBS]):
            for other in positions[at + 1 :]:
                yield Candidate(min(hub, other), max(hub, other), 0)
    distinct = takewhile(lambda value: not stopped(), holders)
    for one, other, distance in near_pairs(distinct, radius, looked_up=looked_up):
        for a, b in _pairs_with_a_hub(holders[one], holders[other]):
            yield Candidate(min(a, b), max(a, b), distance)


def _pairs_with_a_hub(some: list[int], others: list[int]) -> Iterator[tuple[int, int]]:
    """Every pair across two lists of which at least one is among the first of its list."""
    yield from product(some[:HUBS], others)
    yield from product(some[HUBS:], others[:HUBS])
