"""All measures of a batch of trials, in each of which one picture was laid on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm import agreement, difference, trials
from dupscan.confirm.registration import Floats
from dupscan.confirm.trials import Trial
from dupscan.model.matches import Evidence

_EMPTY_RECTANGLE = 0
"""Number of the rectangle of :mod:`dupscan.confirm.agreement` that leaves nothing out."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures, one value for each trial; :class:`dupscan.model.matches.Evidence` defines each."""

    rms: Floats
    coarse: Floats
    fine: Floats
    outstanding: Floats
    colour: Floats
    hue: Floats
    tone: difference.Tone

    def evidence(self, at: int, trial: Trial) -> Evidence:
        """Return the evidence of the trial at place `at`, with the viewed picture as ``a``."""
        return Evidence(
            distance=trial.hit.distance,
            histogram_rms=float(self.rms[at]),
            difference=float(self.coarse[at]),
            fine=float(self.fine[at]),
            outstanding=float(self.outstanding[at]),
            agreement=None,
            view=trial.hit.view,
            gain=float(self.tone.gain[at]),
            brightness=float(self.tone.brightness[at]),
            colour=float(self.colour[at]),
            hue=float(self.hue[at]),
            saturation=float(self.tone.saturation[at]),
        )


def measure(
    tried: Sequence[Trial],
    squares: tuple[Floats, Floats],
    planes: Floats,
    edited: NDArray[np.intp] | None = None,
) -> Measures:
    """Compare the viewed pictures, laid on the other pictures, with those.

    `squares` are the luminance of the viewed and of the other pictures, shape (n, 128, 128) each.
    `planes` are the small versions of the viewed pictures, shape (n, 3, 32, 32). `edited` are
    numbers of rectangles, shape (n,), whose colours are left out.
    """
    others = trials.other_planes(tried)
    chroma = planes[:, 1:], others[:, 1:]
    greyscale = trials.greyscale(tried)
    where = agreement.outside_of(
        np.full(len(tried), _EMPTY_RECTANGLE) if edited is None else edited
    )
    fine, outstanding = difference.fine_difference(*squares)
    return Measures(
        rms=trials.rms_of(tried),
        coarse=difference.aligned_difference(planes, others, greyscale),
        fine=fine,
        outstanding=outstanding,
        colour=difference.colour_difference(*chroma, greyscale, where),
        hue=difference.chroma_difference(*chroma, greyscale),
        tone=difference.tone(squares, chroma, greyscale),
    )
