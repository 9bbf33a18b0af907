"""Local agreement: the share of two registered pictures that is equal, except for one edited part.

A caption, a watermark or a sticker changes some blocks completely and the others not at all.
Another receipt of the same shop, or the next frame of a burst, differs a little everywhere. So the
blocks are compared one by one, and one rectangle of blocks may be left out.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm.difference import deviations, fine_blocks
from dupscan.confirm.registration import Floats, block_sums
from dupscan.model.views import Box

SIDE = 128
"""Side of the squares that are compared."""
MARGIN = 4
"""Pixels at the edges that are not compared: rests of a trimmed border may show there."""
BLOCK = 15
"""Side of a block, pixels. The blocks cover the square without its margin."""
_ALONG = (SIDE - 2 * MARGIN) // BLOCK
"""Blocks along a side."""
_SMOOTHED = 3
"""Pixels on each side of a pixel over which the mean is taken and subtracted: different pictures
often agree in their shading."""
_TEXTURE = 4.0
"""Variance from which a block has texture, squared levels."""
_SHADING = 0.5
"""Standard deviation from which a block without texture is not blank, levels."""
_LEAST_BLOCKS = 6
"""Blocks with texture that must remain outside of a rectangle."""
_LEAST_SHARE = 0.5
"""Share of the blocks with texture that must remain outside of a rectangle."""
_LARGEST = 0.3
"""Share of the picture that may have been edited."""
_NOISE = 1.5
"""Levels by which any block may differ."""
_TEXTURE_SHARE = 0.18
"""Share of its own texture by which a block may differ besides."""
_AS_GOOD = 0.03
"""Share of the blocks by which a smaller rectangle may be worse and is preferred all the same."""


def agreement(one: Floats, other: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the share of textured blocks that agree outside of the best rectangle, and its number.

    `one` and `other` have shape (n, 128, 128). A block agrees when its difference, after the
    block's own best gain and offset, is at most the noise plus a share of the block's texture. With
    the correlation c and the standard deviation s of a block, that difference is s √(1 - c²).
    Where too few blocks have texture, the blocks that are not blank are compared by their shading.
    Returns two arrays of shape (n,). Rectangle 0 is empty: nothing is left out;
    :func:`rectangle` returns the box of each number.
    """
    x, y = _texture(one), _texture(other)
    pixels = BLOCK * BLOCK
    sums, others = block_sums(x, BLOCK) / pixels, block_sums(y, BLOCK) / pixels
    variance = block_sums(x * x, BLOCK) / pixels - sums * sums
    other_variance = block_sums(y * y, BLOCK) / pixels - others * others
    shared = block_sums(x * y, BLOCK) / pixels - sums * others
    larger = np.maximum(variance, other_variance)
    floor = np.float32(_TEXTURE / 2)
    alike = np.clip(
        shared / np.sqrt(np.maximum(variance, floor) * np.maximum(other_variance, floor)), 0, 1
    )
    deviation = np.sqrt(np.maximum(larger, 0))
    agrees = deviation * np.sqrt(1 - alike * alike) <= _NOISE + _TEXTURE_SHARE * deviation
    shares = _shares(larger > _TEXTURE, agrees)
    if (smooth := shares.max(axis=1) == 0).any():
        inner = slice(MARGIN, -MARGIN)
        pair = one[smooth, inner, inner], other[smooth, inner, inner]
        shaded = np.maximum(*(deviations(squares, BLOCK) for squares in pair)) > _SHADING
        shares[smooth] = _shares(shaded, fine_blocks(*pair, BLOCK) <= 1)
    best = shares.max(axis=1)
    simplest = (shares >= best[:, None] - _AS_GOOD).argmax(axis=1)  # rectangles are sorted by size
    return best, np.where(best > 0, simplest, 0)


def _shares(asked: NDArray[np.bool_], agrees: NDArray[np.bool_]) -> Floats:
    """Return the share of the `asked` blocks that agree outside of each rectangle.

    0 where too few of the asked blocks are outside. Returns shape (n, rectangles).
    """
    flat = asked.reshape(len(asked), -1).astype(np.float32)
    outside = 1 - _rectangles()[0].T
    left = flat @ outside
    good = (flat * agrees.reshape(len(asked), -1)) @ outside
    enough = np.maximum(_LEAST_BLOCKS, _LEAST_SHARE * flat.sum(axis=1, keepdims=True))
    return np.where(left >= enough, good / np.maximum(left, 1), 0).astype(np.float32)


def rectangle(number: int) -> Box | None:
    """Return the box of a rectangle by its number from :func:`agreement`; None for number 0."""
    if number == 0:
        return None
    left, top, right, bottom = ((MARGIN + edge * BLOCK) / SIDE for edge in _rectangles()[1][number])
    return left, top, right, bottom


def outside_of(numbers: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return a mask of the blocks outside of the rectangle of each number, shape (n, 8, 8)."""
    inside = _rectangles()[0][numbers].astype(np.bool_)
    return ~inside.reshape(-1, _ALONG, _ALONG)


@lru_cache
def _rectangles() -> tuple[Floats, list[tuple[int, int, int, int]]]:
    """Return all rectangles of blocks that are small enough, the smallest first.

    The first one is empty. Returns masks of shape (rectangles, 64), and the edges of each in
    blocks: left, top, right, bottom.
    """
    spans = [(low, high) for low in range(_ALONG) for high in range(low + 1, _ALONG + 1)]
    edges = [
        (left, top, right, bottom)
        for left, right in spans
        for top, bottom in spans
        if (right - left) * (bottom - top) <= _LARGEST * _ALONG**2
    ]
    edges = [(0, 0, 0, 0), *sorted(edges, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))]
    masks = np.zeros((len(edges), _ALONG, _ALONG), np.float32)
    for mask, (left, top, right, bottom) in zip(masks, edges, strict=True):
        mask[top:bottom, left:right] = 1
    return masks.reshape(len(edges), -1), edges


def _texture(squares: Floats) -> Floats:
    """Cut off the margin of the squares, and subtract from each pixel the mean around it."""
    inner = squares[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    edges = (_SMOOTHED, _SMOOTHED)
    around = np.pad(inner, ((0, 0), edges, edges), mode="edge")
    wide, side = 2 * _SMOOTHED + 1, inner.shape[-1]
    rows = [around[:, at : at + side] for at in range(wide)]
    mean, blurred = np.add.reduce(rows), _blurred(rows)
    means = np.add.reduce([mean[:, :, at : at + side] for at in range(wide)]) / wide**2
    texture: Floats = _blurred([blurred[:, :, at : at + side] for at in range(wide)]) - means
    return texture


def _blurred(lines: list[Floats]) -> Floats:
    """Mix lines with their neighbours, because a picture that was cut to a box is a little soft."""
    return (lines[_SMOOTHED - 1] + 2 * lines[_SMOOTHED] + lines[_SMOOTHED + 1]) / 4
