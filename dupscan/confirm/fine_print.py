"""Fine print: two pictures that look the same, compared at their full size, letter by letter.

A changed digit is gone once a picture is 256 pixels long. At full size it is a few pixels that lie
outside of what the other picture shows within half a pixel. Strong compression does that to all
letters alike, and a changed digit in one place. So the worst place is measured in units of what
letters differ by elsewhere in the same two pictures.

A place where letters are tiny or washed out shows no change whatever stands there. Therefore the
same measure is taken of the picture and itself moved by a few pixels: as if every letter were
another one. What that shows is what a changed letter would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.confirm.registration import Floats
from dupscan.model.views import Box

Levels = NDArray[np.uint8]
"""Luminance: rows × columns."""
Numbers = NDArray[np.int16]

CUTOFF = 2.5
LEAST_LEGIBLE = 2.5
LONGEST = 3000
_STEP = 4
"""Pixels from one cell to the next. A cell is twice as long, so that cells overlap by half."""
_BAND = 256
"""Rows that are compared at a time, a multiple of the step: few enough for a processor's cache."""
_BLOCK = 16
"""Side of the blocks whose means align brightness and contrast, pixels."""
_GAIN = 1.12
"""Factor, either way, by which contrast is aligned."""
_LEAST_CONTRAST = 2.0
"""Standard deviation of the blocks, in levels, below which contrast is not aligned."""
_TYPICAL = 90
"""Percentile of the cells with texture that stands for all letters: up to a tenth of them may have
been edited."""
_TEXTURE = 8.0
"""Standard deviation from which a cell has texture, levels."""
_FLOOR = 1.0
"""Levels by which any cell may differ: rounding."""
_LETTERS = 0.3
"""Share of the strongest texture from which a cell is taken to hold letters."""
_FAINTEST = 10
"""Percentile of the cells with letters that stands for the letters that are hardest to read."""
_MOVED = 5
"""Pixels by which a picture is moved to see what other letters would change."""


@dataclass(frozen=True, slots=True)
class FinePrint:
    """The comparison of two pictures at full size."""

    apart: float
    """Levels by which the worst cell differs, over those by which letters differ elsewhere."""
    legible: float
    """The same if its letters were other ones: the least of nearly all the places with letters."""
    box: Box | None
    """The part in which cells differ by more than letters do elsewhere, by `cutoff`."""


def compare_print(one: Sequence[Levels], other: Levels, cutoff: float) -> FinePrint:
    """Compare two pictures of equal framing and size.

    `one` holds one picture, scaled to the size of `other` in several ways if it was larger: nobody
    knows which way the other was made, and only what differs from all of them counts. All arrays
    have the same shape. The order of the two pictures matters next to nothing.
    """
    found = _measured([_aligned(version, other) for version in one], other)
    lettered = found.texture > _TEXTURE
    if not lettered.any():
        return FinePrint(apart=float(found.apart.max(initial=0.0)), legible=np.inf, box=None)
    unit = _FLOOR + np.float32(np.percentile(found.apart[lettered], _TYPICAL))
    strong = found.texture > _LETTERS * np.percentile(found.texture[lettered], 95)
    return FinePrint(
        apart=float(found.apart.max() / unit),
        legible=float(np.percentile(_around(found.moved)[strong & lettered], _FAINTEST) / unit),
        box=_box(found.apart > cutoff * unit),
    )


