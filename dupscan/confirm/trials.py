"""Trials: the ways in which candidates may match, and what of the pictures is laid side by side.

All that is stacked here has one row a trial, so that a batch of them is measured in one go.
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
"""By how much proportions may differ besides the rounding of each side to whole pixels."""
COARSE = 32
"""Side of the small pictures."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One way in which a candidate may match: a view of one picture, laid on the other."""

    place: int
    """Which candidate of the batch."""
    hit: Hit
    viewed: Look
    other: Look


def sides(one: Trial) -> tuple[int, int]:
    """Width and height of the viewed picture once it is turned."""
    sides = one.viewed.width, one.viewed.height
    return sides[::-1] if one.hit.view.orientation & 4 else sides


def same_proportions(one: Trial) -> bool:
    """Whether both have the same proportions, but for sides rounded to whole pixels."""
    width, height = sides(one)
    rounding = 1 / width + 1 / height + 1 / one.other.width + 1 / one.other.height
    off = abs(np.log(width / height * one.other.height / one.other.width))
    return bool(off <= rounding + _ROUNDING)


def viewed_squares(trials: Sequence[Trial]) -> Floats:
    """The squares of the viewed pictures, turned; (n, 128, 128)."""
    return np.stack([turned(one.viewed.square, one.hit.view.orientation) for one in trials]).astype(
        np.float32
    )


def other_squares(trials: Sequence[Trial]) -> Floats:
    """The squares of the others; (n, 128, 128)."""
    return np.stack([one.other.square for one in trials]).astype(np.float32)


def turned_planes(trials: Sequence[Trial]) -> Floats:
    """The small pictures of the viewed ones, turned; (n, 3, 32, 32)."""
    return np.stack([turned(one.viewed.planes, one.hit.view.orientation) for one in trials]).astype(
        np.float32
    )


def other_planes(trials: Sequence[Trial]) -> Floats:
    """The small pictures of the others; (n, 3, 32, 32)."""
    return np.stack([one.other.planes for one in trials]).astype(np.float32)


def as_soft(trials: Sequence[Trial], one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Both squares with no more detail than the smaller picture of each trial can have."""
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
    """Blue and red chroma of the viewed pictures, cut to their boxes; (n, 2, 32, 32)."""
    chroma = turned_planes(trials)[:, 1:].reshape(-1, COARSE, COARSE)
    cut = cut_out(chroma, boxes.repeat(2, axis=0), COARSE)
    return cut.reshape(-1, 2, COARSE, COARSE)


def likeness(trials: Sequence[Trial]) -> Floats:
    """Correlation of the luminance at 32 × 32, the viewed picture cut as its view says; (n,).

    The best of the whole and of the parts without the lower or upper quarter: a caption on a bar
    must not hide the rest.
    """
    boxes = np.array([one.hit.view.box for one in trials], np.float32)
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
    """Whether either picture has no colour; (n,)."""
    return np.array([one.viewed.greyscale or one.other.greyscale for one in trials])


def rms_of(trials: Sequence[Trial]) -> Floats:
    """Histogram RMS of the two pictures; (n,)."""
    return histogram_rms(
        np.stack([one.viewed.histogram for one in trials]),
        np.stack([one.other.histogram for one in trials]),
        greyscale(trials),
    )


def whole_boxes(trials: Sequence[Trial]) -> Floats:
    """A box that cuts nothing off, for each; (n, 4)."""
    return np.tile(np.array(WHOLE, np.float32), (len(trials), 1))
