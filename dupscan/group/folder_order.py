"""The order of folders in which versions of the same photographs lie: whole folders win together.

If two folders hold the same pictures, half of each must not be kept. So what speaks for one folder
is counted over all pictures that both hold, and the result decides for all of them. The results of
all pairs are brought into one order; where they contradict each other in a circle, the better place
goes first.
"""

from __future__ import annotations

import heapq
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from dupscan.group.folder_evidence import Comparison, Pair, ordered, place_and_path, sign_of
from dupscan.group.keeper import Version
from dupscan.group.named_as import Copy
from dupscan.group.places import Place, Places, places_apart, places_of
from dupscan.model.report import FolderQuestion
from dupscan.text import file_names
from dupscan.text.copy_marks import normalised, read_marks, without_serial

_CLEAR = 0.1
"""Share of the common pictures for which evidence is clear."""


class Basis(Enum):
    """Kinds of evidence by which one of two folders comes first; the values are their words."""

    BETTER = "{ours} holds the originals"
    PLACE = "{ours} holds the originals; {theirs} looks like {place}"
    COPIED = "{ours} holds the originals; {theirs} is named as a copy of it"
    NAMES = "{ours} holds the originals; files in {theirs} are named as copies"
    MORE = "{ours} holds the originals; {theirs} holds a part of them"
    ORIGINS = "{ours} has the cameras' file names"
    DATES = "{ours} has the date in its path"
    AGES = "{ours} has the older files"
    PATH = "{ours} comes first by its path; nothing else tells it from {theirs}"
    CIRCLE = "with the other pictures of {ours}"
    """The order of all pairs says otherwise than this pair alone."""


