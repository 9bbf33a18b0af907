"""Matches → groups: stars around a keeper, never chains.

Every duplicate of a group matches its keeper directly. Where a matches b and b matches c, but a
does not match c, nobody may delete c in favour of a: c is listed as near the group instead. A
picture with further pages or frames is listed as near, too, because only its first page was
compared; an exception is a match of verdict `pixels`, for which all pages were compared.

Strong matches come first: the best original takes all files of the same picture. Only then do
similar pictures join the keeper that each of them matches. A weak match never costs a strong one.
A RAW file leads a group whose members it all matches; it is no duplicate of a finished picture.

Groups are found in a graph. Files of equal bytes are one *node*, named by the index of the first of
these files; matches are the *edges* between nodes. So a thousand copies of one file make one node
and not half a million pairs. In a star, the *centre* is the node of the keeper, and the *rays* are
the nodes of its duplicates.
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
KeeperRank = Callable[[PictureIndex], tuple[object, ...]]
"""Returns the sort key of a picture: the picture to keep comes first."""
DigestPairs = frozenset[tuple[bytes, bytes]]
"""Pairs of SHA-256 digests, the smaller first."""


def copies_by_first(pictures: Sequence[Picture]) -> dict[PictureIndex, list[PictureIndex]]:
    """Return the indices of the pictures with equal bytes, by the first of these indices."""
    by_digest: defaultdict[bytes, list[PictureIndex]] = defaultdict(list)
    for index, picture in enumerate(pictures):
        by_digest[picture.digest].append(PictureIndex(index))
    return {copies[0]: copies for copies in by_digest.values()}


def group(
    pictures: Sequence[Picture],
    matches: Iterable[Match],
    *,
    keeper_rank: KeeperRank,
    why_kept: Callable[[PictureIndex, PictureIndex], str],
    find_changes: FindChanges,
    not_duplicates: DigestPairs = frozenset(),
) -> list[DuplicateGroup]:
    """Form the groups; the order of `matches` does not matter.

    Of pictures with equal bytes, `matches` name only the first, as :func:`copies_by_first` does.
    `why_kept` says in words why its first picture is kept rather than its second. Two files of
    `not_duplicates` never stand in one group. The groups that free most bytes come first.
    """
    copies = copies_by_first(pictures)
    edges = _edges(matches)
    stars = _Stars(pictures, copies, edges, keeper_rank, why_kept, find_changes, not_duplicates)
    found = [stars.group_around(centre) for centre in stars.form()]
    groups = [one for one in found if one is not None]
    return sorted(groups, key=lambda one: (-one.freed(pictures), one.keeper))


def group_by_strong_matches(
    pictures: Sequence[Picture],
    matches: Iterable[Match],
    keeper_rank: KeeperRank,
    not_duplicates: DigestPairs = frozenset(),
) -> dict[PictureIndex, list[PictureIndex]]:
    """Return the centres and rays that strong matches alone make; :func:`group` starts with them.

    A strong match has the verdict `picture` or a stronger one.
    """
    stars = _Stars(
        pictures,
        copies_by_first(pictures),
        _edges(matches),
        keeper_rank,
        why_kept=lambda kept, other: "",
        find_changes=lambda *_: (),
        not_duplicates=not_duplicates,
    )
    stars.take_strong_matches()
    return stars.rays


def _edges(matches: Iterable[Match]) -> Edges:
    edges: Edges = {}
    for match in matches:
        edges.setdefault(match.a, {})[match.b] = match
        edges.setdefault(match.b, {})[match.a] = match
    return edges


@dataclass(slots=True)
class _Stars:
    """Forms all the stars of a graph."""

    pictures: Sequence[Picture]
    copies: dict[PictureIndex, list[PictureIndex]]
    edges: Edges
    keeper_rank: KeeperRank
    why_kept: Callable[[PictureIndex, PictureIndex], str]
    find_changes: FindChanges
    not_duplicates: DigestPairs
    rays: dict[PictureIndex, list[PictureIndex]] = field(default_factory=dict)
    """Nodes that each centre has taken."""
    taken: set[PictureIndex] = field(default_factory=set)
    """Nodes that are in a star."""
    places: dict[PictureIndex, int] = field(default_factory=dict)
    """Place of each node among all, 0 for the best original."""
    nodes: dict[bytes, PictureIndex] = field(init=False)
    """Node of each digest."""

    def __post_init__(self) -> None:
        self.nodes = {self.pictures[node].digest: node for node in self.copies}

    def form(self) -> list[PictureIndex]:
        """Put every node that has a match into a star; return the centres, the best first."""
        self.take_strong_matches()
        self._let_raws_lead()
        self._join_similar()
        self._take(self.places, Verdict.SIMILAR)
        return [node for node in self.places if node in self.rays]

    def take_strong_matches(self) -> None:
        """Form the stars of the same picture, each around its best original."""
        ranks = {node: min(map(self.keeper_rank, copies)) for node, copies in self.copies.items()}
        best_first = sorted(ranks, key=ranks.__getitem__)
        self.places = {node: place for place, node in enumerate(best_first)}
        self._take(self.places, Verdict.PICTURE)

    def _take(self, best_first: Iterable[PictureIndex], weakest: Verdict) -> None:
        """Let each free node take the free nodes that match it and are no better.

        A node is free while it is in no star. Matches weaker than `weakest` do not count.
        """
        for centre in best_first:
            if centre in self.taken:
                continue
            rays = [
                other
                for other in self._free(centre, weakest)
                if self.places[other] > self.places[centre]
            ]
            rays = [*self._groupable(centre, rays)]
            if rays or len(self.copies[centre]) > 1:
                self.rays[centre] = rays
                self.taken.update((centre, *rays))

    def _let_raws_lead(self) -> None:
        """Put each free RAW file at the centre of the best star that it matches in every node."""
        for raw in filter(self._is_raw, self.places):
            centres = self.rays.keys() & self.edges.get(raw, {}).keys()
            led = [one for one in centres if self._may_lead(raw, [one, *self.rays[one]])]
            if led and raw not in self.taken:
                best = min(led, key=self.places.__getitem__)
                self.rays[raw] = [best, *self.rays.pop(best)]
                self.taken.add(raw)

    def _may_lead(self, raw: PictureIndex, star: Sequence[PictureIndex]) -> bool:
        """True if all nodes of a star may be called duplicates of a RAW file."""
        matches = self.edges[raw]
        return all(
            node in matches and self._may_be_duplicate(node, raw, matches[node].verdict)
            for node in star
        ) and [*self._groupable(raw, star)] == [*star]

    def _join_similar(self) -> None:
        """Add each node that is not in a star to the best centre that it is similar to."""
        for centre in sorted(self.rays, key=self.places.__getitem__):
            joining = self._free(centre, Verdict.SIMILAR)
            self.rays[centre] = [*self._groupable(centre, [*self.rays[centre], *joining])]
            self.taken.update(self.rays[centre])

    def _free(self, centre: PictureIndex, weakest: Verdict) -> list[PictureIndex]:
        """Return the free nodes that match a centre and may be called duplicates of it.

        The strongest matches come first: of two nodes that a person called no duplicates, the first
        one joins the centre.
        """
        matches = self.edges.get(centre, {})
        return [
            other
            for other in sorted(matches, key=lambda one: (matches[one].verdict.rank, one))
            if other not in self.taken
            and matches[other].verdict.at_least(weakest)
            and self._may_be_duplicate(other, centre, matches[other].verdict)
        ]

    def _groupable(
        self, centre: PictureIndex, rays: Iterable[PictureIndex]
    ) -> Iterator[PictureIndex]:
        """Yield the rays that may stand in one group with the centre and with each ray before."""
        members = [centre]
        for node in rays:
            if self._may_be_grouped(node, members):
                members.append(node)
                yield node

    def _may_be_duplicate(self, node: PictureIndex, centre: PictureIndex, verdict: Verdict) -> bool:
        """True if a node may be called a duplicate of a centre that it matches.

        Not allowed are a file in a reference folder, a RAW file for a finished picture, a better
        version of the same picture, and a file with further pages, of which only the first was
        compared unless the verdict is `pixels`. In a JPEG file, further frames are previews and
        gain maps of telephones, and do not count as pages.
        """
        copies = [self.pictures[index] for index in self.copies[node]]
        if any(copy.file.reference for copy in copies):
            return False
        if self._is_raw(node) and not self._is_raw(centre):
            return False
        if verdict.at_least(Verdict.PICTURE) and self.places[node] < self.places[centre]:
            return False
        info = copies[0].info
        has_one_page = info.frames == 1 or info.format == formats.JPEG.name
        return has_one_page or verdict.at_least(Verdict.PIXELS)

    def _is_raw(self, node: PictureIndex) -> bool:
        return self.pictures[node].info.format == formats.RAW.name

    def _may_be_grouped(self, node: PictureIndex, members: Iterable[PictureIndex]) -> bool:
        """True unless a person called a node and one of the members no duplicates."""
        own = self.pictures[node].digest
        return not self.not_duplicates or not any(
            (min(own, other), max(own, other)) in self.not_duplicates
            for other in (self.pictures[member].digest for member in members)
        )

    def group_around(self, centre: PictureIndex) -> DuplicateGroup | None:
        """Return the group around a centre; None if all files but one are references."""
        rays = sorted(self.rays[centre])
        keeper = min(self.copies[centre], key=self.keeper_rank)
        duplicates = [
            self._between(keeper, index)
            for node in (centre, *rays)
            for index in self.copies[node]
            if index != keeper and not self.pictures[index].file.reference
        ]
        if not duplicates:
            return None
        duplicates.sort(key=lambda match: self._order(match, keeper))
        # The keeper need not be the first of its copies, so it stands for its node here.
        stand_ins = {node: self.copies[node][0] for node in rays} | {centre: keeper}
        return DuplicateGroup(
            keeper=keeper,
            duplicates=tuple(duplicates),
            near=self._near(stand_ins),
            edges=tuple(self._inner(stand_ins, keeper)),
            kept_over=tuple(self.why_kept(keeper, one.partner(keeper)) for one in duplicates),
        )

    def _order(self, match: Match, keeper: PictureIndex) -> tuple[object, ...]:
        """Return the sort key of a duplicate: versions of the same picture come before edits."""
        return not match.verdict.at_least(Verdict.PICTURE), self.keeper_rank(match.partner(keeper))

    def _inner(
        self, stand_ins: dict[PictureIndex, PictureIndex], keeper: PictureIndex
    ) -> Iterator[Match]:
        """Yield the matches between two members, seen from the keeper if it is one of the two."""
        for node in sorted(stand_ins):
            for other in sorted(self.edges.get(node, {})):
                if node < other and other in stand_ins:
                    one, partner = stand_ins[node], stand_ins[other]
                    yield self._between(*((partner, one) if partner == keeper else (one, partner)))

    def _near(self, stand_ins: dict[PictureIndex, PictureIndex]) -> tuple[Match, ...]:
        """Return the strongest match with a member, for each node outside that has one."""
        closest: dict[PictureIndex, tuple[int, float, PictureIndex]] = {}
        for node in sorted(stand_ins):
            for other, match in self.edges.get(node, {}).items():
                if other not in stand_ins:
                    strength = (match.verdict.rank, match.evidence.fine, node)
                    closest[other] = min(strength, closest.get(other, strength))
        return tuple(
            self._between(stand_ins[node], other) for other, (_, _, node) in sorted(closest.items())
        )

    def _node_of(self, index: PictureIndex) -> PictureIndex:
        return self.nodes[self.pictures[index].digest]

    def _between(self, one: PictureIndex, other: PictureIndex) -> Match:
        """Return the match of two files of the graph, with the changes from `one` to `other`."""
        node, other_node = self._node_of(one), self._node_of(other)
        verdict, evidence = Verdict.FILE, EXACT
        if node != other_node:
            match = self.edges[node][other_node]
            verdict, evidence = match.verdict, match.seen_from(node)
        changes = self.find_changes(self.pictures[one], self.pictures[other], verdict, evidence)
        if one > other:
            return Match(other, one, verdict, evidence.reversed(), reversed_changes(changes))
        return Match(one, other, verdict, evidence, changes)
