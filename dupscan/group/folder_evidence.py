"""Versions of photographs → what speaks for each of two folders that hold the same photographs.

Two trees of folders count as two folders where their folders have the same names: ``Photos/2017``
and ``Copy/2017`` are compared as ``Photos`` and ``Copy``.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from dupscan.group.keeper import Version
from dupscan.group.places import Places, places_of
from dupscan.text import file_names

Pair = tuple[str, str]
"""Two folders, in the order of their characters where order tells nothing."""
Ranked = tuple[Version, tuple[Any, ...]]
"""A version, and a sort key by which the better versions come first."""

_MOST_COMPARED = 16
"""Folders with which each folder is compared for one picture: it may have copies in thousands."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(slots=True)
class Evidence:
    """Counts over the pictures that two folders hold: above 0 they speak for the first folder."""

    common: int = 0
    """Pictures that both folders hold; never below 0."""
    equal: int = 0
    """Pictures of which both folders hold equally good versions; never below 0."""
    better: int = 0
    """Pictures of which one folder holds the better version."""
    names: int = 0
    """Names without marks of copies, where the other folder has marks."""
    origins: int = 0
    """Names of cameras, or with dates."""
    dates: int = 0
    """Pictures whose year stands in the path."""
    ages: int = 0
    """Older files."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts of what speaks for which of some folders."""

    evidence: dict[Pair, Evidence]
    """Evidence by pairs of tops."""
    tops: dict[Pair, Pair]
    """For two folders that hold the same picture: both without the names that both end with."""


def compare_folders(photographs: Iterable[Iterable[Ranked]]) -> Comparison:
    """Compare the folders of each photograph's versions, and count what speaks for which.

    Of a folder with several versions, the best one counts.
    """
    evidence: defaultdict[Pair, Evidence] = defaultdict(Evidence)
    tops: dict[Pair, Pair] = {}
    for versions in photographs:
        best = _best_of_each_folder(versions)
        folders = sorted(best) if len(best) <= _MOST_COMPARED else sorted(best, key=place_and_path)
        for pair in map(ordered, _pairs(folders)):
            own = tops.get(pair) or tops.setdefault(pair, _tops(*pair))
            of_tops = ordered(own)
            first, second = pair if of_tops == own else pair[::-1]
            _weigh(evidence[of_tops], best[first], best[second])
    return Comparison(dict(evidence), tops)


def _best_of_each_folder(versions: Iterable[Ranked]) -> dict[str, Ranked]:
    best: dict[str, Ranked] = {}
    for ranked in versions:
        folder = ranked[0].folder
        best[folder] = min(ranked, best.get(folder, ranked), key=_by_quality_and_name)
    return best


def _by_quality_and_name(ranked: Ranked) -> tuple[Any, ...]:
    version, quality = ranked
    return quality, version.named.copy, version.named.marks, version.mtime_ns, version.path


def ordered(pair: Pair) -> Pair:
    """Return two folders in the order by which pairs are found again."""
    return pair if pair[0] <= pair[1] else pair[::-1]


def _tops(one: str, other: str) -> Pair:
    """Return two folders without the names that both end with; neither is part of the other."""
    while os.path.basename(one) == os.path.basename(other):
        above = os.path.dirname(one), os.path.dirname(other)
        if os.path.commonpath(above) in above:
            break
        one, other = above
    return one, other


def _pairs(folders: Sequence[str]) -> Iterator[Pair]:
    """Yield all pairs of the first few folders, and each of these with each of the others."""
    yield from combinations(folders[:_MOST_COMPARED], 2)
    yield from (
        (one, other) for other in folders[_MOST_COMPARED:] for one in folders[:_MOST_COMPARED]
    )


def _weigh(evidence: Evidence, one: Ranked, other: Ranked) -> None:
    """Add what two versions say of their folders."""
    evidence.common += 1
    if better := sign_of(one[1], other[1]):
        evidence.better += better
        return
    first, second = one[0], other[0]
    evidence.equal += 1
    evidence.names += sign_of(first.named.copy, second.named.copy)
    evidence.origins += sign_of(first.named.origin, second.named.origin)
    evidence.dates += sign_of(_misdated(first), _misdated(second))
    evidence.ages += sign_of(first.day, second.day)


def sign_of(one: Any, other: Any) -> int:
    """Return 1 if the first value is less, -1 if it is more, else 0."""
    return int(one < other) - int(other < one)


def _misdated(version: Version) -> int:
    """Return 0 if the picture's year stands in its path, 1 for a path without year, 2 for others.

    A picture that does not say its year fits any.
    """
    years = set(_YEAR.findall(version.folder))
    if not years:
        return 1
    return 0 if version.captured is None or version.captured[:4] in years else 2


def place_and_path(folder: str) -> tuple[Places, int, bytes]:
    """Return a sort key of folders: the better place, then the shorter path, then the alphabet."""
    return places_of(folder), len(os.fsencode(folder)), file_names.order(folder)
