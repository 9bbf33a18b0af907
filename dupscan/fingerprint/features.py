"""Measures of a working picture's grey levels and colours: histogram, small planes, detail.

Pure functions, called once for each picture and written for speed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.fingerprint.phash import SIDE

_COLOURED = 10
"""Levels of chroma off the middle from which a pixel counts as plainly coloured. JPEG leaves up to
half a dozen on a greyscale picture."""
_FEW = 0.001
"""Share of coloured pixels up to which a picture still is greyscale."""
_MIDDLE = 128
"""The level of chroma that is no colour."""
_SURELY = (15, 0.1)
"""Levels of chroma in the small planes, and the share of their pixels, that leave no doubt: what
they are the means of then holds some 0.3 % of coloured pixels at the very least."""
_NEIGHBOUR = 3
"""Pixels of 128 to a neighbour."""
_SHADE = (2, 32)
"""Levels from one neighbour to the next that are shading, and no edge."""
_BLANK = 1.5
"""Levels of contrast below which a picture is a blank page, whatever its noise."""
_ONE_TONE = 2
"""Levels up and down that still are the same tone."""


def histogram(working: Image.Image, grey: Image.Image) -> NDArray[np.float32]:
    """Fractions of the pixels, shape (4, 256): red, green, blue, luminance. Each row sums to 1."""
    counts = working.histogram() + grey.histogram()
    pixels = working.width * working.height
    return (np.array(counts, dtype=np.float32) / np.float32(pixels)).reshape(4, 256)


def small_planes(working: Image.Image, grey: Image.Image) -> NDArray[np.uint8]:
    """Luminance, blue and red chroma, each scaled to 32 × 32; shape (3, 32, 32).

    Luminance the way ``imagehash.phash`` scales it, so that its hash is the very same.
    """
    planes = np.empty((3, SIDE, SIDE), np.uint8)
    planes[0] = np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    colours = working.resize((SIDE, SIDE), Image.Resampling.HAMMING).convert("YCbCr")
    planes[1:] = np.asarray(colours)[:, :, 1:].transpose(2, 0, 1)
    return planes


def is_greyscale(working: Image.Image, planes: NDArray[np.uint8]) -> bool:
    """Whether next to no pixel of a working picture is plainly coloured.

    `planes` are its small ones: where they are coloured throughout, pixels need not be counted.
    """
    off = np.abs(planes[1:].astype(np.int16) - _MIDDLE)
    if np.count_nonzero(off >= _SURELY[0]) >= 2 * _SURELY[1] * SIDE * SIDE:
        return False
    counts = working.convert("YCbCr").histogram()
    pixels = working.width * working.height
    low, high = _MIDDLE - _COLOURED + 1, _MIDDLE + _COLOURED
    colourless = (sum(counts[channel + low : channel + high]) for channel in (256, 512))
    return pixels - min(colourless) <= _FEW * pixels


def detail(
    small: NDArray[np.uint8], square: NDArray[np.uint8], luminance: NDArray[np.float32]
) -> float:
    """How much there is to see: contrast in levels, times shading, times tones squared.

    A drawing has edges and flat areas of few tones, and lines in it may lie anywhere without moving
    a hash. In a photograph, be it of fog or sky, neighbours differ a little nearly everywhere.
    `small` and `square` are grey levels, 32 × 32 and 128 × 128; `luminance` is the histogram as
    fractions.
    """
    contrast = float(small.std())
    if contrast < _BLANK:
        return 0.0
    shading = _shading(square.astype(np.int16))
    return float(contrast * shading * tones(luminance, contrast) ** 2)


def _shading(square: NDArray[np.int16]) -> float:
    """Share of the pixels that differ a little from one neighbour, and much from none."""
    inner = slice(_NEIGHBOUR, -_NEIGHBOUR)
    across = np.abs(square[inner, _NEIGHBOUR:] - square[inner, :-_NEIGHBOUR])
    down = np.abs(square[_NEIGHBOUR:, inner] - square[:-_NEIGHBOUR, inner])
    beside = np.maximum(across[:, :-_NEIGHBOUR], across[:, _NEIGHBOUR:])
    steepest = np.maximum(beside, np.maximum(down[:-_NEIGHBOUR], down[_NEIGHBOUR:]))
    shaded = np.count_nonzero((steepest >= _SHADE[0]) & (steepest <= _SHADE[1]))
    return float(shaded / steepest.size)


def tones(luminance: NDArray[np.float32], contrast: float) -> float:
    """How many tones there are besides the commonest, for a picture of that contrast; 1 at most.

    The entropy of the rest, as a share of what levels spread evenly over four standard deviations
    would have.
    """
    commonest = int(luminance.argmax())
    rest = luminance.astype(np.float64)
    rest[max(0, commonest - _ONE_TONE) : commonest + _ONE_TONE + 1] = 0
    rest = rest[rest > 0] / max(rest.sum(), 1e-9)
    return float(min(1.0, -(rest * np.log2(rest)).sum() / np.log2(1 + 4 * contrast)))
