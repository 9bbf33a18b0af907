"""The chosen pairs, measured by the very functions of a scan.

A scan ends early where a pair plainly is the same picture, and never looks at what it would have
come to otherwise. Here every pair is weighed twice: as it is, for the measures that decide on
``picture``, and laid on one another, for those that decide on ``similar``. Each way in which its
hashes are near is weighed by itself, and the pair goes by the best of them, as in a scan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration.library import Library
from dupscan.calibration.measures import MEASURES, Measure
from dupscan.calibration.sample import Sample
from dupscan.confirm import Weighed, weigh
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Evidence, Look, Verdict
from dupscan.progress import Progress
from dupscan.settings import MatchSettings

_ANYTHING = 1e9
_AS_THEY_ARE = MatchSettings(
    max_rms=1, max_difference=_ANYTHING, max_fine=_ANYTHING, min_agreement=0, max_colour=_ANYTHING
)
"""Settings that call ``picture`` whatever no cutoff keeps from it."""
_LAID_ON = replace(_AS_THEY_ARE, max_difference=0, max_fine=0)
"""Settings that leave nothing as it is but what is equal, and call all the rest ``similar`` that
no cutoff keeps from it."""


class Kind(IntEnum):
    """What two pictures are to one another, by their labels."""

    DIFFERENT = 0
    SAME = 1
    """Versions of one picture."""
    EDITED = 2
    """Versions of one picture, of which one was edited: similar, and not the same."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The measures of n pairs, each array of shape (n,); first those that a scan would weigh."""

    one: NDArray[np.intp]
    """Number of a picture of the library."""
    other: NDArray[np.intp]
    kinds: NDArray[np.int8]
    """Of :class:`Kind`."""
    values: dict[str, NDArray[np.float64]]
    """By the name of the measure; NaN for pairs that no view brought together."""
    may_be_picture: NDArray[np.bool_]
    """Whether cutoffs decide on ``picture`` at all: nothing was cut off or recoloured."""
    may_be_similar: NDArray[np.bool_]
    """Whether cutoffs decide on ``similar`` at all: nothing was stretched."""
    laid_on_fine: NDArray[np.float64]
    """Fine difference once one picture was laid on the other, which may show that they are similar
    where agreement does not; infinite for pairs that no view brought together."""
    groups: NDArray[np.intp]
    """Numbers of the two groups, the smaller first; shape (n, 2)."""

    @property
    def found(self) -> NDArray[np.bool_]:
        """Which pairs some view brought together."""
        found: NDArray[np.bool_] = ~np.isnan(self.values[MEASURES[0].name])
        return found

    @property
    def different(self) -> NDArray[np.bool_]:
        """Which are different pictures."""
        different: NDArray[np.bool_] = self.kinds == Kind.DIFFERENT
        return different

    @property
    def of_two_groups(self) -> int:
        """How many pairs the different pictures are, were all between the same two groups one."""
        return len(np.unique(self.groups[self.different], axis=0))

    def alike(self, decides: str) -> NDArray[np.bool_]:
        """Which ought to be called ``picture``, or anything where something else is decided."""
        alike: NDArray[np.bool_] = ~self.different
        if decides == "picture":
            alike = self.kinds == Kind.SAME
        return alike

    def scores(self, measure: Measure) -> NDArray[np.float64]:
        """A measure so that less is more alike."""
        return self.values[measure.name] * measure.sign


def measured(
    library: Library,
    sample: Sample,
    edited: Collection[str],
    look: Callable[[PictureIndex], Look],
    progress: Progress,
) -> Pairs:
    """Measure the pairs of a sample; `edited` names the transforms that make another picture."""
    best = [_Best() for _ in sample.candidates]
    with progress.stage("measure", 2 * _tries(sample.candidates), "tries") as meter:
        as_they_are = weigh(_one_by_one(sample.candidates), _AS_THEY_ARE, look)
        again: list[tuple[int, Candidate]] = []
        places = _places(sample.candidates)
        for place, weighed in zip(places, as_they_are, strict=True):
            best[place].note(weighed)
            if weighed.verdict is Verdict.PICTURE:
                again.append((place, weighed.candidate))
            meter.advance(1 if weighed.verdict is Verdict.PICTURE else 2)
        laid_on = weigh((pair for _, pair in again), _LAID_ON, look)
        for (place, _), weighed in zip(again, laid_on, strict=True):
            best[place].note(weighed)
            meter.advance(1)
    numbers = [*((pair.a, pair.b) for pair in sample.candidates), *sample.missed]
    return _gathered(library, numbers, best, edited)


