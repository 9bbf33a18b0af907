"""Measures of a working picture's grey levels and colours: histogram, small planes, detail.

Pure functions, called once for each picture and written for speed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.fingerprint.phash import SIDE

_COLOURED = 10
"""Least distance of a clearly coloured pixel from neutral, in levels of chroma. JPEG compression
moves the pixels of a greyscale picture by up to half a dozen levels."""
_FEW = 0.001
"""Largest share of coloured pixels in a greyscale picture."""
_MIDDLE = 128
"""Level of chroma of a neutral pixel."""
_SURELY = (15, 0.1)
"""Levels of chroma in the small planes, and the share of their pixels, that prove colour: the
working picture, whose means they are, then has at least some 0.3 % of coloured pixels."""
_NEIGHBOUR = 3
"""Distance to a neighbour, in pixels of the 128 × 128 square."""
_SHADE = (2, 32)
"""Least and most difference between neighbours, in levels, that is shading and no edge."""
_BLANK = 1.5
"""Contrast, in levels, below which a picture is a blank page, whatever its noise."""
_ONE_TONE = 2
"""Levels above and below a tone that count as the same tone."""


def histogram(working: Image.Image, grey: Image.Image) -> NDArray[np.float32]:
    """Count levels, as fractions of the pixels; each row sums to 1.

    Shape (4, 256): red, green, blue, luminance.
    """
    counts = working.histogram() + grey.histogram()
    pixels = working.width * working.height
    return (np.array(counts, dtype=np.float32) / np.float32(pixels)).reshape(4, 256)


def small_planes(working: Image.Image, grey: Image.Image) -> NDArray[np.uint8]:
    """Scale luminance, blue chroma and red chroma to 32 × 32 each; shape (3, 32, 32).

    Luminance is scaled as ``imagehash.phash`` scales it, so that the hash is the same.
    """
    planes = np.empty((3, SIDE, SIDE), np.uint8)
    planes[0] = np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    colours = working.resize((SIDE, SIDE), Image.Resampling.HAMMING).convert("YCbCr")
    planes[1:] = np.asarray(colours)[:, :, 1:].transpose(2, 0, 1)
    return planes


def is_greyscale(working: Image.Image, planes: NDArray[np.uint8]) -> bool:
    """True if next to no pixel of a working picture is clearly coloured.

    `planes` are the small planes of the picture. If they are clearly coloured, the pixels are not
    counted.
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
    """Measure how much there is to see: contrast in levels, times shading, times tones squared.

    A drawing has edges and flat areas of few tones, and a line of it can move without a change of
    the hash. In a photograph, even of fog or sky, neighbours differ a little nearly everywhere.
    `small` and `square` are grey levels, 32 × 32 and 128 × 128; `luminance` is the histogram of
    luminance as fractions of the pixels, shape (256,).
    """
    contrast = float(small.std())
    if contrast < _BLANK:
        return 0.0
    shading = _shading(square.astype(np.int16))
    return float(contrast * shading * tones(luminance, contrast) ** 2)


def _shading(square: NDArray[np.int16]) -> float:
    """Share of the pixels that differ a little from a neighbour, and from no neighbour much."""
    inner = slice(_NEIGHBOUR, -_NEIGHBOUR)
    across = np.abs(square[inner, _NEIGHBOUR:] - square[inner, :-_NEIGHBOUR])
    down = np.abs(square[_NEIGHBOUR:, inner] - square[:-_NEIGHBOUR, inner])
    beside = np.maximum(across[:, :-_NEIGHBOUR], across[:, _NEIGHBOUR:])
    steepest = np.maximum(beside, np.maximum(down[:-_NEIGHBOUR], down[_NEIGHBOUR:]))
    shaded = np.count_nonzero((steepest >= _SHADE[0]) & (steepest <= _SHADE[1]))
    return float(shaded / steepest.size)


def tones(luminance: NDArray[np.float32], contrast: float) -> float:
    """Measure the variety of tones besides the commonest tone, from 0 to 1.

    Returns the entropy of all other levels, as a share of the entropy of levels that are spread
    evenly over four standard deviations (`contrast`).
    """
    commonest = int(luminance.argmax())
    rest = luminance.astype(np.float64)
    rest[max(0, commonest - _ONE_TONE) : commonest + _ONE_TONE + 1] = 0
    rest = rest[rest > 0] / max(rest.sum(), 1e-9)
    return float(min(1.0, -(rest * np.log2(rest)).sum() / np.log2(1 + 4 * contrast)))
