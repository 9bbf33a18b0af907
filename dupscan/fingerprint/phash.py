"""Perceptual hashes: of a picture, and of all the views of it, from one small grey picture.

A perceptual hash is the signs of the lowest 8 × 8 frequencies of a 32 × 32 grey picture, against
their median (``imagehash.phash``). Cutting a part out, scaling it to 32 × 32 and taking its lowest
frequencies are linear, along each side on its own: one matrix a side and view does all three. A
turned picture has the same frequencies, at other places and with other signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.model.views import (
    FIXED,
    MIRRORED,
    PARTS,
    TRANSPOSED,
    UPSIDE_DOWN,
    Box,
    View,
    trimmed,
)

Number = TypeVar("Number", bound=np.floating[Any])
Frequencies = NDArray[np.floating[Any]]
"""The lowest frequencies of some views, shape (views, 8, 8)."""

SIDE = 32
"""Side of the picture that is hashed: what ``imagehash.phash`` itself scales a picture to."""
SQUARE = 128
"""Side of the grey picture that views are taken from."""
_LOWEST = 8
_LOBES = 3
_LIKE_THE_EDGE = 10
"""Levels by which the pixels of a border may differ from one another in the mean."""
_UNLIKE_THE_EDGE = 30
_FEW = 0.02
"""Share of the pixels of a line of the border that may differ by more than that."""
_MOST = 0.4
"""Share of a side that a border may take."""
_LEAST = 16
"""Pixels that must be left inside of a border."""
_ROUNDS = 4
"""Frames within frames that are taken off."""


def phash(grey: Image.Image | NDArray[np.uint8]) -> int:
    """``imagehash.phash`` as an unsigned 64-bit number, first bit highest.

    Of a grey picture, or of the levels of one that is 32 × 32 already. A number and not an
    ``ImageHash``: that class hashes to few bits, so that a dict or a set of them is quadratic.
    """
    picture: Any = _AsItIs(grey) if isinstance(grey, np.ndarray) else grey
    bits = imagehash.phash(picture).hash
    return int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big")


class _AsItIs:
    """Levels in a picture's place, for imagehash: it copies a picture twice to make it what it is.

    That takes longer than the hash itself.
    """

    def __init__(self, levels: NDArray[np.uint8]) -> None:
        self._levels = levels

    def convert(self, _mode: str) -> _AsItIs:
        return self

    def resize(self, size: tuple[int, int], _how: object) -> NDArray[np.uint8]:
        if self._levels.shape != size:
            raise ValueError(
                f"levels of {size[0]} × {size[1]} are wanted, {self._levels.shape} are given"
            )
        return self._levels


def part_hashes(square: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Hashes of the parts of a grey square, in the order of ``views.PARTS``."""
    return _bits(_frequencies(square, PARTS))


def view_hashes(square: NDArray[np.float32], border: Box | None) -> NDArray[np.uint64]:
    """Hashes of the fixed views of a grey square, then of what is inside of its border."""
    fixed = _bits(_frequencies(square, FIXED))
    if border is None:
        return fixed
    return np.concatenate([fixed, _bits(_frequencies(square, trimmed(border)))])


def border(square: NDArray[np.float32]) -> Box | None:
    """What is inside of the uniform border of a grey square, None where it has no border.

    Each of the four sides may have another colour, and a frame lie within a frame.
    """
    edges = np.stack([square[0], square[-1], square[:, 0], square[:, -1]])
    if np.abs(edges - _medians(edges)).mean(axis=1).min() >= _LIKE_THE_EDGE:
        return None  # most photographs
    left = top = 0
    height, width = bottom, right = square.shape
    for _ in range(_ROUNDS):
        before = left, top, right, bottom
        top += _uniform_lines(square[top:bottom, left:right])
        bottom -= _uniform_lines(square[top:bottom, left:right][::-1])
        left += _uniform_lines(square[top:bottom, left:right].T)
        right -= _uniform_lines(square[top:bottom, left:right].T[::-1])
        if before == (left, top, right, bottom):
            break
    if (left, top, right, bottom) == (0, 0, width, height):
        return None
    # The next line is half border where the picture was scaled down.
    left, top = left + (left > 0), top + (top > 0)
    right, bottom = right - (right < width), bottom - (bottom < height)
    if min(right - left, bottom - top) < _LEAST:
        return None
    return left / width, top / height, right / width, bottom / height


