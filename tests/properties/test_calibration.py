"""Calibration: what holds for any pairs whatever."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dupscan.calibration import statistics

SCORES = st.floats(-100, 100, width=16)
HEAP = arrays(np.float64, st.integers(1, 40), elements=SCORES)
RATE = st.floats(0.001, 0.6)


@given(HEAP, RATE)
def test_a_cutoff_lets_no_more_pass_than_the_rate(different: np.ndarray, rate: float) -> None:
    errors = statistics.errors_at(rate, len(different))

    refused = statistics.first_refused(different, errors)

    assert np.count_nonzero(different < refused) <= rate * len(different) + 1e-6


@given(arrays(np.bool_, st.integers(1, 40)), st.integers(1, 9))
def test_a_share_lies_in_its_interval(hits: np.ndarray, groups: int) -> None:
    found = statistics.share_of(hits, np.arange(len(hits)) % groups)

    assert 0 <= found.low <= hits.mean() <= found.high <= 1


@given(st.floats(0.0005, 0.5), st.integers(0, 4000))
def test_what_proves_a_rate_is_fewer_than_the_rate(rate: float, count: int) -> None:
    errors = statistics.errors_that_prove(rate, count)

    assert errors <= rate * count
    assert (errors < 0) == (statistics.least_provable_rate(count) > rate)
