"""Calibration: what holds for any pairs whatever."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dupscan.calibration import curves

SCORES = st.floats(-100, 100, width=16)
HEAP = arrays(np.float64, st.integers(1, 40), elements=SCORES)
RATE = st.floats(0.001, 0.6)


@given(HEAP, HEAP, RATE)
def test_a_cutoff_lets_by_no_more_than_the_rate(
    alike: np.ndarray, different: np.ndarray, rate: float
) -> None:
    numbers = np.arange(len(different))
    groups = np.stack([numbers % 7, numbers % 5 + 10], axis=1)

    found = curves.cutoff(alike, different, np.arange(len(alike)) % 3, groups, rate)

    assert found.false <= rate * len(different) + 1e-6
    assert found.false == np.count_nonzero(different <= found.score)
    assert found.between.low <= found.between.high
    assert found.recall_between.low <= found.recall <= found.recall_between.high


@given(HEAP, HEAP)
def test_a_curve_goes_up_from_nothing_to_all(alike: np.ndarray, different: np.ndarray) -> None:
    curve = curves.roc(alike, different)

    assert (np.diff(curve.false) >= 0).all()
    assert (np.diff(curve.true) >= 0).all()
    assert (curve.false[0], curve.true[0], curve.false[-1], curve.true[-1]) == (0, 0, 1, 1)
    assert 0 <= curve.area <= 1


@given(HEAP, HEAP)
def test_the_areas_of_both_ways_round_are_one_together(
    alike: np.ndarray, different: np.ndarray
) -> None:
    forth, back = curves.roc(alike, different).area, curves.roc(different, alike).area

    assert abs(forth + back - 1) < 1e-9


@given(arrays(np.bool_, st.integers(1, 40)), st.integers(1, 9))
def test_a_share_lies_in_its_interval(hits: np.ndarray, groups: int) -> None:
    found = curves.share_interval(hits, np.arange(len(hits)) % groups)

    assert 0 <= found.low <= hits.mean() <= found.high <= 1


@given(st.floats(0.0005, 0.5), st.integers(0, 4000))
def test_what_shows_a_rate_is_fewer_than_the_rate(rate: float, count: int) -> None:
    errors = curves.shown(rate, count)

    assert errors <= rate * count
    assert (errors < 0) == (curves.least_rate_shown(count) > rate)
