"""The BK-tree finds exactly the pairs that comparing all with all would."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from dupscan.index.bktree import TreeIndex, hamming


def make_clusters(seed: int) -> list[int]:
    """Distinct hashes, many within a few bits of one another, as in a real library."""
    chance = random.Random(seed)
    hashes = set()
    for _ in range(40):
        centre = chance.getrandbits(64)
        for _ in range(8):
            bits = chance.sample(range(64), chance.randint(0, 12))
            hashes.add(centre ^ sum(1 << bit for bit in bits))
    return chance.sample(sorted(hashes), len(hashes))


def find(hashes: Sequence[int], queries: Sequence[int], radius: int) -> list[tuple[int, ...]]:
    """Every (query, hash, distance), sorted."""
    batches = TreeIndex(np.array(hashes, np.uint64), radius).near(np.array(queries, np.uint64))
    return sorted(tuple(map(int, pair)) for batch in batches for pair in zip(*batch, strict=True))


def find_by_force(
    hashes: Sequence[int], queries: Sequence[int], radius: int
) -> list[tuple[int, ...]]:
    return [
        (query, place, (one ^ other).bit_count())
        for query, one in enumerate(queries)
        for place, other in enumerate(hashes)
        if (one ^ other).bit_count() <= radius
    ]


def test_no_hashes_are_near_nothing() -> None:
    assert find([], [0, 1], 32) == []


def test_no_queries_have_no_pairs() -> None:
    assert find([0, 1], [], 32) == []


def test_a_hash_is_near_itself() -> None:
    assert find([42], [42], 0) == [(0, 0, 0)]


def test_equal_numbers_are_no_bits_apart() -> None:
    assert hamming((2**64 - 1, 3), (2**64 - 1, 5)) == 0


def test_the_distance_is_the_number_of_bits_that_differ() -> None:
    assert hamming((0, 0), (2**64 - 1, 0)) == 64
    assert hamming((1, 0), (1 << 63, 0)) == 2


@pytest.mark.parametrize("radius", [0, 1, 8, 12, 31])
def test_all_near_pairs_are_found_and_no_others(radius: int) -> None:
    hashes = make_clusters(seed=radius)
    queries = [*hashes[::7], 0, 2**64 - 1]
    assert find_by_force(hashes, queries, radius) == find(hashes, queries, radius)


def test_a_tree_as_deep_as_it_has_hashes_is_searched() -> None:
    """Each hash one bit from the one before it, and so each below the one before it."""
    chain = [2**bits - 1 for bits in range(64)]
    assert find_by_force(chain, chain, 1) == find(chain, chain, 1)


def test_the_same_query_twice_is_answered_twice() -> None:
    assert find([9], [8, 8], 1) == [(0, 0, 1), (1, 0, 1)]


def test_positions_and_distances_have_the_types_they_promise() -> None:
    (batch,) = TreeIndex(np.array([7], np.uint64), 0).near(np.array([7], np.uint64))
    assert [np.intp, np.intp, np.uint8] == [column.dtype for column in batch]
