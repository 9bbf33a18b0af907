"""All the measures of a batch of trials, once one picture of each was laid on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm import agreement, difference, trials
from dupscan.confirm.registration import Floats
from dupscan.confirm.trials import Trial
from dupscan.model.matches import Evidence

NOWHERE = 0
"""The number of no rectangle: nothing is left out."""


@dataclass(frozen=True, slots=True)
class Measures:
    """One value for each trial; see :class:`dupscan.model.matches.Evidence`."""

    rms: Floats
    coarse: Floats
    fine: Floats
    colour: Floats
    hue: Floats
    tone: difference.Tone

    def evidence(self, at: int, one: Trial) -> Evidence:
        """What was measured of one trial, seen from the picture that was viewed."""
        return Evidence(
            distance=one.hit.distance,
            histogram_rms=float(self.rms[at]),
            difference=float(self.coarse[at]),
            fine=float(self.fine[at]),
            agreement=None,
            view=one.hit.view,
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
    """Measure the viewed pictures, laid on the others, against these.

    `squares` are the luminance of both, shape (n, 128, 128), `planes` the small pictures of the
    viewed ones, (n, 3, 32, 32); the colours in the rectangles `edited` are left out.
    """
    others = trials.other_planes(tried)
    chroma = planes[:, 1:], others[:, 1:]
    greyscale = trials.greyscale(tried)
    where = agreement.outside_of(np.full(len(tried), NOWHERE) if edited is None else edited)
    return Measures(
        rms=trials.rms_of(tried),
        coarse=difference.aligned_difference(planes, others, greyscale),
        fine=difference.fine_difference(*squares),
        colour=difference.colour_difference(*chroma, greyscale, where),
        hue=difference.chroma_difference(*chroma, greyscale),
        tone=difference.tone(squares, chroma, greyscale),
    )
