"""Multi-index hashing finds exactly the pairs that comparing all with all would."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from dupscan.errors import SettingsError
from dupscan.index.multi_index import MultiIndex

HashArray = NDArray[np.uint64]

NONE = np.zeros(0, np.uint64)
ALL_BITS = 2**64 - 1


def hashes_of(*values: int) -> HashArray:
    return np.array(values, np.uint64)


def make_random(seed: int, count: int) -> HashArray:
    return np.random.default_rng(seed).integers(0, ALL_BITS, count, np.uint64, endpoint=True)


def flip_bits(hashes: HashArray, bits: int, seed: int) -> HashArray:
    """Each hash with `bits` different bits of it turned over."""
    chance = np.random.default_rng(seed)
    for row, value in enumerate(hashes):
        mask = sum(1 << int(bit) for bit in chance.choice(64, bits, replace=False))
        hashes[row] = value ^ np.uint64(mask)
    return hashes


def make_clusters(seed: int, count: int) -> HashArray:
    """Hashes of which each is within 12 bits of one of a few centres, some of them equal."""
    chance = np.random.default_rng(seed)
    near = chance.choice(make_random(seed, 1 + count // 20), count)
    for _ in range(12):
        near ^= chance.integers(0, 2, count, np.uint64) << chance.integers(0, 64, count, np.uint64)
    return near


def find(hashes: HashArray, queries: HashArray, radius: int) -> list[tuple[int, ...]]:
    """Every (query, hash, distance), sorted."""
    batches = list(MultiIndex(hashes, radius).near(queries))
    return sorted(pair for batch in batches for pair in zip(*batch, strict=True))


def find_by_force(hashes: HashArray, queries: HashArray, radius: int) -> list[tuple[int, ...]]:
    distances = np.bitwise_count(queries[:, None] ^ hashes)
    query, place = np.nonzero(distances <= radius)
    return list(zip(query.tolist(), place.tolist(), distances[query, place].tolist(), strict=True))


def count_and_measure(index: MultiIndex, queries: HashArray) -> tuple[int, int]:
    """How many pairs there are, and how many bytes it took to find them."""
    tracemalloc.start()
    found = sum(len(query) for query, _, _ in index.near(queries))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return found, peak


def test_no_hashes_are_near_nothing() -> None:
    assert find(NONE, hashes_of(0, 1), 64) == []


def test_no_queries_have_no_pairs() -> None:
    assert find(hashes_of(0, 1), NONE, 64) == []
    assert find(make_random(1, 3_000), NONE, 8) == []


def test_neither_hashes_nor_queries_have_no_pairs() -> None:
    assert find(NONE, NONE, 0) == []


def test_a_hash_is_near_itself() -> None:
    assert find(hashes_of(42), hashes_of(42), 0) == [(0, 0, 0)]


@pytest.mark.parametrize("radius", [-1, 65])
def test_a_radius_that_no_distance_can_have_is_named(radius: int) -> None:
    with pytest.raises(SettingsError, match=rf"radius {radius}: .* between 0 and 64"):
        MultiIndex(NONE, radius)


def test_a_pair_at_the_radius_is_in_and_one_bit_beyond_is_out() -> None:
    assert find(hashes_of(0xFF, 0x1FF << 20), hashes_of(0), 8) == [(0, 0, 8)]


def test_the_highest_bit_counts_like_any_other() -> None:
    assert find(hashes_of(1 << 63), hashes_of(0), 1) == [(0, 0, 1)]


def test_opposite_hashes_are_64_bits_apart() -> None:
    assert find(hashes_of(ALL_BITS), hashes_of(0), 64) == [(0, 0, 64)]


def test_every_copy_of_a_query_meets_every_copy_of_a_hash() -> None:
    expected = [(0, 1, 1), (0, 2, 1), (2, 1, 1), (2, 2, 1)]
    assert expected == find(hashes_of(0xF0F, 5, 5), hashes_of(4, 0xFF0000, 4), 1)


def test_few_hashes_are_scanned_and_many_are_looked_up() -> None:
    """So that the tests below look at both."""
    assert MultiIndex(make_random(2, 20), 8)._tables == []
    assert len(MultiIndex(make_random(2, 3_000), 8)._tables) > 1
    assert MultiIndex(make_random(2, 3_000), 40)._tables == []


@pytest.mark.parametrize("count", [20, 3_000])
@pytest.mark.parametrize("radius", [0, 1, 2, 5, 8, 9, 12, 16, 31, 64])
def test_all_near_pairs_are_found_once_and_no_others(count: int, radius: int) -> None:
    """Among few hashes and among many, random and clustered."""
    hashes = np.concatenate([make_random(radius, count // 2), make_clusters(radius, count // 2)])
    queries = np.concatenate([hashes[::13], make_random(radius + 1, 20)])
    assert find_by_force(hashes, queries, radius) == find(hashes, queries, radius)


@pytest.mark.parametrize("radius", [0, 1, 3, 4, 6, 7, 8, 10])
def test_bits_that_differ_are_found_wherever_they_lie(radius: int) -> None:
    """As many as the radius, in 3,000 ways: too many at a place for some of the tables."""
    hashes = make_random(3, 3_000)
    index = MultiIndex(hashes, radius)
    assert index._tables
    queries = flip_bits(hashes.copy(), radius, seed=4)
    found = [pair for batch in index.near(queries) for pair in zip(*batch, strict=True)]
    assert [(at, at, radius) for at in range(3_000)] == sorted(found)
    beyond = flip_bits(hashes.copy(), radius + 1, seed=5)
    assert list(index.near(beyond)) == []


def test_a_run_of_bits_that_differ_is_found_anywhere() -> None:
    hashes = make_random(6, 5_000)
    runs = [(0xFF << at | 0xFF >> (64 - at)) & ALL_BITS for at in range(64)]
    queries = hashes[7] ^ hashes_of(*runs)
    assert [(at, 7, 8) for at in range(64)] == find(hashes, queries, 8)


def test_many_pairs_come_in_batches() -> None:
    """One key that 70,000 hashes have is looked at in pieces."""
    index = MultiIndex(np.full(70_000, 9, np.uint64), 8)
    assert index._tables
    batches = list(index.near(hashes_of(8, ALL_BITS)))
    assert len(batches) > 1
    assert all(1 <= len(query) <= 65_536 for query, _, _ in batches)
    places = np.concatenate([place for _, place, _ in batches])
    assert list(range(70_000)) == sorted(places.tolist())


def test_many_hashes_under_one_key_do_not_fill_the_memory() -> None:
    """Ten million pairs meet in one table, and few are near."""
    alike = np.uint64(sum(1 << 7 * at % 64 for at in range(16)))
    hashes, queries = make_random(7, 5_000) & ~alike, make_random(8, 2_000) & ~alike
    index = MultiIndex(hashes, 8)
    assert np.diff(index._tables[0]._starts).max() == 5_000
    found, peak = count_and_measure(index, queries)
    assert len(find_by_force(hashes, queries, 8)) == found
    assert peak < 16_000_000


def test_many_queries_do_not_fill_the_memory() -> None:
    """Sixty thousand, each with two hundred keys to look under."""
    hashes = make_random(12, 60_000)
    index = MultiIndex(hashes, 8)
    assert max(len(table._masks) for table in index._tables) > 100
    found, peak = count_and_measure(index, hashes)
    assert found >= 60_000
    assert peak < 16_000_000


def test_an_index_answers_again_and_leaves_its_arrays_alone() -> None:
    hashes = make_clusters(9, 3_000)
    hashes.flags.writeable = False
    index = MultiIndex(hashes, 8)
    once, again = ([pair[0].tolist() for pair in index.near(hashes)] for _ in range(2))
    assert once == again


def test_every_other_hash_of_an_array_is_as_good_as_an_array() -> None:
    hashes = make_clusters(10, 6_000)
    expected = find(hashes[::2].copy(), hashes[1::40].copy(), 8)
    assert expected == find(hashes[::2], hashes[1::40], 8)


def test_positions_and_distances_have_the_types_they_promise() -> None:
    for hashes in (hashes_of(1), make_random(11, 3_000)):
        for batch in MultiIndex(hashes, 0).near(hashes):
            assert [np.intp, np.intp, np.uint8] == [column.dtype for column in batch]
