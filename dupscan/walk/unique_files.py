"""Turn the names under which files were seen into real files, each once.

A real file is identified by its device and inode, never by its name. The names that lead to one
file are found by sorting numbers once all of them are known: an object for each file would take
five times the memory.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupscan.model.file_table import FileTable, PathColumn, StatRow, columns_of

Positions = NDArray[np.int64]


class Way(IntEnum):
    """How a name was reached, best first."""

    REAL = 0
    LINKED_FOLDER = 1
    """Below a symbolic link to a folder: a real name, by a detour."""
    LINK = 2
    """By a symbolic link to the file itself: no name of the file at all."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which of the names stand in the table."""

    rows: Positions
    """Of each file, that of the best of its names, in the order of their paths."""
    references: NDArray[np.bool_]
    """For each file, whether one of its names is below a reference."""
    aliases: Positions
    """Those of further names of files."""
    owners: Positions
    """For each alias, the place of its file in `rows`, ascending."""


class Sightings:
    """Names as they are met, in any order, with what the file system says of their files."""

    def __init__(self) -> None:
        self._paths: list[bytes] = []
        self._columns, self._odd = columns_of([])
        self._ways = array("B")
        self._references = array("B")

    def __len__(self) -> int:
        return len(self._paths)

    def add(
        self, paths: Sequence[bytes], numbers: Sequence[StatRow], way: Way, *, reference: bool
    ) -> None:
        """Note absolute paths that were reached in one way, each with the numbers of its file."""
        columns, odd = columns_of(numbers)
        self._odd |= {len(self) + place: row for place, row in odd.items()}
        for column, more in zip(self._columns, columns, strict=True):
            column.extend(more)
        self._ways += array("B", [way]) * len(paths)
        self._references += array("B", [reference]) * len(paths)
        self._paths += paths

    def files(self) -> FileTable:
        """Each file that was seen, under the best of its names: the least of those best reached.

        Its other names are aliases, but for links, and for detours to a file that has a name
        without one. It is a reference file when one of its names is below a reference.
        """
        chosen = self._choose()
        sizes, mtimes, devices, inodes, links = (
            np.asarray(column)[chosen.rows] for column in self._columns
        )
        return FileTable(
            paths=self._paths_of(chosen.rows),
            sizes=sizes,
            mtimes=mtimes,
            devices=devices,
            inodes=inodes,
            links=links,
            references=chosen.references,
            symbolic_links=np.asarray(self._ways)[chosen.rows] == Way.LINK,
            aliases=self._paths_of(chosen.aliases),
            owners=chosen.owners,
            odd=self._odd_among(chosen.rows),
        )

    def _choose(self) -> _Chosen:
        seen = self._in_order()
        ways, references = (np.array(marks)[seen] for marks in (self._ways, self._references))
        file_of = self._identities()[seen]
        shared = np.flatnonzero(np.bincount(file_of)[file_of] > 1)
        # The names of a file come together and the best first; equally good ones in their order.
        shared = shared[np.lexsort((1 - references[shared], ways[shared], file_of[shared]))]
        is_best = _differs_from_the_last(file_of[shared])
        best = shared[is_best]
        references[best] = np.maximum.reduceat(references[shared], np.flatnonzero(is_best))
        best_for_each = best[np.cumsum(is_best) - 1]
        way = ways[shared]
        is_alias = ~is_best & (way == ways[best_for_each]) & (way != Way.LINK)
        is_file = np.ones(len(seen), np.bool_)
        is_file[shared[~is_best]] = False
        owners = (np.cumsum(is_file) - 1)[best_for_each[is_alias]]
        by_owner = np.argsort(owners, kind="stable")
        return _Chosen(
            rows=seen[is_file],
            references=references[is_file].astype(np.bool_),
            aliases=seen[shared[is_alias][by_owner]],
            owners=owners[by_owner],
        )

    def _in_order(self) -> Positions:
        """Positions of the names in the order of their bytes.

        A name met twice, because it was given twice or changed hands meanwhile, is there once, as
        it was met last.
        """
        order = sorted(range(len(self)), key=self._paths.__getitem__)
        twice = []
        for place, (former, last) in enumerate(pairwise(order)):
            if self._paths[former] == self._paths[last]:
                twice.append(place)
                self._ways[last] = min(self._ways[former], self._ways[last])
                self._references[last] |= self._references[former]
        return np.delete(np.array(order, np.int64), np.array(twice, np.int64))

    def _identities(self) -> Positions:
        """A number for each name, which all the names of one file share, and no others.

        Inodes repeat between file systems, so it stands for both. Where there are none, a file is
        its path, as far as upper and lower case make a difference there.
        """
        _, _, devices, inodes, _ = map(np.asarray, self._columns)
        is_plain = inodes != 0
        for place, row in self._odd.items():
            is_plain[place] &= (row.device, row.inode) == (devices[place], inodes[place])
        plain = np.flatnonzero(is_plain)
        plain = plain[np.lexsort((inodes[plain], devices[plain]))]
        differs = _differs_from_the_last(inodes[plain]) | _differs_from_the_last(devices[plain])
        identities = np.empty(len(self), np.int64)
        identities[plain] = np.cumsum(differs)
        known: dict[tuple[int, int] | bytes, int] = {}
        for place in np.flatnonzero(~is_plain).tolist():
            number = known.setdefault(self._identity(place), len(known))
            identities[place] = len(self) + 1 + number
        return identities

    def _identity(self, place: int) -> tuple[int, int] | bytes:
        """What one name with unusual numbers is known by."""
        row = self._odd.get(place)
        if row is None or not row.inode:
            return os.path.normcase(self._paths[place])
        return row.device, row.inode

    def _paths_of(self, rows: Positions) -> PathColumn:
        return PathColumn.of([self._paths[row] for row in rows.data])

    def _odd_among(self, rows: Positions) -> dict[int, StatRow]:
        """The odd rows by their places in the table."""
        odd = np.fromiter(self._odd, np.int64, len(self._odd))
        places = np.flatnonzero(np.isin(rows, odd)).tolist()
        return {place: self._odd[int(rows[place])] for place in places}


def _differs_from_the_last(values: NDArray[Any]) -> NDArray[np.bool_]:
    """For each value, whether it differs from the one before; the first one does."""
    differs = np.ones(len(values), np.bool_)
    differs[1:] = values[1:] != values[:-1]
    return differs
