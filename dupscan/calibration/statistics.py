"""Statistics of scores: area under the ROC curve, limits of cutoffs, shares with 95 % intervals.

A *score* is a measure with the sign turned where needed: a lower score always means more alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

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


def area_under_curve(alike: Floats, different: Floats) -> float:
    """Return the chance that an alike pair has a lower score than a different pair.

    The area under the ROC curve, by the Mann-Whitney statistic; ties count half. NaN in `alike`
    stands for a score above all others. The result is NaN where one of the arrays is empty.
    """
    if not len(alike) or not len(different):
        return float("nan")
    alike = np.sort(np.nan_to_num(alike, nan=np.inf))
    below = np.searchsorted(alike, different, side="left")
    at_most = np.searchsorted(alike, different, side="right")
    return float((below + at_most).mean() / 2 / len(alike))


def share_of(hits: NDArray[np.bool_], clusters: NDArray[np.intp]) -> Share:
    """Return the share of n pairs that hit; pairs with equal rows in `clusters` are in one cluster.

    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits", 1934, with the
    number of independent pairs that would vary as much as the clusters do: E. L. Korn and B. I.
    Graubard, "Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data", 1998.
    """
    if not len(hits):
        return Share(0, 0, 0.0, 1.0)
    share = float(hits.mean())
    count = _independent_pairs(hits, clusters)
    tail, total = (1 - CONFIDENCE) / 2, share * count
    low = betaincinv(total, count - total + 1, tail) if share > 0 else 0.0
    high = betaincinv(total + 1, count - total, 1 - tail) if share < 1 else 1.0
    return Share(int(np.count_nonzero(hits)), len(hits), float(low), float(high))


def _independent_pairs(hits: NDArray[np.bool_], clusters: NDArray[np.intp]) -> float:
    """Return how many independent pairs vary as much; one a cluster where nothing varies."""
    _, place = np.unique(clusters, axis=0, return_inverse=True)
    sizes = np.bincount(place.ravel())
    count, share = len(sizes), hits.mean()
    residuals = np.bincount(place.ravel(), weights=hits) - share * sizes
    variance = np.square(residuals).sum() / len(hits) ** 2 * count / max(count - 1, 1)
    if count == 1 or variance == 0:
        return count
    tail = (1 + CONFIDENCE) / 2
    few_clusters = stdtrit(max(len(hits) - 1, 1), tail) / stdtrit(count - 1, tail)
    return float(min(share * (1 - share) / variance * few_clusters**2, len(hits)))


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
