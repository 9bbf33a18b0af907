"""Faster ways of reckoning come to the same as the plain ones."""

from __future__ import annotations

import imagehash
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from dupscan.fingerprint import phash

LEVELS = st.integers(0, 255)
FLOATS = st.floats(0, 255, width=32)


@given(arrays.arrays(np.uint8, (32, 32), elements=LEVELS))
def test_the_hash_of_any_small_grey_picture_is_that_of_imagehash(
    levels: np.ndarray,
) -> None:
    grey = Image.fromarray(levels)
    assert str(imagehash.phash(grey)) == f"{phash.phash(grey):016x}"
    assert phash.phash(grey) == phash.phash(levels)


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(1, 9)),
        elements=FLOATS,
    )
)
def test_medians_are_those_of_numpy(lines: np.ndarray) -> None:
    assert np.array_equal(np.median(lines, axis=1, keepdims=True), phash._medians(lines))


@given(
    seed=st.integers(0, 10_000),
    sides=st.tuples(*[st.integers(0, 60)] * 4),
    colours=st.tuples(*[LEVELS] * 4),
)
def test_a_border_is_found_where_going_round_longer_finds_one(
    seed: int, sides: tuple[int, ...], colours: tuple[int, ...]
) -> None:
    """The shortcuts leave out rounds only that would change nothing."""
    left, top, right, bottom = sides
    square = np.random.default_rng(seed).integers(60, 200, (128, 128)).astype(np.float32)
    for colour, side in zip(
        colours,
        (
            np.s_[:, :left],
            np.s_[:top],
            np.s_[:, 128 - right :],
            np.s_[128 - bottom :],
        ),
        strict=True,
    ):
        square[side] = colour
    assert walk_round(square) == phash.border(square)


def walk_round(square: np.ndarray) -> tuple[float, ...] | None:
    """All four sides four times, whatever comes of it."""
    left, top, right, bottom = 0, 0, 128, 128
    for _ in range(4):
        top += uniform_lines(square[top:bottom, left:right])
        bottom -= uniform_lines(square[top:bottom, left:right][::-1])
        left += uniform_lines(square[top:bottom, left:right].T)
        right -= uniform_lines(square[top:bottom, left:right].T[::-1])
    if (left, top, right, bottom) == (0, 0, 128, 128):
        return None
    left, top = left + (left > 0), top + (top > 0)
    right, bottom = right - (right < 128), bottom - (bottom < 128)
    if min(right - left, bottom - top) < 16:
        return None
    return left / 128, top / 128, right / 128, bottom / 128


def uniform_lines(square: np.ndarray) -> int:
    """All the lines looked at, one after the other."""
    looked_at = square[: int(len(square) * 0.4)]
    if not looked_at.size:
        return 0
    off = np.abs(looked_at - np.median(looked_at[0]))
    mean = off.mean(axis=1)
    uniform = (mean < 10) & ((off > 30).mean(axis=1) < 0.02)
    inside = int(uniform.argmin())
    ends = not uniform.all() and inside > 0 and mean[inside] - mean[inside - 1] > 5
    return inside if ends else 0
