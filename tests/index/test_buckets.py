"""Buckets: the pictures behind a hash, and those of them that are worth a comparison."""

from __future__ import annotations

import numpy as np

from dupscan.index.buckets import MAX_COMPARED_PER_BUCKET, HashBuckets

MANY = 3 * MAX_COMPARED_PER_BUCKET


def buckets_of(*hashes: int) -> HashBuckets:
    return HashBuckets(np.array(hashes, np.uint64))


def answers(buckets: HashBuckets, asked: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Who is to be compared: for each (bucket, asking picture) its row with each place."""
    numbers, asking = (np.array(column, np.intp) for column in zip(*asked, strict=True))
    rows, places = buckets.members(numbers, asking)
    return list(zip(rows.tolist(), places.tolist(), strict=True))


def test_nobody_makes_no_bucket() -> None:
    buckets = buckets_of()
    rows, places = buckets.members(np.empty(0, np.intp), np.empty(0, np.intp))
    assert len(buckets.distinct) == len(rows) == len(places) == 0


def test_equal_hashes_are_one_bucket() -> None:
    assert buckets_of(7, 5, 7, 2**64 - 1, 5).distinct.tolist() == [5, 7, 2**64 - 1]


def test_a_bucket_is_told_in_the_order_of_worth() -> None:
    buckets = buckets_of(7, 5, 7, 7, 5)
    assert answers(buckets, [(1, 1), (0, 0)]) == [(0, 0), (0, 2), (0, 3), (1, 1), (1, 4)]


def test_the_same_bucket_asked_twice_answers_twice() -> None:
    assert answers(buckets_of(7, 5), [(1, 1), (1, 1)]) == [(0, 0), (1, 0)]


def test_the_best_of_a_bucket_meet_all_of_another() -> None:
    buckets = buckets_of(*[1] * MANY, *[2] * MANY)
    for asking in (0, MAX_COMPARED_PER_BUCKET - 1, MANY, MANY + MAX_COMPARED_PER_BUCKET - 1):
        found = answers(buckets, [(1, asking)])
        assert [(0, MANY + at) for at in range(MANY)] == found


def test_the_others_of_a_bucket_meet_the_best_of_another_only() -> None:
    buckets = buckets_of(*[1] * MANY, *[2] * MANY)
    for asking in (MAX_COMPARED_PER_BUCKET, MANY - 1, MANY + MAX_COMPARED_PER_BUCKET, 2 * MANY - 1):
        assert [(0, at) for at in range(MAX_COMPARED_PER_BUCKET)] == answers(buckets, [(0, asking)])


def test_a_bucket_of_just_so_many_is_met_as_a_whole() -> None:
    buckets = buckets_of(*[1] * MAX_COMPARED_PER_BUCKET, *[2] * MANY)
    assert [(0, at) for at in range(MAX_COMPARED_PER_BUCKET)] == answers(
        buckets, [(0, MAX_COMPARED_PER_BUCKET + MANY - 1)]
    )


def test_somebody_alone_meets_all_of_a_bucket() -> None:
    """Alone, it is the best of its own."""
    buckets = buckets_of(*[1] * MANY, 9)
    assert [(0, at) for at in range(MANY)] == answers(buckets, [(0, MANY)])
