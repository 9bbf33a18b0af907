"""What comparing two pictures comes to: frozen values, for whoever prints or draws them."""

from __future__ import annotations

from dataclasses import dataclass

from dupscan.fingerprint.pixel_digest import DifferingBox
from dupscan.model.changes import Changes
from dupscan.model.matches import Evidence, Verdict
from dupscan.model.pictures import Picture


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the measures that a verdict rests on, held against its cutoff."""

    name: str
    """``distance``, ``histogram_rms``, ``difference``, ``fine``, ``agreement``, as in the evidence;
    or ``detail``, that of the picture with less to see."""
    value: float
    unit: str
    cutoff: float
    option: str
    """The option that moves the cutoff."""
    verdict: Verdict | None = None
    """The verdict that it is asked for; None where it is asked for both ``picture`` and
    ``similar``."""
    at_least: bool = False
    """True where more is nearer."""

    @property
    def is_within(self) -> bool:
        """Whether the cutoff lets the pair through."""
        return self.value >= self.cutoff if self.at_least else self.value <= self.cutoff


@dataclass(frozen=True, slots=True)
class Pixels:
    """How the very pixels of two files compare."""

    equal: bool | None
    """Whether size, channels, depth, colour profile and all samples of all frames are equal; None
    where that cannot be known."""
    unknown: str | None
    """Why it cannot, such as ``its 16 bits a channel are decoded to 8``."""
    differing: DifferingBox
    """Where the first frames differ, pixels."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that there is to say of two pictures."""

    one: Picture
    other: Picture
    verdict: Verdict | None
    """What a scan would call the match of the two; None when it would not match them."""
    changes: Changes
    """What the second picture is to the first; empty without a verdict."""
    obstacle: str
    """Why the two are no duplicates, in words; empty with a verdict."""
    same_file: bool
    """True for one file, under one name or two: without either name no byte would be free."""
    same_bytes: bool
    """True for equal SHA-256 digests of the files."""
    pixels: Pixels
    counts_rms: float | None
    """RMS of the histograms in counts, pixels a bin, as
    :func:`dupscan.comparison.pixels_for_display.counts_rms` has it; None where a picture cannot
    be decoded in
    full."""
    evidence: Evidence
    """The measures under the view that suits the pair best, with their units there; its ``a`` is
    the first picture. Known for pictures that are no match, too."""
    is_near: bool
    """True when the view of the evidence was met within the radius: then the second picture lies on
    the first by it, and else by chance."""
    measures: tuple[Measure, ...]
    """What has a cutoff."""
