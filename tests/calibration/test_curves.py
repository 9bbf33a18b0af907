"""Distributions, curves, cutoffs and how sure they are, against values known by heart."""

from __future__ import annotations

import numpy as np
import pytest

from dupscan.calibration import curves
from dupscan.calibration.curves import Cutoff, Interval

NOTHING = np.array([])


def cutoff_of(alike: list[float], different: list[float], rate: float) -> Cutoff:
    """The cutoff where each pair is of a group of its own."""
    numbers = np.arange(len(different))
    return curves.cutoff(
        np.array(alike),
        np.array(different),
        np.arange(len(alike)),
        np.stack([numbers, numbers + 1], axis=1),
        rate,
    )


def test_nothing_has_no_distribution() -> None:
    assert curves.distribution(NOTHING) is None


def test_a_distribution_tells_its_percentiles() -> None:
    assert curves.Distribution(101, 0, 1, 5, 50, 95, 99, 100) == curves.distribution(
        np.arange(101.0)
    )


def test_the_area_is_one_where_all_alike_pairs_are_nearer() -> None:
    assert curves.roc(np.array([1.0, 2]), np.array([3.0, 4])).area == 1


def test_the_area_is_a_half_where_nothing_is_told() -> None:
    assert curves.roc(np.array([1.0, 1]), np.array([1.0])).area == 0.5


def test_what_no_view_brought_together_lies_beyond_all_cutoffs() -> None:
    curve = curves.roc(np.array([1.0, np.nan]), np.array([3.0]))

    assert curve.area == 0.5
    assert curve.true.tolist() == [0, 0.5, 0.5]


def test_a_curve_of_nothing_has_no_area() -> None:
    assert np.isnan(curves.roc(NOTHING, NOTHING).area)


def test_the_cutoff_lies_in_the_middle_of_the_gap() -> None:
    found = cutoff_of([1, 2, 3], [5, 6, 7], 0.001)

    assert (found.score, found.false, found.recall) == (4, 0, 1)


def test_as_many_false_ones_are_let_by_as_the_rate_allows() -> None:
    found = cutoff_of([1, 2, 3], list(range(2, 12)), 0.2)

    assert (found.score, found.false) == (3.5, 2)


def test_a_rate_that_is_a_whole_number_of_pairs_is_not_rounded_away() -> None:
    """0.001 × 3,000 is 2.9999999999999996 to a computer."""
    assert cutoff_of([0], list(range(1, 3001)), 0.001).false == 3


def test_where_the_nearest_of_all_are_different_there_is_no_cutoff() -> None:
    found = cutoff_of([0, 0, 0], [0, 1, 2], 0.1)

    assert (found.score, found.false, found.recall) == (-np.inf, 0, 0)


def test_pairs_that_were_missed_lower_the_recall() -> None:
    assert cutoff_of([1, np.nan, np.nan, 1], [2], 0.1).recall == 0.5


def test_the_cutoff_is_less_sure_when_few_groups_make_the_pairs() -> None:
    chance = np.random.default_rng(1)
    different = np.sort(chance.normal(10, 1, 400))
    alike = np.zeros(10)
    many = np.arange(800).reshape(-1, 2)
    few = np.repeat(np.arange(20).reshape(-1, 2), 40, axis=0)

    wide, narrow = (
        curves.cutoff(alike, different, np.arange(10), groups, 0.1).between
        for groups in (few, many)
    )

    assert wide.high - wide.low > narrow.high - narrow.low


def test_the_same_pairs_have_the_same_interval() -> None:
    assert cutoff_of([1, 2], [3, 4, 9], 0.4) == cutoff_of([1, 2], [3, 4, 9], 0.4)


def test_an_interval_of_independent_pairs_is_that_of_clopper_and_pearson() -> None:
    """0 of 10: 0 to 0.3085; 10 of 10: 0.6915 to 1."""
    none, clusters = np.zeros(10, np.bool_), np.arange(10)

    assert curves.share_interval(none, clusters).high == pytest.approx(0.3085, abs=1e-4)
    assert curves.share_interval(~none, clusters).low == pytest.approx(0.6915, abs=1e-4)


def test_an_interval_widens_when_pairs_come_in_groups() -> None:
    hits = np.repeat([True, True, True, True, False], 20)

    groups = curves.share_interval(hits, np.repeat(np.arange(5), 20))
    pairs = curves.share_interval(hits, np.arange(100))

    assert groups.low < pairs.low < 0.8 < pairs.high < groups.high


def test_nothing_may_be_any_share() -> None:
    assert Interval(0, 1) == curves.share_interval(np.array([], np.bool_), np.array([], np.intp))


def test_no_pairs_show_no_rate() -> None:
    assert curves.least_rate_shown(0) == 1
