"""Which pairs are measured: the labelled ones, and the different pictures that a scan would weigh.

Kept apart from measuring, because here it is decided what the rates are rates of. A group of 25
versions has 300 pairs, so both kinds are sampled, the same pairs each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration.library import Library
from dupscan.index import candidates
from dupscan.model.hash_table import HashTable
from dupscan.model.matches import Candidate
from dupscan.progress import Progress
from dupscan.settings import MatchSettings

MOST_DIFFERENT = 20_000
"""Pairs of different pictures that are measured at most; enough to show rates of 1 in 5,000."""
_SEED = 20261122
Numbers = tuple[int, int]
"""Two pictures of the library, the smaller number first."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The pairs to be measured."""

    candidates: tuple[Candidate, ...]
    """Those that some view brought together, in the order of the pictures."""
    missed: tuple[Numbers, ...]
    """Versions of one picture that no view brought together within the radius."""
    versions: int
    """Pairs of versions of one picture that there are in all, before some were chosen."""
    near: int
    """Pairs of different pictures within the radius in all, before some were chosen."""
    different: int
    """Pairs of different pictures in all, near or not."""


def choose(
    library: Library, settings: MatchSettings, pairs_per_group: int, progress: Progress
) -> Sample:
    """Take up to so many pairs of each group, and of each two groups; all within the radius.

    Of a group: the first picture with each of the others, then some among the others. Of different
    pictures: those within the radius of `settings`, and at most :data:`MOST_DIFFERENT`.
    """
    hashes = [None if one.low_detail else one.traits.hashes for one in library.pictures]
    with progress.stage("look up", len(hashes) - hashes.count(None), "pictures") as meter:
        near = candidates(HashTable.of(hashes), settings, looked_up=meter.advance)
    chance = np.random.default_rng(_SEED)
    wanted = {
        pair
        for members in library.members()
        for pair in _of_a_group(members, pairs_per_group, chance)
    }
    found: list[Candidate] = []
    different = _Reservoir(pairs_per_group, chance)
    for pair in near:
        one, other = library.groups[pair.a], library.groups[pair.b]
        if one != other:
            different.offer(pair, (int(min(one, other)), int(max(one, other))))
        elif (pair.a, pair.b) in wanted:
            found.append(pair)
    missed = wanted - {(pair.a, pair.b) for pair in found}
    sizes = np.bincount(library.groups) if len(library.groups) else np.zeros(1, np.intp)
    versions = int((sizes * (sizes - 1) // 2).sum())
    count = len(library.pictures)
    return Sample(
        candidates=tuple(sorted((*found, *different.kept), key=lambda pair: (pair.a, pair.b))),
        missed=tuple(sorted(missed)),
        versions=versions,
        near=different.offered,
        different=count * (count - 1) // 2 - versions,
    )


def _of_a_group(
    members: NDArray[np.intp], most: int, chance: np.random.Generator
) -> Iterator[Numbers]:
    """Pairs with the first member, evenly over the others; then some of the rest, by chance."""
    first, *others = members.tolist()
    step = max(len(others) / most, 1)
    for at in range(min(len(others), most)):
        yield _ordered(first, others[int(at * step)])
    left = most - len(others)
    total = len(others) * (len(others) - 1) // 2
    if left <= 0 or not total:
        return
    # The pairs of the others in their order: those whose larger place is p begin at p (p - 1) / 2.
    picked = chance.choice(total, size=min(left, total), replace=False, shuffle=False)
    places = np.arange(len(others))
    starts = places * (places - 1) // 2
    larger = np.searchsorted(starts, picked, side="right") - 1
    for low, high in zip((picked - starts[larger]).tolist(), larger.tolist(), strict=True):
        yield _ordered(others[low], others[high])


def _ordered(one: int, other: int) -> Numbers:
    return (one, other) if one < other else (other, one)


class _Reservoir:
    """An even sample of pairs that come one by one, of each two groups a few at most.

    J. S. Vitter, "Random sampling with a reservoir", 1985: algorithm R.
    """

    def __init__(self, most_of_two_groups: int, chance: np.random.Generator) -> None:
        self.kept: list[Candidate] = []
        self.offered = 0
        self._most = most_of_two_groups
        self._of_two_groups: Counter[Numbers] = Counter()
        self._taken = 0
        self._chance = chance

    def offer(self, pair: Candidate, groups: Numbers) -> None:
        """Take the pair with the chance that all so far have had."""
        self.offered += 1
        self._of_two_groups[groups] += 1
        if self._of_two_groups[groups] > self._most:
            return
        self._taken += 1
        if len(self.kept) < MOST_DIFFERENT:
            self.kept.append(pair)
        elif (place := int(self._chance.integers(self._taken))) < MOST_DIFFERENT:
            self.kept[place] = pair
