"""The perceptual hashes of many pictures, as columns: what the index is given.

A million pictures have forty million hashes. So those that are looked up lie wherever they were put
away, and come some thousands at a time; only the columns that are searched are in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.model.pictures import Hashes
from dupscan.model.views import FIXED, ORIENTATIONS, PARTS, Box

VIEWS = len(FIXED) + len(ORIENTATIONS)
"""Hashes of views that a picture has room for: the fixed ones, and those inside of its border."""


@dataclass(frozen=True, slots=True)
class HashTable:
    """A row for each picture that takes part in the search, the one most worth keeping first."""

    numbers: NDArray[np.int64]
    """What each picture is called in the answers."""
    plain: NDArray[np.uint64]
    """Hash of the upright picture."""
    parts: NDArray[np.uint64]
    """Of ``views.PARTS``, shape (rows, 2)."""
    borders: Mapping[int, Box]
    """What is inside of the border, by number of the picture; of those that have one."""
    views: Callable[[int, int], NDArray[np.uint64]]
    """The views of the rows from one to before another, shape (rows, VIEWS): of ``views.FIXED``,
    then of ``views.trimmed``, which mean nothing where there is no border."""

    def __len__(self) -> int:
        return len(self.numbers)

    @classmethod
    def of(
        cls, hashes: Sequence[Hashes | None], best_first: Iterable[int] | None = None
    ) -> HashTable:
        """The table of hashes in memory, each called by its place; None takes no part."""
        places = range(len(hashes)) if best_first is None else best_first
        taking_part = [(at, one) for at in places if (one := hashes[at]) is not None]
        numbers, known = [at for at, _ in taking_part], [one for _, one in taking_part]

        def views(start: int, end: int) -> NDArray[np.uint64]:
            found = np.zeros((end - start, VIEWS), np.uint64)
            for row, one in zip(found, known[start:end], strict=True):
                row[: len(one.views)] = one.views
            return found

        return cls(
            numbers=np.array(numbers, np.int64),
            plain=np.array([one.plain for one in known], np.uint64),
            parts=np.array([one.parts for one in known], np.uint64).reshape(-1, len(PARTS)),
            borders={
                number: one.border
                for number, one in zip(numbers, known, strict=True)
                if one.border is not None
            },
            views=views,
        )
