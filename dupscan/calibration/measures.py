"""The measures of a pair that have a cutoff. To calibrate a new measure, add a row to MEASURES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, and the setting that is its cutoff."""

    name: str
    """Name of its field in :class:`dupscan.model.matches.Evidence`."""
    setting: str
    """Name of the field of :class:`dupscan.settings.MatchSettings` that is its cutoff."""
    label: str
    """Name in tables."""
    unit: str
    decides: Literal["picture", "similar", "both"]
    """The verdict that its cutoff decides on."""
    sign: int = 1
    """Minus 1 if a higher value means more alike. The value times `sign` is a *score*."""
    whole: bool = False
    """True if its cutoff is a whole number."""


MEASURES = (
    Measure("distance", "radius", "hash distance", "bits of 64", "both", whole=True),
    Measure("histogram_rms", "max_rms", "histogram RMS", "share of the pixels a bin", "both"),
    Measure("difference", "max_difference", "coarse difference", "levels of 255", "picture"),
    Measure("fine", "max_fine", "fine difference", "multiple of re-encoding", "picture"),
    Measure("agreement", "min_agreement", "agreement", "share of the blocks", "similar", sign=-1),
    Measure("colour", "max_colour", "colour difference", "levels of chroma", "similar"),
)
