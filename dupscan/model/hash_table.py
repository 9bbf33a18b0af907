"""The perceptual hashes of many pictures, as columns: the input of the index.

A million pictures have forty million hashes. Only the columns that are indexed are in memory. The
hashes of views, which are looked up, stay in the store and are read some thousands at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.model.pictures import Hashes
from dupscan.model.views import FIXED, ORIENTATIONS, PARTS, Box

VIEWS = len(FIXED) + len(ORIENTATIONS)
"""Hashes of views in one row: of the fixed views, and of those inside of a border."""


@dataclass(frozen=True, slots=True)
class HashTable:
    """A row for each picture that takes part in the search, the one most worth keeping first."""

    numbers: NDArray[np.int64]
    """Index of each picture, by which the candidates name it."""
    plain: NDArray[np.uint64]
    """Hash of the upright picture."""
    parts: NDArray[np.uint64]
    """Hashes of ``views.PARTS``, shape (rows, 2)."""
    borders: Mapping[int, Box]
    """The part inside of the uniform border, by index of the picture, where there is a border."""
    views: Callable[[int, int], NDArray[np.uint64]]
    """Returns the hashes of the views of the rows from its first argument to before its second,
    shape (rows, VIEWS): of ``views.FIXED``, then of ``views.trimmed``. The latter mean nothing
    for a picture without a border."""

    def __len__(self) -> int:
        return len(self.numbers)

    @classmethod
    def of(
        cls, hashes: Sequence[Hashes | None], best_first: Iterable[int] | None = None
    ) -> HashTable:
        """Make a table of hashes in memory; the index of a picture is its place in `hashes`.

        A picture whose place holds None is left out. `best_first` are the places in the order of
        the rows, the picture most worth keeping first; without it the order of `hashes` is taken.
        """
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
