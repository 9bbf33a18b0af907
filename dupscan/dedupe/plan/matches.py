"""Who matches whom in a group, found without asking about every pair.

Kept apart because it is about speed only: a group may be thousands of copies of one file, which all
match each other, or thousands of pictures of which each matches one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from dupscan.model.saved_report import Edge, ReportedGroup

_MOST_LISTED = 100_000
"""Matches of one group that are held as a list for each member. More are nearly all between copies
of the same bytes, of which few are kept, so that it is cheaper to ask."""


class Matches:
    """The matches of one group."""

    def __init__(self, group: ReportedGroup) -> None:
        self._edges = group.edges
        self._partners: defaultdict[int, list[int]] | None = None
        if len(group.edges) <= _MOST_LISTED:
            self._partners = defaultdict(list)
            for one, other in sorted(group.edges):
                self._partners[one].append(other)
                self._partners[other].append(one)

    def of(self, place: int, among: Collection[int]) -> Iterator[tuple[int, Edge]]:
        """The places among these that a member matches, in no order that counts."""
        if self._partners is not None:
            found = (other for other in self._partners[place] if other in among)
        else:
            found = (other for other in among if other != place)
        for other in found:
            pair = (place, other) if place < other else (other, place)
            if (edge := self._edges.get(pair)) is not None:
                yield other, edge
