"""The result of comparing two pictures: frozen values, to be printed or drawn."""

from __future__ import annotations

from dataclasses import dataclass

from dupscan.fingerprint.pixel_digest import DifferingBox
from dupscan.model.changes import Changes
from dupscan.model.matches import Evidence, Verdict
from dupscan.model.pictures import Picture


@dataclass(frozen=True, slots=True)
class Measurement:
    """The value of one measure, with its cutoff."""

    name: str
    """``distance``, ``histogram_rms``, ``difference``, ``fine``, ``agreement`` or ``colour``, as in
    the evidence; or ``detail``, of the picture with less detail."""
    value: float
    unit: str
    cutoff: float
    option: str
    """The option that sets the cutoff."""
    verdict: Verdict | None = None
    """The verdict that the cutoff decides on; None for both ``picture`` and ``similar``."""
    at_least: bool = False
    """True if a higher value means more alike."""

    @property
    def is_within(self) -> bool:
        """True if the value passes the cutoff."""
        return self.value >= self.cutoff if self.at_least else self.value <= self.cutoff


@dataclass(frozen=True, slots=True)
class Pixels:
    """Comparison of the pixels of two files, sample by sample."""

    equal: bool | None
    """True if size, channels, depth, colour profile and all samples of all frames are equal; None
    if this cannot be known."""
    unknown: str | None
    """Reason why `equal` is None, such as ``its 16 bits a channel are decoded to 8``."""
    differing: DifferingBox
    """Box in which the first frames differ, in pixels."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on two pictures, with its reasons."""

    verdict: Verdict | None
    """Verdict of a scan; None if a scan would not call the two pictures duplicates."""
    changes: Changes
    """Changes that make the second picture from the first; empty without a verdict."""
    obstacle: str
    """Reason why the two pictures are not duplicates, in words; empty with a verdict."""
    evidence: Evidence
    """Values of the measures in the best view of the pair; ``a`` is the first picture. Known also
    for pictures that are not duplicates."""
    is_near: bool
    """True if the view of the evidence is within the radius. Otherwise the view is accidental, and
    does not show where one picture lies in the other."""


@dataclass(frozen=True, slots=True)
class Comparison(Judgement):
    """Everything that is known about two pictures."""

    first: Picture
    second: Picture
    same_file: bool
    """True if both paths lead to one file. To delete one of the paths would free no bytes."""
    same_bytes: bool
    """True for equal SHA-256 digests of the files."""
    pixels: Pixels
    counts_rms: float | None
    """RMS of the histograms in pixels a bin, by
    :func:`dupscan.comparison.files.counts_rms`; None if a picture cannot be decoded
    in full."""
    measurements: tuple[Measurement, ...]
    """Values of all measures that have a cutoff, and of the detail."""
