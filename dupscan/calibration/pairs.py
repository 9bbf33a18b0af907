"""The pairs of a library: those to be measured are chosen, then measured by functions of a scan.

A group of 25 versions has 300 pairs, so pairs are chosen, always the same ones.

A scan stops measuring a pair as soon as its verdict is clear. Here every pair is measured twice: as
it is, for the measures that decide on ``picture``, and with one picture registered on the other,
for those that decide on ``similar``. Each view that brought a pair together is measured by itself,
and the pair gets the values of the best view, as in a scan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration.library import Library
from dupscan.calibration.measures import MEASURES, Measure
from dupscan.confirm import Weighed, weigh
from dupscan.index import candidates
from dupscan.model.hash_table import HashTable
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Evidence, Look, Verdict
from dupscan.progress import Progress
from dupscan.settings import CalibrateSettings, MatchSettings

MOST_DIFFERENT = 20_000
"""Largest number of pairs of different pictures; enough to prove rates of 1 in 5,000."""
_SEED = 20261122
_NO_LIMIT = 1e9
_AS_THEY_ARE = MatchSettings(
    max_rms=1, max_difference=_NO_LIMIT, max_fine=_NO_LIMIT, min_agreement=0, max_colour=_NO_LIMIT
)
"""Settings without cutoffs: a pair is called ``picture`` if no other rule forbids it."""
_REGISTERED = replace(_AS_THEY_ARE, max_difference=0, max_fine=0)
"""Settings that register every pair with a difference, and then call it ``similar`` if no rule
other than a cutoff forbids it."""

Mask = NDArray[np.bool_]
"""True or False for each pair, shape (n,)."""
Ends = tuple[int, int]
"""Indices of the two pictures of a pair, the smaller first."""


class Kind(IntEnum):
    """Relation of two pictures by their labels."""

    DIFFERENT = 0
    SAME = 1
    """Versions of one picture."""
    EDITED = 2
    """Versions of one picture, at least one of them edited: similar, and not the same."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The pairs to be measured, and how many pairs the library has."""

    candidates: tuple[Candidate, ...]
    """Pairs within the radius in some view, in the order of the pictures."""
    missed: tuple[Ends, ...]
    """Pairs of versions that are not within the radius in any view."""
    versions: int
    """Number of pairs of versions of one picture in the library."""
    near: int
    """Number of pairs of different pictures within the radius in the library."""
    different: int
    """Number of pairs of different pictures in the library."""


@dataclass(frozen=True, slots=True)
class MeasuredPairs:
    """The measures of n pairs; each array has the shape (n,) if nothing else is said."""

    pictures: NDArray[np.intp]
    """Indices of both pictures in the library; shape (n, 2)."""
    groups: NDArray[np.intp]
    """Numbers of the two groups, the smaller first; shape (n, 2)."""
    kinds: NDArray[np.int8]
    """A :class:`Kind` each."""
    values: dict[str, NDArray[np.float64]]
    """Values by the name of the measure; NaN for pairs that are not near in any view."""
    registered_fine: NDArray[np.float64]
    """Fine difference once registered, which can make up for a low agreement; or infinite."""
    may_be_picture: Mask
    """True for pairs that are called ``picture`` if all cutoffs pass."""
    may_be_similar: Mask
    """True for pairs that are called ``similar`` if all cutoffs pass."""

    @property
    def found(self) -> Mask:
        """True for pairs that are near in some view."""
        return np.asarray(~np.isnan(self.values["distance"]))

    @property
    def different(self) -> Mask:
        """True for pairs of different pictures."""
        return np.asarray(self.kinds == Kind.DIFFERENT)

    @property
    def independent(self) -> int:
        """Number of pairs of groups that the pairs of different pictures belong to."""
        return len(np.unique(self.groups[self.different], axis=0))

    def alike(self, decides: str) -> Mask:
        """True for pairs that should pass: :attr:`Kind.SAME` for ``picture``, else all versions."""
        return self.kinds == Kind.SAME if decides == "picture" else ~self.different

    def scores(self, measure: Measure) -> NDArray[np.float64]:
        """Return the values of a measure so that lower means more alike."""
        return self.values[measure.name] * measure.sign


