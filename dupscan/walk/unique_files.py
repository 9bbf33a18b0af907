"""Turn the names that a walk met into real files, each once.

A real file is identified by its device and inode, never by its name. The names of one file are
found by sorting device and inode numbers once all names are known: one object for each file would
take five times the memory.
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


class ReachedBy(IntEnum):
    """The way in which a walk reached a name, the best way first."""

    REAL = 0
    LINKED_FOLDER = 1
    """Below a symbolic link to a folder: a real name of the file, reached by a detour."""
    LINK = 2
    """Through a symbolic link to the file itself: the link is no name of the file."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The names that stand in the table, by their positions among all names met."""

    rows: Positions
    """The best name of each file, in the order of the paths."""
    references: NDArray[np.bool_]
    """For each file, True if one of its names lies below a reference folder."""
    aliases: Positions
    """The further names of files."""
    owners: Positions
    """For each alias, the index of its file in `rows`, ascending."""


class UniqueFiles:
    """Collects names in any order, with the status of their files, and finds the real files."""

    def __init__(self) -> None:
        self._paths: list[bytes] = []
        self._columns, self._odd = columns_of([])
        self._reached_by = array("B")
        self._references = array("B")

    def __len__(self) -> int:
        return len(self._paths)

    def add(
        self,
        paths: Sequence[bytes],
        rows: Sequence[StatRow],
        reached_by: ReachedBy,
        *,
        reference: bool,
    ) -> None:
        """Add absolute paths that were reached in one way, each with the status of its file."""
        columns, odd = columns_of(rows)
        self._odd |= {len(self) + place: row for place, row in odd.items()}
        for column, more in zip(self._columns, columns, strict=True):
            column.extend(more)
        self._reached_by += array("B", [reached_by]) * len(paths)
        self._references += array("B", [reference]) * len(paths)
        self._paths += paths

    def table(self) -> FileTable:
        """Return one entry for each real file, that is, for each device and inode.

        The path of a file is the best of its names: a name that was reached without a symbolic
        link before others, then a name below a reference folder, then the first in byte order.
        Other names that were reached in the same way as the path become aliases; symbolic links to
        a file never do. A file is a reference file if one of its names lies below a reference
        folder.
        """
        chosen = self._choose()
        sizes, mtimes, devices, inodes, links, ctimes = (
            np.asarray(column)[chosen.rows] for column in self._columns
        )
        return FileTable(
            paths=self._paths_of(chosen.rows),
            sizes=sizes,
            mtimes=mtimes,
            devices=devices,
            inodes=inodes,
            links=links,
            ctimes=ctimes,
            references=chosen.references,
            symbolic_links=np.asarray(self._reached_by)[chosen.rows] == ReachedBy.LINK,
            aliases=self._paths_of(chosen.aliases),
            owners=chosen.owners,
            odd=self._odd_among(chosen.rows),
        )

    def _choose(self) -> _Chosen:
        seen = self._in_order()
        ranks = np.array(self._reached_by)[seen]
        references = np.array(self._references)[seen]
        file_of = self._identities()[seen]
        shared = np.flatnonzero(np.bincount(file_of)[file_of] > 1)
        # The names of one file come together, its best name first.
        shared = shared[np.lexsort((1 - references[shared], ranks[shared], file_of[shared]))]
        is_best = _differs_from_the_last(file_of[shared])
        best = shared[is_best]
        references[best] = np.maximum.reduceat(references[shared], np.flatnonzero(is_best))
        best_for_each = best[np.cumsum(is_best) - 1]
        rank = ranks[shared]
        is_alias = ~is_best & (rank == ranks[best_for_each]) & (rank != ReachedBy.LINK)
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
        """Return the positions of the names in byte order.

        A name that was met twice, because its folder was typed twice or because the file under the
        name was replaced during the walk, is listed once, with its last status.
        """
        order = sorted(range(len(self)), key=self._paths.__getitem__)
        twice = []
        for place, (former, last) in enumerate(pairwise(order)):
            if self._paths[former] == self._paths[last]:
                twice.append(place)
                self._reached_by[last] = min(self._reached_by[former], self._reached_by[last])
                self._references[last] |= self._references[former]
        return np.delete(np.array(order, np.int64), np.array(twice, np.int64))

    def _identities(self) -> Positions:
        """Return one number for each name, equal for two names only if they name one file.

        The number stands for device and inode together, because inodes repeat between file
        systems. On a file system without inodes it stands for the path, with upper and lower case
        as different as they are on that system.
        """
        _, _, devices, inodes, _, _ = map(np.asarray, self._columns)
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
        """Device and inode of a file whose numbers do not fit the columns, or its path if none."""
        row = self._odd.get(place)
        if row is None or not row.inode:
            return os.path.normcase(self._paths[place])
        return row.device, row.inode

    def _paths_of(self, rows: Positions) -> PathColumn:
        return PathColumn.of([self._paths[row] for row in rows.data])

    def _odd_among(self, rows: Positions) -> dict[int, StatRow]:
        """The rows whose numbers do not fit the columns, by their index in the table."""
        odd = np.fromiter(self._odd, np.int64, len(self._odd))
        places = np.flatnonzero(np.isin(rows, odd)).tolist()
        return {place: self._odd[int(rows[place])] for place in places}


def _differs_from_the_last(values: NDArray[Any]) -> NDArray[np.bool_]:
    """True for each value that differs from the value before it, and for the first value."""
    differs = np.ones(len(values), np.bool_)
    differs[1:] = values[1:] != values[:-1]
    return differs
