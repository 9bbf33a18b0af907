"""Histogram RMS: the seed's measure, on histograms that do not depend on resolution.

With h1 and h2 the 768-bin RGB histograms of two pictures the seed computes
``sqrt(sum((h1 - h2) ** 2) / len(h1))``. The same is computed here, with each bin a fraction of the
pixels and not their number, so that a picture and its half-size version agree. By itself it can
only turn away what is plainly different: docs/measurements.md shows how little it confirms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def histogram_rms(
    one: NDArray[np.float32], other: NDArray[np.float32], greyscale: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """RMS over the bins of pairs of histograms; 0 when equal, at most √(2/256) = 0.088.

    `one` and `other` have shape (n, 4, 256): fractions of red, green, blue, luminance. Where
    `greyscale`, shape (n,), says that either picture has no colour, luminance is compared, since
    a photograph and its greyscale version agree in nothing else. Returns shape (n,).
    """
    squares = np.square(one - other).mean(axis=2)
    means = np.where(greyscale, squares[:, 3], squares[:, :3].mean(axis=1))
    rms: NDArray[np.float32] = np.sqrt(means)
    return rms
