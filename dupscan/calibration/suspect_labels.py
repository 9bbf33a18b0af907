"""Labels that may be wrong: different pictures that look alike, and versions that do not.

Kept apart, because the best cutoff for wrong labels is a wrong one: a person should look at these
few pairs before believing any number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dupscan.calibration import Calibration

MOST = 5
"""Pairs of each kind."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair that is called what it is not labelled as."""

    labelled: str
    """``different`` or ``alike``."""
    one: str
    """Path."""
    other: str
    agreement: float
    """NaN where no view brought them together."""
    fine: float


def doubts(calibration: Calibration) -> list[Doubt]:
    """The pairs that are farthest from what their labels say, farthest first of either kind."""
    pairs, called = calibration.pairs, calibration.after.called
    agreement, fine = pairs.values["agreement"], pairs.values["fine"]
    alike = np.flatnonzero(pairs.different & (called > 0))
    unlike = np.flatnonzero(~pairs.different & (called == 0))
    alike = alike[np.lexsort((fine[alike], -agreement[alike]))]
    unlike = unlike[np.lexsort((-fine[unlike], agreement[unlike]))]
    paths = [picture.file.path for picture in calibration.library.pictures]
    return [
        Doubt(
            labelled,
            paths[pairs.one[at]],
            paths[pairs.other[at]],
            float(agreement[at]),
            float(fine[at]),
        )
        for labelled, numbers in (("different", alike), ("alike", unlike))
        for at in numbers[:MOST].tolist()
    ]
