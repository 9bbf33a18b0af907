"""Candidates are what comparing all with all would find, for any hashes and any radius."""

from __future__ import annotations

from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dupscan.index import candidates, near_pairs

RADII = st.integers(0, 32) | st.just(64)
Found = list[tuple[int, int, int]]


@st.composite
def libraries(draw: st.DrawFn) -> list[int | None]:
    """Hashes as a library has them: many equal, many a few bits apart, some none at all."""
    centres = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4))
    flips = st.lists(st.integers(0, 63), max_size=12)
    near = st.builds(
        lambda centre, bits: centre ^ sum(1 << bit for bit in set(bits)),
        st.sampled_from(centres),
        flips,
    )
    return draw(st.lists(st.none() | st.sampled_from(centres) | near, max_size=40))


def find(hashes: list[int | None], radius: int) -> Found:
    return sorted((pair.a, pair.b, pair.distance) for pair in candidates(hashes, radius))


def find_by_force(hashes: list[int | None], radius: int) -> Found:
    known = [(at, value) for at, value in enumerate(hashes) if value is not None]
    return [
        (a, b, (one ^ other).bit_count())
        for (a, one), (b, other) in combinations(known, 2)
        if (one ^ other).bit_count() <= radius
    ]


@given(libraries(), RADII)
def test_candidates_are_what_brute_force_finds_each_once(
    hashes: list[int | None], radius: int
) -> None:
    assert find_by_force(hashes, radius) == find(hashes, radius)


@given(st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 255), max_size=40), RADII)
def test_near_pairs_are_what_brute_force_finds_each_once(hashes: set[int], radius: int) -> None:
    distinct = list(hashes)
    expected = [(distinct[a], distinct[b], bits) for a, b, bits in find_by_force([*hashes], radius)]
    assert sorted(expected) == sorted(near_pairs(distinct, radius))


@given(libraries(), RADII, st.randoms(use_true_random=False))
def test_the_order_of_the_hashes_does_not_matter(
    hashes: list[int | None], radius: int, chance: Random
) -> None:
    order = list(range(len(hashes)))
    chance.shuffle(order)
    shuffled = find([hashes[at] for at in order], radius)
    found = [(*sorted((order[a], order[b])), bits) for a, b, bits in shuffled]
    assert find(hashes, radius) == sorted(found)


@given(libraries(), st.integers(0, 31))
def test_a_larger_radius_loses_nothing(hashes: list[int | None], radius: int) -> None:
    assert set(find(hashes, radius)) <= set(find(hashes, radius + 1))