def print_versions(larger: Levels, shape: tuple[int, ...]) -> list[Levels]:
    return (
        [
            np.asarray(Image.fromarray(larger).resize(shape[::-1], way))
            for way in (Image.Resampling.BOX, Image.Resampling.LANCZOS)
        ]
        if larger.shape != shape
        else [larger]
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Measures of each cell, in levels; each of shape (rows of cells, columns of cells)."""

    apart: Floats
    """Mean by which its pixels lie outside of what the other picture shows there."""
    moved: Floats
    """The same for the other picture and itself moved aside."""
    texture: Floats
    """Standard deviation of its pixels."""


def _measured(versions: Sequence[Numbers], other: Levels) -> _Cells:
    """Measure all cells, a band of rows at a time."""
    height, width = (side - side % _STEP for side in other.shape)
    bands = []
    for top in range(0, height, _BAND):
        halo = slice(max(0, top - 1), min(height, top + _BAND) + 1)
        inner = slice(top - halo.start, top - halo.start + min(_BAND, height - top))
        levels = other[halo, :width].astype(np.int16)
        apart = np.minimum.reduce(
            [_outside(version[halo, :width], levels)[inner] for version in versions]
        )
        moved = _outside(np.roll(levels, _MOVED, axis=1), levels)[inner]
        plain = levels[inner].astype(np.float32)
        bands.append([_sums(one) for one in (apart, moved, plain, plain * plain)])
    apart, moved, mean, square = (
        _cells(np.concatenate(parts)) for parts in zip(*bands, strict=True)
    )
    texture = np.sqrt(np.maximum(square - mean * mean, 0))
    return _Cells(apart / 2, moved / 2, texture)


def _outside(one: Numbers, other: Numbers) -> Numbers:
    """Return by how much each pixel of either lies outside of the other's, in half levels."""
    low, high = _reach(other)
    apart = np.maximum(2 * one - high, low - 2 * one)
    low, high = _reach(one)
    apart = np.maximum(apart, np.maximum(2 * other - high, low - 2 * other))
    return np.maximum(apart, 0)


def _reach(levels: Numbers) -> tuple[Numbers, Numbers]:
    """Return the least and the highest level within half a pixel of each pixel, in half levels."""
    low, high = 2 * levels, 2 * levels
    for _ in range(2):
        for reach, widest in ((low, np.minimum), (high, np.maximum)):
            between = (reach[1:] + reach[:-1]) // 2
            widest(reach[1:], between, out=reach[1:])
            widest(reach[:-1], between, out=reach[:-1])
        low, high = low.T, high.T
    return low, high


def _aligned(one: Levels, other: Levels) -> Numbers:
    """Return a picture with the brightness and the contrast of the other, by their large blocks."""
    blocks, others = _means(one, _BLOCK), _means(other, _BLOCK)
    gain = 1.0
    if min(blocks.std(), others.std()) > _LEAST_CONTRAST:
        gain = float(np.clip(others.std() / blocks.std(), 1 / _GAIN, _GAIN))
    levels = np.clip((np.arange(256) - blocks.mean()) * gain + others.mean(), 0, 255)
    return np.rint(levels).astype(np.int16)[one]


def _means(levels: Levels, side: int) -> Floats:
    """Return the means of the whole blocks of a picture; of all of it where it has none."""
    height, width = (length - length % side for length in levels.shape)
    if not height or not width:
        return levels.mean(keepdims=True, dtype=np.float32)
    rows = levels[:height, :width].reshape(height // side, side, width // side, side)
    return rows.mean(axis=(1, 3), dtype=np.float32)


def _sums(levels: NDArray[Any]) -> Floats:
    """Return sums over squares of one step."""
    height, width = levels.shape
    rows = levels.reshape(height // _STEP, _STEP, width // _STEP, _STEP)
    return rows.sum(axis=(1, 3), dtype=np.float32)


def _cells(sums: Floats) -> Floats:
    """Return the means of cells of two by two squares, which overlap by half."""
    return (sums[1:, 1:] + sums[:-1, 1:] + sums[1:, :-1] + sums[:-1, :-1]) / (4 * _STEP**2)


def _around(cells: Floats) -> Floats:
    """Return the largest value in and beside each cell."""
    largest = cells.copy()
    for _ in range(2):
        rows = largest.copy()
        np.maximum(largest[1:], rows[:-1], out=largest[1:])
        np.maximum(largest[:-1], rows[1:], out=largest[:-1])
        largest = largest.T
    return largest


def _box(marked: NDArray[np.bool_]) -> Box | None:
    """Return the part that the marked cells cover, as shares of the sides; None without any."""
    rows, columns = (np.flatnonzero(marked.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    down, across = (side + 1 for side in marked.shape)
    return (
        float(columns[0] / across),
        float(rows[0] / down),
        float((columns[-1] + 2) / across),
        float((rows[-1] + 2) / down),
    )


def looks_like_document(likeness, detail) -> bool:
    light = likeness.histogram[3]
    share = max(light[at : at + 40].sum() for at in range(0, 216, 4))
    return bool(share > 0.5)
