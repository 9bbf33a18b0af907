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
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm.hidden_part import find_hidden_part
from dupscan.confirm.registration import Floats, block_sums
from dupscan.model.views import Box

Levels = NDArray[np.uint8]
"""Luminance: rows × columns."""
Numbers = NDArray[np.int16]

LEAST_LEGIBLE = 7.0
"""Least of :attr:`FinePrint.legible` at which a changed letter would surely have been seen after
scaling: of 1,056 changes at smaller sizes, 123 were not seen, and all but one of these had less."""
LEAST_LEGIBLE_UNSCALED = 6.5
"""The same for pictures of one size, in which more is seen: of 570 changes four were not seen while
this was tuned, and of 840 others seven later, all of one noisy page; all had less."""
LONGEST = 3000
"""Longer side at which pictures are compared, pixels: A4 at 250 dpi, whose letters are 15 high."""
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
_STRONG = 2.0
"""Times the usual texture from which a cell may differ by more: it is a hard edge among soft ones,
as in a photograph. Letters are all about equally hard."""
_HARD = 22.0
"""Median standard deviation, in levels, from which textures are letters. Of 51 pages of text at a
third of their size all but one have more; of photographs that are taken for documents, a quarter
has."""
_FLOOR = 1.0
"""Levels by which any cell may differ: rounding."""
_SOFT_FLOOR = 4.0
"""The same where what is seen is softer than letters. Most of a photograph is out of focus and
hardly changes when it is saved at 25; its sharpest place changes by up to 9 levels."""
_MOST = 10.0
"""Levels by which letters differ at most for want of quality: where there are but few words, all
of them may have been changed."""
_LETTERS = 0.3
"""Share of the strongest texture from which a cell is taken to hold letters."""
_LINES = 0.2
"""Share of its texture by which a cell changes at least if it is moved across and holds letters;
lines and the edges of boxes are the same everywhere along them."""
_FAINTEST = 5
"""Percentile of the cells with letters that stands for the letters that are hardest to read."""
_MOVED = 5
"""Pixels by which a picture is moved to see what other letters would change."""


@dataclass(frozen=True, slots=True)
class FinePrint:
    """The comparison of two pictures at full size."""

    apart: float
    """Levels by which the worst cell differs, over those by which letters differ elsewhere."""
    legible: float
    """The same if its letters were other ones: the least of nearly all the places with letters.
    Infinite if what is seen is softer than letters."""
    box: Box | None
    """The part in which cells differ by more than letters do elsewhere, by `cutoff`."""
    hidden: Box | None = None
    """The part that is outstanding, if any is."""
    outstanding: float = 0.0
    """See :class:`dupscan.confirm.hidden_part.HiddenPart`."""
    covered: int = 0
    """1 if a part of the second picture is covered, -1 if one of the first is; 0 if neither."""

    @property
    def is_soft(self) -> bool:
        """True if what is seen is softer than letters."""
        return bool(np.isinf(self.legible))

    def reversed(self) -> FinePrint:
        """Return the same comparison with the two pictures exchanged."""
        return replace(self, covered=-self.covered)


def compare_print(one: Sequence[Levels], other: Levels, cutoff: float) -> FinePrint:
    """Compare two pictures of equal framing and size.

    `one` holds one picture, scaled to the size of `other` in several ways if it was larger: nobody
    knows which way the other was made, and only what differs from all of them counts. All arrays
    have the same shape. The order of the two pictures matters next to nothing.
    """
    aligned = [_aligned(version, other) for version in one]
    found = _measured(aligned, other)
    busy = found.contrast > _TEXTURE
    usual = float(np.median(found.contrast[busy])) if busy.any() else np.inf
    apart = found.apart / np.maximum(1, found.contrast / (_STRONG * usual))
    lettered = found.texture > _TEXTURE
    is_hard = usual >= _HARD
    unit = _FLOOR
    if lettered.any():
        unit = min(_FLOOR + float(np.percentile(apart[lettered], _TYPICAL)), _MOST)
    if not is_hard:
        unit = max(unit, _SOFT_FLOOR)
    hidden = find_hidden_part(aligned[0], other.astype(np.int16))
    return FinePrint(
        apart=float(apart.max() / unit),
        legible=_faintest(found, lettered) / unit if is_hard else np.inf,
        box=_box(apart > cutoff * unit, other.shape),
        hidden=_box(hidden.cells, other.shape),
        outstanding=hidden.outstanding,
        covered=hidden.covered,
    )


def _faintest(found: _Cells, lettered: NDArray[np.bool_]) -> float:
    """Return by how many levels faint letters would differ from other ones; 0 without letters."""
    strongest = np.percentile(found.texture[lettered], 95) if lettered.any() else np.inf
    moved = _around(found.moved)
    letters = lettered & (found.texture > _LETTERS * strongest) & (moved > _LINES * found.texture)
    return float(np.percentile(moved[letters], _FAINTEST)) if letters.any() else 0.0


