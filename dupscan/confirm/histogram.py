"""Histogram RMS: the measure of the original script, made independent of resolution.

With h1 and h2 the 768-bin RGB histograms of two pictures, the original script computes
``sqrt(sum((h1 - h2) ** 2) / len(h1))``. The same formula is used here, but each bin is a fraction
of the pixels and not their number, so that a picture and its half-size version agree. The measure
can only rule out pictures that plainly differ: docs/measurements.md shows how little it confirms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def histogram_rms(
    one: NDArray[np.float32], other: NDArray[np.float32], greyscale: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Compute the RMS over the bins of pairs of histograms: 0 if equal, at most √(2/256) = 0.088.

    `one` and `other` have shape (n, 4, 256): fractions of red, green, blue and luminance.
    `greyscale`, shape (n,), is true where either picture has no colour. There only luminance is
    compared, because a photograph and its greyscale version agree in nothing else.
    Returns shape (n,).
    """
    squares = np.square(one - other).mean(axis=2)
    means = np.where(greyscale, squares[:, 3], squares[:, :3].mean(axis=1))
    rms: NDArray[np.float32] = np.sqrt(means)
    return rms
