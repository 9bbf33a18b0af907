"""What a scan with certain settings would call the labelled pairs.

The measures are weighed one by one to find cutoffs; this asks :mod:`dupscan.confirm` itself, with
all of them together, so that what is promised is what a scan does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration.curves import Interval, share_interval
from dupscan.calibration.library import Library
from dupscan.calibration.pairs import Kind, Pairs
from dupscan.calibration.sample import Sample
from dupscan.confirm import weigh
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Look, Verdict
from dupscan.progress import Progress
from dupscan.settings import MatchSettings

AS_PICTURE, AS_SIMILAR = 2, 1


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the pairs of one kind."""

    hits: int
    count: int
    between: Interval

    @property
    def share(self) -> float:
        """From 0 to 1; NaN of nothing."""
        return self.hits / self.count if self.count else np.nan


@dataclass(frozen=True, slots=True)
class Version:
    """What became of the pictures that one transform made, each with the first of its group."""

    transform: str
    count: int
    picture: float
    """Share that is called ``picture``."""
    anything: float
    """Share that is called ``picture`` or ``similar``."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the pairs are called with some settings."""

    settings: MatchSettings
    same_as_picture: Share
    """Of pairs that are the same picture."""
    alike_as_anything: Share
    """Of these and of edited ones."""
    edited_as_picture: Share
    different_as_picture: Share
    different_as_anything: Share
    versions: tuple[Version, ...]
    """By transform, those found least often first."""
    called: NDArray[np.int8]
    """What each pair is called: :data:`AS_PICTURE`, :data:`AS_SIMILAR`, or 0 for nothing."""


def prove(
    library: Library,
    sample: Sample,
    pairs: Pairs,
    settings: MatchSettings,
    look: Callable[[PictureIndex], Look],
    progress: Progress,
) -> Proof:
    """Let the pairs of a sample be confirmed with some settings."""
    called = np.zeros(len(pairs.one), np.int8)
    within = [_within(pair, settings.radius) for pair in sample.candidates]
    places = [place for place, pair in enumerate(within) if pair is not None]
    with progress.stage("prove", len(places), "pairs") as meter:
        weighed = weigh((pair for pair in within if pair is not None), settings, look)
        for place, one in zip(places, weighed, strict=True):
            if one.verdict is not None:
                called[place] = AS_PICTURE if one.verdict is Verdict.PICTURE else AS_SIMILAR
            meter.advance(1)
    same, edited = pairs.kinds == Kind.SAME, pairs.kinds == Kind.EDITED
    return Proof(
        settings=settings,
        same_as_picture=_share(pairs, same, called == AS_PICTURE),
        alike_as_anything=_share(pairs, same | edited, called > 0),
        edited_as_picture=_share(pairs, edited, called == AS_PICTURE),
        different_as_picture=_share(pairs, pairs.different, called == AS_PICTURE),
        different_as_anything=_share(pairs, pairs.different, called > 0),
        versions=tuple(_versions(library, pairs, called)),
        called=called,
    )


def _within(pair: Candidate, radius: int) -> Candidate | None:
    """The pair with those ways only in which its hashes are within a radius."""
    hits = tuple(hit for hit in pair.hits if hit.distance <= radius)
    return replace(pair, hits=hits) if hits else None


def _share(pairs: Pairs, of: NDArray[np.bool_], called: NDArray[np.bool_]) -> Share:
    hits, count = int(np.count_nonzero(of & called)), int(np.count_nonzero(of))
    return Share(hits, count, share_interval(called[of], pairs.groups[of]))


def _versions(library: Library, pairs: Pairs, called: NDArray[np.int8]) -> Iterator[Version]:
    """Each transform, by the pairs of the first picture of a group and another one of it."""
    _, firsts = np.unique(library.groups, return_index=True)
    with_first = ~pairs.different & (
        (pairs.one == firsts[pairs.groups[:, 0]]) | (pairs.other == firsts[pairs.groups[:, 0]])
    )
    transforms = np.array(library.transforms)
    partner = np.where(pairs.one == firsts[pairs.groups[:, 0]], pairs.other, pairs.one)
    found = []
    for transform in np.unique(transforms[partner[with_first]]):
        its = called[with_first & (transforms[partner] == transform)]
        if transform:
            as_picture, as_any = float((its == AS_PICTURE).mean()), float((its > 0).mean())
            found.append(Version(str(transform), len(its), as_picture, as_any))
    yield from sorted(found, key=lambda one: (one.anything, one.picture, one.transform))
