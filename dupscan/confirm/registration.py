"""Registration: finding the exact place of one picture in another.

A hash says that one picture is nearly some part of another. Blocks of the two can only be compared
once that part is known to a fraction of a pixel; otherwise fine texture never agrees. First each
block is searched for nearby. Then one shift and one scale a side are fitted to all blocks by
Gauss-Newton (B. D. Lucas and T. Kanade, "An iterative image registration technique", 1981). Blocks
that do not agree, such as a caption, have next to no weight.

All squares are float32 of shape (n, side, side); boxes are float32 of shape (n, 4) and hold left,
top, right and bottom as shares of the first picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dupscan.model.views import WHOLE

Floats = NDArray[np.floating[Any]]
Number = TypeVar("Number", bound=np.generic)

SIDE = 64
"""Side of the squares that are registered, pixels: exact to a fifth of a pixel of 128."""
BLOCK = 8
"""Side of a block of these squares, pixels."""
REACH = 3
"""Pixels in each direction within which a block is searched for; neighbouring views are no further
apart."""
ROUNDS = 4
"""Rounds of Gauss-Newton."""
_EDGE = 2
"""Pixels at the edges without weight: rests of a trimmed border may show there."""
_NOISE = 4.0
"""Least variance of a block, squared levels; less is noise."""
_PIXELS = BLOCK * BLOCK
_PLACES = ((np.arange(SIDE) + 0.5) / SIDE - 0.5).astype(np.float32)
_STEEPEST = 0.03
"""Share of the picture that one round may move it at most."""


def turned(squares: NDArray[Number], orientation: int) -> NDArray[Number]:
    """Turn squares into one of the eight orientations of :mod:`dupscan.model.views`."""
    if orientation & 4:
        squares = squares.swapaxes(-1, -2)
    if orientation & 2:
        squares = squares[..., ::-1, :]
    return squares[..., ::-1] if orientation & 1 else squares


def cut_out(squares: Floats, boxes: Floats, side: int) -> Floats:
    """Cut each square to its box and scale the part to `side` × `side` pixels.

    Where a box reaches beyond its square, the pixels at the edge are repeated.
    """
    across = _sampling(boxes[:, 0], boxes[:, 2], side, squares.shape[-1])
    down = _sampling(boxes[:, 1], boxes[:, 3], side, squares.shape[-1])
    cut: Floats = down @ squares @ across.transpose(0, 2, 1)
    return cut


def block_sums(squares: Floats, block: int) -> Floats:
    """Return sums over blocks of `block` × `block` pixels; (n, side / block, side / block)."""
    count, height, width = squares.shape
    rows = np.add.reduce(squares.reshape(count, height // block, block, width), axis=2)
    sums: Floats = rows.reshape(count, height // block, width // block, block) @ _ones(block)
    return sums


def spread(values: Floats, block: int) -> Floats:
    """Repeat each value of a grid of blocks for all pixels of its block."""
    return np.repeat(np.repeat(values, block, axis=-2), block, axis=-1)


def register(one: Floats, other: Floats, boxes: Floats) -> Floats:
    """Return improved `boxes`: the part of `one` in each box lies exactly on `other`."""
    fixed = _Blocks(cut_out(other, np.tile(np.array(WHOLE, np.float32), (len(other), 1)), SIDE))
    boxes = _searched(one, fixed, boxes)
    for _ in range(ROUNDS):
        boxes = _fitted(one, fixed, boxes)
    return boxes


def _sampling(low: Floats, high: Floats, side: int, length: int) -> Floats:
    """Return matrices that scale the part from `low` to `high` of a line to `side` pixels.

    `low` and `high` are shares of a line of `length` pixels. Returns shape (n, side, length).
    """
    step = ((high - low) / side)[:, None]
    centres = (low[:, None] + step * (np.arange(side, dtype=np.float32) + 0.5)) * length
    centres = np.clip(centres, 0.5, length - 0.5)[:, :, None]
    wide = np.maximum(step * length, 1.0)[:, :, None]
    pixels = np.arange(length, dtype=np.float32) + np.float32(0.5)
    weights = np.clip((wide + 1) / 2 - np.abs(pixels - centres), 0, 1)
    weights /= weights.sum(axis=2, keepdims=True)
    return weights.astype(np.float32)


@lru_cache
def _ones(length: int) -> Floats:
    return np.ones(length, np.float32)


class _Blocks:
    """Squares with the means and variances of their blocks, computed once."""

    def __init__(self, squares: Floats) -> None:
        self.squares = squares
        self.means = block_sums(squares, BLOCK) / np.float32(_PIXELS)
        squared = block_sums(squares * squares, BLOCK) / np.float32(_PIXELS)
        self.variances = np.maximum(squared - self.means * self.means, np.float32(_NOISE))

    def correlations(self, other: _Blocks) -> Floats:
        """Return the correlation of each block with the same block of other squares."""
        return self._correlations(other.squares, other.means, other.variances)

    def searched_in(self, other: Floats) -> Iterator[Floats]:
        """Yield the correlations with other squares at each shift within reach, row by row."""
        around = np.pad(other, ((0, 0), (REACH, REACH), (REACH, REACH)), mode="edge")
        means = _window_means(around)
        variances = np.maximum(_window_means(around * around) - means * means, np.float32(_NOISE))
        for down in range(2 * REACH + 1):
            for across in range(2 * REACH + 1):
                corners = (slice(None), slice(down, None, BLOCK), slice(across, None, BLOCK))
                moved = around[:, down : down + SIDE, across : across + SIDE]
                yield self._correlations(moved, means[corners], variances[corners])

    def _correlations(self, other: Floats, means: Floats, variances: Floats) -> Floats:
        shared = block_sums(self.squares * other, BLOCK) / np.float32(_PIXELS)
        found: Floats = (shared - self.means * means) / np.sqrt(self.variances * variances)
        return found


def _window_means(squares: Floats) -> Floats:
    """Return the mean of the block that begins at each pixel."""
    for axis in (1, 2):
        length = squares.shape[axis] - BLOCK + 1
        windows = [
            squares[:, shift : shift + length]
            if axis == 1
            else squares[:, :, shift : shift + length]
            for shift in range(BLOCK)
        ]
        squares = np.add.reduce(windows) / np.float32(BLOCK)
    return squares


def _searched(one: Floats, fixed: _Blocks, boxes: Floats) -> Floats:
    """Move boxes by the shift and growth that fit the best place of most blocks within reach."""
    found = np.stack([*fixed.searched_in(cut_out(one, boxes, SIDE))], axis=1)
    best = found.argmax(axis=1)
    trust = np.maximum(found.max(axis=1) - np.float32(0.5), 0) ** 2
    places = np.linspace(-0.5, 0.5, SIDE // BLOCK + 1, dtype=np.float32)[:-1] + BLOCK / SIDE / 2
    width = 2 * REACH + 1
    moved = (best % width - REACH) / SIDE, (best // width - REACH) / SIDE
    across = _line(places[None, None, :], moved[0], trust)
    down = _line(places[None, :, None], moved[1], trust)
    return _moved(boxes, np.stack([*across, *down], axis=1))


def _line(
    places: Floats, moved: NDArray[np.float64], trust: Floats
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit a shift and a growth to the moves of the blocks; blocks far off the line lose weight."""
    weights = trust
    for _ in range(4):
        total = np.maximum(weights.sum(axis=(1, 2)), 1e-6)
        centre = (weights * places).sum(axis=(1, 2)) / total
        mean = (weights * moved).sum(axis=(1, 2)) / total
        off = places - centre[:, None, None]
        steady = 0.02 * total  # few blocks do not make a slope
        growth = (weights * off * (moved - mean[:, None, None])).sum(axis=(1, 2)) / (
            (weights * off * off).sum(axis=(1, 2)) + steady
        )
        shift = mean - growth * centre
        rest = moved - shift[:, None, None] - growth[:, None, None] * places
        weights = trust / (1 + np.square(rest * SIDE / 0.7))
    return shift, growth


