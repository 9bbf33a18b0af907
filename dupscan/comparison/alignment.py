"""One picture laid on another, as far as it reaches, each reduced to what the coarser one shows.

Kept apart from the drawing: here two pictures become comparable pixel by pixel, and nothing is
made larger than it is, for an enlarged one would differ at every edge.
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

    one: Levels
    other: Levels
    covered: NDArray[np.bool_]
    """Where there is something of the second, rows × columns."""

    @property
    def difference(self) -> NDArray[np.uint8]:
        """By how many levels each pixel differs in the colour in which it differs most."""
        apart = np.abs(self.one.astype(np.int16) - self.other).max(axis=2)  # uint8 would wrap
        return np.where(self.covered, apart, 0).astype(np.uint8)


def needed_length(view: View, length: int) -> int:
    """How long a picture must be for the part of it in `view` to be `length` pixels long."""
    left, top, right, bottom = view.box
    return math.ceil(length / max(0.05, min(right - left, bottom - top, 1.0)))


def laid_on(one: Levels, other: Levels, view: View) -> Aligned:
    """Lay `other` on `one`, where `view` is the view of `other` that is `one`."""
    turned = Image.fromarray(_turned(other, view.orientation))
    left, top, right, bottom = view.box
    width = max(1, round(min(one.shape[1], (right - left) * turned.width)))
    height = max(1, round(min(one.shape[0], (bottom - top) * turned.height)))
    columns = _reached(left, right, width)
    rows = _reached(top, bottom, height)
    canvas = np.zeros((height, width, 3), np.uint8)
    covered = np.zeros((height, width), np.bool_)
    if len(columns) and len(rows):
        box = (
            *((left + (right - left) * columns.start / width) * turned.width,),
            *((top + (bottom - top) * rows.start / height) * turned.height,),
            *((left + (right - left) * columns.stop / width) * turned.width,),
            *((top + (bottom - top) * rows.stop / height) * turned.height,),
        )
        canvas[rows.start : rows.stop, columns.start : columns.stop] = _scaled(
            turned, (len(columns), len(rows)), box
        )
        covered[rows.start : rows.stop, columns.start : columns.stop] = True
    whole = (0.0, 0.0, float(one.shape[1]), float(one.shape[0]))
    return Aligned(_scaled(Image.fromarray(one), (width, height), whole), canvas, covered)


def _reached(low: float, high: float, length: int) -> range:
    """The pixels of a line, which shows [low, high], that lie between 0 and 1."""
    first = math.ceil(max(0.0, -low) / (high - low) * length - 1e-6)
    last = math.floor(min(1.0, (1 - low) / (high - low)) * length + 1e-6)
    return range(first, max(first, last))


def _scaled(
    picture: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]
) -> Levels:
    """A part of a picture, scaled."""
    left, top, right, bottom = box
    within = (max(0.0, left), max(0.0, top), min(right, picture.width), min(bottom, picture.height))
    return np.asarray(picture.resize(size, Image.Resampling.HAMMING, within))


def _turned(levels: Levels, orientation: int) -> Levels:
    """A picture in one of the eight orientations of :mod:`dupscan.model.views`."""
    if orientation & TRANSPOSED:
        levels = levels.swapaxes(0, 1)
    if orientation & UPSIDE_DOWN:
        levels = levels[::-1]
    return levels[:, ::-1] if orientation & MIRRORED else levels
