"""Pairs of pictures: candidate, evidence, verdict, match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from dupscan.model.changes import Changes, reversed_changes
from dupscan.model.ids import PictureIndex
from dupscan.model.views import Box, View

_LEAST_GAIN = 1e-3


class Verdict(Enum):
    """The kind of duplicate that a match is, strongest first."""

    FILE = "file"
    """The same bytes."""
    PIXELS = "pixels"
    """Exactly the same picture in another file: the container or the metadata differ."""
    PICTURE = "picture"
    """A person sees the same picture: re-encoded, resized, turned, mirrored, made grey."""
    SIMILAR = "similar"
    """The same picture edited: cropped, framed, captioned, recoloured; or nearly alike."""

    @property
    def rank(self) -> int:
        """Return 0 for the strongest verdict, 3 for the weakest."""
        return list(Verdict).index(self)

    @property
    def is_safe(self) -> bool:
        """True if the duplicate shows exactly what its keeper shows: ``file`` or ``pixels``."""
        return self.at_least(Verdict.PIXELS)

    def at_least(self, other: Verdict) -> bool:
        """True if this verdict is as strong as another, or stronger."""
        return self.rank <= other.rank


@dataclass(frozen=True, slots=True)
class Hit:
    """A view of one picture whose hash is near the hash of the other picture."""

    distance: int
    """Hamming distance, bits of 64."""
    view: View
    of_b: bool = False
    """True for a view of ``b`` that is like ``a``; False for a view of ``a`` that is like ``b``."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two pictures whose perceptual hashes are near each other; ``a`` < ``b``."""

    a: PictureIndex
    b: PictureIndex
    hits: tuple[Hit, ...]
    """The nearest hits, nearest first."""


@dataclass(frozen=True, slots=True)
class Look:
    """The parts of a picture by which it is compared."""

    planes: NDArray[np.uint8]
    """Luminance, blue and red chroma, shape (3, 32, 32)."""
    histogram: NDArray[np.float32]
    """Fractions of red, green, blue and luminance, shape (4, 256)."""
    square: NDArray[np.uint8]
    """Luminance in more detail, shape (128, 128)."""
    width: int
    """Pixels of the whole picture."""
    height: int
    greyscale: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """The measures between ``a`` and ``b`` of a match, from which the verdict follows."""

    distance: int
    """Hamming distance of the views that matched, bits of 64."""
    histogram_rms: float
    """RMS over the 768 bins of the two histograms, which are fractions per channel."""
    difference: float
    """Coarse: worst block of the aligned difference at 32 × 32, levels of luminance or chroma."""
    fine: float
    """Worst block of the aligned difference at 128 × 128, as a multiple of what re-encoding may
    change there; 1 is a large value."""
    agreement: float | None
    """Share of the blocks with texture that agree, without the part that may have been edited;
    None if it was not measured, because the fine difference had decided."""
    view: View
    """The view of ``a`` that is ``b``: the orientation, and the part that is shown."""
    edited: Box | None = None
    """The part of ``b`` that does not agree; None if all parts agree."""
    gain: float = 1.0
    """Contrast of ``b`` divided by the contrast of ``a``."""
    brightness: float = 0.0
    """Mean brightness of ``b`` minus the mean brightness of ``a``, in levels of 255."""

    colour: float = 0.0
    """Distance of the colours in levels of chroma, without saturation and tint."""
    hue: float = 0.0
    """Worst block of the chroma, as a multiple of what re-encoding may change there."""
    saturation: float = 1.0
    """Strength of the colours of ``b`` divided by that of ``a``; 1 if one of them has none."""
    outstanding: float = 0.0
    """Worst window of the fine difference over what windows differ by elsewhere."""
    letters: float | None = None
    """Worst place of two documents compared at full size, as a multiple of what their letters
    differ by elsewhere; None if they were not compared."""
    legible: bool = True
    """False if the letters of a document were not compared, or are too small to be compared."""
    covered: int = 0
    """1 if a mosaic, a blur or a bar covers a part of `b`, -1 if one covers a part of `a`; 0 if
    neither, or if the two were not compared at full size."""

    def reversed(self) -> Evidence:
        """Return the same evidence, seen from ``b``."""
        return replace(
            self,
            view=self.view.inverse(),
            edited=self.edited and self.view.seen_at(self.edited),
            gain=1 / max(self.gain, _LEAST_GAIN),
            brightness=-self.brightness,
            saturation=1 / max(self.saturation, _LEAST_GAIN),
            covered=-self.covered,
        )


EXACT = Evidence(0, 0.0, 0.0, 0.0, 1.0, View("plain"))
"""The evidence for equal bytes or pixels."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two pictures that were confirmed to be duplicates of one another; ``a`` < ``b``."""

    a: PictureIndex
    b: PictureIndex
    verdict: Verdict
    evidence: Evidence
    changes: Changes = ()
    """The changes that make ``b`` from ``a``; empty until the pictures are grouped."""

    def seen_from(self, index: PictureIndex) -> Evidence:
        """Return the evidence with picture `index` as ``a`` and its partner as ``b``."""
        return self.evidence if index == self.a else self.evidence.reversed()

    def changes_seen_from(self, index: PictureIndex) -> Changes:
        """Return the changes that make the partner of picture `index` from that picture."""
        return self.changes if index == self.a else reversed_changes(self.changes)

    def partner(self, index: PictureIndex) -> PictureIndex:
        """Return the index of the other picture of the match."""
        return self.b if self.a == index else self.a
