"""Hits of a search: packed, because there may be millions, and as candidates in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from dupscan.model.hash_table import VIEWS, HashTable
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Hit
from dupscan.model.views import FIXED, WHOLE, Box, View, trimmed

MOST_HITS = 3
"""Hits of one pair that are kept; further near views differ little from these."""
PLAIN = 0
"""Number of the plain view. Then come the views of ``views.FIXED``, then of ``views.trimmed``."""


class Hits:
    """Pairs of a view and a picture near it, 12 bytes each."""

    def __init__(self) -> None:
        self._pairs: list[NDArray[np.uint64]] = []
        self._hits: list[NDArray[np.uint32]] = []

    def add(
        self,
        viewed: NDArray[np.int64],
        other: NDArray[np.int64],
        distance: NDArray[np.integer],
        view: NDArray[np.int64],
    ) -> None:
        """Add hits: a view of picture `viewed` is near the plain hash of picture `other`.

        All arrays have one length: indices of two pictures, distance in bits, number of the view.
        Hits of a picture with itself are dropped. So is one of two plain hits of a pair, which is
        found from both sides.
        """
        of_b = viewed > other
        wanted = (viewed != other) & ~(of_b & (view == PLAIN))
        low, high = np.minimum(viewed, other)[wanted], np.maximum(viewed, other)[wanted]
        self._pairs.append(_pack_pairs(low, high))
        hits = distance.astype(np.int64) << 16 | view << 1 | of_b
        self._hits.append(hits[wanted].astype(np.uint32))

    def sorted(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        """Return the packed pairs and the packed hit of each, without repetitions, in order."""
        pairs = np.concatenate([np.empty(0, np.uint64), *self._pairs])
        hits = np.concatenate([np.empty(0, np.uint32), *self._hits])
        order = np.lexsort((hits, pairs))
        pairs, hits = pairs[order], hits[order]
        is_new = np.ones(len(pairs), np.bool_)
        is_new[1:] = (pairs[1:] != pairs[:-1]) | (hits[1:] != hits[:-1])
        return pairs[is_new], hits[is_new]


class Candidates:
    """Pairs of pictures with the hits of each pair, in the order of the pictures."""

    def __init__(
        self, pairs: NDArray[np.uint64], hits: NDArray[np.uint32], borders: Mapping[int, Box]
    ) -> None:
        """`pairs` and `hits` come from :meth:`Hits.sorted`, `borders` from the HashTable."""
        self._pairs, self._hits = pairs, hits
        self._borders = borders
        self._starts = np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]))
        self._each = pairs[self._starts]

    def packed(self) -> bytes:
        """Return all pairs and hits as bytes, for the store; the borders are not included."""
        return self._pairs.astype("<u8").tobytes() + self._hits.astype("<u4").tobytes()

    @classmethod
    def unpacked(cls, data: bytes, table: HashTable) -> Candidates:
        """Make candidates from the bytes of :meth:`packed` and the same table.

        Raises ValueError for bytes that name a picture which is not in the table, or no view.
        """
        count = len(data) // 12
        pairs, hits = np.frombuffer(data, "<u8", count), np.frombuffer(data, "<u4", -1, 8 * count)
        found = cls(pairs.astype(np.uint64), hits.astype(np.uint32), table.borders)
        low, high = found.ends()
        if len(data) % 12 or not np.isin(found.numbers(), table.numbers).all():
            raise ValueError("pairs of unknown pictures")
        if (low >= high).any() or (pairs[1:] < pairs[:-1]).any() or (hits >> 16 > 64).any():
            raise ValueError("pairs without order")
        if (hits >> 1 & 0x7FFF > VIEWS).any():
            raise ValueError("an unknown view")
        return found

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Candidate]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> Candidate:
        start = self._starts[at]
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._pairs)
        a, b = divmod(int(self._pairs[start]), 1 << 32)
        return Candidate(
            PictureIndex(a), PictureIndex(b), self._best(a, b, self._hits[start:end].tolist())
        )

    def numbers(self) -> NDArray[np.int64]:
        """Return the indices of the pictures that are in any pair, in order."""
        return np.union1d(*self.ends())

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the two pictures of every pair as two arrays, the smaller index first."""
        return _unpack_pairs(self._each)

    def __contains__(self, pair: tuple[int, int]) -> bool:
        low, high = pair
        at = int(np.searchsorted(self._each, np.uint64(low << 32 | high)))
        return at < len(self._each) and int(self._each[at]) == low << 32 | high

    def among(self, numbers: NDArray[np.int64]) -> Candidates:
        """Return the pairs of which both pictures are in `numbers`, which is sorted.

        In the result, a picture is given by its place in `numbers`.
        """
        low, high = _unpack_pairs(self._pairs)
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
        return Candidates(_pack_pairs(*places), self._hits[kept], borders)

    def _best(self, a: int, b: int, packed: list[int]) -> tuple[Hit, ...]:
        """Return the plain hit, then the nearest hits; of views that differ only in size, one."""
        hits: dict[tuple[str, int], Hit] = {}
        for hit in sorted(packed, key=lambda hit: hit >> 1 & 0x7FFF != PLAIN):
            distance, number, of_b = hit >> 16, hit >> 1 & 0x7FFF, bool(hit & 1)
            view = self._view(b if of_b else a, number)
            hits.setdefault((view.name, view.orientation), Hit(distance, view, of_b))
        return tuple(hits.values())[:MOST_HITS]

    def _view(self, picture: int, number: int) -> View:
        if number == PLAIN:
            return View("plain")
        if number <= len(FIXED):
            return FIXED[number - 1]
        return trimmed(self._borders.get(picture, WHOLE))[number - 1 - len(FIXED)]


def _pack_pairs(low: NDArray[np.integer], high: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Put both indices of each pair into one number; these numbers sort as the pairs do."""
    return low.astype(np.uint64) << np.uint64(32) | high.astype(np.uint64)


def _unpack_pairs(pairs: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(2**32 - 1)).astype(
        np.int64
    )