def _fitted(one: Floats, fixed: _Blocks, boxes: Floats) -> Floats:
    """Return the boxes after one more round of Gauss-Newton."""
    cut = _Blocks(cut_out(one, boxes, SIDE))
    gain = spread(np.sqrt(fixed.variances / cut.variances), BLOCK)
    rest = fixed.squares - spread(fixed.means, BLOCK)
    rest -= gain * (cut.squares - spread(cut.means, BLOCK))
    trust = np.clip(fixed.correlations(cut), 0, 1) ** 4 / np.maximum(fixed.variances, 16)
    weights = spread(trust, BLOCK) * _inside()
    down, across = (gain * slope for slope in np.gradient(cut.squares, axis=(1, 2)))
    slopes = np.stack([across, across * _PLACES, down, down * _PLACES[:, None]], axis=1)
    count = len(one)
    slopes = _without_means(slopes.reshape(-1, SIDE, SIDE)).reshape(count, 4, -1)
    weighted = slopes * weights.reshape(count, 1, -1)
    normal = (weighted @ slopes.transpose(0, 2, 1)).astype(np.float64)
    towards = (weighted @ rest.reshape(count, -1, 1))[..., 0].astype(np.float64)
    steady = 1e-3 * np.trace(normal, axis1=1, axis2=2) / 4 + 1e-3
    normal += np.eye(4) * steady[:, None, None]
    step = np.linalg.solve(normal, towards[..., None])[..., 0] / SIDE
    return _moved(boxes, np.clip(step, -_STEEPEST, _STEEPEST))


def _without_means(squares: Floats) -> Floats:
    """Subtract from each pixel the mean of its block."""
    return squares - spread(block_sums(squares, BLOCK) / np.float32(_PIXELS), BLOCK)


@lru_cache
def _inside() -> Floats:
    inside = np.zeros((SIDE, SIDE), np.float32)
    inside[_EDGE:-_EDGE, _EDGE:-_EDGE] = 1
    return inside


def _moved(boxes: Floats, by: NDArray[np.float64]) -> Floats:
    """Shift and grow boxes by (across, wider, down, higher), shares of the width and height."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    across = (boxes[:, 0] + boxes[:, 2]) / 2 + by[:, 0] * width
    down = (boxes[:, 1] + boxes[:, 3]) / 2 + by[:, 2] * height
    half_width, half_height = width * (1 + by[:, 1]) / 2, height * (1 + by[:, 3]) / 2
    sides = (across - half_width, down - half_height, across + half_width, down + half_height)
    return np.stack(sides, axis=1).astype(np.float32)
