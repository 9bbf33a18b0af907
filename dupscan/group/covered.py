"""Versions of which a part was covered: by a mosaic, a blur or a bar.

Two similar pictures may differ in one rectangle only. There the covered one is smoother: the level
of most pixels is that of their neighbours. How well either file was saved tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.views import Box

Greys = Callable[[PictureIndex], NDArray[np.uint8]]
"""Returns the luminance of a picture's thumbnail, rows × columns."""
_SMOOTHER = 1.15
"""Factor between the usual steps from pixel to pixel from which one part counts as covered. Of 78
mosaics, blurs and bars over a sixth of each side 53 are told by it, and 2 the wrong way round; most
of the rest hide what was smooth before."""
_LEAST = 3
"""Least side of a part, pixels."""


def find_covered(matches: Iterable[Match], greys: Greys) -> set[PictureIndex]:
    """Return the pictures of which a part is covered that another one shows.

    Of `matches` those are looked at whose two pictures are similar and differ in one part.
    """
    covered = set()
    for match in matches:
        part = match.evidence.edited
        if match.verdict is not Verdict.SIMILAR or part is None:
            continue
        own = match.evidence.reversed().edited or part
        steps = [
            1 + _usual_step(greys(index), box) for index, box in ((match.a, own), (match.b, part))
        ]
        if max(steps) > _SMOOTHER * min(steps):
            covered.add(match.a if steps[0] < steps[1] else match.b)
    return covered


def _usual_step(levels: NDArray[np.uint8], box: Box) -> float:
    """Return the median step from a pixel to its neighbours in a part of a picture, in levels."""
    height, width = levels.shape
    left, top = (
        min(max(0, round(edge * side)), max(0, side - _LEAST))
        for edge, side in ((box[0], width), (box[1], height))
    )
    right, bottom = (
        max(left + _LEAST, round(box[2] * width)),
        max(top + _LEAST, round(box[3] * height)),
    )
    part = levels[top:bottom, left:right].astype(np.int16)
    across, down = (np.abs(np.diff(part, axis=axis)) for axis in (1, 0))
    steps = across[: len(down)] + down[:, : across.shape[1]]
    return float(np.median(steps)) if steps.size else 0.0
