"""All near pairs between two sets of hashes, by multi-index hashing in NumPy.

M. Norouzi, A. Punjani and D. J. Fleet, "Fast exact search in Hamming space with multi-index
hashing", 2014: cut the 64 bits into chunks. The bits in which two near hashes differ cannot crowd
into every chunk, so in one of them the hashes are very near. It is enough to look there, in a table
of all hashes by that chunk, under the few keys that are so near. Separate from the BK-tree, which
answers for one hash at a time: this answers for a whole library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from dupscan.errors import SettingsError

Hashes = NDArray[np.uint64]
Positions = NDArray[np.intp]
Pairs = tuple[Positions, Positions, NDArray[np.uint8]]
"""Position of the query, position of the hash, and distance in bits, of each pair."""

_AT_ONCE = 1 << 16
"""Keys or pairs looked at in one go: about what a processor's cache holds."""
_ROUNDS = 16
"""Places that are looked at for all keys side by side."""
_PROBE, _MEETING, _SCANNING = 4.0, 12.0, 0.6
"""Nanoseconds or so to look under a key, to measure a pair met there, and a pair in a scan."""


class MultiIndex:
    """Hashes, ready to be asked for those within `radius` bits, 0 to 64, of others.

    Holds some 100 bytes a hash. They need not be distinct, and may be up to 2³¹ - 1 in number.
    """

    def __init__(self, hashes: Hashes, radius: int) -> None:
        if not 0 <= radius <= 64:
            raise SettingsError(f"radius {radius}: must lie between 0 and 64 bits of 64")
        self._radius = radius
        self._hashes = _spread(hashes)
        self._tables = [_Table(self._hashes, chunk) for chunk in _plan(len(hashes), radius)]

    def near(self, queries: Hashes) -> Iterator[Pairs]:
        """Every pair of a query and a hash within the radius, exactly once, in no special order.

        Yields 1 to 65,536 pairs at a time, and holds few more than that, with 40 bytes a query.
        Many queries at once are quicker than few at a time: sorted, their keys are neighbours.
        """
        values = _spread(queries)
        if not self._tables:
            yield from _scan(values, self._hashes, self._radius)
            return
        for number, table in enumerate(self._tables):
            for query, place, distance in table.near(values, self._radius):
                differing = values[query] ^ self._hashes[place]
                new = np.ones(len(query), np.bool_)
                for earlier in self._tables[:number]:
                    new &= ~earlier.chunk.meets(differing)
                if new.any():
                    yield query[new], place[new], distance[new]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some bits of a hash, and in how many of them two hashes may differ and still meet."""

    shift: int
    """Bits of the hash below the chunk."""
    width: int
    """Bits."""
    flips: int
    """Bits."""

    def keys(self, values: Hashes) -> Hashes:
        """The chunk of each value, as a number below 2 ** width."""
        return values >> np.uint64(self.shift) & np.uint64((1 << self.width) - 1)

    def meets(self, differing: Hashes) -> NDArray[np.bool_]:
        """Whether two hashes meet in this chunk, told by the bits in which they differ."""
        return np.bitwise_count(self.keys(differing)) <= self.flips

    def masks(self) -> Positions:
        """What turns a key into each one that it meets, by exclusive or."""
        masks = (
            sum(1 << bit for bit in bits)
            for count in range(self.flips + 1)
            for bits in combinations(range(self.width), count)
        )
        return np.fromiter(masks, np.intp)

    def cost(self, count: int) -> float:
        """Nanoseconds, roughly, to find what one query meets here among `count` random hashes."""
        keys = sum(comb(self.width, bits) for bits in range(self.flips + 1))
        return keys * (_PROBE + _MEETING * count / (1 << self.width))


def _plan(count: int, radius: int) -> tuple[_Chunk, ...]:
    """The chunks that find all near pairs among `count` hashes soonest; none if a scan does.

    The paper's rule: of m chunks, the first `radius` mod m + 1 get `radius` div m flips and the
    others one less. Were there more differing bits in each chunk, there would be more than `radius`
    in all. The others may be narrower: fewer flips make fewer keys.
    """
    best: tuple[_Chunk, ...] = ()
    least = _SCANNING * count
    widest = count.bit_length() + 2  # beyond this a table is nearly empty, and only longer
    for number in range(1, min(radius + 1, 64) + 1):
        flips, wide = radius // number, radius % number + 1
        for narrow in range(1, 64 // number + 1):
            share, left = divmod(64 - narrow * (number - wide), wide)
            widths = [share + 1] * left + [share] * (wide - left) + [narrow] * (number - wide)
            chunks = tuple(
                _Chunk(sum(widths[:at]), min(width, widest), flips - (at >= wide))
                for at, width in enumerate(widths)
            )
            cost = sum(chunk.cost(count) for chunk in chunks)
            if cost < least:
                best, least = chunks, cost
    return best


class _Table:
    """Hashes in the order of one chunk of theirs, and where those with each key begin."""

    def __init__(self, hashes: Hashes, chunk: _Chunk) -> None:
        self.chunk = chunk
        self._order, keys = _sort(hashes, chunk)
        self._hashes = hashes[self._order]
        self._starts = np.zeros((1 << chunk.width) + 1, np.int32)
        counts = np.bincount(keys, minlength=1 << chunk.width)
        np.cumsum(counts, out=self._starts[1:])
        self._is_taken = counts > 0
        self._masks = chunk.masks()

    def near(self, queries: Hashes, radius: int) -> Iterator[Pairs]:
        """Every pair within `radius` that meets in the chunk, once."""
        order, keys = _sort(queries, self.chunk)
        for start in range(0, len(order), _AT_ONCE):
            block, block_keys = order[start : start + _AT_ONCE], keys[start : start + _AT_ONCE]
            values = queries[block]
            step = _AT_ONCE // len(block)
            for at in range(0, len(self._masks), step):
                probes = (block_keys ^ self._masks[at : at + step, None]).ravel()
                for probe, place in self._look_up(probes):
                    row = probe if step == 1 else probe % len(block)
                    distances = np.bitwise_count(values[row] ^ self._hashes[place])
                    found = np.flatnonzero(distances <= radius)
                    yield block[row[found]], self._order[place[found]], distances[found]

    def _look_up(self, probes: Positions) -> Iterator[tuple[Positions, Positions]]:
        """Each pair of a probe and a place in the table with that key, `_AT_ONCE` at a time.

        The first place of each, then the second, and so on: that is quicker than to write out the
        places of one after the other, as is done for the few keys that many hashes have.
        """
        hits = np.flatnonzero(self._is_taken.take(probes))
        keys = probes[hits]
        places = self._starts.take(keys).astype(np.intp)
        stops = self._starts[1:].take(keys)
        for _ in range(_ROUNDS):
            if not len(hits):
                return
            yield hits, places
            places = places + 1
            left = np.flatnonzero(places < stops)
            hits, places, stops = hits[left], places[left], stops[left]
        yield from _written_out(hits, places, stops - places)


def _written_out(
    probes: Positions, firsts: Positions, counts: Positions
) -> Iterator[tuple[Positions, Positions]]:
    """Each probe with as many places from its first as it counts, `_AT_ONCE` at a time."""
    ends = np.cumsum(counts, dtype=np.intp)
    begins = ends - counts
    for low in range(0, int(counts.sum()), _AT_ONCE):
        high = low + _AT_ONCE
        some = slice(np.searchsorted(ends, low), np.searchsorted(begins, high))
        met = np.minimum(ends[some], high) - np.maximum(begins[some], low)
        which = np.repeat(np.arange(some.start, some.stop), met)
        yield probes[which], (firsts - begins)[which] + np.arange(low, low + len(which))


def _sort(values: Hashes, chunk: _Chunk) -> tuple[Positions, Positions]:
    """Positions of the values in the order of their keys, and those keys."""
    # sorted as one number, which is far quicker than a stable argsort
    both = chunk.keys(values) << np.uint64(32) | np.arange(len(values), dtype=np.uint64)
    both.sort()
    return (both & np.uint64(2**32 - 1)).astype(np.intp), (both >> np.uint64(32)).astype(np.intp)


def _scan(queries: Hashes, hashes: Hashes, radius: int) -> Iterator[Pairs]:
    """Every pair within `radius`, by measuring all: for few hashes, or where most are near."""
    for left in range(0, len(hashes), _AT_ONCE // 16):
        part = hashes[left : left + _AT_ONCE // 16]
        high = _AT_ONCE // len(part)
        for top in range(0, len(queries), high):
            distances = np.bitwise_count(queries[top : top + high, None] ^ part).ravel()
            found = np.flatnonzero(distances <= radius)
            if len(found):
                query, place = np.divmod(found, len(part))
                yield query + top, place + left, distances[found]


def _spread(hashes: Hashes) -> Hashes:
    """The hashes with their bits in another order, which leaves distances as they are.

    The bits of a perceptual hash are frequencies, in eight rows of eight. Neighbours are alike in
    pictures that are not, which crowds the tables; steps of seven, along the diagonals, part them.
    """
    spread = np.zeros(len(hashes), np.uint64)
    for bit in range(64):
        spread |= (hashes >> np.uint64(7 * bit % 64) & np.uint64(1)) << np.uint64(bit)
    return spread
