"""One picture laid on another, both reduced to the resolution of the coarser picture.

Neither picture is enlarged, because an enlarged picture would differ at every edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.model.views import MIRRORED, TRANSPOSED, UPSIDE_DOWN, View

Levels = NDArray[np.uint8]
"""A picture: rows × columns × red, green, blue."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two pictures of one size, the second laid on the first."""

    first: Levels
    second: Levels
    covered: NDArray[np.bool_]
    """True where the second picture reaches, rows × columns."""

    @property
    def difference(self) -> NDArray[np.uint8]:
        """Levels by which each pixel differs, in the colour that differs most; 0 if not covered."""
        apart = np.abs(self.first.astype(np.int16) - self.second).max(axis=2)  # uint8 would wrap
        return np.where(self.covered, apart, 0).astype(np.uint8)


def laid_on(first: Levels, second: Levels, view: View) -> Aligned:
    """Lay `second` on `first`, where `view` is the view of `second` that shows `first`."""
    turned = Image.fromarray(_turned(second, view.orientation))
    left, top, right, bottom = view.box
    width = max(1, round(min(first.shape[1], (right - left) * turned.width)))
    height = max(1, round(min(first.shape[0], (bottom - top) * turned.height)))
    columns, x_start, x_end = _reached(left, right, width, turned.width)
    rows, y_start, y_end = _reached(top, bottom, height, turned.height)
    canvas = np.zeros((height, width, 3), np.uint8)
    covered = np.zeros((height, width), np.bool_)
    if len(columns) and len(rows):
        place = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
        size, box = (len(columns), len(rows)), (x_start, y_start, x_end, y_end)
        canvas[place] = turned.resize(size, Image.Resampling.HAMMING, box)
        covered[place] = True
    shrunk = Image.fromarray(first).resize((width, height), Image.Resampling.HAMMING)
    return Aligned(np.asarray(shrunk), canvas, covered)


def _reached(low: float, high: float, length: int, pixels: int) -> tuple[range, float, float]:
    """Return the pixels that [0, 1] reaches of a line that shows [low, high] in `length` pixels.

    Also returns where these pixels start and end in a picture that is `pixels` long.
    """
    scale = (high - low) / length
    first = math.ceil(max(0.0, -low) / scale - 1e-6)
    last = max(first, math.floor(min(high - low, 1 - low) / scale + 1e-6))
    start, end = ((low + at * scale) * pixels for at in (first, last))
    return range(first, last), max(0.0, start), min(float(pixels), end)


def _turned(levels: Levels, orientation: int) -> Levels:
    """Return a picture in one of the eight orientations of :mod:`dupscan.model.views`."""
    if orientation & TRANSPOSED:
        levels = levels.swapaxes(0, 1)
    if orientation & UPSIDE_DOWN:
        levels = levels[::-1]
    return levels[:, ::-1] if orientation & MIRRORED else levels
