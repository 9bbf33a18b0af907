"""Pixels of one file for people: the colours of all pixels, and a picture large enough to look at.

Runs in worker processes. A scan needs none of this.
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
"""Number of pixels that are counted at a time."""


def colour_counts(file: FileEntry, settings: FingerprintSettings) -> tuple[int, ...] | Failure:
    """Count the pixels at each level of red, green and blue: 768 counts.

    The picture is not turned or scaled, and transparency is left out, as in
    ``Image.open(path).convert("RGB").histogram()``. Read-only. Returns a Failure for a file that
    cannot be read, and raises nothing.
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


def counts_rms(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the RMS of two histograms that count pixels, in pixels a bin; it has no upper bound.

    ``sqrt(sum((h1 - h2) ** 2) / len(h1))``, a common measure for duplicates before dupscan. The RMS
    grows with the pictures, and two sizes of one picture have a large RMS.

    >>> counts_rms([3, 0], [0, 4])
    3.5355339059327378
    """
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / len(first))


def picture_to_show(
    file: FileEntry, settings: FingerprintSettings, length: int
) -> NDArray[np.uint8] | Failure:
    """Return the picture of a file as a person sees it: upright, RGB, on white; rows × columns × 3.

    Its longer side has `length` pixels, or fewer if the picture is smaller. Read-only. Returns a
    Failure for a file that cannot be read, and raises nothing.
    """
    try:
        with reading.opened_picture(file, settings) as picture:
            return np.asarray(imaging.working_picture(picture, length, breadth=0))
    except Exception as error:  # noqa: BLE001 (whatever is in a file comes back as a value)
        return reading.failure(file, error)