@dataclass(slots=True)
class FolderOrder:
    """The order of some folders, the likeliest home of originals first."""

    comparison: Comparison
    files_below: Mapping[str, int]
    """Number of pictures below each folder, also of those that have no other version."""
    _ranks: dict[str, int] = field(init=False)
    _words: dict[Pair, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ranks = {folder: rank for rank, folder in enumerate(self._in_order())}

    def rank(self, folder: str) -> int:
        """Return the place of a folder, 0 for the likeliest home of originals."""
        return self._ranks.get(folder, len(self._ranks))

    def is_mere_copy(self, version: Version, unmarked: Iterable[Version]) -> bool:
        """True if a version is a copy by its name, whatever its folder.

        `unmarked` are the versions without marks. If one folder holds half of what the other holds,
        the folders decide, and not the name of one file.
        """
        return version.named.copy is Copy.SURE and any(
            self._is_no_worse(one.folder, version.folder) for one in unmarked
        )

    def why(self, kept: str, other: str) -> str:
        """Say in words why one folder comes before another."""
        if (kept, other) not in self._words:  # one text for all their pictures
            self._words[kept, other] = self._in_words(kept, other)
        return self._words[kept, other]

    def _in_words(self, kept: str, other: str) -> str:
        tops = self._tops_of(kept, other)
        basis, sign = Basis.CIRCLE, 1
        if ordered(tops) in self.comparison.evidence:
            basis, sign = self._decision(kept, other)
        ours, theirs = _shown(*tops)
        is_place = basis is Basis.PLACE and sign > 0
        place = _worse_place(*places_apart(kept, other)) if is_place else None
        return (basis if sign > 0 else Basis.CIRCLE).value.format(
            ours=ours, theirs=theirs, place=place and place.words
        )

    def questions(self) -> list[FolderQuestion]:
        """Return the pairs of folders of which nothing but their paths tells which to keep.

        The pairs with most pictures come first.
        """
        found = []
        for pair, tops in {
            ordered(tops): (pair, tops) for pair, tops in self.comparison.tops.items()
        }.values():
            basis, sign = self._decision(*pair)
            evidence = self.comparison.evidence[ordered(tops)]
            if basis is Basis.PATH and evidence.equal:
                kept, other = tops if sign > 0 else tops[::-1]
                found.append(FolderQuestion(kept, other, evidence.equal))
        return sorted(found, key=lambda one: (-one.pictures, *map(file_names.order, one.folders)))

    def _decision(self, one: str, other: str) -> tuple[Basis, int]:
        """Return which of two folders comes first, above 0 for `one`, and the reason.

        Their places are those of their whole paths; all else is that of their tops.
        """
        tops = self._tops_of(one, other)
        pair = ordered(tops)
        turn = 1 if pair == tops else -1
        evidence, places = self.comparison.evidence[pair], places_apart(one, other)
        may_hold_originals = max((*places[0], *places[1]), default=Place.EXPORT) < Place.RECOVERED
        if abs(evidence.better) > evidence.equal and may_hold_originals:
            return Basis.BETTER, turn * evidence.better
        if places[0] != places[1]:
            return Basis.PLACE, sign_of(*places)
        if copied := int(_is_copy_of(tops[1], tops[0])) - int(_is_copy_of(*tops)):
            return Basis.COPIED, copied
        is_part = self._is_mostly_in(one, other)
        counts = {
            Basis.NAMES: turn * evidence.names,
            Basis.BETTER: turn * evidence.better,
            Basis.MORE: self._pictures(tops[0]) - self._pictures(tops[1]) if is_part else 0,
            Basis.ORIGINS: turn * evidence.origins,
            Basis.DATES: turn * evidence.dates,
            Basis.AGES: turn * evidence.ages,
        }
        for least in (_CLEAR * evidence.common, 0):
            for basis, count in counts.items():
                if count and abs(count) >= least:
                    return basis, count
        return Basis.PATH, sign_of(*map(place_and_path, tops))

    def _pictures(self, folder: str) -> int:
        return self.files_below.get(folder, 0)

    def _is_mostly_in(self, one: str, other: str) -> bool:
        """True if one of two folders has half of its pictures in the other folder too."""
        tops = self._tops_of(one, other)
        evidence = self.comparison.evidence.get(ordered(tops))
        smaller = min(map(self._pictures, tops))
        return evidence is not None and 2 * evidence.common >= smaller

    def _is_no_worse(self, one: str, other: str) -> bool:
        """True if the first folder is in no worse place, and neither is mostly in the other."""
        places = places_apart(one, other)
        return places[0] <= places[1] and not self._is_mostly_in(one, other)

    def _tops_of(self, one: str, other: str) -> Pair:
        """Return the tops of two folders, or of two tops, in the same order."""
        pair = ordered((one, other))
        tops = self.comparison.tops.get(pair, pair)
        return tops if pair == (one, other) else tops[::-1]

    def _in_order(self) -> Iterator[str]:
        """Yield all folders, each before those that it wins against.

        In a circle, the folder goes first that is in the better place, or wins more often.
        """
        beats: defaultdict[str, list[str]] = defaultdict(list)
        losses: Counter[str] = Counter()
        for pair in self.comparison.tops:
            winner, loser = pair if self._decision(*pair)[1] > 0 else pair[::-1]
            beats[winner].append(loser)
            losses.update({loser: 1, winner: 0})
        keys = {one: (places_of(one), -len(beats[one]), place_and_path(one)) for one in losses}
        left = sorted(losses, key=keys.__getitem__, reverse=True)
        free = [(keys[one], one) for one in losses if not losses[one]]
        heapq.heapify(free)
        done: set[str] = set()
        while left:
            folder = heapq.heappop(free)[1] if free else left.pop()
            if folder in done:
                continue
            done.add(folder)
            yield folder
            for loser in beats[folder]:
                losses[loser] -= 1
                if not losses[loser]:
                    heapq.heappush(free, (keys[loser], loser))


def _is_copy_of(one: str, other: str) -> bool:
    """True if a folder has the name of another one beside it and a number, as ``2017 (1)``."""
    if os.path.dirname(one) != os.path.dirname(other):
        return False
    name, bare = (normalised(os.path.basename(folder)) for folder in (one, other))
    return bare in (*read_marks(name).bare_names, without_serial(name))


def _worse_place(kept: Places, other: Places) -> Place:
    """Return the place by which the other folder loses."""
    return next(place for at, place in enumerate(other) if place not in kept[at : at + 1])


def _shown(one: str, other: str) -> tuple[str, str]:
    """Return the paths of two folders, without the parts that both begin with, safe to print."""
    common = os.path.commonpath((one, other))
    if common in (one, other):
        common = os.path.dirname(common)
    start = len(os.path.join(common, ""))
    return file_names.shown(one[start:]), file_names.shown(other[start:])
