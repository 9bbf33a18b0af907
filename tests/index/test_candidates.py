"""Hashes → candidate pairs: every unordered pair within the radius, once."""

from __future__ import annotations

from itertools import islice

from dupscan.index import candidates
from dupscan.model import Candidate

HIGHEST = 1 << 63


def pairs_of(hashes: list[int | None], radius: int) -> set[tuple[int, int, int]]:
    found = [(pair.a, pair.b, pair.distance) for pair in candidates(hashes, radius)]
    assert len(found) == len(set(found)), "a pair came twice"
    return set(found)


def test_no_hashes_have_no_candidates() -> None:
    assert set() == pairs_of([], radius=8)


def test_one_hash_is_no_candidate_of_itself() -> None:
    assert set() == pairs_of([0b1011], radius=64)


def test_a_picture_without_a_hash_takes_no_part() -> None:
    assert set() == pairs_of([None, None, 0, None], radius=64)


def test_equal_hashes_are_at_distance_nought() -> None:
    assert {(0, 1, 0), (0, 3, 0), (1, 3, 0)} == pairs_of([5, 5, None, 5], radius=0)


def test_radius_nought_finds_equal_hashes_only() -> None:
    assert {(0, 2, 0)} == pairs_of([8, 9, 8], radius=0)


def test_a_pair_at_the_radius_is_in_and_one_bit_beyond_is_out() -> None:
    assert {(0, 1, 8)} == pairs_of([0, 0xFF, 0x1FF << 20], radius=8)


def test_the_highest_bit_counts_like_any_other() -> None:
    assert {(0, 1, 1)} == pairs_of([0, HIGHEST], radius=1)


def test_every_copy_of_a_hash_meets_every_copy_of_its_neighbour() -> None:
    """Two pairs of copies, one bit apart, join; czkawka once dropped hashes with copies."""
    expected = {(0, 2, 0), (1, 3, 0), (0, 1, 1), (0, 3, 1), (1, 2, 1), (2, 3, 1)}
    assert expected == pairs_of([0, 1, 0, 1], radius=1)


def test_the_lower_number_comes_first() -> None:
    found = list(candidates([3, 1, 3, 2, 1, 0], radius=2))
    assert found
    assert all(pair.a < pair.b for pair in found)


def test_a_radius_of_all_bits_finds_all_pairs() -> None:
    assert len(pairs_of([0, 2**64 - 1, HIGHEST, 0xAAAA], radius=64)) == 6


def test_a_hundred_thousand_equal_hashes_are_a_stream() -> None:
    """Their five thousand million pairs come one by one and are never gathered."""
    first = list(islice(candidates([7] * 100_000, radius=8), 2))
    assert [Candidate(0, 1, 0), Candidate(0, 2, 0)] == first


def test_progress_counts_each_distinct_hash_once() -> None:
    told: list[int] = []
    list(candidates([4, 4, None, 4, 9, 6, 9], radius=3, looked_up=told.append))
    assert sum(told) == 3
