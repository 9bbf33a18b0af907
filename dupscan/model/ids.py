"""Types for the two numbers that name a picture, so that mypy finds where they are mixed up."""

from __future__ import annotations

from typing import NewType

import numpy as np
from numpy.typing import NDArray

FingerprintId = NewType("FingerprintId", int)
"""Number of a fingerprint in the store, from 1 on. Files of equal bytes share one fingerprint."""
PictureIndex = NewType("PictureIndex", int)
"""Place of a picture in a list of pictures, from 0 on. Candidates and matches name their pictures
so."""

FingerprintIds = NDArray[np.int64]
"""Many of :data:`FingerprintId`, shape (n,). NumPy keeps them as plain numbers."""
PictureIndices = NDArray[np.int64]
"""Many of :data:`PictureIndex`, shape (n,)."""
FilePositions = NDArray[np.int64]
"""Positions of files in a :class:`dupscan.model.file_table.FileTable`, shape (n,), from 0 on."""
