"""Shares and how sure they are, against values known by heart."""

from __future__ import annotations

import numpy as np
import pytest

from dupscan.calibration import statistics
from dupscan.calibration.statistics import Share


def test_a_cutoff_lies_in_the_middle_of_the_gap() -> None:
    assert statistics.between(3, 5) == 4


def test_a_cutoff_without_a_next_score_is_the_last_one_that_passes() -> None:
    assert statistics.between(3, np.inf) == 3
    assert statistics.between(-np.inf, 3) == -np.inf


def test_as_many_pairs_pass_as_may_err() -> None:
    scores = np.array([5.0, 1, 3])

    assert [statistics.first_refused(scores, errors) for errors in range(4)] == [1, 3, 5, np.inf]


def test_a_rate_that_is_a_whole_number_of_pairs_is_not_rounded_away() -> None:
    """0.001 × 3,000 is 2.9999999999999996 to a computer."""
    assert statistics.errors_at(0.001, 3000) == 3


def test_an_interval_of_independent_pairs_is_that_of_clopper_and_pearson() -> None:
    """0 of 10: 0 to 0.3085; 10 of 10: 0.6915 to 1."""
    none, clusters = np.zeros(10, np.bool_), np.arange(10)

    assert statistics.share_of(none, clusters).high == pytest.approx(0.3085, abs=1e-4)
    assert statistics.share_of(~none, clusters).low == pytest.approx(0.6915, abs=1e-4)


def test_an_interval_widens_when_pairs_come_in_groups() -> None:
    hits = np.repeat([True, True, True, True, False], 20)

    groups = statistics.share_of(hits, np.repeat(np.arange(5), 20))
    pairs = statistics.share_of(hits, np.arange(100))

    assert groups.low < pairs.low < 0.8 < pairs.high < groups.high


def test_nothing_may_be_any_share() -> None:
    found = statistics.share_of(np.array([], np.bool_), np.array([], np.intp))

    assert found == Share(0, 0, 0, 1)
    assert np.isnan(found.share)


def test_no_pairs_prove_no_rate() -> None:
    assert statistics.least_provable_rate(0) == 1


def test_more_pairs_prove_a_lower_rate() -> None:
    assert statistics.least_provable_rate(40) == pytest.approx(0.072, abs=1e-3)
    assert statistics.errors_that_prove(0.001, 5000) == 1
