"""Candidates → matches: what the measures of a pair add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm.difference import aligned_difference
from dupscan.confirm.histogram import histogram_rms
from dupscan.model import Candidate, Evidence, Match, Verdict
from dupscan.settings import MatchSettings

AT_ONCE = 1024
"""Pairs measured in one go: enough to keep NumPy busy, some 50 MB of arrays."""
_FLAT = 1e-6
"""Contrast of a picture that has none, so that nothing is divided by zero."""


def confirm(
    candidates: Iterable[Candidate],
    settings: MatchSettings,
    *,
    planes: Callable[[int], NDArray[np.uint8]],
    histogram: Callable[[int], NDArray[np.float32]],
    greyscale: Callable[[int], bool],
    contrast: Callable[[int], float],
) -> Iterator[Match]:
    """Measure every candidate and yield those that are duplicates, in the order they came.

    A candidate is confirmed when its histogram RMS, its aligned difference, and that as a share of
    the flatter picture's contrast all stay within their cutoffs. `planes` (3, 32, 32), `histogram`
    (4, 256), `greyscale` and `contrast` (levels) look up a picture by its number.
    """
    waiting = iter(candidates)
    while batch := list(islice(waiting, AT_ONCE)):
        colourless = np.array([greyscale(pair.a) or greyscale(pair.b) for pair in batch])
        flatter = np.array([min(contrast(pair.a), contrast(pair.b)) for pair in batch])
        rms = histogram_rms(
            np.stack([histogram(pair.a) for pair in batch]),
            np.stack([histogram(pair.b) for pair in batch]),
            colourless,
        )
        difference = aligned_difference(
            np.stack([planes(pair.a) for pair in batch]),
            np.stack([planes(pair.b) for pair in batch]),
            colourless,
        )
        relative = difference / np.maximum(flatter, _FLAT)
        accepted = (
            (rms <= settings.max_rms)
            & (difference <= settings.max_difference)
            & (relative <= settings.max_relative)
        )
        for at in np.flatnonzero(accepted):
            pair = batch[at]
            evidence = Evidence(
                distance=pair.distance,
                histogram_rms=float(rms[at]),
                difference=float(difference[at]),
                relative_difference=float(relative[at]),
            )
            yield Match(pair.a, pair.b, Verdict.SIMILAR, evidence)
