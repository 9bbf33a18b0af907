"""Crowds: the pictures behind each distinct hash, and which of them are worth a comparison."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HUBS = 32
"""Of more pictures than this with one hash, each is compared with the best so many only."""


class Crowds:
    """Pictures by their hash; the places they were given in are the order of their worth."""

    def __init__(self, values: NDArray[np.uint64]) -> None:
        """`values` holds the hash of each picture, that of the best one first."""
        self.distinct, crowd = np.unique(values, return_inverse=True)
        self._members = np.argsort(crowd, kind="stable")
        self._sizes = np.bincount(crowd, minlength=len(self.distinct))
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._is_hub = np.empty(len(values), np.bool_)
        ranks = np.arange(len(values)) - np.repeat(self._starts, self._sizes)
        self._is_hub[self._members] = ranks < HUBS

    def members(
        self, crowds: NDArray[np.intp], asking: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The pictures of each crowd that the picture `asking` is to be compared with.

        All for one of the best of its own crowd, the best of the crowd for another. Returns for
        each of them the row it answers, and its place.
        """
        counts = self._sizes[crowds]
        counts = np.where(self._is_hub[asking], counts, np.minimum(counts, HUBS))
        rows = np.repeat(np.arange(len(crowds)), counts)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        return rows, self._members[self._starts[crowds][rows] + within]
