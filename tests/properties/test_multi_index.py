"""Multi-index hashing finds what brute force finds, for any hashes, any queries and any radius."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dupscan.index import multi_index
from dupscan.index.multi_index import MultiIndex

HashArray = NDArray[np.uint64]
Found = list[tuple[int, ...]]

RADII = st.integers(0, 16) | st.integers(17, 64)
ANY_BITS = st.integers(0, 2**64 - 1)
WAYS = st.tuples(st.booleans(), st.sampled_from([16, 50, 1 << 16]))
"""Whether to use tables where a scan is quicker, and how many pairs to look at in one go."""


@st.composite
def libraries(draw: st.DrawFn) -> tuple[HashArray, HashArray]:
    """Hashes and queries: many equal, many a few bits apart, some like nothing else."""
    centres = draw(st.lists(ANY_BITS, min_size=1, max_size=3))
    near = st.builds(
        lambda centre, bits: centre ^ sum(1 << bit for bit in bits),
        st.sampled_from(centres),
        st.sets(st.integers(0, 63), max_size=18),
    )
    values = st.lists(st.sampled_from(centres) | near | ANY_BITS, max_size=40)
    return np.array(draw(values), np.uint64), np.array(draw(values), np.uint64)


@contextmanager
def in_this_way(way: tuple[bool, int]) -> Iterator[None]:
    """Few hashes, looked at as many are: in tables, and not all in one go."""
    by_tables, at_once = way
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multi_index, "_ROWS_PER_BLOCK", at_once)
        if by_tables:
            patch.setattr(multi_index, "_SCANNING", math.inf)
        yield


def find(hashes: HashArray, queries: HashArray, radius: int) -> Found:
    """Every (query, hash, distance), sorted."""
    batches = MultiIndex(hashes, radius).near(queries)
    return sorted(pair for batch in batches for pair in zip(*batch, strict=True))


def find_by_force(hashes: HashArray, queries: HashArray, radius: int) -> Found:
    return [
        (query, place, (one ^ other).bit_count())
        for query, one in enumerate(queries.tolist())
        for place, other in enumerate(hashes.tolist())
        if (one ^ other).bit_count() <= radius
    ]


@settings(max_examples=300)
@given(libraries(), RADII, WAYS)
def test_pairs_are_what_brute_force_finds_each_once(
    library: tuple[HashArray, HashArray], radius: int, way: tuple[bool, int]
) -> None:
    hashes, queries = library
    with in_this_way(way):
        assert find_by_force(hashes, queries, radius) == find(hashes, queries, radius)


@given(libraries(), RADII, WAYS, st.randoms(use_true_random=False))
def test_the_order_of_hashes_and_queries_does_not_matter(
    library: tuple[HashArray, HashArray], radius: int, way: tuple[bool, int], chance: Random
) -> None:
    hashes, queries = library
    places, rows = list(range(len(hashes))), list(range(len(queries)))
    chance.shuffle(places)
    chance.shuffle(rows)
    with in_this_way(way):
        mixed = find(hashes[places], queries[rows], radius)
        expected = find(hashes, queries, radius)
    assert expected == sorted((rows[row], places[place], bits) for row, place, bits in mixed)


@given(libraries(), RADII, WAYS)
def test_it_does_not_matter_which_side_asks(
    library: tuple[HashArray, HashArray], radius: int, way: tuple[bool, int]
) -> None:
    hashes, queries = library
    with in_this_way(way):
        asked = find(queries, hashes, radius)
        assert find(hashes, queries, radius) == sorted((b, a, bits) for a, b, bits in asked)


@given(libraries(), RADII, WAYS, st.integers(0, 40))
def test_queries_may_come_in_parts(
    library: tuple[HashArray, HashArray], radius: int, way: tuple[bool, int], cut: int
) -> None:
    hashes, queries = library
    with in_this_way(way):
        first, second = (find(hashes, part, radius) for part in (queries[:cut], queries[cut:]))
        expected = find(hashes, queries, radius)
    assert expected == first + [(row + cut, place, bits) for row, place, bits in second]


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(500, 4_000), st.integers(0, 16), st.integers(0, 24))
def test_many_hashes_have_the_pairs_that_brute_force_finds(
    seed: int, count: int, radius: int, noise: int
) -> None:
    """A few centres and up to `noise` bits turned over: from all equal to as good as random."""
    chance = np.random.default_rng(seed)
    centres = chance.integers(0, 2**64 - 1, 10, np.uint64, endpoint=True)
    hashes = chance.choice(centres, count)
    for _ in range(noise):
        hashes ^= np.uint64(1) << chance.integers(0, 64, count, np.uint64)
    queries = hashes[: count // 10]
    distances = np.bitwise_count(queries[:, None] ^ hashes)
    counted = np.zeros(distances.shape, np.uint8)
    for query, place, bits in MultiIndex(hashes, radius).near(queries):
        assert np.array_equal(distances[query, place], bits)
        np.add.at(counted, (query, place), 1)
    assert np.array_equal(distances <= radius, counted)
