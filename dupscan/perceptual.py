"""Perceptual hashes: of a picture, and of all the views of it, from one small grey picture.

A perceptual hash is the signs of the lowest 8 × 8 frequencies of a 32 × 32 grey picture, against
their median (``imagehash.phash``). Cutting a part out, scaling it to 32 × 32 and taking its lowest
frequencies are linear, along each side on its own: one matrix a side and view does all three. A
turned picture has the same frequencies, at other places and with other signs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import imagehash
import numpy as np
import scipy.fft
import scipy.fftpack  # imagehash does so at its first hash; here once for all workers
from numpy.typing import NDArray
from PIL import Image

from dupscan.views import (
    FIXED,
    MIRRORED,
    PARTS,
    TRANSPOSED,
    UPSIDE_DOWN,
    Box,
    View,
    trimmed,
)

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


def phash(grey: Image.Image) -> int:
    """``imagehash.phash`` as an unsigned 64-bit number, first bit highest.

    A number and not an ``ImageHash``: that class hashes to few bits, so that a dict or a set of
    them is quadratic.
    """
    bits = imagehash.phash(grey).hash
    return int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big")


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
    left = top = 0
    height, width = bottom, right = square.shape
    for _ in range(_ROUNDS):
        top += _uniform_lines(square[top:bottom, left:right])
        bottom -= _uniform_lines(square[top:bottom, left:right][::-1])
        left += _uniform_lines(square[top:bottom, left:right].T)
        right -= _uniform_lines(square[top:bottom, left:right].T[::-1])
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
    off = np.abs(looked_at - np.median(looked_at[0]))
    mean = off.mean(axis=1)
    uniform = (mean < _LIKE_THE_EDGE) & ((off > _UNLIKE_THE_EDGE).mean(axis=1) < _FEW)
    inside = int(uniform.argmin())
    ends_somewhere = not uniform.all()
    # A sky fades; a border ends at once.
    ends_at_once = inside > 0 and mean[inside] - mean[inside - 1] > _LIKE_THE_EDGE / 2
    return inside if ends_somewhere and ends_at_once else 0


def _frequencies(square: NDArray[np.float32], views: tuple[View, ...]) -> NDArray[np.floating[Any]]:
    """The lowest frequencies of each view, shape (views, 8, 8)."""
    down, across = _transforms(views)
    lowest = (down @ square) @ across
    for at, view in enumerate(views):
        if view.orientation & TRANSPOSED:
            lowest[at] = lowest[at].T.copy()
        if view.orientation & UPSIDE_DOWN:
            lowest[at, 1::2] *= -1
        if view.orientation & MIRRORED:
            lowest[at, :, 1::2] *= -1
    return lowest


def _bits(lowest: NDArray[np.floating[Any]]) -> NDArray[np.uint64]:
    """One 64-bit number for each set of frequencies, bits in the order of :func:`phash`."""
    flat = lowest.reshape(len(lowest), -1)
    above = flat > np.median(flat, axis=1, keepdims=True)
    return np.packbits(above, axis=1).view(">u8")[:, 0].astype(np.uint64)


@lru_cache(maxsize=256)
def _transforms(views: tuple[View, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each view the matrices of both sides, shapes (views, 8, 128) and (views, 128, 8)."""
    boxes = [view.source for view in views]
    down = np.stack([_transform(top, bottom) for _, top, _, bottom in boxes])
    across = np.stack([_transform(left, right).T for left, _, right, _ in boxes])
    return down, across


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
    lowest: NDArray[np.float32] = scipy.fft.dct(means, axis=0)[:_LOWEST].astype(np.float32)
    return lowest
