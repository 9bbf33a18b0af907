"""Matches → groups: stars around a keeper, never chains.

Every duplicate of a group matches its keeper directly. Where a is like b and b is like c but a is
not like c, nobody may delete c in favour of a: such a picture is listed as near the group instead.
So is one with further pages or frames, of which only the first was compared; but for `pixels`.

Strong matches come first: the best original takes all that are the same picture, and only then does
what is merely similar join the keeper it is similar to. A weak match never costs a strong one.

Files of equal bytes are one *content* here. Among contents the matches are edges; the files of a
content share them. So a thousand copies of one file make one node, not half a million pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dupscan.model import formats
from dupscan.model.changes import Changes, reversed_changes
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import EXACT, Evidence, Match, Verdict
from dupscan.model.pictures import Picture

Edges = dict[PictureIndex, dict[PictureIndex, Match]]
FindChanges = Callable[[Picture, Picture, Verdict, Evidence], Changes]
"""Finds the changes that make the second picture from the first, whose view the evidence has."""
Pair = tuple[bytes, bytes]


def contents(pictures: Sequence[Picture]) -> dict[PictureIndex, list[PictureIndex]]:
    """The numbers of the pictures with equal bytes, by the first of them."""
    by_digest: defaultdict[bytes, list[PictureIndex]] = defaultdict(list)
    for number, picture in enumerate(pictures):
        by_digest[picture.digest].append(PictureIndex(number))
    return {numbers[0]: numbers for numbers in by_digest.values()}


def group(
    pictures: Sequence[Picture],
    matches: Iterable[Match],
    *,
    rank: Callable[[PictureIndex], tuple[object, ...]],
    why: Callable[[PictureIndex, PictureIndex], str],
    find_changes: FindChanges,
    apart: frozenset[Pair] = frozenset(),
) -> list[DuplicateGroup]:
    """Form the groups; the same ones in whatever order `matches` come.

    `matches` name each content by the first picture that has it, as :func:`contents` does. `rank`
    sorts pictures, the one to keep first, and `why` says what spoke for one against another. Two
    digests that are `apart`, smaller first, never stand in one group. Groups that free most come
    first.
    """
    copies = contents(pictures)
    stars = _Stars(pictures, copies, _edges(matches), rank, why, find_changes, apart)
    found = [stars.group(centre) for centre in stars.formed()]
    groups = [one for one in found if one is not None]
    return sorted(groups, key=lambda one: (-one.freed(pictures), one.keeper))


def strong_stars(
    pictures: Sequence[Picture],
    matches: Iterable[Match],
    rank: Callable[[PictureIndex], tuple[object, ...]],
    apart: frozenset[Pair] = frozenset(),
) -> dict[PictureIndex, list[PictureIndex]]:
    """The contents that each keeper takes by strong matches alone, as :func:`group` will too."""
    stars = _Stars(
        pictures,
        contents(pictures),
        _edges(matches),
        rank,
        why=lambda kept, other: "",
        find_changes=lambda *_: (),
        apart=apart,
    )
    stars.take_the_strong()
    return stars.rays


def _edges(matches: Iterable[Match]) -> Edges:
    edges: Edges = {}
    for match in matches:
        edges.setdefault(match.a, {})[match.b] = match
        edges.setdefault(match.b, {})[match.a] = match
    return edges


@dataclass(slots=True)
class _Stars:
    """Forms all the stars from contents and the matches among them."""

    pictures: Sequence[Picture]
    copies: dict[PictureIndex, list[PictureIndex]]
    edges: Edges
    rank: Callable[[PictureIndex], tuple[object, ...]]
    why: Callable[[PictureIndex, PictureIndex], str]
    find_changes: FindChanges
    apart: frozenset[Pair]
    rays: dict[PictureIndex, list[PictureIndex]] = field(default_factory=dict)
    """The contents that each centre has taken."""
    taken: set[PictureIndex] = field(default_factory=set)
    places: dict[PictureIndex, int] = field(default_factory=dict)
    """Of each content among all, the best first."""
    firsts: dict[bytes, PictureIndex] = field(init=False)
    """The first picture with each content, by its digest."""

    def __post_init__(self) -> None:
        self.firsts = {self.pictures[content].digest: content for content in self.copies}

    def formed(self) -> list[PictureIndex]:
        """Let every content find its star; returns the centres, the best first."""
        self.take_the_strong()
        self._join()
        self._take(self.places, Verdict.SIMILAR)
        return [content for content in self.places if content in self.rays]

    def take_the_strong(self) -> None:
        """Let what is the same picture gather around the best of it."""
        ranks = {content: min(map(self.rank, numbers)) for content, numbers in self.copies.items()}
        best_first = sorted(ranks, key=ranks.__getitem__)
        self.places = {content: place for place, content in enumerate(best_first)}
        self._take(self.places, Verdict.PICTURE)

    def _take(self, best_first: Iterable[PictureIndex], weakest: Verdict) -> None:
        """Let each content that is still free take what is free, matches it and is no better."""
        for centre in best_first:
            if centre in self.taken:
                continue
            rays = [
                other
                for other in self._free(centre, weakest)
                if self.places[other] > self.places[centre]
            ]
            rays = [*self._getting_on(centre, rays)]
            if rays or len(self.copies[centre]) > 1:
                self.rays[centre] = rays
                self.taken.update((centre, *rays))

    def _join(self) -> None:
        """Let what is still free join the best of the keepers that it is similar to."""
        for centre in sorted(self.rays, key=self.places.__getitem__):
            joining = self._free(centre, Verdict.SIMILAR)
            self.rays[centre] = [*self._getting_on(centre, [*self.rays[centre], *joining])]
            self.taken.update(self.rays[centre])

    def _free(self, centre: PictureIndex, weakest: Verdict) -> list[PictureIndex]:
        """What matches a content, is in no star yet, and may be called a duplicate of it.

        The strongest come first: of two that were told apart, it is the first who stays.
        """
        matches = self.edges.get(centre, {})
        return [
            other
            for other in sorted(matches, key=lambda one: (matches[one].verdict.rank, one))
            if other not in self.taken
            and matches[other].verdict.at_least(weakest)
            and self._may_go(other, centre, matches[other].verdict)
        ]

    def _getting_on(
        self, centre: PictureIndex, rays: Iterable[PictureIndex]
    ) -> Iterator[PictureIndex]:
        """Those of some contents that nobody told apart from the centre, or from one before."""
        members = [centre]
        for content in rays:
            if self._gets_on(content, members):
                members.append(content)
                yield content

    def _may_go(self, content: PictureIndex, centre: PictureIndex, verdict: Verdict) -> bool:
        """Whether a content may be called a duplicate of a centre that it matches.

        Not what is below a reference, nor what is the same picture and the better one, nor what has
        further pages: only the first was compared, but for `pixels`, which look at all of them.
        What a JPEG has behind its first picture are the previews and gain maps of telephones.
        """
        copies = [self.pictures[number] for number in self.copies[content]]
        if any(copy.file.reference for copy in copies):
            return False
        if verdict.at_least(Verdict.PICTURE) and self.places[content] < self.places[centre]:
            return False
        info = copies[0].info
        has_one_page = info.frames == 1 or info.format == formats.JPEG.name
        return has_one_page or verdict.at_least(Verdict.PIXELS)

    def _gets_on(self, content: PictureIndex, members: Iterable[PictureIndex]) -> bool:
        """Whether nobody has told a content apart from a member."""
        own = self.pictures[content].digest
        return not self.apart or not any(
            (min(own, other), max(own, other)) in self.apart
            for other in (self.pictures[member].digest for member in members)
        )

    def group(self, centre: PictureIndex) -> DuplicateGroup | None:
        """The group around a content, or None where all but one file are references."""
        rays = sorted(self.rays[centre])
        keeper = min(self.copies[centre], key=self.rank)
        duplicates = [
            self._between(keeper, number)
            for content in (centre, *rays)
            for number in self.copies[content]
            if number != keeper and not self.pictures[number].file.reference
        ]
        if not duplicates:
            return None
        duplicates.sort(key=lambda match: match.partner(keeper))
        # In a group, a content goes by the file that stands for it there.
        stand_ins = {content: self.copies[content][0] for content in rays} | {centre: keeper}
        next_best = min((match.partner(keeper) for match in duplicates), key=self.rank)
        return DuplicateGroup(
            keeper=keeper,
            duplicates=tuple(duplicates),
            near=self._near(stand_ins),
            edges=tuple(self._inner(stand_ins, keeper)),
            kept=self.why(keeper, next_best),
        )

    def _inner(
        self, stand_ins: dict[PictureIndex, PictureIndex], keeper: PictureIndex
    ) -> Iterator[Match]:
        """The matches between two members, seen from the keeper where it is one of them."""
        for content in sorted(stand_ins):
            for other in sorted(self.edges.get(content, {})):
                if content < other and other in stand_ins:
                    one, partner = stand_ins[content], stand_ins[other]
                    yield self._between(*((partner, one) if partner == keeper else (one, partner)))

    def _near(self, stand_ins: dict[PictureIndex, PictureIndex]) -> tuple[Match, ...]:
        """For each picture outside that matches a member, the strongest such match."""
        closest: dict[PictureIndex, tuple[int, float, PictureIndex]] = {}
        for content in sorted(stand_ins):
            for other, match in self.edges.get(content, {}).items():
                if other not in stand_ins:
                    strength = (match.verdict.rank, match.evidence.fine, content)
                    closest[other] = min(strength, closest.get(other, strength))
        return tuple(
            self._between(stand_ins[content], other)
            for other, (_, _, content) in sorted(closest.items())
        )

    def _content_of(self, number: PictureIndex) -> PictureIndex:
        """The first picture with the same bytes."""
        return self.firsts[self.pictures[number].digest]

    def _between(self, one: PictureIndex, other: PictureIndex) -> Match:
        """The match of two files by their contents, with its changes as seen from the first."""
        content, other_content = self._content_of(one), self._content_of(other)
        verdict, evidence = Verdict.FILE, EXACT
        if content != other_content:
            match = self.edges[content][other_content]
            verdict, evidence = match.verdict, match.seen_from(content)
        changes = self.find_changes(self.pictures[one], self.pictures[other], verdict, evidence)
        if one > other:
            return Match(other, one, verdict, evidence.reversed(), reversed_changes(changes))
        return Match(one, other, verdict, evidence, changes)
