"""Aligned difference: the worst block in which two pictures differ, brightness and contrast aside.

Two receipts of one shop have nearly the same hash and histogram, and differ in a few lines: in some
block the two do not agree, however well all others do. So the worst block decides, not the mean.
It is measured at 32 × 32 in luminance and chroma, then at 128 × 128 in luminance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm.registration import Floats, block_sums

BLOCK = 4
"""Side of a block of the coarse picture, pixels."""
FINE_BLOCK = 8
"""Side of a block of the fine picture, pixels."""
GAIN = 2.0
"""Contrast may differ by up to this factor, either way."""
_FLAT = 1e-6
"""Least power of a picture that is divided by, squared levels."""
_LEAST_NOISE, _MOST_NOISE = 1.5, 4.0
"""Bounds of the levels by which re-encoding may change any block."""
_NOISE_SHARE = 0.12
"""Share of the contrast of the whole picture by which re-encoding may change any block, within
these bounds. A foggy picture has little contrast, and few levels matter in it."""
_TEXTURE_SHARE = 0.15
"""Share of its own texture by which re-encoding may change a block besides."""
_LEAST_STEP = np.float32(6.0)
"""Levels from pixel to pixel that any window counts as having."""
_LEAST_USUAL = 0.02
"""Share of these levels by which any window may differ."""
_COLOUR = 6.0
"""Factor, either way, by which an edited picture may have stronger colours. A picture without any
colour is accepted, too."""
_COLOURLESS = 0.7
"""Levels of chroma below which colours mean nothing."""
_CHROMA_NOISE, _CHROMA_SHARE = 3.0, 0.25
"""Levels by which re-encoding may change the chroma of a block, and share of the block's colour by
which re-encoding may change it besides."""
_EDGE = 2
"""Pixels at the edges of the small pictures whose colours are not compared."""
_TINT = 6.0
"""Levels by which the chroma of the whole picture may differ: another white balance."""


def aligned_difference(
    one: NDArray[np.uint8] | Floats, other: NDArray[np.uint8] | Floats, greyscale: NDArray[np.bool_]
) -> Floats:
    """Measure the worst block of the difference after alignment, in levels from 0 to 255.

    `one` and `other` have shape (n, 3, 32, 32): luminance, blue and red chroma. Luminance is
    aligned in gain and offset; chroma in gain alone, because an offset there is another hue.
    Chroma is left out where `greyscale`, shape (n,), is true: either picture has no colour.
    The order of the two pictures does not matter. Returns shape (n,).
    """
    x, y = one.astype(np.float32), other.astype(np.float32)  # uint8 would wrap around
    luminance = _both_ways(_centred(x[:, 0]), _centred(y[:, 0]), BLOCK)
    chroma = [_both_ways(x[:, at] - 128, y[:, at] - 128, BLOCK) for at in (1, 2)]
    luminance, blue, red = (blocks.max(axis=(1, 2)) for blocks in (luminance, *chroma))
    worst: Floats = np.where(greyscale, luminance, np.maximum(luminance, np.maximum(blue, red)))
    return worst


def fine_difference(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Measure the worst block of the aligned difference, and by how much that block stands out.

    `one` and `other` are luminance of shape (n, 128, 128). Re-encoding changes a block by some
    levels, and by more where it has more texture. So the difference of each block is divided by a
    noise floor plus a share of the block's own standard deviation: a multiple of a re-encoding's
    effect. The second measure is of windows of two by two blocks, whose difference is divided by
    the steps from pixel to pixel there: the worst over what windows differ by elsewhere, at the
    90th percentile, because re-encoding changes all of a picture, and an edit one place. Both have
    shape (n,).
    """
    remainder = _both_ways(_centred(one), _centred(other), FINE_BLOCK)
    blocks = remainder / _tolerance(one, other, FINE_BLOCK)
    steps = np.maximum(_steps(one), _steps(other))
    windows = np.sqrt(_windows(np.square(remainder))) / (_LEAST_STEP + np.sqrt(_windows(steps)))
    windows = windows.reshape(len(one), windows.shape[1] * windows.shape[2])  # if there is none
    place = windows.shape[1] * 9 // 10
    usual = np.partition(windows, place, axis=1)[:, place]
    return blocks.max(axis=(1, 2)), windows.max(axis=1) / (np.float32(_LEAST_USUAL) + usual)


