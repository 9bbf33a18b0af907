"""All near pairs between two sets of hashes, by multi-index hashing in NumPy.

M. Norouzi, A. Punjani and D. J. Fleet, "Fast exact search in Hamming space with multi-index
hashing", 2014: cut the 64 bits into chunks. Two near hashes differ in few bits, so in at least one
chunk they differ in very few. A table for each chunk lists all hashes by their bits there, the key.
It is enough to look in each table under the few keys that are so near the query's own. Kept apart
from the BK-tree, which answers for one hash at a time: this index answers for a whole library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from dupscan.errors import SettingsError

HashArray = NDArray[np.uint64]
Positions = NDArray[np.intp]
NearPairs = tuple[Positions, Positions, NDArray[np.uint8]]
"""Position of the query, position of the hash, and distance in bits, of each pair."""

_ROWS_PER_BLOCK = 1 << 16
"""Keys or pairs in one array, about as many as a processor's cache holds."""
_ROUNDS = 16
"""Entries of a key that are read for all keys side by side, before the rest is written out."""
_PROBE, _MEETING, _SCANNING = 4.0, 12.0, 0.6
"""Nanoseconds, roughly, to look under a key, to measure a pair met there, and a pair in a scan."""


class MultiIndex:
    """Tables of hashes that find those within `radius` bits, 0 to 64, of other hashes.

    Takes some 100 bytes a hash. The hashes need not be distinct; up to 2³¹ - 1 are possible.
    """

    def __init__(self, hashes: HashArray, radius: int) -> None:
        """Build the tables. Raises SettingsError for another radius."""
        if not 0 <= radius <= 64:
            raise SettingsError(f"radius {radius}: must lie between 0 and 64 bits of 64")
        self._radius = radius
        self._hashes = _spread(hashes)
        self._tables = [_Table(self._hashes, chunk) for chunk in _plan(len(hashes), radius)]

    def near(self, queries: HashArray) -> Iterator[NearPairs]:
        """Yield every pair of a query and a hash within the radius, exactly once, in any order.

        Yields 1 to 65,536 pairs at a time, and holds few more in memory, with 40 bytes a query.
        Many queries in one call are quicker than few: sorted, their keys lie side by side.
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
    """Some bits of a hash. Two hashes meet in a chunk when they differ there in few bits."""

    shift: int
    """Bits of the hash below the chunk."""
    width: int
    """Bits of the chunk."""
    flips: int
    """Bits of the chunk in which two hashes may differ and still meet."""

    def keys(self, values: HashArray) -> HashArray:
        """Return the bits of each value in the chunk, as a number below 2 ** width."""
        return values >> np.uint64(self.shift) & np.uint64((1 << self.width) - 1)

    def meets(self, differing: HashArray) -> NDArray[np.bool_]:
        """True where two hashes meet in this chunk; `differing` is their exclusive or."""
        return np.bitwise_count(self.keys(differing)) <= self.flips

    def masks(self) -> Positions:
        """Return the masks that turn a key into every key it meets, by exclusive or."""
        masks = (
            sum(1 << bit for bit in bits)
            for count in range(self.flips + 1)
            for bits in combinations(range(self.width), count)
        )
        return np.fromiter(masks, np.intp)

    def cost(self, count: int) -> float:
        """Estimate the nanoseconds to find all that one query meets among `count` random hashes."""
        keys = sum(comb(self.width, bits) for bits in range(self.flips + 1))
        return keys * (_PROBE + _MEETING * count / (1 << self.width))


def _plan(count: int, radius: int) -> tuple[_Chunk, ...]:
    """Choose the chunks that find all near pairs soonest; none where comparing all is quicker.

    The paper's rule: of m chunks, the first `radius` mod m + 1 get `radius` div m flips and the
    others one less. Two hashes with more differing bits in each chunk would differ in more than
    `radius` bits in all. The other chunks may be narrower: fewer flips make fewer keys.
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
    """Hashes sorted by their key in one chunk, with the position where each key begins."""

    def __init__(self, hashes: HashArray, chunk: _Chunk) -> None:
        self.chunk = chunk
        self._order, keys = _sort(hashes, chunk)
        self._hashes = hashes[self._order]
        self._starts = np.zeros((1 << chunk.width) + 1, np.int32)
        counts = np.bincount(keys, minlength=1 << chunk.width)
        np.cumsum(counts, out=self._starts[1:])
        self._is_taken = counts > 0
        self._masks = chunk.masks()

    def near(self, queries: HashArray, radius: int) -> Iterator[NearPairs]:
        """Yield every pair within `radius` that meets in the chunk, once."""
        order, keys = _sort(queries, self.chunk)
        for start in range(0, len(order), _ROWS_PER_BLOCK):
            end = start + _ROWS_PER_BLOCK
            block, block_keys = order[start:end], keys[start:end]
            values = queries[block]
            step = _ROWS_PER_BLOCK // len(block)
            for at in range(0, len(self._masks), step):
                probes = (block_keys ^ self._masks[at : at + step, None]).ravel()
                for probe, place in self._look_up(probes):
                    row = probe if step == 1 else probe % len(block)
                    distances = np.bitwise_count(values[row] ^ self._hashes[place])
                    found = np.flatnonzero(distances <= radius)
                    yield block[row[found]], self._order[place[found]], distances[found]

    def _look_up(self, probes: Positions) -> Iterator[tuple[Positions, Positions]]:
        """Yield each pair of a probe and a place in the table with that key, a block at a time.

        First the first place of every probe, then the second of every probe, and so on: that is
        quicker than all places of one probe after the other. Keys that many hashes share are few;
        their places are written out in the latter way.
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
    """Yield each probe with each of its `counts` places, from its first on, a block at a time."""
    ends = np.cumsum(counts, dtype=np.intp)
    begins = ends - counts
    for low in range(0, int(counts.sum()), _ROWS_PER_BLOCK):
        high = low + _ROWS_PER_BLOCK
        some = slice(np.searchsorted(ends, low), np.searchsorted(begins, high))
        met = np.minimum(ends[some], high) - np.maximum(begins[some], low)
        which = np.repeat(np.arange(some.start, some.stop), met)
        yield probes[which], (firsts - begins)[which] + np.arange(low, low + len(which))


def _sort(values: HashArray, chunk: _Chunk) -> tuple[Positions, Positions]:
    """Return the positions of the values in the order of their keys, and the sorted keys."""
    # sorted as one number, which is far quicker than a stable argsort
    both = chunk.keys(values) << np.uint64(32) | np.arange(len(values), dtype=np.uint64)
    both.sort()
    return (both & np.uint64(2**32 - 1)).astype(np.intp), (both >> np.uint64(32)).astype(np.intp)


def _scan(queries: HashArray, hashes: HashArray, radius: int) -> Iterator[NearPairs]:
    """Yield every pair within `radius` by comparing all: for few hashes, or a large radius."""
    for left in range(0, len(hashes), _ROWS_PER_BLOCK // 16):
        part = hashes[left : left + _ROWS_PER_BLOCK // 16]
        high = _ROWS_PER_BLOCK // len(part)
        for top in range(0, len(queries), high):
            distances = np.bitwise_count(queries[top : top + high, None] ^ part).ravel()
            found = np.flatnonzero(distances <= radius)
            if len(found):
                query, place = np.divmod(found, len(part))
                yield query + top, place + left, distances[found]


def _spread(hashes: HashArray) -> HashArray:
    """Put the bits of all hashes in another order, the same for all; distances stay the same.

    The bits of a perceptual hash are frequencies, in eight rows of eight. Neighbouring bits are
    often equal in different pictures, so that many hashes would share a key. Steps of seven, along
    the diagonals, put neighbouring bits into different chunks.
    """
    spread = np.zeros(len(hashes), np.uint64)
    for bit in range(64):
        spread |= (hashes >> np.uint64(7 * bit % 64) & np.uint64(1)) << np.uint64(bit)
    return spread
