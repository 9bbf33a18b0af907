"""Verdicts that a scan with certain settings gives to the labelled pairs, and suspect labels.

The proposal looks at one cutoff after the other; here :mod:`dupscan.confirm` judges each pair with
all cutoffs together, as a scan does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration.library import Library
from dupscan.calibration.pairs import Kind, Mask, MeasuredPairs, Sample
from dupscan.calibration.statistics import Share, share_of
from dupscan.confirm import weigh
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Look, Verdict
from dupscan.progress import Progress
from dupscan.settings import MatchSettings

_PICTURE, _SIMILAR = 2, 1
SHARES = {
    "same_as_picture": "same picture, called picture",
    "alike_as_anything": "alike, called picture or similar",
    "edited_as_picture": "edited, called picture",
    "different_as_picture": "different, called picture",
    "different_as_anything": "different, called picture or similar",
}
"""Names of the shares in :class:`SimulatedScan`, and their names in tables."""
MOST_SUSPECTS = 5
"""Largest number of suspects of each kind."""


@dataclass(frozen=True, slots=True)
class SimulatedScan:
    """Shares of the pairs that get each verdict with some settings."""

    settings: MatchSettings
    same_as_picture: Share
    """Of the pairs that are the same picture."""
    alike_as_anything: Share
    """Of the same and the edited pairs together."""
    edited_as_picture: Share
    different_as_picture: Share
    different_as_anything: Share
    called: NDArray[np.int8]
    """Verdict of each pair: 2 for ``picture``, 1 for ``similar``, 0 for none."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A pair whose verdict contradicts its label, so that the label may be wrong."""

    labelled: str
    """``different`` or ``alike``."""
    first: str
    """Path."""
    second: str
    agreement: float
    """NaN for a pair that is not near in any view."""
    fine: float


def simulate_scan(
    sample: Sample,
    pairs: MeasuredPairs,
    settings: MatchSettings,
    look: Callable[[PictureIndex], Look],
    progress: Progress,
) -> SimulatedScan:
    """Judge the pairs of a sample with some settings."""
    called = np.zeros(len(pairs.kinds), np.int8)
    near = [
        (place, replace(pair, hits=hits))
        for place, pair in enumerate(sample.candidates)
        if (hits := tuple(hit for hit in pair.hits if hit.distance <= settings.radius))
    ]
    with progress.stage("judge", len(near), "pairs") as meter:
        weighed = weigh((pair for _, pair in near), settings, look)
        for (place, _), one in zip(near, weighed, strict=True):
            if one.verdict is not None:
                called[place] = _PICTURE if one.verdict is Verdict.PICTURE else _SIMILAR
            meter.advance(1)

    def share(kind: Mask, least: int) -> Share:
        return share_of(called[kind] >= least, pairs.groups[kind])

    return SimulatedScan(
        settings=settings,
        same_as_picture=share(pairs.kinds == Kind.SAME, _PICTURE),
        alike_as_anything=share(~pairs.different, _SIMILAR),
        edited_as_picture=share(pairs.kinds == Kind.EDITED, _PICTURE),
        different_as_picture=share(pairs.different, _PICTURE),
        different_as_anything=share(pairs.different, _SIMILAR),
        called=called,
    )


def suspects(
    library: Library, pairs: MeasuredPairs, simulated: SimulatedScan
) -> tuple[Suspect, ...]:
    """Return the pairs that contradict their labels most, worst first of either kind."""
    agreement, fine = pairs.values["agreement"], pairs.values["fine"]
    alike = np.flatnonzero(pairs.different & (simulated.called > 0))
    unlike = np.flatnonzero(~pairs.different & (simulated.called == 0))
    alike = alike[np.lexsort((fine[alike], -agreement[alike]))]
    unlike = unlike[np.lexsort((-fine[unlike], agreement[unlike]))]
    paths = [picture.file.path for picture in library.pictures]
    return tuple(
        Suspect(label, paths[first], paths[second], float(agreement[at]), float(fine[at]))
        for label, places in (("different", alike), ("alike", unlike))
        for at in places[:MOST_SUSPECTS].tolist()
        for first, second in (pairs.pictures[at],)
    )
