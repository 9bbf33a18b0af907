"""Measured pairs → a proposed value for each cutoff, with its reason.

The present settings were measured on a larger library, so a cutoff stays as it is unless the pairs
speak against it: it is tightened where too many different pictures pass, and loosened where pairs
of versions fail that could pass safely. The cutoffs are treated one after the other, each with the
others as proposed by then, because a pair must pass all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor, inf, isfinite
from typing import Any

import numpy as np

from dupscan.calibration import statistics
from dupscan.calibration.measures import MEASURES, Measure
from dupscan.calibration.pairs import Kind, Mask, MeasuredPairs
from dupscan.calibration.statistics import Share, share_of
from dupscan.settings import CalibrateSettings, MatchSettings

_OUTLIERS = 0.001
"""Share of the pairs of versions that may fail at a cutoff, because a label may be wrong."""
_MARGIN = 0.25
"""Share of the change by which a cutoff is loosened farther than needed."""
_DIGITS = range(2, 12)
_ORDER = ("fine", "difference", "agreement", "colour", "distance", "histogram_rms")
"""Order in which the cutoffs are treated: those that refuse most come first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One measure with the proposed value of its cutoff."""

    measure: Measure
    value: float
    before: float
    reason: str
    """One sentence for people."""
    alike_passing: Share
    """Pairs that should pass, and that pass the proposed cutoff alone."""
    different_passing: Share
    """Pairs of different pictures that pass the proposed cutoff alone."""


def propose(pairs: MeasuredPairs, settings: CalibrateSettings) -> tuple[Proposal, ...]:
    """Propose a value for the cutoff of each measure, in the order of the measures."""
    found: dict[str, Proposal] = {}
    for measure in sorted(MEASURES, key=lambda one: _ORDER.index(one.name)):
        value, reason = _Search(pairs, settings, measure).proposal()
        before = getattr(settings.match, measure.setting)
        alike, different = pairs.alike(measure.decides), pairs.different
        scores = pairs.scores(measure)
        passes = scores <= value * measure.sign
        found[measure.name] = Proposal(
            measure=measure,
            value=value,
            before=before,
            reason=reason,
            alike_passing=share_of(passes[alike], pairs.groups[alike]),
            different_passing=share_of(passes[different], pairs.groups[different]),
        )
        match = with_proposals(settings.match, (found[measure.name],))
        settings = replace(settings, match=match)
    return tuple(found[measure.name] for measure in MEASURES)


def with_proposals(present: MatchSettings, proposals: tuple[Proposal, ...]) -> MatchSettings:
    """Return the settings with the proposed values."""
    changed: dict[str, Any] = {one.measure.setting: one.value for one in proposals}
    return replace(present, **changed)


def passing(
    pairs: MeasuredPairs, settings: MatchSettings, without: Measure | None = None
) -> tuple[Mask, Mask]:
    """Return which pairs pass all cutoffs for ``picture``, and which for ``similar``.

    The cutoff of the measure `without` is left out. The result comes from the measured values and
    may differ from a scan for a few pairs in a thousand; the simulated scan has no such difference.
    """
    passes = {
        one.name: pairs.scores(one) <= getattr(settings, one.setting) * one.sign for one in MEASURES
    }
    by_fine = pairs.registered_fine <= settings.max_fine
    passes["agreement"] |= by_fine
    if without is not None:
        passes[without.name] = pairs.found & (~by_fine if without.name == "agreement" else True)

    def all_pass(verdict: str, may_be: Mask) -> Mask:
        cutoffs = [passes[one.name] for one in MEASURES if one.decides in (verdict, "both")]
        return np.asarray(np.logical_and.reduce([may_be, *cutoffs]))

    return all_pass("picture", pairs.may_be_picture), all_pass("similar", pairs.may_be_similar)


Limits = tuple[float, float]
"""Two scores. At the first, more pairs pass than the wanted rate allows. At the second, the pairs
no longer prove the wanted rate; -inf if they never prove the rate."""


def _limits(
    pairs: MeasuredPairs, settings: CalibrateSettings, measure: Measure
) -> Iterator[Limits]:
    """Yield the limits of one cutoff, with the other cutoffs as in `settings`."""
    scores, count = pairs.scores(measure), int(np.count_nonzero(pairs.different))
    picture, similar = passing(pairs, settings.match, measure)

    def limits(pool: Mask, allowed: int, proving: int) -> Limits:
        tolerated = statistics.first_refused(scores[pool], max(allowed, 0))
        return tolerated, -inf if proving < 0 else statistics.first_refused(scores[pool], proving)

    def of_different(pool: Mask, rate: float, spent: int = 0) -> Limits:
        proving = statistics.errors_that_prove(rate, pairs.independent)
        allowed = statistics.errors_at(rate, count)
        return limits(pool & pairs.different, allowed - spent, proving - spent)

    if measure.decides == "similar":
        already, _ = passing(pairs, settings.match)
        spent = int(np.count_nonzero(already & pairs.different))
        yield of_different(similar & ~already, settings.false_similar, spent)
        return
    yield of_different(picture, settings.false_positives)
    if measure.decides == "both":
        yield of_different(picture | similar, settings.false_similar)
        return
    edited = pairs.kinds == Kind.EDITED
    proving = statistics.errors_at(settings.false_similar, int(np.count_nonzero(edited)))
    # An edit that hardly shows is no reason to tighten, but it is a reason not to loosen.
    yield limits(picture & edited, len(scores), proving)


_ValueAndReason = tuple[float, str]


class _Search:
    """Finds the value of one cutoff, with the other cutoffs as in `settings`. Works in scores."""

    def __init__(self, pairs: MeasuredPairs, settings: CalibrateSettings, measure: Measure) -> None:
        self._measure = measure
        self._before: float = getattr(settings.match, measure.setting)
        limits = zip(*_limits(pairs, settings, measure), strict=True)
        self._tolerated, self._proven = map(min, limits)
        picture, similar = passing(pairs, settings.match, measure)
        pool = {"picture": picture, "similar": similar, "both": picture | similar}
        alike = pool[measure.decides] & pairs.alike(measure.decides)
        if not alike.any():  # the other cutoffs refuse them all, but their scores are known
            alike = pairs.found & pairs.alike(measure.decides)
        self._alike = np.sort(pairs.scores(measure)[alike])
        self._rate = settings.false_similar
        if measure.decides == "picture":
            self._rate = settings.false_positives

    def proposal(self) -> _ValueAndReason:
        """Return the value with its reason."""
        score, reach = self._before * self._measure.sign, self._reach(self._tolerated)
        if score >= self._tolerated:
            return self._tightened(reach)
        if reach > score:
            return self._loosened(score, reach)
        versions = (
            f"versions reach {self._told(reach)}" if isfinite(reach) else "no version is near"
        )
        if isfinite(self._tolerated):
            limit = f"from {self._told(self._tolerated)} on too many different pictures pass"
            return self._unchanged(f"{versions}, and {limit}.")
        return self._unchanged(f"{versions}, and the other cutoffs refuse enough other pictures.")

    def _tightened(self, reach: float) -> _ValueAndReason:
        limit = self._told(self._tolerated)
        if self._measure.decides == "both":
            return self._unchanged("the other cutoffs refuse what passes here.")
        if reach == -inf:
            return self._unchanged(
                "no value keeps the wanted rate, for too many different pictures are as alike as "
                f"versions are; no version lies within {limit}. Are the labels right?"
            )
        value = self._rounded(statistics.between(reach, self._tolerated), reach, self._tolerated)
        words = f"more different pictures would pass than you allow, one of them at {limit}."
        return value, f"Tightened from {self._before:g}: {words}"

    def _loosened(self, score: float, reach: float) -> _ValueAndReason:
        lost = int(np.count_nonzero((self._alike > score) & (self._alike <= reach)))
        lost_words = f"{lost:,} more pairs of versions lie within {self._told(reach)}, but"
        if self._proven == -inf:
            needed = f"{statistics.pairs_to_prove(self._rate):,} near pairs of different pictures"
            return self._unchanged(f"{lost_words} it takes {needed} to show that this is safe.")
        safe = self._reach(self._proven)
        if safe <= score:
            return self._unchanged(f"{lost_words} no looser cutoff is shown to be safe.")
        with_margin = safe + _MARGIN * (safe - score)
        looser = min(with_margin, statistics.between(safe, self._proven))
        value = self._rounded(looser, safe, self._proven)
        reason = f"Loosened from {self._before:g}: versions reach {self._told(safe)}"
        if isfinite(self._proven):
            reason += f", and from {self._told(self._proven)} on it is not shown to be safe"
        return value, f"{reason}."

    def _unchanged(self, reason: str) -> _ValueAndReason:
        return self._before, f"Unchanged: {reason}"

    def _reach(self, limit: float) -> float:
        """Return the score at which all versions below a limit pass, outliers aside; or -inf."""
        within = self._alike[self._alike < limit]
        outliers = statistics.errors_at(_OUTLIERS, len(within))
        return float(within[len(within) - 1 - outliers]) if len(within) else -inf

    def _rounded(self, score: float, reach: float, limit: float) -> float:
        """Return the value with few digits, at or above `reach` and below `limit`."""
        if self._measure.whole:
            return floor(score)
        candidates = (float(f"{score:.{digits}g}") for digits in _DIGITS)
        rounded = next((one for one in candidates if reach <= one < limit), score)
        return max(rounded * self._measure.sign, 0.0)

    def _told(self, score: float) -> str:
        return f"{score * self._measure.sign:.3g}"
