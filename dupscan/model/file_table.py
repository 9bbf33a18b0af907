"""Files by the million, in columns of numbers: objects would take several times the memory.

A walk returns a :class:`FileTable`. The table reads like a sequence of :class:`FileEntry`, which
makes each entry when it is read. Code that works on all files at once reads the columns.
"""

from __future__ import annotations

import io
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import eq
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from dupscan.model.files import FileEntry
from dupscan.text import file_names


class StatRow(NamedTuple):
    """The numbers that a file system reports of one file."""

    size: int
    """Bytes."""
    mtime_ns: int
    """Time of the last change, nanoseconds since 1970."""
    device: int
    inode: int
    """0 if the file system has no inodes."""
    links: int
    """Names the file has on its file system."""
    ctime_ns: int = 0
    """Time of the last change of the status, nanoseconds since 1970; 0 if the system has none."""


_CODES = ("q", "q", "Q", "Q", "i", "q")
"""Types of the columns, by the codes that :mod:`array` and NumPy share."""
_RANGES = tuple((int(np.iinfo(code).min), int(np.iinfo(code).max)) for code in _CODES)
_ROWS_AT_ONCE = 4096
"""Rows that are turned into numbers of Python together when a table is iterated."""


def columns_of(rows: Sequence[StatRow]) -> tuple[list[array[int]], dict[int, StatRow]]:
    """Columns of :class:`StatRow`, and by position the rows with a number that does not fit.

    A column has the nearest number that fits in the place of one that does not.
    """
    if not rows:
        return [array(code) for code in _CODES], {}
    try:
        return [array(*one) for one in zip(_CODES, zip(*rows, strict=True), strict=True)], {}
    except OverflowError:
        fitting = [_fitted(row) for row in rows]
        odd = {place: row for place, row in enumerate(rows) if row != fitting[place]}
        return columns_of(fitting)[0], odd


def _fitted(row: StatRow) -> StatRow:
    limits = zip(row, _RANGES, strict=True)
    return StatRow(*(min(max(number, least), most) for number, (least, most) in limits))


@dataclass(frozen=True, slots=True, eq=False)
class PathColumn:
    """Paths end to end in one piece of memory; in a list each would take 40 bytes more."""

    text: bytes
    ends: NDArray[np.int64]
    """Shape (n + 1,): 0, and then the end of each path in `text`, where the next path begins."""

    @classmethod
    def of(cls, paths: Sequence[bytes]) -> PathColumn:
        """Make a column of paths, in their order."""
        ends = np.zeros(len(paths) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, paths), np.int64, len(paths)), out=ends[1:])
        text = io.BytesIO()  # bytes.join would take 80 bytes more for each path
        text.writelines(paths)
        return cls(text.getvalue(), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, position: int) -> bytes:
        place = range(len(self))[position]
        return self.text[self.ends[place] : self.ends[place + 1]]

    def __iter__(self) -> Iterator[bytes]:
        return chain.from_iterable(self.between(*batch) for batch in _batches(len(self)))

    def between(self, start: int, end: int) -> Iterator[bytes]:
        """The paths from one position to before another."""
        ends = self.ends[start : end + 1].tolist()
        return (self.text[begin:after] for begin, after in pairwise(ends))


