"""What one measure tells about two heaps of pairs: distributions, ROC, cutoff, and how sure it is.

Plain arrays in, plain values out. All is in *scores*: less is more alike. Pairs of one group are
not independent, so what is drawn anew in the bootstrap are groups, and the interval of a share
minds how much the groups differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

Floats = NDArray[np.float64]

SURE = 0.95
"""Of intervals, how often they are right."""
RESAMPLES = 1000
_SEED = 20261122
_QUANTILES = (0, 1, 5, 50, 95, 99, 100)
_SLACK = 1e-9
"""0.001 × 3,000 is 2.9999… to a computer."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies, 95 times in 100."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the values of a heap of pairs lie, in the unit of the measure."""

    count: int
    least: float
    p1: float
    """Percentile."""
    p5: float
    median: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Receiver operating characteristic: what each cutoff lets by of different and alike pairs."""

    false: Floats
    """Shares of the different pairs, from 0 to 1."""
    true: Floats
    """Shares of the alike pairs, at the same cutoffs."""
    area: float
    """Chance that an alike pair scores below a different one; NaN where there are none."""


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The loosest cutoff by which a share of the different pairs is let by, and no more."""

    score: float
    """What is at most this is let by; -inf where nothing may be."""
    between: Interval
    """Where the score lies when groups are drawn anew."""
    false: int
    """Different pairs that are let by."""
    false_rate: Interval
    """Where the rate lies."""
    recall: float
    """Share of the alike pairs that is let by; those that no view brought together never are."""
    recall_between: Interval


def distribution(values: Floats) -> Distribution | None:
    """How some values lie, None where there are none."""
    if not len(values):
        return None
    return Distribution(len(values), *(float(one) for one in np.percentile(values, _QUANTILES)))


def roc(alike: Floats, different: Floats) -> Curve:
    """The curve over all cutoffs. Its area is the Mann-Whitney statistic, ties counting half.

    What is NaN lies beyond all cutoffs.
    """
    alike, different = np.sort(np.nan_to_num(alike, nan=np.inf)), np.sort(different)
    cutoffs = np.unique(np.concatenate([alike, different]))
    cutoffs = cutoffs[np.isfinite(cutoffs)]
    true = np.searchsorted(alike, cutoffs, side="right") / max(len(alike), 1)
    false = np.searchsorted(different, cutoffs, side="right") / max(len(different), 1)
    area = np.nan
    if len(alike) and len(different):
        below = np.searchsorted(alike, different, side="left")
        at_most = np.searchsorted(alike, different, side="right")
        area = float((below + at_most).mean() / 2 / len(alike))
    return Curve(np.concatenate([[0.0], false]), np.concatenate([[0.0], true]), area)


def share_interval(hits: NDArray[np.bool_], clusters: NDArray[np.intp]) -> Interval:
    """Where a share lies, from n pairs that hit or not and the cluster of each, shape (n,) or more.

    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits", 1934, with as many
    independent pairs as would vary as much as the clusters do: E. L. Korn and B. I. Graubard,
    "Confidence intervals for proportions with small expected number of positive counts estimated
    from survey data", 1998. Where nothing varies, each cluster counts as one.
    """
    if not len(hits):
        return Interval(0.0, 1.0)
    share = float(hits.mean())
    count = _independent(hits, clusters)
    tail, whole = (1 - SURE) / 2, share * count
    low = betaincinv(whole, count - whole + 1, tail) if share > 0 else 0.0
    high = betaincinv(whole + 1, count - whole, 1 - tail) if share < 1 else 1.0
    return Interval(float(low), float(high))


def _independent(hits: NDArray[np.bool_], clusters: NDArray[np.intp]) -> float:
    """How many independent pairs tell as much as these do."""
    _, place = np.unique(clusters, axis=0, return_inverse=True)
    sizes = np.bincount(place.ravel())
    number, share = len(sizes), hits.mean()
    rests = np.bincount(place.ravel(), weights=hits) - share * sizes
    variance = np.square(rests).sum() / len(hits) ** 2 * number / max(number - 1, 1)
    if number == 1 or variance == 0:
        return number
    tail = (1 + SURE) / 2
    few_groups = stdtrit(max(len(hits) - 1, 1), tail) / stdtrit(number - 1, tail)
    return float(min(share * (1 - share) / variance * few_groups**2, len(hits)))


def least_rate_shown(count: int) -> float:
    """The least rate that so many pairs can show when not one of them errs.

    >>> round(least_rate_shown(40), 3)
    0.072
    """
    return 1 - (1 - SURE) ** (1 / count) if count else 1.0


def count_to_show(rate: float) -> int:
    """How many pairs can show that a rate is no higher, when not one of them errs.

    >>> count_to_show(0.001)
    2995
    """
    return ceil(log(1 - SURE) / log(1 - rate))


def shown(rate: float, count: int) -> int:
    """How many of `count` pairs may err so that they still show the rate to be no higher.

    -1 where not even a faultless heap of so many would show it.

    >>> shown(0.001, 2000), shown(0.001, 3000), shown(0.001, 5000)
    (-1, 0, 1)
    """
    errors = -1
    while errors + 1 < count and betaincinv(errors + 2, count - errors - 1, SURE) <= rate:
        errors += 1
    return errors


def allowed(rate: float, count: int) -> int:
    """How many of `count` pairs may err at that rate."""
    return floor(rate * count + _SLACK)


def bound(different: Floats, may_err: int) -> float:
    """The least score that must not be let by, when so many of the different ones may be."""
    return float(np.partition(different, may_err)[may_err]) if may_err < len(different) else np.inf


def between(low: float, high: float) -> float:
    """A score that lets `low` by and not `high`; halfway, or `low` where `high` is no number."""
    middle = (low + high) / 2
    return middle if isfinite(middle) and middle < high else low


def cutoff(
    alike: Floats,
    different: Floats,
    alike_groups: NDArray[np.intp],
    different_groups: NDArray[np.intp],
    rate: float,
) -> Cutoff:
    """The cutoff for a wanted rate of false positives.

    `alike` has NaN for pairs that no view brought together. `alike_groups` has the group of each
    alike pair, `different_groups`, shape (n, 2), both groups of each different one. Where a gap
    is between what is let by and what is not, the cutoff lies in the middle of it.
    """
    known = np.unique(np.concatenate([alike[~np.isnan(alike)], different]))
    limit = bound(different, allowed(rate, len(different)))
    score = _below(known, np.array([limit]))[0]
    limits = _resampled_bounds(different, different_groups, rate)
    low, high = np.quantile(
        _below(known, limits), [(1 - SURE) / 2, (1 + SURE) / 2], method="nearest"
    )
    recall = float(np.mean(alike <= score)) if len(alike) else 0.0
    false = int(np.count_nonzero(different <= score))
    return Cutoff(
        score=float(score),
        between=Interval(float(low), float(high)),
        false=false,
        false_rate=share_interval(different <= score, different_groups),
        recall=recall,
        recall_between=share_interval(alike <= score, alike_groups),
    )


def _below(known: Floats, limits: Floats) -> Floats:
    """For each limit the cutoff halfway to the next score below it; -inf where there is none."""
    at = np.searchsorted(known, limits, side="left")
    below = np.where(at > 0, known[np.maximum(at - 1, 0)], -np.inf) if len(known) else limits
    return np.array(
        [between(*pair) for pair in zip(below.tolist(), limits.tolist(), strict=True)], np.float64
    )


def _resampled_bounds(different: Floats, groups: NDArray[np.intp], rate: float) -> Floats:
    """The bound of each resample.

    A pair is between two groups, and comes as often as both were drawn, multiplied: A. B. Owen,
    "The pigeonhole bootstrap", 2007.
    """
    if not len(different):
        return np.array([np.inf])
    chance = np.random.default_rng(_SEED)
    order = np.argsort(different, kind="stable")
    ranked = np.append(different[order], np.inf)
    _, places = np.unique(groups[order], return_inverse=True)
    places = places.reshape(-1, 2)
    count = int(places.max()) + 1
    bounds = np.empty(RESAMPLES)
    for at in range(RESAMPLES):
        drawn = np.bincount(chance.integers(count, size=count), minlength=count)
        weights = (drawn[places[:, 0]] * drawn[places[:, 1]]).cumsum()
        bounds[at] = ranked[np.searchsorted(weights, rate * weights[-1] + _SLACK, side="right")]
    return bounds
