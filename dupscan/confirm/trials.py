"""Trials: the ways in which candidates may match, and the arrays that are compared for each.

Each array has one row for each trial, so that NumPy measures a batch of trials in one go. In a
trial, the *viewed* picture is the one that was turned or cut, the *other* picture is as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm import agreement
from dupscan.confirm.histogram import histogram_rms
from dupscan.confirm.registration import Floats, block_sums, cut_out, spread, turned
from dupscan.model.matches import Hit, Look
from dupscan.model.views import WHOLE

_ROUNDING = 0.002
"""Logarithm by which proportions may differ besides the rounding of sides to whole pixels."""
COARSE = 32
"""Side of the small pictures, pixels."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One way in which a candidate may match: a view of one picture, laid on the other."""

    place: int
    """Place of the candidate in its batch."""
    hit: Hit
    viewed: Look
    other: Look


def turned_size(trial: Trial) -> tuple[int, int]:
    """Return width and height of the viewed picture after turning, pixels."""
    size = trial.viewed.width, trial.viewed.height
    return size[::-1] if trial.hit.view.orientation & 4 else size


def same_proportions(trial: Trial) -> bool:
    """True if both pictures have the same proportions, apart from sides rounded to whole pixels."""
    width, height = turned_size(trial)
    rounding = 1 / width + 1 / height + 1 / trial.other.width + 1 / trial.other.height
    off = abs(np.log(width / height * trial.other.height / trial.other.width))
    return bool(off <= rounding + _ROUNDING)


def viewed_squares(trials: Sequence[Trial]) -> Floats:
    """Return the luminance of the viewed pictures, turned; shape (n, 128, 128)."""
    return np.stack(
        [turned(trial.viewed.square, trial.hit.view.orientation) for trial in trials]
    ).astype(np.float32)


def other_squares(trials: Sequence[Trial]) -> Floats:
    """Return the luminance of the other pictures, shape (n, 128, 128)."""
    return np.stack([trial.other.square for trial in trials]).astype(np.float32)


def turned_planes(trials: Sequence[Trial]) -> Floats:
    """Return luminance and chroma of the viewed pictures, turned; shape (n, 3, 32, 32)."""
    return np.stack(
        [turned(trial.viewed.planes, trial.hit.view.orientation) for trial in trials]
    ).astype(np.float32)


def other_planes(trials: Sequence[Trial]) -> Floats:
    """Return luminance and chroma of the other pictures, shape (n, 3, 32, 32)."""
    return np.stack([trial.other.planes for trial in trials]).astype(np.float32)


def limit_detail(trials: Sequence[Trial], one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Blur both squares in place, to the detail that the smaller picture of a trial can have."""
    shortest = np.array(
        [min(look.width, look.height) for trial in trials for look in (trial.viewed, trial.other)]
    )
    shortest = shortest.reshape(-1, 2).min(axis=1)
    for factor in (2, 4):
        small = shortest < agreement.SIDE * 2 / factor
        for squares in (one, other):
            squares[small] = spread(block_sums(squares[small], factor) / factor**2, factor)
    return one, other


def viewed_chroma(trials: Sequence[Trial], boxes: Floats) -> Floats:
    """Return blue and red chroma of the viewed pictures, cut to `boxes`; shape (n, 2, 32, 32)."""
    chroma = turned_planes(trials)[:, 1:].reshape(-1, COARSE, COARSE)
    cut = cut_out(chroma, boxes.repeat(2, axis=0), COARSE)
    return cut.reshape(-1, 2, COARSE, COARSE)


def correlations(trials: Sequence[Trial]) -> Floats:
    """Correlate the luminance at 32 × 32, the viewed picture cut to its view; shape (n,).

    Returns the best correlation of three: of the whole picture, and of the picture without its
    lower or its upper quarter, because a caption on a bar must not hide the rest.
    """
    boxes = np.array([trial.hit.view.box for trial in trials], np.float32)
    one = cut_out(viewed_squares(trials), boxes, COARSE)
    other = other_planes(trials)[:, 0]
    quarter = COARSE // 4
    parts = (slice(None), slice(None, -quarter), slice(quarter, None))
    best: Floats = np.max([_correlation(one[:, rows], other[:, rows]) for rows in parts], axis=0)
    return best


def _correlation(one: Floats, other: Floats) -> Floats:
    one = one - one.mean(axis=(1, 2), keepdims=True)
    other = other - other.mean(axis=(1, 2), keepdims=True)
    power = np.square(one).mean(axis=(1, 2)) * np.square(other).mean(axis=(1, 2))
    alike: Floats = (one * other).mean(axis=(1, 2)) / np.sqrt(np.maximum(power, 1e-6))
    return alike


def greyscale(trials: Sequence[Trial]) -> NDArray[np.bool_]:
    """True where either picture of a trial has no colour; shape (n,)."""
    return np.array([trial.viewed.greyscale or trial.other.greyscale for trial in trials])


def rms_of(trials: Sequence[Trial]) -> Floats:
    """Return the histogram RMS of the two pictures of each trial, shape (n,)."""
    return histogram_rms(
        np.stack([trial.viewed.histogram for trial in trials]),
        np.stack([trial.other.histogram for trial in trials]),
        greyscale(trials),
    )


def whole_boxes(trials: Sequence[Trial]) -> Floats:
    """Return for each trial a box that cuts nothing off, shape (n, 4)."""
    return np.tile(np.array(WHOLE, np.float32), (len(trials), 1))
