"""Edges: the matches between the members of a group, found by the members' contents.

Members with the same bytes have the same content. They match each other, and each match of one of
them is a match of all of them; a report lists none of that, and this room works it out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from dupscan.model.changes import Change
from dupscan.model.matches import Verdict
from dupscan.model.saved_report import Edge

_SAME_BYTES = Edge(Verdict.FILE, (Change.SAME_BYTES,))


@dataclass(frozen=True, slots=True, eq=False)  # compared as a mapping
class Edges(Mapping[tuple[int, int], Edge]):
    """The edges between members, by pairs of places in the group, the lower place first.

    Only edges between different contents are stored: a thousand copies would be half a million.
    """

    contents: Sequence[int]
    """For each member its content, which is the first place with the same bytes."""
    places: Mapping[int, Sequence[int]]
    """For each content all the places that have it."""
    between: Mapping[tuple[int, int], Edge]
    """The edges by two contents, the lower first."""

    @classmethod
    def of(cls, digests: Sequence[bytes], matches: Iterable[tuple[int, int, Edge]]) -> Edges:
        """Return the edges for the digests of the members and the matches that a report lists.

        A match is two places and an edge. Raises ValueError for matches that contradict the digests
        or each other.
        """
        firsts: dict[bytes, int] = {}
        contents = [firsts.setdefault(digest, place) for place, digest in enumerate(digests)]
        places: defaultdict[int, list[int]] = defaultdict(list)
        for place, content in enumerate(contents):
            places[content].append(place)
        between: dict[tuple[int, int], Edge] = {}
        for a, b, edge in matches:
            if not a < b < len(digests):
                raise ValueError(f"a match of members {a} and {b}, in this order")
            low, high = contents[a], contents[b]
            if (low == high) != (edge.verdict is Verdict.FILE):
                raise ValueError(
                    f"members {a} and {b} match as {edge.verdict.value}, against their digests"
                )
            if low != high:
                known = between.setdefault(
                    (min(low, high), max(low, high)), edge if low < high else edge.reversed()
                )
                if known.verdict is not edge.verdict:
                    raise ValueError(f"two different matches of members {a} and {b}")
        return cls(contents, places, between)

    def __getitem__(self, pair: tuple[int, int]) -> Edge:
        a, b = pair
        if not 0 <= a < b < len(self.contents):
            raise KeyError(pair)
        low, high = self.contents[a], self.contents[b]
        if low == high:
            return _SAME_BYTES
        edge = self.between[min(low, high), max(low, high)]
        return edge if low < high else edge.reversed()  # the copies are in the opposite order

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for several in self.places.values():
            for at, one in enumerate(several):
                yield from ((one, other) for other in several[at + 1 :])
        for low, high in self.between:
            for one, other in product(self.places[low], self.places[high]):
                yield min(one, other), max(one, other)

    def __len__(self) -> int:
        inner = sum(len(one) * (len(one) - 1) // 2 for one in self.places.values())
        return inner + sum(
            len(self.places[low]) * len(self.places[high]) for low, high in self.between
        )
