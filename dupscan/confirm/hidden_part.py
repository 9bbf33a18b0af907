"""Hidden part: the place in which one of two pictures is covered, and the one that is covered.

A mosaic or a blur over something soft moves no pixel by much, so the worst pixel does not tell it
from strong compression. It differs in means over a few pixels, though, where both pictures have
little detail; compression keeps these means, or spoils them everywhere alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm.registration import Floats, block_sums

CELL = 4
"""Side of a cell, pixels."""
_WINDOWS = 20
"""Windows across a picture, and down; each is beside another by half its length."""
_LEAST_DETAIL = 2.0
"""Levels of detail that any window counts as having."""
_LEAST_USUAL = 0.05
"""Share of their detail by which windows may differ anywhere."""
_USUAL = 90
"""Percentile of the windows that stands for what windows differ by elsewhere."""
_MARKED = 1.5
"""Outstanding difference from which a window may belong to the hidden part; and a third of the
worst one's."""
_APART = 2.0
"""Levels by which the mean of a cell differs where something is hidden, at least."""
_FEWEST = 8
"""Fewest such cells from which it is told which of the two pictures is covered."""
_FLOOR = 0.3
"""Levels that are added to steps and to deviations, so that flat parts have a logarithm."""
_SMOOTHER = 0.4
"""Logarithm of steps and deviation by which the covered one is smoother. Of 780 mosaics, blurs and
bars over a sixth of each side 94 % were told, and two the wrong way round."""
_NOT_ROUGHER = 0.3
"""Logarithm by which steps may be larger in a bar than in what it covers."""
_MUCH_ROUGHER = 1.0
"""The same for a mosaic and a blur, which leave steps where a smooth place meets an edge."""
_CORRELATED = 0.3
"""Correlation from which both show the same, as with a mosaic and a blur."""
_LEVELLED = 12.0
"""Weight of the logarithm of the deviation: what is covered by its own means deviates less."""
_EDGE, _SLIGHT_EDGE = 8.0, 3.0
"""Levels by which the outline of the part shows more in the covered one: in any case, and where it
is much smoother, too."""


