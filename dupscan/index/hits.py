"""What a search has met, packed while there may be millions of it, and as candidates at last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Hit
from dupscan.model.views import FIXED, WHOLE, Box, View, trimmed

MOST_HITS = 3
"""Ways in which a pair is tried; others that are near besides differ little from these."""
PLAIN = 0
"""Number of the plain view; then come those of ``views.FIXED`` and ``views.trimmed``."""


class Hits:
    """Views that were met near pictures, 12 bytes each."""

    def __init__(self) -> None:
        self._pairs: list[NDArray[np.uint64]] = []
        self._ways: list[NDArray[np.uint32]] = []

    def add(
        self,
        viewed: NDArray[np.int64],
        other: NDArray[np.int64],
        distance: NDArray[np.integer],
        view: NDArray[np.int64],
    ) -> None:
        """Note that a view of each picture in `viewed` is near each in `other`.

        A picture is not near itself, and the plain view, which is met from both sides, is noted
        once.
        """
        of_b = viewed > other
        wanted = (viewed != other) & ~(of_b & (view == PLAIN))
        low, high = np.minimum(viewed, other)[wanted], np.maximum(viewed, other)[wanted]
        self._pairs.append(_joined(low, high))
        ways = distance.astype(np.int64) << 16 | view << 1 | of_b
        self._ways.append(ways[wanted].astype(np.uint32))

    def sorted(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        """Both numbers of each pair in one, and the ways they met, each once, in order."""
        pairs = np.concatenate([np.empty(0, np.uint64), *self._pairs])
        ways = np.concatenate([np.empty(0, np.uint32), *self._ways])
        order = np.lexsort((ways, pairs))
        pairs, ways = pairs[order], ways[order]
        is_new = np.ones(len(pairs), np.bool_)
        is_new[1:] = (pairs[1:] != pairs[:-1]) | (ways[1:] != ways[:-1])
        return pairs[is_new], ways[is_new]


class Candidates:
    """Pairs of pictures with the hits that brought them together, in the order of the pictures."""

    def __init__(
        self, pairs: NDArray[np.uint64], ways: NDArray[np.uint32], borders: Mapping[int, Box]
    ) -> None:
        """`pairs` and `ways` as :meth:`Hits.sorted` has them, `borders` as in a HashTable."""
        self._pairs, self._ways = pairs, ways
        self._borders = borders
        self._starts = np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]))
        self._each = pairs[self._starts]

    def packed(self) -> bytes:
        """All of it but the borders, to be remembered."""
        return self._pairs.astype("<u8").tobytes() + self._ways.astype("<u4").tobytes()

    @classmethod
    def unpacked(cls, data: bytes, borders: Mapping[int, Box]) -> Candidates:
        """Back from :meth:`packed`, with the borders that belong to it."""
        count = len(data) // 12
        pairs, ways = np.frombuffer(data, "<u8", count), np.frombuffer(data, "<u4", -1, 8 * count)
        return cls(pairs.astype(np.uint64), ways.astype(np.uint32), borders)

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Candidate]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> Candidate:
        start = self._starts[at]
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._pairs)
        a, b = divmod(int(self._pairs[start]), 1 << 32)
        return Candidate(
            PictureIndex(a), PictureIndex(b), self._best(a, b, self._ways[start:end].tolist())
        )

    def numbers(self) -> NDArray[np.int64]:
        """The pictures that are in any pair, in order."""
        return np.union1d(*self.ends())

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Both pictures of every pair, the smaller number first."""
        return _parted(self._each)

    def __contains__(self, pair: tuple[int, int]) -> bool:
        low, high = pair
        at = int(np.searchsorted(self._each, np.uint64(low << 32 | high)))
        return at < len(self._each) and int(self._each[at]) == low << 32 | high

    def among(self, numbers: NDArray[np.int64]) -> Candidates:
        """The pairs of two of some pictures, each called by its place in `numbers`, in order."""
        low, high = _parted(self._pairs)
        kept = np.isin(low, numbers) & np.isin(high, numbers)
        places = (np.searchsorted(numbers, half[kept]) for half in (low, high))
        owners = np.fromiter(self._borders, np.int64)
        borders = {
            place: self._borders[owner]
            for owner, place in zip(
                owners.tolist(), np.searchsorted(numbers, owners).tolist(), strict=True
            )
            if place < len(numbers) and numbers[place] == owner
        }
        return Candidates(_joined(*places), self._ways[kept], borders)

    def _best(self, a: int, b: int, ways: list[int]) -> tuple[Hit, ...]:
        """The plain one, then the nearest, of views that differ in more than in how much is cut."""
        hits: dict[tuple[str, int], Hit] = {}
        for way in sorted(ways, key=lambda one: one >> 1 & 0x7FFF != PLAIN):
            distance, number, of_b = way >> 16, way >> 1 & 0x7FFF, bool(way & 1)
            view = self._view(b if of_b else a, number)
            hits.setdefault((view.name, view.orientation), Hit(distance, view, of_b))
        return tuple(hits.values())[:MOST_HITS]

    def _view(self, picture: int, number: int) -> View:
        if number == PLAIN:
            return View("plain")
        if number <= len(FIXED):
            return FIXED[number - 1]
        return trimmed(self._borders.get(picture, WHOLE))[number - 1 - len(FIXED)]


def _joined(low: NDArray[np.integer], high: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Both numbers of each pair in one, which sorts as the pairs do."""
    return low.astype(np.uint64) << np.uint64(32) | high.astype(np.uint64)


def _parted(pairs: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(2**32 - 1)).astype(
        np.int64
    )
