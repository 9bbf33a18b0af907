"""The BK-tree finds exactly the pairs that comparing all with all would."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from dupscan.index.bktree import hamming, near_pairs


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


def test_no_hashes_have_no_pairs() -> None:
    assert list(near_pairs([], 8)) == []


def test_one_hash_is_not_its_own_neighbour() -> None:
    assert list(near_pairs([42], 64)) == []


def test_equal_numbers_are_no_bits_apart() -> None:
    assert hamming(2**64 - 1, 2**64 - 1) == 0


def test_the_distance_is_the_number_of_bits_that_differ() -> None:
    assert hamming(0, 2**64 - 1) == 64
    assert hamming(1, 1 << 63) == 2


@pytest.mark.parametrize("radius", [0, 1, 8, 12, 31])
def test_all_near_pairs_are_found_and_no_others(radius: int) -> None:
    hashes = make_clusters(seed=radius)
    expected = {
        (one, other, (one ^ other).bit_count())
        for one, other in combinations(hashes, 2)
        if (one ^ other).bit_count() <= radius
    }
    found = list(near_pairs(hashes, radius))
    assert len(expected) == len(found)
    assert expected == set(found)


def test_the_earlier_hash_comes_first() -> None:
    assert list(near_pairs([9, 8], 1)) == [(9, 8, 1)]


def test_a_tree_as_deep_as_it_has_hashes_is_searched() -> None:
    """Each hash one bit from the one before it, and so each below the one before it."""
    chain = [2**bits - 1 for bits in range(64)]
    assert len(list(near_pairs(chain, 1))) == 63


def test_progress_is_told_once_for_each_hash() -> None:
    told: list[int] = []
    list(near_pairs([1, 2, 3, 2**63], 1, looked_up=told.append))
    assert told == [1, 1, 1, 1]