def choose_pairs(library: Library, settings: CalibrateSettings, progress: Progress) -> Sample:
    """Choose up to `pairs_per_group` pairs of each group, and of each two groups.

    Of a group: the first picture with each of the others, then others by chance. Of different
    pictures: pairs within the radius of `settings`, :data:`MOST_DIFFERENT` at most.
    """
    most = settings.pairs_per_group
    match = replace(settings.match, radius=settings.radius)
    hashes = [None if one.low_detail else one.traits.hashes for one in library.pictures]
    with progress.stage("look up", len(hashes) - hashes.count(None), "pictures") as meter:
        near = candidates(HashTable.of(hashes), match, looked_up=meter.advance)
    chance = np.random.default_rng(_SEED)
    versions = {
        pair
        for members in library.members()
        for pair in _versions_of(members.tolist(), most, chance)
    }
    low, high = (library.groups[ends] for ends in near.ends())
    same = np.flatnonzero(low == high).tolist()
    found = [pair for at in same if _ends(pair := near[at]) in versions]
    places = np.flatnonzero(low != high).tolist()
    seen, chosen = Counter[Ends](), []
    for at in places:
        two_groups = _sorted(int(low[at]), int(high[at]))
        seen[two_groups] += 1
        if seen[two_groups] <= most:
            chosen.append(at)
    if len(chosen) > MOST_DIFFERENT:
        chosen = chance.choice(chosen, MOST_DIFFERENT, replace=False).tolist()
    sizes, count = np.bincount(library.groups, minlength=1), len(library.pictures)
    pairs_of_versions = int((sizes * (sizes - 1) // 2).sum())
    return Sample(
        candidates=tuple(sorted((*found, *(near[at] for at in chosen)), key=_ends)),
        missed=tuple(sorted(versions - set(map(_ends, found)))),
        versions=pairs_of_versions,
        near=len(places),
        different=count * (count - 1) // 2 - pairs_of_versions,
    )


def measure_pairs(
    library: Library,
    sample: Sample,
    edited: Collection[str],
    look: Callable[[PictureIndex], Look],
    progress: Progress,
) -> MeasuredPairs:
    """Measure the pairs of a sample; `edited` names the transforms that make another picture."""
    ends = [*map(_ends, sample.candidates), *sample.missed]
    best = [_BestView() for _ in ends]
    tries = [
        (view, replace(pair, hits=(hit,)))
        for view, pair in zip(best, sample.candidates, strict=False)
        for hit in pair.hits
    ]
    for stage, settings in (("measure", _AS_THEY_ARE), ("register", _REGISTERED)):
        again = []
        with progress.stage(stage, len(tries), "views") as meter:
            weighed = weigh((pair for _, pair in tries), settings, look)
            for (view, pair), found in zip(tries, weighed, strict=True):
                view.add(found)
                if found.verdict is Verdict.PICTURE:
                    again.append((view, pair))
                meter.advance(1)
        tries = again
    pictures = np.array(ends, dtype=np.intp).reshape(-1, 2)
    groups = np.sort(library.groups[pictures], axis=1)
    is_edited = np.array([name in edited for name in library.transforms], dtype=np.bool_)
    kinds = np.where(is_edited[pictures].any(axis=1), Kind.EDITED, Kind.SAME)
    return MeasuredPairs(
        pictures=pictures,
        groups=groups,
        kinds=np.where(groups[:, 0] == groups[:, 1], kinds, Kind.DIFFERENT).astype(np.int8),
        values={one.name: np.array([view.value(one) for view in best]) for one in MEASURES},
        registered_fine=np.array([view.registered_fine for view in best]),
        may_be_picture=np.array([view.as_it_is is not None for view in best], np.bool_),
        may_be_similar=np.array([view.may_be_similar for view in best], np.bool_),
    )


class _BestView:
    """The evidence of the best view of one pair: as it is, and registered."""

    def __init__(self) -> None:
        self.as_it_is: Evidence | None = None
        self.registered: Evidence | None = None
        self.may_be_similar = False
        self._distance = np.inf
        self._rank = (False, -1.0, 0.0)

    def add(self, weighed: Weighed) -> None:
        """Take the evidence of one view."""
        found = weighed.evidence
        self._distance = min(self._distance, found.distance)
        if weighed.verdict is Verdict.PICTURE:
            if self.as_it_is is None or found.fine < self.as_it_is.fine:
                self.as_it_is = found
            if found.fine > 0:
                return  # this view is measured once more, registered
        rank = weighed.verdict is not None, _agreement(found), -found.fine
        if rank > self._rank:
            self.registered, self.may_be_similar, self._rank = found, rank[0], rank

    @property
    def registered_fine(self) -> float:
        """Fine difference of the registered pair, or infinite."""
        return np.inf if self.registered is None else self.registered.fine

    def value(self, measure: Measure) -> float:
        """Return the value of a measure; NaN without any view."""
        first, second = self.as_it_is, self.registered
        evidence = second or first if measure.decides == "similar" else first or second
        if evidence is None:
            return np.nan
        if measure.name == "distance":
            return self._distance
        if measure.name == "agreement":
            return _agreement(evidence)
        return float(getattr(evidence, measure.name))


def _agreement(evidence: Evidence) -> float:
    """Return the agreement; 1 where it was not measured because the pictures are equal."""
    return 1.0 if evidence.agreement is None else evidence.agreement


def _versions_of(members: list[int], most: int, chance: np.random.Generator) -> Iterator[Ends]:
    """Yield pairs with the first member, evenly over the others; then some others by chance."""
    first, *others = members
    step = max(len(others) / most, 1)
    others = [others[int(at * step)] for at in range(min(len(others), most))]
    yield from (_sorted(first, other) for other in others)
    rest = [_sorted(one, other) for at, other in enumerate(others) for one in others[:at]]
    count = min(most - len(others), len(rest))
    for at in chance.choice(max(len(rest), 1), size=count, replace=False, shuffle=False):
        yield rest[at]


def _ends(pair: Candidate) -> Ends:
    return pair.a, pair.b


def _sorted(one: int, other: int) -> Ends:
    return (one, other) if one < other else (other, one)