@dataclass(frozen=True, slots=True)
class HiddenPart:
    """The part in which two pictures differ most for the detail that they have there."""

    outstanding: float
    """Its difference over what parts differ by elsewhere; 1 is usual."""
    covered: int
    """1 if the other picture is covered there, -1 if the first is; 0 if that is not told."""
    cells: NDArray[np.bool_]
    """The cells that belong to it, rows × columns."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """Mean levels and mean steps from pixel to pixel of each cell."""

    levels: Floats
    steps: Floats


def find_hidden_part(one: NDArray[np.int16], other: NDArray[np.int16]) -> HiddenPart:
    """Find the part that is covered in one of two pictures of equal framing, size and brightness.

    Both are luminance, rows × columns.
    """
    pair = _cells(one), _cells(other)
    shape = pair[0].levels.shape
    if min(shape) < 2:
        return HiddenPart(0.0, 0, np.zeros(shape, np.bool_))
    size = tuple(max(2, side // _WINDOWS) for side in shape)
    gap = pair[0].levels - pair[1].levels
    apart = np.abs(gap - np.float32(np.median(gap)))
    detail = np.maximum(*(_windows(cells.steps, size) for cells in pair))
    differing = np.sqrt(_windows(apart * apart, size)) / (np.float32(_LEAST_DETAIL) + detail)
    usual = float(np.percentile(differing, _USUAL))
    outstanding = differing / np.float32(_LEAST_USUAL + usual)
    worst = float(outstanding.max())
    marked = _spread(outstanding > max(worst / 3, _MARKED), size, shape)
    least = max(_APART, float(np.percentile(apart[~marked], 98)) if not marked.all() else 0.0)
    hidden = marked & (apart > least)
    if hidden.sum() < _FEWEST:
        return HiddenPart(worst, 0, marked)
    return HiddenPart(worst, _covered(pair, hidden), hidden)


def _covered(pair: tuple[_Cells, _Cells], hidden: NDArray[np.bool_]) -> int:
    """Return which of the two is covered, as :attr:`HiddenPart.covered`."""
    inside, outside = ([cells.steps[where] for cells in pair] for where in (hidden, ~hidden))
    elsewhere = _growth([float(steps.mean()) for steps in outside]) if not hidden.all() else 0.0
    typical = _growth([float(np.median(steps)) for steps in inside]) - elsewhere
    levels = [cells.levels[hidden] for cells in pair]
    deviations = [float(part.std()) for part in levels]
    shows_the_same = min(deviations) > 0 and _correlation(*levels) > _CORRELATED
    rougher = typical + _LEVELLED * _growth(deviations)
    outlines = [_outline(cells.levels, hidden) for cells in pair]
    edge = outlines[1] - outlines[0]
    for side in (1, -1):
        if edge * side > _EDGE and typical * side < _NOT_ROUGHER:
            return side
        if shows_the_same and rougher * side < -_SMOOTHER and typical * side < _MUCH_ROUGHER:
            return side
        if edge * side > _SLIGHT_EDGE and typical * side < -_SMOOTHER:
            return side
    return 0


def _outline(levels: Floats, hidden: NDArray[np.bool_]) -> float:
    """Return by how many levels the outline of a part shows: its inside against its outside."""
    rows, columns = (np.percentile(at, (1, 99)).astype(int) for at in np.nonzero(hidden))
    steps = []
    for along, (first, last), (start, end) in (
        (levels, rows, columns),
        (levels.T, columns, rows),
    ):
        line = slice(start, end + 1)
        if first >= 2:
            steps.append(along[first + 1, line] - along[first - 2, line])
        if last + 2 < len(along):
            steps.append(along[last - 1, line] - along[last + 2, line])
    return float(np.median(np.abs(np.concatenate(steps)))) if steps else 0.0


def _cells(picture: NDArray[np.int16]) -> _Cells:
    """Measure the whole cells of a picture; a narrow rest at the edges is left out."""
    height, width = (side - side % CELL for side in picture.shape)
    steps = np.zeros(picture.shape, np.int16)
    steps[:, :-1] += np.abs(np.diff(picture, axis=1))
    steps[:-1] += np.abs(np.diff(picture, axis=0))
    sums = (
        block_sums(one[None, :height, :width].astype(np.float32), CELL)[0]
        for one in (picture, steps)
    )
    return _Cells(*(one / np.float32(CELL * CELL) for one in sums))


def _windows(cells: Floats, size: tuple[int, ...]) -> Floats:
    """Return the means of windows of `size` cells, rows × columns, that overlap by half."""
    sums = np.pad(cells.astype(np.float64), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    tops, lefts = (
        np.arange(0, side - length + 1, length // 2)
        for side, length in zip(cells.shape, size, strict=True)
    )
    bottoms, rights = tops + size[0], lefts + size[1]
    total = (
        sums[np.ix_(bottoms, rights)]
        - sums[np.ix_(tops, rights)]
        - sums[np.ix_(bottoms, lefts)]
        + sums[np.ix_(tops, lefts)]
    )
    means: Floats = (np.maximum(total, 0) / (size[0] * size[1])).astype(np.float32)
    return means


def _spread(
    marked: NDArray[np.bool_], size: tuple[int, ...], shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Return the cells of the windows that are marked."""
    cells = np.zeros(shape, np.bool_)
    for row, column in np.argwhere(marked):
        top, left = row * (size[0] // 2), column * (size[1] // 2)
        cells[top : top + size[0], left : left + size[1]] = True
    return cells


def _correlation(one: Floats, other: Floats) -> float:
    matrix: Floats = np.atleast_2d(np.corrcoef(one, other))
    return float(matrix[0, 1])


def _growth(pair: list[float]) -> float:
    """Return the logarithm of the second value over the first."""
    one, other = pair
    return math.log((other + _FLOOR) / (one + _FLOOR))