def _steps(plane: Floats) -> Floats:
    """Return the mean square of the steps from pixel to pixel in each block."""
    squares = np.zeros_like(plane)
    squares[:, :, :-1] += np.square(np.diff(plane, axis=2))
    squares[:, :-1] += np.square(np.diff(plane, axis=1))
    steps: Floats = block_sums(squares, FINE_BLOCK) / np.float32(2 * FINE_BLOCK**2)
    return steps


def _windows(blocks: Floats) -> Floats:
    """Return the means of windows of two by two blocks, each beside another by one block."""
    rows = blocks[:, 1:] + blocks[:, :-1]
    means: Floats = (rows[:, :, 1:] + rows[:, :, :-1]) / 4
    return means


def fine_blocks(one: Floats, other: Floats, block: int) -> Floats:
    """Measure the fine difference of each block of `block` × `block` pixels.

    Unit as for :func:`fine_difference`; returns shape (n, side / block, side / block).
    """
    remainder = _both_ways(_centred(one), _centred(other), block)
    blocks: Floats = remainder / _tolerance(one, other, block)
    return blocks


def _tolerance(one: Floats, other: Floats, block: int) -> Floats:
    """Estimate the levels by which re-encoding may change each block."""
    texture = np.maximum(deviations(one, block), deviations(other, block))
    levels: Floats = _noise(one, other) + np.float32(_TEXTURE_SHARE) * texture
    return levels


def _noise(one: Floats, other: Floats) -> Floats:
    """Estimate the levels by which re-encoding may change any block: few in a foggy picture."""
    contrast = np.minimum(one.std(axis=(1, 2)), other.std(axis=(1, 2)))
    noise: Floats = np.clip(_NOISE_SHARE * contrast, _LEAST_NOISE, _MOST_NOISE)[:, None, None]
    return noise


def colour_difference(
    one: Floats, other: Floats, greyscale: NDArray[np.bool_], where: NDArray[np.bool_]
) -> Floats:
    """Measure the difference of the colours of two pictures over some blocks, levels of chroma.

    `one` and `other` are blue and red chroma of shape (n, 2, 32, 32). `where`, shape (n, 8, 8), is
    true for the blocks that count. Saturation and a slight tint are aligned first. The order of the
    two pictures does not matter. Returns shape (n,), 0 where either picture is greyscale.
    """
    weights = where[:, None].repeat(BLOCK, axis=2).repeat(BLOCK, axis=3).astype(np.float32)
    inner = slice(_EDGE, -_EDGE)  # rests of a trimmed border may show at the edges
    one, other, weights = (array[:, :, inner, inner] for array in (one, other, weights))
    total = np.maximum(weights.sum(axis=(2, 3), keepdims=True), 1)
    x, y = one - 128, other - 128
    remainders = [_colour_remainder(*pair, weights, total) for pair in ((x, y), (y, x))]
    worst = np.maximum(*remainders).max(axis=1)
    apart: Floats = np.where(greyscale, np.float32(0), worst)
    return apart


def chroma_difference(one: Floats, other: Floats, greyscale: NDArray[np.bool_]) -> Floats:
    """Measure the worst block of the chroma, as a multiple of a re-encoding's effect.

    `one` and `other` are blue and red chroma of shape (n, 2, 32, 32). Levels alone are no good
    measure: where colours are weak, a few levels are another hue.
    Returns shape (n,), 0 where either picture is greyscale.
    """
    x, y = one - 128, other - 128
    worst = np.zeros(len(x), np.float32)
    for at in (0, 1):
        off = np.sqrt(block_sums(np.square(y[:, at] - x[:, at]), BLOCK) / np.float32(BLOCK**2))
        worst = np.maximum(
            worst, (off / (_CHROMA_NOISE + _CHROMA_SHARE * _strength(x, y))).max((1, 2))
        )
    apart: Floats = np.where(greyscale, np.float32(0), worst)
    return apart