def _uniform_lines(square: NDArray[np.float32]) -> int:
    """How many lines from the top have one colour, the same for all."""
    looked_at = square[: int(len(square) * _MOST)]
    if not looked_at.size:
        return 0
    colour = _medians(looked_at[:1])
    if np.abs(looked_at[0] - colour).mean() >= _LIKE_THE_EDGE:
        return 0
    off = np.abs(looked_at - colour)
    mean = off.mean(axis=1)
    unlike = (off > _UNLIKE_THE_EDGE).sum(axis=1, dtype=np.uint8)  # of 128 at most
    uniform = (mean < _LIKE_THE_EDGE) & (unlike < _FEW * off.shape[1])
    inside = int(uniform.argmin())
    ends_somewhere = not uniform.all()
    # A sky fades; a border ends at once.
    ends_at_once = inside > 0 and mean[inside] - mean[inside - 1] > _LIKE_THE_EDGE / 2
    return inside if ends_somewhere and ends_at_once else 0


def _medians(lines: NDArray[Number]) -> NDArray[Number]:
    """The median of each line, shape (lines, 1); ``np.median`` takes five times as long."""
    length = lines.shape[1]
    middle = np.sort(lines, axis=1)[:, (length - 1) // 2 : length // 2 + 1]
    medians: NDArray[Number] = middle.mean(axis=1, keepdims=True)
    return medians


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How the lowest frequencies of some views come from a square, all at once.

    No product of matrices in it is so large that NumPy would put several threads to it, which takes
    longer.
    """

    down: NDArray[np.float32]
    """The matrices of the different parts of the height, shape (parts, 8, 128)."""
    across: NDArray[np.float32]
    """The matrices of the different parts of the width, shape (128, 8 × parts)."""
    rows: NDArray[np.intp]
    """For each view, which part of the height it takes."""
    columns: NDArray[np.intp]
    """For each view, which part of the width it takes."""
    transposed: NDArray[np.bool_]
    """Which views have width and height swapped."""
    signs: NDArray[np.float32]
    """What the frequencies are multiplied by when a picture is mirrored, shape (views, 8, 8)."""


def _frequencies(square: NDArray[np.float32], views: tuple[View, ...]) -> Frequencies:
    """Cut each view out of a square, and turn it, in its frequencies only."""
    recipe = _recipe(views)
    every = (recipe.down @ square @ recipe.across).reshape(len(recipe.down), _LOWEST, -1, _LOWEST)
    lowest: Frequencies = every[recipe.rows, :, recipe.columns]
    lowest[recipe.transposed] = lowest[recipe.transposed].transpose(0, 2, 1)
    lowest *= recipe.signs
    return lowest


def _bits(lowest: Frequencies) -> NDArray[np.uint64]:
    """One 64-bit number for each set of frequencies, bits in the order of :func:`phash`."""
    flat = lowest.reshape(len(lowest), -1)
    return np.packbits(flat > _medians(flat), axis=1).view(">u8")[:, 0].astype(np.uint64)


@lru_cache(maxsize=256)
def _recipe(views: tuple[View, ...]) -> _Recipe:
    # Rounded, for turning a box there and back leaves other digits behind.
    boxes = [tuple(round(edge, 9) for edge in view.source) for view in views]
    heights = [(top, bottom) for _, top, _, bottom in boxes]
    widths = [(left, right) for left, _, right, _ in boxes]
    down, across = sorted(set(heights)), sorted(set(widths))
    orientations = np.array([view.orientation for view in views])
    signs = np.ones((len(views), _LOWEST, _LOWEST), np.float32)
    signs[(orientations & UPSIDE_DOWN) > 0, 1::2] *= -1
    signs[(orientations & MIRRORED) > 0, :, 1::2] *= -1
    return _Recipe(
        down=np.stack([_transform(*part) for part in down]),
        across=np.concatenate([_transform(*part) for part in across]).T.copy(),
        rows=np.array([down.index(part) for part in heights]),
        columns=np.array([across.index(part) for part in widths]),
        transposed=(orientations & TRANSPOSED) > 0,
        signs=signs,
    )


@lru_cache(maxsize=256)
def _transform(low: float, high: float) -> NDArray[np.float32]:
    """Cut [low, high] out of a side, scale it to 32 and take the lowest frequencies; (8, 128).

    Scaled as ``imagehash.phash`` does, by Lanczos' kernel.
    """
    step = (high - low) * SQUARE / SIDE
    centres = low * SQUARE + step * (np.arange(SIDE) + 0.5)
    wide = max(step, 1.0)
    off = (np.arange(SQUARE) + 0.5 - centres[:, None]) / wide
    weights = np.sinc(off) * np.sinc(off / _LOBES) * (np.abs(off) < _LOBES)
    means = weights / weights.sum(axis=1, keepdims=True)
    from scipy.fft import dct  # noqa: PLC0415 (takes a moment, and only workers hash)

    lowest: NDArray[np.float32] = dct(means, axis=0)[:_LOWEST].astype(np.float32)
    return lowest
