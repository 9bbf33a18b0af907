"""Which pairs are measured: few of a large group, and the same ones each time."""

from __future__ import annotations

import numpy as np

from dupscan.calibration import Calibration
from dupscan.calibration.sample import _of_a_group, _Reservoir, choose
from dupscan.model.matches import Candidate
from dupscan.progress import Silence
from dupscan.settings import MatchSettings


def pairs_of(size: int, most: int) -> list[tuple[int, int]]:
    """The pairs that are chosen of a group of the numbers from 100 on."""
    return [*_of_a_group(np.arange(100, 100 + size), most, np.random.default_rng(1))]


def test_all_pairs_of_a_small_group_are_chosen() -> None:
    assert {(100, 101), (100, 102), (101, 102)} == set(pairs_of(3, 50))
    assert len(pairs_of(10, 45)) == len(set(pairs_of(10, 45))) == 45


def test_the_first_picture_of_a_group_comes_with_each_other_one_before_all() -> None:
    pairs = pairs_of(25, 30)

    assert [(100, number) for number in range(101, 125)] == pairs[:24]
    assert len(set(pairs)) == 30


def test_of_a_group_beyond_the_limit_the_others_are_chosen_evenly() -> None:
    assert pairs_of(201, 4) == [(100, 101), (100, 151), (100, 201), (100, 251)]


def test_a_group_of_thousands_costs_no_list_of_all_its_pairs() -> None:
    assert len(set(pairs_of(5_000, 5_100))) == 5_100


def test_of_two_groups_only_a_few_pairs_are_kept() -> None:
    reservoir = _Reservoir(3, np.random.default_rng(1))
    for at in range(10):
        reservoir.offer(Candidate(at, at + 1, ()), (0, 1))
    reservoir.offer(Candidate(50, 51, ()), (0, 2))

    assert [pair.a for pair in reservoir.kept] == [0, 1, 2, 50]
    assert reservoir.offered == 11


def test_a_sample_is_the_same_each_time(calibrated: Calibration) -> None:
    again = choose(calibrated.library, MatchSettings(radius=12), 50, Silence())

    assert again == calibrated.sample


def test_fewer_pairs_are_some_of_those_there_are(calibrated: Calibration) -> None:
    few = choose(calibrated.library, MatchSettings(radius=12), 2, Silence())

    assert {(one.a, one.b) for one in few.candidates} < {
        (one.a, one.b) for one in calibrated.sample.candidates
    }
    assert few.versions == calibrated.sample.versions