def is_legible(found: FinePrint, *, scaled: bool) -> bool:
    """True if a changed letter would surely have been seen.

    `scaled` is true if the larger picture was scaled to the size of the other.
    """
    return found.legible >= (LEAST_LEGIBLE if scaled else LEAST_LEGIBLE_UNSCALED)


def compared_size(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Return the width and height at which two pictures of equal framing are compared.

    It is that of the smaller one, and at most :data:`LONGEST` pixels long.
    """
    width, height = min(one, other, key=lambda size: size[0] * size[1])
    scale = min(1.0, LONGEST / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Measures of each cell, in levels; each of shape (rows of cells, columns of cells)."""

    apart: Floats
    """Mean by which its pixels lie outside of what the other picture shows there."""
    moved: Floats
    """The same for the other picture and itself moved aside."""
    texture: Floats
    """Standard deviation of its pixels, in the picture in which it is less."""
    contrast: Floats
    """The same in the picture in which it is more."""


def _measured(versions: Sequence[Numbers], other: Levels) -> _Cells:
    """Measure all cells, a band of rows at a time."""
    levels, *versions = (_padded(one) for one in (other.astype(np.int16), *versions))
    bands = []
    for top in range(0, len(levels), _BAND):
        start = max(0, top - 1)
        halo = slice(start, top + _BAND + 1)
        inner = slice(top - start, top - start + min(_BAND, len(levels) - top))
        plain = levels[halo]
        apart = np.minimum.reduce([_outside(version[halo], plain) for version in versions])
        moved = _outside(np.roll(plain, _MOVED, axis=1), plain)
        scaled = versions[0][halo]
        moments = (moment for one in (plain, scaled) for moment in _moments(one))
        bands.append([block_sums(one[None, inner], _STEP)[0] for one in (apart, moved, *moments)])
    measures = [_cells(np.concatenate(parts)) for parts in zip(*bands, strict=True)]
    pair = _deviation(*measures[2:4]), _deviation(*measures[4:])
    return _Cells(measures[0] / 2, measures[1] / 2, np.minimum(*pair), np.maximum(*pair))


def _moments(levels: Numbers) -> tuple[Floats, Floats]:
    """Return levels and their squares."""
    floats = levels.astype(np.float32)
    return floats, floats * floats


def _padded(levels: Numbers) -> Numbers:
    """Repeat the last row and column, so that whole cells cover the picture."""
    more = [(0, max(2 * _STEP - side, -side % _STEP)) for side in levels.shape]
    return np.pad(levels, more, mode="edge")


def _deviation(mean: Floats, square: Floats) -> Floats:
    """Return standard deviations from means and means of squares."""
    deviation: Floats = np.sqrt(np.maximum(square - mean * mean, 0))
    return deviation


def _outside(one: Numbers, other: Numbers) -> Numbers:
    """Return by how much each pixel of either lies outside of the other's, in half levels."""
    low, high = _reach(other)
    apart = np.maximum(2 * one - high, low - 2 * one)
    low, high = _reach(one)
    apart = np.maximum(apart, np.maximum(2 * other - high, low - 2 * other))
    outside: Numbers = np.maximum(apart, 0)
    return outside


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
    aligned: Numbers = np.rint(levels).astype(np.int16)[one]
    return aligned


def _means(levels: Levels, side: int) -> Floats:
    """Return the means of the whole blocks of a picture; of all of it where it has none."""
    height, width = (length - length % side for length in levels.shape)
    if not height or not width:
        mean: Floats = levels.mean(keepdims=True, dtype=np.float32)
        return mean
    whole = levels[None, :height, :width].astype(np.float32)
    means: Floats = block_sums(whole, side)[0] / np.float32(side * side)
    return means


def _cells(sums: Floats) -> Floats:
    """Return the means of cells of two by two squares, which overlap by half."""
    fours: Floats = sums[1:, 1:] + sums[:-1, 1:] + sums[1:, :-1] + sums[:-1, :-1]
    means: Floats = fours / np.float32(4 * _STEP**2)
    return means


def _around(cells: Floats) -> Floats:
    """Return the largest value in and beside each cell."""
    largest = cells.copy()
    for _ in range(2):
        rows = largest.copy()
        np.maximum(largest[1:], rows[:-1], out=largest[1:])
        np.maximum(largest[:-1], rows[1:], out=largest[:-1])
        largest = largest.T
    return largest


def _box(marked: NDArray[np.bool_], shape: tuple[int, ...]) -> Box | None:
    """Return the part of a picture, rows × columns, that the marked cells cover; None without."""
    rows, columns = (np.flatnonzero(marked.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    height, width = shape
    return (
        float(columns[0] * _STEP / width),
        float(rows[0] * _STEP / height),
        float(min(1.0, (columns[-1] + 2) * _STEP / width)),
        float(min(1.0, (rows[-1] + 2) * _STEP / height)),
    )
