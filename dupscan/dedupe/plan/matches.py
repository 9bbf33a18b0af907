"""Look up the matches of a member of a group, without trying every pair of members.

This is about speed only: a group may be thousands of copies of one file, which all match each
other, or thousands of pictures that match one picture each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from dupscan.model.saved_report import Edge, ReportedGroup

_MOST_LISTED = 100_000
"""Matches of one group up to which each member has a list. In a larger group nearly all matches are
between copies of the same bytes, few of which are kept: trying each kept member is cheaper."""


class Matches:
    """Matches of one group, by member."""

    def __init__(self, group: ReportedGroup) -> None:
        self._edges = group.edges
        self._partners: defaultdict[int, list[int]] | None = None
        if len(group.edges) <= _MOST_LISTED:
            self._partners = defaultdict(list)
            for one, other in sorted(group.edges):
                self._partners[one].append(other)
                self._partners[other].append(one)

    def of(self, place: int, among: Collection[int]) -> Iterator[tuple[int, Edge]]:
        """Yield the place and match of each member in `among` that the member at `place` matches.

        The order has no meaning.
        """
        if self._partners is not None:
            found = (other for other in self._partners[place] if other in among)
        else:
            found = (other for other in among if other != place)
        for other in found:
            pair = (place, other) if place < other else (other, place)
            if (edge := self._edges.get(pair)) is not None:
                yield other, edge
