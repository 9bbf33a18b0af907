"""Buckets: the pictures behind each distinct hash, and the hubs of a large bucket."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_COMPARED_PER_BUCKET = 32
"""Pictures of one bucket with which all its other pictures are compared: the hubs."""


class HashBuckets:
    """Pictures by their hash. A picture is given by its row, 0 for the one most worth keeping."""

    def __init__(self, values: NDArray[np.uint64]) -> None:
        """`values` holds the hash of each picture, that of the best one first."""
        self.distinct, bucket = np.unique(values, return_inverse=True)
        self._members = np.argsort(bucket, kind="stable")
        self._sizes = np.bincount(bucket, minlength=len(self.distinct))
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._is_hub = np.empty(len(values), np.bool_)
        ranks = np.arange(len(values)) - np.repeat(self._starts, self._sizes)
        self._is_hub[self._members] = ranks < MAX_COMPARED_PER_BUCKET

    def members(
        self, buckets: NDArray[np.intp], asking: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the members of each bucket with which the picture `asking` is compared.

        A hub is paired with the whole bucket, any other picture with the bucket's hubs only.
        `buckets` and `asking` have equal length. Returns two arrays of another equal length: the
        place in `buckets` that is answered, and the row of the member.
        """
        counts = self._sizes[buckets]
        counts = np.where(self._is_hub[asking], counts, np.minimum(counts, MAX_COMPARED_PER_BUCKET))
        answered = np.repeat(np.arange(len(buckets)), counts)
        within = np.arange(len(answered)) - np.repeat(np.cumsum(counts) - counts, counts)
        return answered, self._members[self._starts[buckets][answered] + within]
