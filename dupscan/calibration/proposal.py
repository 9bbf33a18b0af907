"""Measures of labelled pairs → settings to scan with, each with its reason. Writes no file.

The settings of today were measured on a larger library, so each stays unless these pictures speak
against it: it is drawn in where too many different pictures would be let by, and let out where
versions of one picture would be lost that could be had for nothing. Each is looked at with the
others as they are by then, since what one cutoff lets by another may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor, inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration import curves
from dupscan.calibration.measures import MEASURES, Measure
from dupscan.calibration.pairs import Kind, Pairs
from dupscan.settings import MatchSettings

_STRAY = 0.001
"""Share of the versions that may lie beyond a cutoff: a label may be wrong."""
_BEYOND = 0.25
"""How much farther than it must a cutoff is let out, as a share of the way."""
_DIGITS = range(2, 12)
_ORDER = ("fine", "difference", "agreement", "colour", "distance", "histogram_rms")
"""Those that decide first: what they hold, the others need not."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of the near pairs of different pictures that may be let by."""

    picture: float
    """As ``picture``."""
    similar: float
    """As anything; and share of the edited pairs that may be called ``picture`` once a cutoff was
    let out."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that is proposed."""

    measure: Measure
    value: float
    before: float
    reason: str
    """One sentence for a person."""


def propose(pairs: Pairs, present: MatchSettings, rates: Rates) -> tuple[Setting, ...]:
    """A value for the cutoff of each measure, in the order of the measures."""
    settings = present
    found: dict[str, Setting] = {}
    for measure in sorted(MEASURES, key=lambda one: _ORDER.index(one.name)):
        found[measure.name] = one = _Question(pairs, settings, measure, rates).answer()
        changed: dict[str, Any] = {measure.setting: one.value}
        settings = replace(settings, **changed)
    return tuple(found[measure.name] for measure in MEASURES)


def with_them(present: MatchSettings, proposed: tuple[Setting, ...]) -> MatchSettings:
    """The settings with those that are proposed."""
    changed: dict[str, Any] = {one.measure.setting: one.value for one in proposed}
    return replace(present, **changed)


def let_by(pairs: Pairs, settings: MatchSettings, but: Measure | None = None) -> tuple[Mask, Mask]:
    """Which pairs would be called ``picture``, and which ``similar``; all but one measure held.

    By the measures of :mod:`dupscan.calibration.pairs`, which is right but for a few pairs in a
    thousand; :mod:`dupscan.calibration.simulated_scan` asks the judge itself.
    """
    held = {measure.name: _holds(pairs, measure, settings) for measure in MEASURES}
    by_fine = pairs.laid_on_fine <= settings.max_fine
    held["agreement"] |= by_fine
    if but is not None:
        held[but.name] = pairs.found & ~by_fine if but.name == "agreement" else pairs.found
    verdicts = []
    for verdict, shaped in (("picture", pairs.may_be_picture), ("similar", pairs.may_be_similar)):
        wanted = (held[one.name] for one in MEASURES if one.decides in (verdict, "both"))
        verdicts.append(np.logical_and.reduce([shaped, *wanted]))
    return verdicts[0], verdicts[1]


def _holds(pairs: Pairs, measure: Measure, settings: MatchSettings) -> Mask:
    held: Mask = pairs.scores(measure) <= getattr(settings, measure.setting) * measure.sign
    return held


@dataclass(frozen=True, slots=True)
class _Stake:
    """Pairs that must not be let by, but for a few, and that this one cutoff holds."""

    scores: NDArray[np.float64]
    """Of those that only this cutoff holds."""
    may_err: int
    """How many of them may be let by at the wanted rate."""
    may_err_safely: int
    """How many so that the rate is shown to be no higher; negative where it cannot be shown."""

    def limit(self, *, safely: bool = False) -> float:
        """The least score that must not be let by; -inf where nothing is shown to be safe."""
        if safely and self.may_err_safely < 0:
            return -inf
        return curves.bound(self.scores, self.may_err_safely if safely else self.may_err)


def _stakes(
    pairs: Pairs, settings: MatchSettings, measure: Measure, rates: Rates
) -> Iterator[_Stake]:
    """What is at stake with the cutoff of a measure."""
    scores, count = pairs.scores(measure), int(np.count_nonzero(pairs.different))
    picture, similar = let_by(pairs, settings, measure)
    already, _ = let_by(pairs, settings)

    def of_different(pool: Mask, rate: float, spent: int = 0) -> _Stake:
        return _Stake(
            scores[pool & pairs.different],
            max(curves.allowed(rate, count) - spent, 0),
            curves.shown(rate, pairs.of_two_groups) - spent,
        )

    if measure.decides == "similar":
        spent = int(np.count_nonzero(already & pairs.different))
        yield of_different(similar & ~already, rates.similar, spent)
        return
    yield of_different(picture, rates.picture)
    if measure.decides == "both":
        yield of_different(picture | similar, rates.similar)
        return
    edited = pairs.kinds == Kind.EDITED
    may_err = curves.allowed(rates.similar, int(np.count_nonzero(edited)))
    # An edit that hardly shows is no reason to draw in, but one not to let out.
    yield _Stake(scores[picture & edited], len(scores), may_err)


