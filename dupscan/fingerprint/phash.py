"""Compute the perceptual hashes of a picture and of all its views, from one small grey picture.

A perceptual hash has one bit for each of the lowest 8 × 8 frequencies of a 32 × 32 grey picture: 1
if the frequency is above the median of all (``imagehash.phash``). To cut a part out, to scale it to
32 × 32 and to take its lowest frequencies are linear operations along each side: one matrix for
each side and view does all three. A turned picture has the same frequencies, at other places and
with other signs.
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
"""Side, in pixels, of the picture that is hashed; ``imagehash.phash`` scales to this size."""
SQUARE = 128
"""Side, in pixels, of the grey picture that views are cut from."""
_LOWEST = 8
_LOBES = 3
_LIKE_THE_EDGE = 10
"""Mean difference, in levels, below which the pixels of a line belong to a border."""
_UNLIKE_THE_EDGE = 30
_FEW = 0.02
"""Share of the pixels of a border line that may differ by more than that."""
_MOST = 0.4
"""Largest share of a side that a border may take."""
_LEAST = 16
"""Least side of the picture inside a border, pixels."""
_ROUNDS = 4
"""Most borders inside one another that are removed."""


def phash(grey: Image.Image | NDArray[np.uint8]) -> int:
    """Compute ``imagehash.phash`` as an unsigned 64-bit number, first bit highest.

    `grey` is a grey picture, or the levels of a picture of 32 × 32. The result is a number and no
    ``ImageHash``, because the hash values of that class repeat so often that a dict or a set of
    them takes quadratic time.
    """
    picture: Any = _AsItIs(grey) if isinstance(grey, np.ndarray) else grey
    bits = imagehash.phash(picture).hash
    return int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big")


class _AsItIs:
    """An array that imagehash accepts as a picture that is 32 × 32 and grey already.

    With a real picture imagehash makes two copies, which take longer than the hash itself.
    """

    def __init__(self, levels: NDArray[np.uint8]) -> None:
        self._levels = levels

    def convert(self, _mode: str) -> _AsItIs:
        return self

    def resize(self, size: tuple[int, int], _how: object) -> NDArray[np.uint8]:
        if self._levels.shape != size:
            raise ValueError(
                f"levels of {size[0]} × {size[1]} are needed, {self._levels.shape} are given"
            )
        return self._levels


def part_hashes(square: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Compute the hashes of the parts of a grey square, in the order of ``views.PARTS``."""
    return _bits(_frequencies(square, PARTS))


def view_hashes(square: NDArray[np.float32], border: Box | None) -> NDArray[np.uint64]:
    """Compute the hashes of the fixed views of a grey square, then of the views inside its border.

    The order is that of ``views.FIXED`` and ``views.trimmed(border)``.
    """
    fixed = _bits(_frequencies(square, FIXED))
    if border is None:
        return fixed
    return np.concatenate([fixed, _bits(_frequencies(square, trimmed(border)))])


def border(square: NDArray[np.float32]) -> Box | None:
    """Find the part inside the uniform border of a grey square; None if there is no border.

    Each of the four sides may have another colour, and a border may lie inside another border.
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
    # The next line is half border, because the picture was scaled down.
    left, top = left + (left > 0), top + (top > 0)
    right, bottom = right - (right < width), bottom - (bottom < height)
    if min(right - left, bottom - top) < _LEAST:
        return None
    return left / width, top / height, right / width, bottom / height


def _uniform_lines(square: NDArray[np.float32]) -> int:
    """Count the lines from the top that have one colour, the same for all."""
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
    # A sky fades; a border ends abruptly.
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
    """The matrices that turn a square into the lowest frequencies of some views, all at once.

    Each matrix product is small enough that NumPy uses one thread; several threads take longer.
    """

    down: NDArray[np.float32]
    """Matrices of the distinct parts of the height, shape (parts, 8, 128)."""
    across: NDArray[np.float32]
    """Matrices of the distinct parts of the width, shape (128, 8 × parts)."""
    rows: NDArray[np.intp]
    """For each view, the index of its part of the height."""
    columns: NDArray[np.intp]
    """For each view, the index of its part of the width."""
    transposed: NDArray[np.bool_]
    """For each view, True if its width and height are swapped."""
    signs: NDArray[np.float32]
    """Factors, 1 or -1, by which the frequencies of mirrored views are multiplied, shape
    (views, 8, 8)."""


def _frequencies(square: NDArray[np.float32], views: tuple[View, ...]) -> Frequencies:
    """Cut each view out of a square and turn it, by operations on frequencies only."""
    recipe = _recipe(views)
    every = (recipe.down @ square @ recipe.across).reshape(len(recipe.down), _LOWEST, -1, _LOWEST)
    lowest: Frequencies = every[recipe.rows, :, recipe.columns]
    lowest[recipe.transposed] = lowest[recipe.transposed].transpose(0, 2, 1)
    lowest *= recipe.signs
    return lowest


def _bits(lowest: Frequencies) -> NDArray[np.uint64]:
    """The hash of each view: a 64-bit number, its bits in the order of :func:`phash`."""
    flat = lowest.reshape(len(lowest), -1)
    return np.packbits(flat > _medians(flat), axis=1).view(">u8")[:, 0].astype(np.uint64)


@lru_cache(maxsize=256)
def _recipe(views: tuple[View, ...]) -> _Recipe:
    # Rounded, because turning a box there and back changes its last digits.
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
    """The matrix that cuts [low, high] out of a side, scales it to 32 and takes 8 frequencies.

    Shape (8, 128). Scales with the kernel of Lanczos, as ``imagehash.phash`` does.
    """
    step = (high - low) * SQUARE / SIDE
    centres = low * SQUARE + step * (np.arange(SIDE) + 0.5)
    wide = max(step, 1.0)
    off = (np.arange(SQUARE) + 0.5 - centres[:, None]) / wide
    weights = np.sinc(off) * np.sinc(off / _LOBES) * (np.abs(off) < _LOBES)
    means = weights / weights.sum(axis=1, keepdims=True)
    from scipy.fft import dct  # noqa: PLC0415 (slow to import, and only workers hash)

    lowest: NDArray[np.float32] = dct(means, axis=0)[:_LOWEST].astype(np.float32)
    return lowest
