"""Statistics of scores: limits of cutoffs, and shares with 95 % intervals.

A *score* is a measure with the sign turned where needed: a lower score always means more alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
_SLACK = 1e-9
"""Added to products such as 0.001 × 3,000, which floating point makes 2.9999…"""


@dataclass(frozen=True, slots=True)
class Share:
    """Share of some pairs, with the interval that has the true share in 95 of 100 cases."""

    hits: int
    count: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """From 0 to 1; NaN without pairs."""
        return self.hits / self.count if self.count else np.nan


def share_of(hits: NDArray[np.bool_], clusters: NDArray[np.intp]) -> Share:
    """Return the share of n pairs that hit; pairs with equal rows in `clusters` are in one cluster.

    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits", 1934, with as many
    independent pairs as there are clusters: the pairs of one cluster may all err together.
    """
    if not len(hits):
        return Share(0, 0, 0.0, 1.0)
    share, count = float(hits.mean()), len(np.unique(clusters, axis=0))
    tail, total = (1 - CONFIDENCE) / 2, share * count
    low = betaincinv(total, count - total + 1, tail) if share > 0 else 0.0
    high = betaincinv(total + 1, count - total, 1 - tail) if share < 1 else 1.0
    return Share(int(np.count_nonzero(hits)), len(hits), float(low), float(high))


def least_provable_rate(count: int) -> float:
    """Return the lowest error rate that `count` independent pairs without an error can prove."""
    return 1 - (1 - CONFIDENCE) ** (1 / count) if count else 1.0


def pairs_to_prove(rate: float) -> int:
    """Return how many independent pairs without an error prove an error rate.

    >>> pairs_to_prove(0.001)
    2995
    """
    return ceil(log(1 - CONFIDENCE) / log(1 - rate))


def errors_that_prove(rate: float, count: int) -> int:
    """Return how many of `count` pairs may err and still prove an error rate; -1 for never.

    >>> errors_that_prove(0.001, 2000), errors_that_prove(0.001, 3000)
    (-1, 0)
    """
    errors = -1
    while errors + 1 < count and betaincinv(errors + 2, count - errors - 1, CONFIDENCE) <= rate:
        errors += 1
    return errors


def errors_at(rate: float, count: int) -> int:
    """Return how many of `count` pairs err at an error rate, rounded down."""
    return floor(rate * count + _SLACK)


def first_refused(different: Floats, errors: int) -> float:
    """Return the lowest score that must not pass when `errors` different pairs may pass."""
    return float(np.partition(different, errors)[errors]) if errors < len(different) else np.inf


def between(low: float, high: float) -> float:
    """Return a cutoff that `low` passes and `high` does not: halfway, or `low` if none is there."""
    middle = (low + high) / 2
    return middle if isfinite(middle) and middle < high else low
