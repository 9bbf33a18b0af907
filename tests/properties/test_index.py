"""Candidates are what comparing all with all would find, for any hashes, views and radius."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dupscan.index import MAX_COMPARED_PER_BUCKET, candidates
from dupscan.model.hash_table import HashTable
from dupscan.model.pictures import Hashes
from dupscan.model.views import FIXED, PARTS, TURNED
from dupscan.settings import VIEWS, MatchSettings

RADII = st.integers(0, 32)
BORDER = (0.1, 0.0, 0.9, 1.0)
WANTED = {"plain": 0, "orientations": len(TURNED), "all": None}
Library = list[Hashes | None]


def of(values: Sequence[int]) -> NDArray[np.uint64]:
    return np.array(values, np.uint64)


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    """Hashes as a library has them: many equal, many a few bits apart, some none at all."""
    centres = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4))
    flips = st.lists(st.integers(0, 63), max_size=12)
    near = st.builds(
        lambda centre, bits: centre ^ sum(1 << bit for bit in set(bits)),
        st.sampled_from(centres),
        flips,
    )
    value = st.sampled_from(centres) | near
    far = Random(draw(st.integers(0, 99)))

    def picture() -> Hashes:
        border = BORDER if far.random() < 0.3 else None
        views = [far.getrandbits(64) for _ in range(len(FIXED) + 8 * bool(border))]
        for place in draw(st.lists(st.integers(0, len(views) - 1), max_size=3)):
            views[place] = draw(value)
        parts = [draw(value) if far.random() < 0.2 else far.getrandbits(64) for _ in PARTS]
        return Hashes(draw(value), of(views), of(parts), border)

    return [picture() if far.random() < 0.9 else None for _ in range(draw(st.integers(0, 16)))]


def find(hashes: Library, radius: int, views: str, index: str = "auto") -> set[tuple[int, int]]:
    wanted = MatchSettings(radius=radius, views=views, index=index)
    found = [(pair.a, pair.b) for pair in candidates(HashTable.of(hashes), wanted)]
    assert sorted(set(found)) == found
    return set(found)


def all_of(one: Hashes, views: str) -> list[int]:
    """The hashes with which a picture is looked up."""
    return [one.plain, *one.views[: WANTED[views]].tolist()]


def nearest(one: Hashes, other: Hashes, views: str) -> int:
    """The fewest bits between the views of either and the other's plain hash, or two parts."""
    pairs = [(value, other.plain) for value in all_of(one, views)]
    pairs += [(value, one.plain) for value in all_of(other, views)]
    if views == "all":
        pairs += zip(one.parts.tolist(), other.parts.tolist(), strict=True)
    return min((value ^ plain).bit_count() for value, plain in pairs)


def find_by_force(hashes: Library, radius: int, views: str) -> Iterator[tuple[int, int]]:
    known = [(at, one) for at, one in enumerate(hashes) if one is not None]
    for (a, one), (b, other) in combinations(known, 2):
        if nearest(one, other, views) <= radius:
            yield a, b


@settings(max_examples=60)
@given(libraries(), RADII, st.sampled_from(VIEWS))
def test_tree_tables_and_brute_force_find_the_very_same(
    hashes: Library, radius: int, views: str
) -> None:
    expected = set(find_by_force(hashes, radius, views))
    assert expected == find(hashes, radius, views, "bktree")
    assert expected == find(hashes, radius, views, "multi")


@settings(max_examples=60)
@given(libraries(), RADII, st.sampled_from(VIEWS))
def test_tree_and_tables_give_the_same_hits_in_the_same_order(
    hashes: Library, radius: int, views: str
) -> None:
    tree, tables = (
        list(
            candidates(HashTable.of(hashes), MatchSettings(radius=radius, views=views, index=index))
        )
        for index in ("bktree", "multi")
    )
    assert tree == tables


@settings(max_examples=60)
@given(libraries(), RADII)
def test_a_hit_is_within_the_radius_and_of_a_view_that_is_there(
    hashes: Library, radius: int
) -> None:
    for pair in candidates(HashTable.of(hashes), MatchSettings(radius=radius)):
        assert pair.hits
        assert all(hit.distance <= radius for hit in pair.hits)
        assert len({(hit.view.name, hit.view.orientation) for hit in pair.hits}) == len(pair.hits)


@settings(max_examples=60)
@given(libraries(), RADII, st.randoms(use_true_random=False))
def test_the_order_of_the_pictures_does_not_matter(
    hashes: Library, radius: int, chance: Random
) -> None:
    order = list(range(len(hashes)))
    chance.shuffle(order)
    shuffled = find([hashes[at] for at in order], radius, "all")
    found = {(min(order[a], order[b]), max(order[a], order[b])) for a, b in shuffled}
    assert find(hashes, radius, "all") == found


@settings(max_examples=60)
@given(libraries(), st.integers(0, 31))
def test_a_larger_radius_loses_nothing(hashes: Library, radius: int) -> None:
    assert find(hashes, radius, "all") <= find(hashes, radius + 1, "all")


@settings(max_examples=60)
@given(libraries(), RADII)
def test_more_views_lose_nothing(hashes: Library, radius: int) -> None:
    plain, turned, all_views = (find(hashes, radius, views) for views in VIEWS)
    assert plain <= turned <= all_views


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 2 * MAX_COMPARED_PER_BUCKET), min_size=1, max_size=3),
    st.sampled_from(("bktree", "multi")),
    st.randoms(use_true_random=False),
)
def test_buckets_are_bounded_and_everybody_meets_the_best(
    sizes: list[int], index: str, chance: Random
) -> None:
    """Buckets one bit apart; the picture worth most meets all of its bucket."""
    bucket_of = [bucket for bucket, size in enumerate(sizes) for _ in range(size)]
    none = of([])
    hashes = [Hashes(1 << bucket, none, of([0, 0])) for bucket in bucket_of]
    best_first = list(range(len(hashes)))
    chance.shuffle(best_first)
    wanted = MatchSettings(radius=2, views="plain", index=index)
    met = {(one.a, one.b) for one in candidates(HashTable.of(hashes, best_first), wanted)}
    assert len(met) <= MAX_COMPARED_PER_BUCKET * len(sizes) * len(hashes)
    for best in {bucket_of[at]: at for at in reversed(best_first)}.values():
        others = set(range(len(hashes))) - {best}
        assert others == {a + b - best for a, b in met if best in (a, b)}
