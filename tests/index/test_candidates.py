"""Hashes → candidate pairs: every unordered pair of which a view is near, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from dupscan import index as room
from dupscan.index import MAX_COMPARED_PER_BUCKET, Candidates, candidates
from dupscan.index.bktree import TreeIndex
from dupscan.index.hits import MOST_HITS
from dupscan.index.multi_index import MultiIndex
from dupscan.model.hash_table import HashTable
from dupscan.model.matches import Hit
from dupscan.model.pictures import Hashes
from dupscan.model.views import (
    CLOCKWISE,
    FIXED,
    MIRRORED,
    ORIENTATIONS,
    PARTS,
    TURNED,
    View,
    trimmed,
)
from dupscan.settings import INDEXES, MOST_IN_TREE, MatchSettings

HashesOf = Callable[..., Hashes]
HIGHEST = 1 << 63
ALL_BITS = 2**64 - 1
CROPPED = len(TURNED)
"""Where the cuts begin among the fixed views."""


@pytest.fixture(params=INDEXES)
def index(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def plain_pairs(hashes_of: HashesOf, index: str) -> Callable[..., set[tuple[int, int, int]]]:
    """The (a, b, distance) of plain hashes."""

    def run(hashes: Sequence[int | None], radius: int) -> set[tuple[int, int, int]]:
        known = [None if value is None else hashes_of(value) for value in hashes]
        found = candidates(
            HashTable.of(known), MatchSettings(radius=radius, views="plain", index=index)
        )
        pairs = [(pair.a, pair.b, pair.hits[0].distance) for pair in found]
        assert len(found) == len(pairs) == len(set(pairs)), "a pair came twice"
        return set(pairs)

    return run


def find(hashes: Sequence[Hashes | None], index: str = "auto", **settings: int | str) -> Candidates:
    return candidates(HashTable.of(hashes), MatchSettings(index=index, **settings))  # type: ignore[arg-type]


def numbers_of(found: Candidates) -> list[tuple[int, int]]:
    return [(pair.a, pair.b) for pair in found]


# -- plain hashes ----------------------------------------------------------------------------------


def test_no_hashes_have_no_candidates(index: str) -> None:
    found = find([], index)
    assert len(found) == 0
    assert list(found) == []


def test_hashes_that_are_far_apart_have_no_candidates(hashes_of: HashesOf, index: str) -> None:
    found = find([hashes_of(0), hashes_of(ALL_BITS)], index)
    assert len(found) == 0
    assert list(found) == []


def test_one_picture_is_no_candidate_of_itself(hashes_of: HashesOf, index: str) -> None:
    """Nor are its views, though the mirrored one be equal to it."""
    one = hashes_of(0b1011, dict.fromkeys(range(len(FIXED)), 11))
    assert list(find([one], index)) == []


def test_a_picture_without_a_hash_takes_no_part(
    plain_pairs: Callable[..., set[tuple[int, int, int]]],
) -> None:
    assert plain_pairs([None, None, 0, None, 1], radius=32) == {(2, 4, 1)}


def test_equal_hashes_are_at_distance_nought(
    plain_pairs: Callable[..., set[tuple[int, int, int]]],
) -> None:
    assert plain_pairs([5, 5, None, 5], radius=0) == {(0, 1, 0), (0, 3, 0), (1, 3, 0)}


def test_radius_nought_finds_equal_hashes_only(
    plain_pairs: Callable[..., set[tuple[int, int, int]]],
) -> None:
    assert plain_pairs([8, 9, 8], radius=0) == {(0, 2, 0)}


def test_a_pair_at_the_radius_is_in_and_one_bit_beyond_is_out(
    plain_pairs: Callable[..., set[tuple[int, int, int]]],
) -> None:
    assert plain_pairs([0, 0xFF, 0x1FF << 20], radius=8) == {(0, 1, 8)}


def test_the_highest_bit_counts_like_any_other(
    plain_pairs: Callable[..., set[tuple[int, int, int]]],
) -> None:
    assert plain_pairs([0, HIGHEST], radius=1) == {(0, 1, 1)}


def test_every_copy_of_a_hash_meets_every_copy_of_its_neighbour(
    plain_pairs: Callable[..., set[tuple[int, int, int]]],
) -> None:
    """Two pairs of copies, one bit apart, join; czkawka once dropped hashes with copies."""
    expected = {(0, 2, 0), (1, 3, 0), (0, 1, 1), (0, 3, 1), (1, 2, 1), (2, 3, 1)}
    assert expected == plain_pairs([0, 1, 0, 1], radius=1)


def test_candidates_come_in_the_order_of_their_pictures(hashes_of: HashesOf, index: str) -> None:
    found = find([hashes_of(value) for value in (3, 1, 3, 2, 1, 0)], index, radius=2)
    assert sorted(numbers_of(found)) == numbers_of(found)
    assert all(pair.a < pair.b for pair in found)


def test_a_large_library_has_the_same_candidates_by_tables_as_by_tree(hashes_of: HashesOf) -> None:
    """So many that the tables are used; a few are told apart by measuring them all."""
    chance = np.random.default_rng(2)
    plain = chance.integers(0, 2**63, 1500, np.uint64)
    plain[::3] ^= np.uint64(1) << chance.integers(0, 64, 500, np.uint64)
    plain[1::3] = plain[::3]
    hashes = [hashes_of(value) for value in plain.tolist()]
    tree, tables = (list(find(hashes, index, views="plain")) for index in ("bktree", "multi"))
    assert len(tree) >= 500
    assert tree == tables


def test_they_can_be_counted_and_told_again(hashes_of: HashesOf) -> None:
    found = find([hashes_of(value) for value in (0, 1, 2, 3)], radius=1)
    assert len(found) == len(list(found)) == len(list(found)) == 4


# -- views -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(len(FIXED)))
def test_a_hit_says_which_view_of_which_picture_it_is(
    hashes_of: HashesOf, index: str, at: int
) -> None:
    viewed, other = hashes_of(ALL_BITS, {at: 0b1}), hashes_of(0)
    (pair,) = find([viewed, other], index)
    assert pair.hits == (Hit(1, FIXED[at], of_b=False),)
    (pair,) = find([other, viewed], index)
    assert pair.hits == (Hit(1, FIXED[at], of_b=True),)


@pytest.mark.parametrize("orientation", range(len(ORIENTATIONS)))
def test_what_is_inside_of_a_border_is_looked_up_in_all_orientations(
    hashes_of: HashesOf, index: str, orientation: int
) -> None:
    border = (0.1, 0.1, 0.9, 0.8)
    framed = hashes_of(ALL_BITS, {len(FIXED) + orientation: 0b11}, border=border)
    (pair,) = find([hashes_of(0), framed], index)
    assert pair.hits == (Hit(2, trimmed(border)[orientation], of_b=True),)


@pytest.mark.parametrize("part", range(len(PARTS)))
def test_the_same_part_of_two_pictures_is_a_plain_hit(
    hashes_of: HashesOf, index: str, part: int
) -> None:
    """A caption spoils the other part of both."""
    one, other = hashes_of(0, parts={part: 1}), hashes_of(ALL_BITS, parts={part: 3})
    (pair,) = find([one, other], index)
    assert pair.hits == (Hit(1, View("plain")),)


def test_the_upper_part_of_one_is_not_held_against_the_lower_of_another(
    hashes_of: HashesOf, index: str
) -> None:
    pair = [hashes_of(0, parts={0: 7}), hashes_of(ALL_BITS, parts={1: 7})]
    assert list(find(pair, index)) == []


def test_the_plain_hit_comes_first_and_then_the_nearest(hashes_of: HashesOf) -> None:
    """Told apart by more than by how much is cut off."""
    one = hashes_of(0b1111, {0: 0b11, CROPPED: 0b1, CROPPED + 1: 0})
    (pair,) = find([one, hashes_of(0)])
    expected = Hit(4, View("plain")), Hit(0, FIXED[CROPPED + 1]), Hit(2, FIXED[MIRRORED - 1])
    assert expected == pair.hits
    assert len(pair.hits) <= MOST_HITS


def test_a_pair_that_is_near_both_ways_is_one_candidate(hashes_of: HashesOf, index: str) -> None:
    mirrored = MIRRORED - 1
    pair = [hashes_of(0, {mirrored: HIGHEST}), hashes_of(HIGHEST, {mirrored: 0})]
    assert len(find(pair, index, radius=0)) == 1


def test_only_the_views_that_are_wanted_are_looked_up(hashes_of: HashesOf, index: str) -> None:
    """Pictures 0 to 3: the one that is looked for, it turned, cut, and captioned."""
    border = (0.2, 0.0, 1.0, 1.0)
    library = [
        hashes_of(0, parts={0: 5}),
        hashes_of(0xFF << 8, {CLOCKWISE - 1: 0}),
        hashes_of(0xFF << 16, {CROPPED: 0}),
        hashes_of(0xFF << 24, parts={0: 5}),
        hashes_of(0xFF << 32, {len(FIXED) + 2: 0}, border=border),
    ]
    met = {
        views: [b for a, b in numbers_of(find(library, index, views=views, radius=4)) if a == 0]
        for views in ("plain", "orientations", "all")
    }
    assert met == {"plain": [], "orientations": [1], "all": [1, 2, 3, 4]}


# -- which index answers ---------------------------------------------------------------------------


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """The kinds of index that are built from now on, in order."""
    kinds: list[type] = []

    class Tree(TreeIndex):
        def __init__(self, *of_what: Any) -> None:
            kinds.append(TreeIndex)
            super().__init__(*of_what)

    class Tables(MultiIndex):
        def __init__(self, *of_what: Any) -> None:
            kinds.append(MultiIndex)
            super().__init__(*of_what)

    monkeypatch.setattr(room, "TreeIndex", Tree)
    monkeypatch.setattr(room, "MultiIndex", Tables)
    return kinds


@pytest.mark.parametrize(
    ("index", "pictures", "expected"),
    [
        ("auto", 0, TreeIndex),
        ("auto", MOST_IN_TREE, TreeIndex),
        ("auto", MOST_IN_TREE + 1, MultiIndex),
        ("bktree", MOST_IN_TREE + 1, TreeIndex),
        ("multi", 1, MultiIndex),
    ],
)
def test_a_small_library_is_looked_up_in_the_tree(
    hashes_of: HashesOf, built: list[type], index: str, pictures: int, expected: type
) -> None:
    """Plain hashes, then those of the upper and lower parts: three indexes of one kind."""
    find([hashes_of(place) for place in range(pictures)], index, radius=0)
    assert built == [expected] * 3


# -- buckets ---------------------------------------------------------------------------------------


def test_a_bucket_meets_its_best_ones_only(hashes_of: HashesOf, index: str) -> None:
    many = 3 * MAX_COMPARED_PER_BUCKET
    best_first = range(many - 1, -1, -1)
    settings = MatchSettings(index=index, views="plain")
    found = candidates(HashTable.of([hashes_of(7)] * many, best_first), settings)
    best = set(range(many - MAX_COMPARED_PER_BUCKET, many))
    expected = {(a, b) for a in range(many) for b in range(a + 1, many) if best & {a, b}}
    assert expected == set(numbers_of(found))


def test_without_an_order_of_worth_the_first_ones_are_the_best(hashes_of: HashesOf) -> None:
    found = find([hashes_of(7)] * (MAX_COMPARED_PER_BUCKET + 2), views="plain")
    assert (MAX_COMPARED_PER_BUCKET, MAX_COMPARED_PER_BUCKET + 1) not in numbers_of(found)
    assert (MAX_COMPARED_PER_BUCKET - 1, MAX_COMPARED_PER_BUCKET + 1) in numbers_of(found)


def test_a_bucket_is_no_larger_for_its_views(hashes_of: HashesOf, index: str) -> None:
    """A symmetric picture is near itself in many views, and they are one candidate each."""
    symmetric = hashes_of(7, dict.fromkeys(range(len(FIXED)), 7), {0: 7, 1: 7})
    found = find([symmetric] * 80, index)
    assert (
        len(found)
        == MAX_COMPARED_PER_BUCKET * 80
        - MAX_COMPARED_PER_BUCKET * (MAX_COMPARED_PER_BUCKET + 1) // 2
    )


# -- progress and stopping -------------------------------------------------------------------------


def test_progress_counts_each_picture_that_takes_part_once(hashes_of: HashesOf, index: str) -> None:
    told: list[int] = []
    hashes = [None if value is None else hashes_of(value) for value in (4, 4, None, 4, 9, 6, 9)]
    candidates(HashTable.of(hashes), MatchSettings(index=index), looked_up=told.append)
    assert sum(told) == 6


def test_a_stop_ends_the_search_and_keeps_what_was_found(hashes_of: HashesOf) -> None:
    settings = MatchSettings(views="plain", radius=0)
    chance = np.random.default_rng(1).integers(0, 2**63, 40_000).tolist()
    hashes = [hashes_of(value) for value in [1, 1, *chance]]
    told: list[int] = []
    found = candidates(
        HashTable.of(hashes), settings, looked_up=told.append, stopped=lambda: bool(told)
    )
    assert len(told) == 1
    assert numbers_of(found) == [(0, 1)]


def test_a_stop_before_the_search_finds_nothing(hashes_of: HashesOf) -> None:
    pairs = [hashes_of(1), hashes_of(1)]
    assert list(candidates(HashTable.of(pairs), MatchSettings(), stopped=lambda: True)) == []