@dataclass(frozen=True, slots=True, eq=False)
class FileTable(Sequence[FileEntry]):
    """Files in the order of the bytes of their paths; equal to a list of the same entries.

    All columns but `aliases` and `owners` have one row a file.
    """

    paths: PathColumn
    """Absolute."""
    sizes: NDArray[np.int64]
    """Bytes."""
    mtimes: NDArray[np.int64]
    """Times of the last change, nanoseconds since 1970."""
    devices: NDArray[np.uint64]
    inodes: NDArray[np.uint64]
    """0 if the file system has no inodes."""
    links: NDArray[np.int32]
    """Number of names that the file has on its file system, also outside of the roots."""
    ctimes: NDArray[np.int64]
    """Times of the last change of the status, nanoseconds since 1970; 0 if the system has none."""
    references: NDArray[np.bool_]
    """True below a reference folder."""
    symbolic_links: NDArray[np.bool_]
    """True if the path is a symbolic link, and the file itself lies outside of the roots."""
    aliases: PathColumn
    """Further names of files below the roots."""
    owners: NDArray[np.int64]
    """For each alias the position of its file, in ascending order."""
    odd: Mapping[int, StatRow]
    """By position, the true numbers of files with a number that does not fit its column, such as a
    time after the year 2262. Entries have the true numbers, columns the nearest that fit."""

    @classmethod
    def of(cls, entries: Iterable[FileEntry]) -> FileTable:
        """Make a table of entries, which may come in any order."""
        files = sorted(entries, key=lambda file: file_names.order(file.path))
        columns, odd = columns_of(
            [
                StatRow(one.size, one.mtime_ns, one.device, one.inode, one.links, one.ctime_ns)
                for one in files
            ]
        )
        sizes, mtimes, devices, inodes, links, ctimes = map(np.asarray, columns)
        owned = [(place, name) for place, file in enumerate(files) for name in file.aliases]
        return cls(
            paths=PathColumn.of([file_names.order(file.path) for file in files]),
            sizes=sizes,
            mtimes=mtimes,
            devices=devices,
            inodes=inodes,
            links=links,
            ctimes=ctimes,
            references=np.array([file.reference for file in files], np.bool_),
            symbolic_links=np.array([file.symbolic_link for file in files], np.bool_),
            aliases=PathColumn.of([file_names.order(name) for _, name in owned]),
            owners=np.array([place for place, _ in owned], np.int64),
            odd=odd,
        )

    def path_bytes(self, position: int) -> bytes:
        """The path of one file; :func:`os.fsdecode` turns it into the path of its entry."""
        return self.paths[position]

    def __len__(self) -> int:
        return len(self.sizes)

    @overload
    def __getitem__(self, position: int) -> FileEntry: ...
    @overload
    def __getitem__(self, position: slice) -> list[FileEntry]: ...
    def __getitem__(self, position: int | slice) -> FileEntry | list[FileEntry]:
        if isinstance(position, slice):
            return [self[place] for place in range(len(self))[position]]
        place = range(len(self))[position]
        return next(self._between(place, place + 1))

    def __iter__(self) -> Iterator[FileEntry]:
        return chain.from_iterable(self._between(*batch) for batch in _batches(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # like that of a list

    def _between(self, start: int, end: int) -> Iterator[FileEntry]:
        """The entries from one position to before another."""
        places = range(start, end)
        numbers = (self.sizes, self.mtimes, self.devices, self.inodes, self.links, self.ctimes)
        columns = (*numbers, self.references, self.symbolic_links)
        rows = zip(*(column[start:end].tolist() for column in columns), strict=True)
        first_aliases = np.searchsorted(self.owners, np.arange(start, end + 1)).tolist()
        paths = self.paths.between(start, end)
        for place, path, row, (first, after) in zip(
            places, paths, rows, pairwise(first_aliases), strict=True
        ):
            aliases = self.aliases.between(first, after) if first < after else ()
            *seen, reference, symbolic_link = row
            size, mtime_ns, device, inode, links, ctime_ns = self.odd.get(place, seen)
            yield FileEntry(
                path=os.fsdecode(path),
                size=size,
                mtime_ns=mtime_ns,
                device=device,
                inode=inode,
                links=links,
                aliases=tuple(map(os.fsdecode, aliases)),
                reference=reference,
                symbolic_link=symbolic_link,
                ctime_ns=ctime_ns,
            )


def _batches(length: int) -> Iterator[tuple[int, int]]:
    """Beginning and end of each batch of rows."""
    return (
        (start, min(start + _ROWS_AT_ONCE, length)) for start in range(0, length, _ROWS_AT_ONCE)
    )
