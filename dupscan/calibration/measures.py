"""The measures of a pair that have a cutoff: what they are called, and which way is alike.

One row a measure, for all that calibrating does with them; a new measure is one more row here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from dupscan.model.matches import Evidence


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, and the setting that is its cutoff."""

    name: str
    """Its field in :class:`dupscan.model.matches.Evidence`."""
    setting: str
    """The field of :class:`dupscan.settings.MatchSettings` that is its cutoff."""
    words: str
    """For tables."""
    unit: str
    decides: str
    """The verdict that it decides on: ``picture``, ``similar``, or ``both``."""
    sign: int = 1
    """-1 when more of it is more alike. Times this, less is more alike: that is a *score*."""
    whole: bool = False
    """True when its cutoff is a whole number."""


_ALL = (
    Measure("distance", "radius", "hash distance", "bits of 64", "both", whole=True),
    Measure("histogram_rms", "max_rms", "histogram RMS", "share of the pixels a bin", "both"),
    Measure("difference", "max_difference", "coarse difference", "levels of 255", "picture"),
    Measure("fine", "max_fine", "fine difference", "multiple of re-encoding", "picture"),
    Measure("agreement", "min_agreement", "agreement", "share of the blocks", "similar", sign=-1),
    Measure("colour", "max_colour", "colour difference", "levels of chroma", "similar"),
)
MEASURES = tuple(one for one in _ALL if one.name in {field.name for field in fields(Evidence)})
"""Those that evidence holds."""
