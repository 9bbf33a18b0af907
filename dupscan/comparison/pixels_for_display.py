"""Pixels of one file for a person: its colours in full, and pictures large enough to look at.

Runs in the worker processes. A scan needs none of this: it decodes no picture in full for display.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dupscan import imaging
from dupscan.imaging import reading
from dupscan.model.files import Failure, FileEntry
from dupscan.settings import FingerprintSettings

_BAND = 1 << 22
"""Pixels that are counted at a time."""


def colour_counts(file: FileEntry, settings: FingerprintSettings) -> tuple[int, ...] | Failure:
    """How many pixels have each level of red, green and blue: 768 counts, as the file stores it.

    Not turned, not scaled, transparency left out: ``Image.open(path).convert("RGB").histogram()``.
    Read-only, never raises for what is in the file.
    """
    try:
        with reading.opened_picture(file, settings) as picture:
            image = imaging.decode_first_frame(picture).image
            counts = np.zeros(768, np.int64)
            rows = max(1, _BAND // image.width)
            for top in range(0, image.height, rows):
                band = image.crop((0, top, image.width, min(top + rows, image.height)))
                counts += band.convert("RGB").histogram()
            return tuple(counts.tolist())
    except Exception as error:  # noqa: BLE001 (whatever is in a file comes back as a value)
        return reading.failure(file, error)


def counts_rms(one: Sequence[int], other: Sequence[int]) -> float:
    """RMS over the bins of two histograms that count pixels, in pixels a bin; no upper bound.

    ``sqrt(sum((h1 - h2) ** 2) / len(h1))``, the measure that duplicates were told by before there
    was dupscan. It grows with the pictures, and two sizes of one picture are far apart.

    >>> counts_rms([3, 0], [0, 4])
    3.5355339059327378
    """
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / len(one))


def looks_of(
    file: FileEntry, settings: FingerprintSettings, length: int
) -> NDArray[np.uint8] | Failure:
    """The picture as a person sees it: upright, RGB, on white; rows × columns × 3.

    Its longer side has `length` pixels, or fewer where it is smaller. Read-only, never raises for
    what is in the file.
    """
    try:
        with reading.opened_picture(file, settings) as picture:
            return np.asarray(imaging.working_picture(picture, length, breadth=0))
    except Exception as error:  # noqa: BLE001 (whatever is in a file comes back as a value)
        return reading.failure(file, error)
