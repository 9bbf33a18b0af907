"""Aligned difference: whether two pictures agree everywhere, brightness and contrast aside.

Two receipts of one shop have nearly the same hash and histogram, and differ in a few lines: there
is a block in which the two do not agree, however well the rest does. So the worst block decides,
not the mean. First at 32 × 32, where colour is looked at too, then at 128 × 128.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm.registration import Floats, block_sums

BLOCK = 4
"""Side of a block, pixels of the coarse picture."""
FINE_BLOCK = 8
"""Side of a block, pixels of the fine one."""
GAIN = 2.0
"""Contrast may differ by up to this factor, either way."""
_FLAT = 1e-6
_NOISE = 4.0
"""Levels that re-encoding may change anywhere."""
_LEAST_NOISE = 1.5
_FOG = 0.12
"""Share of the contrast of the whole picture that it may change, within these bounds."""
_SHARE = 0.15
"""Share of a block's own texture that it may change besides."""
_COLOUR = 6.0
"""Colours of an edited picture may be stronger by up to this factor, either way; what has no colour
at all is let through, too."""
_COLOURLESS = 0.7
"""Levels of chroma that mean nothing."""
_CHROMA_NOISE, _CHROMA_SHARE = 3.0, 0.25
"""Levels that re-encoding may change in a block, and the share of its colour besides."""
_EDGE = 2
"""Pixels at the edges of the small pictures that are not asked for their colours."""
_TINT = 6.0
"""Levels by which all of the chroma may be off: another white balance."""


def aligned_difference(
    one: NDArray[np.uint8] | Floats, other: NDArray[np.uint8] | Floats, greyscale: NDArray[np.bool_]
) -> Floats:
    """Worst block of the difference that remains after alignment, in levels from 0 to 255.

    `one` and `other` have shape (n, 3, 32, 32): luminance, blue and red chroma. Luminance is
    aligned in gain and offset; chroma in gain alone, because an offset there is another hue, and
    it is left out where `greyscale`, shape (n,), says that either picture has no colour.
    The same whichever picture comes first. Returns shape (n,).
    """
    x, y = one.astype(np.float32), other.astype(np.float32)  # uint8 would wrap around
    luminance = _both_ways(_centred(x[:, 0]), _centred(y[:, 0]), BLOCK)
    chroma = [_both_ways(x[:, at] - 128, y[:, at] - 128, BLOCK) for at in (1, 2)]
    luminance, blue, red = (blocks.max(axis=(1, 2)) for blocks in (luminance, *chroma))
    worst: Floats = np.where(greyscale, luminance, np.maximum(luminance, np.maximum(blue, red)))
    return worst


def fine_difference(one: Floats, other: Floats) -> Floats:
    """Worst block of the aligned difference, as a multiple of what re-encoding may do to it.

    `one` and `other` are luminance of shape (n, 128, 128). Saving again changes a block by some
    levels, and by more where there is more in it; so the remainder of each block is held against
    a noise floor plus a share of the block's own deviation. Returns shape (n,).
    """
    worst: Floats = fine_blocks(one, other, FINE_BLOCK).max(axis=(1, 2))
    return worst


def fine_blocks(one: Floats, other: Floats, block: int) -> Floats:
    """The same for each block of `block` pixels on its own."""
    remainder = _both_ways(_centred(one), _centred(other), block)
    texture = np.maximum(deviations(one, block), deviations(other, block))
    blocks: Floats = remainder / (_noise(one, other) + np.float32(_SHARE) * texture)
    return blocks


def _noise(one: Floats, other: Floats) -> Floats:
    """Levels that re-encoding may change anywhere; fewer in fog, where few are all there is."""
    contrast = np.minimum(one.std(axis=(1, 2)), other.std(axis=(1, 2)))
    noise: Floats = np.clip(_FOG * contrast, _LEAST_NOISE, _NOISE)[:, None, None]
    return noise


def colour_difference(
    one: Floats, other: Floats, greyscale: NDArray[np.bool_], where: NDArray[np.bool_]
) -> Floats:
    """How far the colours of two pictures are apart, levels of chroma, over some of the blocks.

    `one` and `other` are blue and red chroma of shape (n, 2, 32, 32); `where`, shape (n, 8, 8),
    tells the blocks. Saturation and a slight tint are aligned first. Returns shape (n,), 0 where
    either picture is greyscale.
    """
    weights = where[:, None].repeat(BLOCK, axis=2).repeat(BLOCK, axis=3).astype(np.float32)
    inner = slice(_EDGE, -_EDGE)  # a border that was trimmed shines through at the edges
    one, other, weights = (array[:, :, inner, inner] for array in (one, other, weights))
    total = np.maximum(weights.sum(axis=(2, 3), keepdims=True), 1)
    x, y = one - 128, other - 128
    remainders = [_colour_remainder(*pair, weights, total) for pair in ((x, y), (y, x))]
    worst = np.maximum(*remainders).max(axis=1)
    apart: Floats = np.where(greyscale, np.float32(0), worst)
    return apart


def chroma_difference(one: Floats, other: Floats, greyscale: NDArray[np.bool_]) -> Floats:
    """Worst block of the chroma, as a multiple of what re-encoding may do to it.

    `one` and `other` have shape (n, 2, 32, 32). Levels alone do not tell: where colours are weak, a
    few levels are another hue. Returns shape (n,), 0 where either picture is greyscale.
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
    """How strong the colours of each block are, levels of both chromas together."""
    squared = np.maximum(np.square(x), np.square(y)).sum(axis=1)
    strength: Floats = np.sqrt(block_sums(squared, BLOCK) / np.float32(BLOCK**2))
    return strength


@dataclass(frozen=True, slots=True)
class Tone:
    """How pictures differ in tone, each of shape (n,)."""

    gain: Floats
    """Contrast of the other over that of the one."""
    brightness: Floats
    """By how many levels the other is brighter in the mean."""
    saturation: Floats
    """Strength of the colours of the other over that of the one; 1 where either has none."""


def tone(
    squares: tuple[Floats, Floats], chroma: tuple[Floats, Floats], greyscale: NDArray[np.bool_]
) -> Tone:
    """Compare luminance, shape (n, 128, 128), and chroma, (n, 2, 32, 32), of one and the other."""
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
    """RMS of `y` less a gain times `x` and a bounded offset, shape (n, 2)."""
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
    """Standard deviation in each block."""
    centred = _centred(plane)
    means = block_sums(centred, block) / np.float32(block * block)
    squared = block_sums(centred * centred, block) / np.float32(block * block)
    deviation: Floats = np.sqrt(np.maximum(squared - means * means, 0))
    return deviation


def _both_ways(x: Floats, y: Floats, block: int) -> Floats:
    """RMS of each block after fitting either picture to the other by its gain, the larger."""
    larger: Floats = np.maximum(_remainder(x, y, block), _remainder(y, x, block))
    return larger


def _remainder(x: Floats, y: Floats, block: int) -> Floats:
    power = np.maximum(np.square(x).mean(axis=(1, 2)), _FLAT)
    gain = np.clip((x * y).mean(axis=(1, 2)) / power, 1 / GAIN, GAIN)  # least squares, bounded
    squared = np.square(y - gain[:, None, None] * x)
    remainder: Floats = np.sqrt(np.maximum(block_sums(squared, block) / block**2, 0))
    return remainder