def _one_by_one(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    return (replace(pair, hits=(hit,)) for pair in candidates for hit in pair.hits)


def _places(candidates: Sequence[Candidate]) -> Iterator[int]:
    return (place for place, pair in enumerate(candidates) for _ in pair.hits)


def _tries(candidates: Sequence[Candidate]) -> int:
    return sum(len(pair.hits) for pair in candidates)


class _Best:
    """The evidence that a pair goes by: the best as it is, and the best laid on one another."""

    def __init__(self) -> None:
        self.as_it_is: Evidence | None = None
        self.laid_on: Evidence | None = None
        self.distance = 64
        self._strength = (False, -1.0, 0.0)

    def note(self, weighed: Weighed) -> None:
        """Take what one try came to."""
        found = weighed.evidence
        self.distance = min(self.distance, found.distance)
        if weighed.verdict is Verdict.PICTURE and (
            self.as_it_is is None or found.fine < self.as_it_is.fine
        ):
            self.as_it_is = found
        if weighed.verdict is Verdict.PICTURE and found.fine > 0:
            return  # as it is; its registration is still to come
        is_shaped = weighed.verdict is not None
        strength = is_shaped, _agreement(found), -found.fine
        if strength > self._strength:
            self.laid_on, self._strength = found, strength

    @property
    def is_shaped(self) -> bool:
        """Whether cutoffs decide on ``similar`` at all."""
        return self._strength[0]

    def value(self, measure: Measure) -> float:
        """What the pair has of a measure."""
        if measure.name == "distance":
            return self.distance
        first, second = self.as_it_is, self.laid_on
        if measure.decides == "similar":
            first, second = second, first
        if (evidence := first or second) is None:
            return np.nan
        value: float | None = getattr(evidence, measure.name)
        if value is None:  # not looked at, which is so of equal pictures only
            return 0.0 if measure.sign > 0 else 1.0
        return float(value)


def _agreement(evidence: Evidence) -> float:
    """Agreement; whole where it was not looked at, which is so of equal pictures only."""
    return 1.0 if evidence.agreement is None else evidence.agreement


def _gathered(
    library: Library, numbers: Sequence[tuple[int, int]], best: list[_Best], edited: Collection[str]
) -> Pairs:
    places = np.array(numbers, dtype=np.intp).reshape(-1, 2)
    missing = [np.nan] * (len(numbers) - len(best))
    groups = library.groups[places]
    was_edited = np.array([name in edited for name in library.transforms], dtype=np.bool_)
    kinds = np.where(was_edited[places].any(axis=1), Kind.EDITED, Kind.SAME)
    kinds[groups[:, 0] != groups[:, 1]] = Kind.DIFFERENT
    return Pairs(
        one=places[:, 0],
        other=places[:, 1],
        kinds=kinds.astype(np.int8),
        values={
            measure.name: np.array([*(one.value(measure) for one in best), *missing])
            for measure in MEASURES
        },
        may_be_picture=_padded([one.as_it_is is not None for one in best], len(numbers)),
        may_be_similar=_padded([one.is_shaped for one in best], len(numbers)),
        laid_on_fine=np.array(
            [
                *(one.laid_on.fine if one.laid_on else np.inf for one in best),
                *[np.inf] * len(missing),
            ]
        ),
        groups=np.sort(groups, axis=1),
    )


def _padded(known: list[bool], length: int) -> NDArray[np.bool_]:
    return np.array([*known, *[False] * (length - len(known))], dtype=np.bool_)