def _strength(x: Floats, y: Floats) -> Floats:
    """Measure the strength of the colours of each block, levels of both chromas together."""
    squared = np.maximum(np.square(x), np.square(y)).sum(axis=1)
    strength: Floats = np.sqrt(block_sums(squared, BLOCK) / np.float32(BLOCK**2))
    return strength


@dataclass(frozen=True, slots=True)
class Tone:
    """Differences in tone between pictures, each of shape (n,)."""

    gain: Floats
    """Contrast of the other picture over that of the first."""
    brightness: Floats
    """Mean of the other picture minus that of the first, levels of luminance."""
    saturation: Floats
    """Strength of the other picture's colours over the first one's; 1 where either has none."""


def tone(
    squares: tuple[Floats, Floats], chroma: tuple[Floats, Floats], greyscale: NDArray[np.bool_]
) -> Tone:
    """Compare the tone of two pictures by luminance and chroma, each a pair (first, other).

    Luminance has shape (n, 128, 128), chroma (n, 2, 32, 32), `greyscale` (n,).
    """
    one, other = squares
    contrasts = (np.maximum(square.std(axis=(1, 2)), 1) for square in (other, one))
    colours = (np.sqrt(np.square(plane - 128).mean(axis=(1, 2, 3))) for plane in chroma[::-1])
    strengths = (strength + np.float32(_COLOURLESS) for strength in colours)
    return Tone(
        gain=np.divide(*contrasts),
        brightness=other.mean(axis=(1, 2)) - one.mean(axis=(1, 2)),
        saturation=np.where(greyscale, 1, np.divide(*strengths)),
    )


def _colour_remainder(x: Floats, y: Floats, weights: Floats, total: Floats) -> Floats:
    """Return the RMS of `y` minus a gain times `x` and minus a bounded offset, shape (n, 2)."""
    power = np.maximum((weights * x * x).sum(axis=(1, 2, 3)), _FLAT)
    gain = np.clip((weights * x * y).sum(axis=(1, 2, 3)) / power, 1 / _COLOUR, _COLOUR)
    rest = y - gain[:, None, None, None] * x
    tint = np.clip((weights * rest).sum(axis=(2, 3), keepdims=True) / total, -_TINT, _TINT)
    squares = (weights * np.square(rest - tint)).sum(axis=(2, 3)) / total[..., 0, 0]
    remainder: Floats = np.sqrt(squares)
    return remainder


def _centred(plane: Floats) -> Floats:
    centred: Floats = plane - plane.mean(axis=(1, 2), keepdims=True)
    return centred


def deviations(plane: Floats, block: int) -> Floats:
    """Return the standard deviation of each block; shape (n, side / block, side / block)."""
    centred = _centred(plane)
    means = block_sums(centred, block) / np.float32(block * block)
    squared = block_sums(centred * centred, block) / np.float32(block * block)
    deviation: Floats = np.sqrt(np.maximum(squared - means * means, 0))
    return deviation


def _both_ways(x: Floats, y: Floats, block: int) -> Floats:
    """Return the RMS of each block after fitting one picture to the other by its gain.

    Either picture is fitted to the other; the larger RMS is returned.
    """
    larger: Floats = np.maximum(_remainder(x, y, block), _remainder(y, x, block))
    return larger


def _remainder(x: Floats, y: Floats, block: int) -> Floats:
    power = np.maximum(np.square(x).mean(axis=(1, 2)), _FLAT)
    gain = np.clip((x * y).mean(axis=(1, 2)) / power, 1 / GAIN, GAIN)  # least squares, bounded
    squared = np.square(y - gain[:, None, None] * x)
    remainder: Floats = np.sqrt(np.maximum(block_sums(squared, block) / block**2, 0))
    return remainder
