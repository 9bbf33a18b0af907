"""Aligned difference: whether two pictures agree everywhere, brightness and contrast aside.

Two receipts of one shop have nearly the same hash and histogram, and differ in a few lines. Seen as
32 × 32 pictures, those lines are a block in which the two do not agree, however well the rest does.
So the worst block decides, not the mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 4
"""Side of a block, pixels of the small picture."""
GAIN = 2.0
"""Contrast may differ by up to this factor, either way."""
_FLAT = 1e-6


def aligned_difference(
    one: NDArray[np.uint8], other: NDArray[np.uint8], greyscale: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Worst block of the difference that remains after alignment, in levels from 0 to 255.

    `one` and `other` have shape (n, 3, 32, 32): luminance, blue and red chroma. Luminance is
    aligned in gain and offset; chroma in gain alone, because an offset there is another hue, and
    it is left out where `greyscale`, shape (n,), says that either picture has no colour.
    The same whichever picture comes first. Returns shape (n,).
    """
    x, y = one.astype(np.float32), other.astype(np.float32)  # uint8 would wrap around
    luminance = _worst_block(_centred(x[:, 0]), _centred(y[:, 0]))
    chroma = np.maximum(*(_worst_block(x[:, at] - 128, y[:, at] - 128) for at in (1, 2)))
    worst: NDArray[np.float32] = np.where(greyscale, luminance, np.maximum(luminance, chroma))
    return worst


def _centred(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    centred: NDArray[np.float32] = plane - plane.mean(axis=(1, 2), keepdims=True)
    return centred


def _worst_block(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Largest RMS of a block after fitting either picture to the other by its gain."""
    return np.maximum(_worst_block_one_way(x, y), _worst_block_one_way(y, x))


def _worst_block_one_way(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    power = np.maximum(np.square(x).mean(axis=(1, 2)), _FLAT)
    gain = np.clip((x * y).mean(axis=(1, 2)) / power, 1 / GAIN, GAIN)  # least squares, bounded
    remainder = np.square(y - gain[:, None, None] * x)
    pairs, height, width = remainder.shape
    rows = remainder.reshape(pairs, height // BLOCK, BLOCK, width).mean(axis=2)
    blocks = rows.reshape(pairs, height // BLOCK, width // BLOCK, BLOCK).mean(axis=3)
    worst: NDArray[np.float32] = np.sqrt(blocks.max(axis=(1, 2)))
    return worst
