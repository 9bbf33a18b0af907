"""Matches → groups: stars around a keeper, never chains.

Every duplicate of a group matches its keeper directly. Where a is like b and b is like c but a is
not like c, nobody may delete c in favour of a: such a picture is listed as near the group instead.
So is one with further pages or frames, of which only the first was compared.

Files of equal bytes are one *content* here. Among contents the matches are edges; the files of a
content share them. So a thousand copies of one file make one node, not half a million pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from dupscan import formats, names
from dupscan.model import DuplicateGroup, Evidence, Match, Picture, Verdict

SAME_BYTES = Evidence(distance=0, histogram_rms=0.0, difference=0.0, relative_difference=0.0)
Edges = dict[int, dict[int, Match]]
Explain = Callable[[Picture, Picture, Verdict, Evidence], str]
"""Says in words what the second picture is to the first."""


def contents(pictures: Sequence[Picture]) -> dict[int, list[int]]:
    """The numbers of the pictures with equal bytes, by the first of them."""
    by_digest: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, picture in enumerate(pictures):
        by_digest[picture.digest].append(number)
    return {numbers[0]: numbers for numbers in by_digest.values()}


def group(
    pictures: Sequence[Picture], matches: Iterable[Match], explain: Explain
) -> list[DuplicateGroup]:
    """Form the groups; the same ones in whatever order `matches` come.

    `matches` name each content by the first picture that has it, as :func:`contents` does. The
    best picture takes all that match it, then the best of the rest does, and so on. The groups
    that free most come first.
    """
    stars = _Stars(pictures, contents(pictures), _edges(matches), explain)
    taken: set[int] = set()
    groups = []
    for content in stars.best_first():
        if content in taken:
            continue
        rays = [other for other in stars.rays(content) if other not in taken]
        taken.update([content, *rays])  # alone or not, it must not go in favour of a lesser one
        if found := stars.star(content, rays):
            groups.append(found)
    return sorted(groups, key=lambda one: (-one.freed(pictures), one.keeper))


def keeper_rank(picture: Picture) -> tuple[object, ...]:
    """Sort key: the picture to keep comes first.

    A reference, then a camera's RAW file, then the most pixels, the most bytes, and at last the
    path, so that there never is a tie.
    """
    file, info = picture.file, picture.info
    return (
        not file.reference,
        info.format != formats.RAW.name,
        -info.pixels,
        -file.size,
        names.order(file.path),
    )


def _edges(matches: Iterable[Match]) -> Edges:
    edges: Edges = {}
    for match in matches:
        edges.setdefault(match.a, {})[match.b] = match
        edges.setdefault(match.b, {})[match.a] = match
    return edges


@dataclass(frozen=True, slots=True)
class _Stars:
    """Builds one group at a time from contents and the matches among them."""

    pictures: Sequence[Picture]
    copies: dict[int, list[int]]
    edges: Edges
    explain: Explain

    def best_first(self) -> list[int]:
        """All contents, those with the picture most worth keeping first."""
        ranks = {
            content: min(keeper_rank(self.pictures[number]) for number in numbers)
            for content, numbers in self.copies.items()
        }
        return sorted(ranks, key=ranks.__getitem__)

    def rays(self, content: int) -> list[int]:
        """The contents that match `content` and may be called duplicates of it."""
        return [other for other in sorted(self.edges.get(content, ())) if self._may_go(other)]

    def _may_go(self, content: int) -> bool:
        """Whether a content may be called a duplicate of another one.

        Not what is below a reference, and not what has further pages: only the first was compared.
        What a JPEG has behind its first picture are the previews and gain maps of telephones.
        """
        copies = [self.pictures[number] for number in self.copies[content]]
        info = copies[0].info
        has_one_page = info.frames == 1 or info.format == formats.JPEG.name
        return has_one_page and not any(copy.file.reference for copy in copies)

    def star(self, centre: int, rays: list[int]) -> DuplicateGroup | None:
        """The group around a content, or None where it is alone."""
        keeper = min(self.copies[centre], key=lambda number: keeper_rank(self.pictures[number]))
        duplicates = [
            self._between(
                keeper, number, self.edges[centre][content] if content != centre else None
            )
            for content in (centre, *rays)
            for number in self.copies[content]
            if number != keeper and not self.pictures[number].file.reference
        ]
        if not duplicates:
            return None
        duplicates.sort(key=lambda match: match.partner(keeper))
        # In a group, a content goes by the file that stands for it there.
        stand_ins = {content: self.copies[content][0] for content in rays} | {centre: keeper}
        return DuplicateGroup(
            keeper, tuple(duplicates), self._near(stand_ins), self._inner(stand_ins, keeper)
        )

    def _inner(self, stand_ins: dict[int, int], keeper: int) -> tuple[Match, ...]:
        """The matches between two members, seen from the keeper where it is one of them."""
        pairs = (
            (stand_ins[content], stand_ins[other], match)
            for content in sorted(stand_ins)
            for other, match in sorted(self.edges.get(content, {}).items())
            if content < other and other in stand_ins
        )
        return tuple(
            self._between(other, one, match)
            if other == keeper
            else self._between(one, other, match)
            for one, other, match in pairs
        )

    def _near(self, stand_ins: dict[int, int]) -> tuple[Match, ...]:
        """For each picture outside that matches a member, the closest such match."""
        closest: dict[int, Match] = {}
        for content in sorted(stand_ins):
            for other, match in self.edges.get(content, {}).items():
                if other in stand_ins:
                    continue
                known = closest.get(other)
                if known is None or match.evidence.difference < known.evidence.difference:
                    closest[other] = self._between(stand_ins[content], other, match)
        return tuple(closest[other] for other in sorted(closest))

    def _between(self, one: int, other: int, match: Match | None) -> Match:
        """A match moved to two files and put in words; without one, their bytes are equal."""
        a, b = sorted((one, other))
        moved = replace(match, a=a, b=b) if match else Match(a, b, Verdict.FILE, SAME_BYTES)
        words = self.explain(
            self.pictures[one], self.pictures[other], moved.verdict, moved.evidence
        )
        return replace(moved, explanation=words)