class _Question:
    """What the cutoff of one measure should be, the others given. All in scores."""

    def __init__(
        self, pairs: Pairs, settings: MatchSettings, measure: Measure, rates: Rates
    ) -> None:
        self._measure = measure
        self._before = getattr(settings, measure.setting)
        stakes = list(_stakes(pairs, settings, measure, rates))
        self._limit = min(stake.limit() for stake in stakes)
        self._safe_limit = min(stake.limit(safely=True) for stake in stakes)
        picture, similar = let_by(pairs, settings, measure)
        pool = {"picture": picture, "similar": similar, "both": picture | similar}
        alike = pool[measure.decides] & pairs.alike(measure.decides)
        if not alike.any():  # the other cutoffs let by or hold them all, and they lie somewhere
            alike = pairs.found & pairs.alike(measure.decides)
        self._alike = np.sort(pairs.scores(measure)[alike])
        self._rate = rates.picture if measure.decides == "picture" else rates.similar

    def answer(self) -> Setting:
        """The value, and why."""
        score = self._before * self._measure.sign
        reach = self._reach(self._limit)
        if score >= self._limit and self._measure.decides == "both":
            words = "As before: what it lets by is for the other cutoffs to hold."
            return self._setting(self._before, words)
        if score >= self._limit and reach == -inf:
            return self._setting(self._before, self._words_for_giving_up())
        if score >= self._limit:
            value = self._rounded(curves.between(reach, self._limit), reach, self._limit)
            return self._setting(value, self._words_for_drawing_in())
        if reach <= score:
            return self._setting(self._before, f"As before: {self._words_for_reach(reach)}.")
        lost = int(np.count_nonzero((self._alike > score) & (self._alike <= reach)))
        lost_words = f"{lost:,} more true pairs lie within {self._told(reach)}"
        if self._safe_limit == -inf:
            enough = f"{curves.count_to_show(self._rate):,} near pairs of different pictures"
            words = f"As before: {lost_words}, but it takes {enough} to show that to be safe."
            return self._setting(self._before, words)
        safe = self._reach(self._safe_limit)
        if safe <= score:
            words = f"As before: {lost_words}, but no farther cutoff is shown to be safe."
            return self._setting(self._before, words)
        farther = min(safe + _BEYOND * (safe - score), curves.between(safe, self._safe_limit))
        value = self._rounded(farther, safe, self._safe_limit)
        words = f"Let out from {self._before:g}: true pairs reach {self._told(safe)}"
        if isfinite(self._safe_limit):
            words += f", and from {self._told(self._safe_limit)} on that is not shown to be safe"
        words += "."
        return self._setting(value, words)

    def _reach(self, limit: float) -> float:
        """The score that lets by the true pairs below a limit, but for a stray one."""
        within = self._alike[self._alike < limit]
        if not len(within):
            return -inf
        return float(within[len(within) - 1 - curves.allowed(_STRAY, len(within))])

    def _rounded(self, score: float, reach: float, limit: float) -> float:
        """In as few digits as leave it between both, in the unit of the measure."""
        if self._measure.whole:
            return floor(score)
        digits = (float(f"{score:.{digits}g}") for digits in _DIGITS)
        rounded = next((one for one in digits if reach <= one < limit), score)
        return max(rounded * self._measure.sign, 0.0)

    def _setting(self, value: float, reason: str) -> Setting:
        return Setting(self._measure, value, self._before, reason)

    def _words_for_giving_up(self) -> str:
        return (
            "As before: no cutoff keeps to the wanted rate, for too many others are as alike as "
            f"true pairs are; none of these lies within {self._told(self._limit)}. Are the labels "
            "right?"
        )

    def _words_for_drawing_in(self) -> str:
        return (
            f"Drawn in from {self._before:g}: more pictures than may be would be called what they "
            f"are not, of which one lies at {self._told(self._limit)}."
        )

    def _words_for_reach(self, reach: float) -> str:
        """Where the true pairs end, and where others are."""
        words = (
            f"true pairs reach {self._told(reach)}" if isfinite(reach) else "no true pair is near"
        )
        if isfinite(self._limit):
            return f"{words}, and from {self._told(self._limit)} on too many others are let by"
        return f"{words}, and the other cutoffs hold enough of the others"

    def _told(self, score: float) -> str:
        return f"{score * self._measure.sign:.3g}"
