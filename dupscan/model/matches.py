"""What is known of a pair of pictures: candidate, evidence, verdict, match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from dupscan.model.ids import PictureIndex
from dupscan.model.views import Box, View

_LEAST_GAIN = 1e-3


class Verdict(Enum):
    """What kind of duplicate a match is, strongest first."""

    FILE = "file"
    """The same bytes."""
    PIXELS = "pixels"
    """Exactly the same picture in another file: container or metadata differ."""
    PICTURE = "picture"
    """The same to a person: re-encoded, resized, turned, mirrored, made grey."""
    SIMILAR = "similar"
    """The same picture edited: cropped, framed, captioned, recoloured; or very much alike."""

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return list(Verdict).index(self)

    def at_least(self, other: Verdict) -> bool:
        """Whether this verdict is as strong as another, or stronger."""
        return self.rank <= other.rank


@dataclass(frozen=True, slots=True)
class Hit:
    """One view of one of two pictures whose hash is near that of the other."""

    distance: int
    """Hamming distance, bits of 64."""
    view: View
    of_b: bool = False
    """True when it is a view of ``b`` that is like ``a``; else the other way round."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two pictures whose perceptual hashes are near each other; ``a`` < ``b``."""

    a: PictureIndex
    b: PictureIndex
    hits: tuple[Hit, ...]
    """The nearest ones, nearest first."""


@dataclass(frozen=True, slots=True)
class Look:
    """What of a picture is looked at to compare it."""

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
    """The measures a verdict rests on, between ``a`` and ``b`` of a match."""

    distance: int
    """Hamming distance of the views that matched, bits of 64."""
    histogram_rms: float
    """RMS over the 768 bins of two histograms that are fractions per channel."""
    difference: float
    """Coarse: worst block of the aligned difference at 32 × 32, levels of luminance or chroma."""
    fine: float
    """Worst block of the aligned difference at 128 × 128, as a multiple of what re-encoding may do
    to it; 1 is much already."""
    agreement: float | None
    """Share of the blocks with texture that agree, but for one part that may have been edited;
    None where it was not looked at, because the fine difference had decided."""
    view: View
    """The view of ``a`` that is ``b``: how it is turned, and what part of it is there."""
    edited: Box | None = None
    """The part of ``b`` that does not agree, where there is one."""
    gain: float = 1.0
    """Contrast of ``b`` over that of ``a``."""
    brightness: float = 0.0
    """By how many levels ``b`` is brighter than ``a`` in the mean."""

    colour: float = 0.0
    """How far the colours are apart, levels of chroma, saturation and tint aside."""
    hue: float = 0.0
    """Worst block of the chroma, as a multiple of what re-encoding may do to it."""
    saturation: float = 1.0
    """Strength of the colours of ``b`` over that of ``a``; 1 where either has none."""

    def reversed(self) -> Evidence:
        """The same evidence, seen from ``b``."""
        return replace(
            self,
            view=self.view.inverse(),
            edited=self.edited and self.view.seen_at(self.edited),
            gain=1 / max(self.gain, _LEAST_GAIN),
            brightness=-self.brightness,
            saturation=1 / max(self.saturation, _LEAST_GAIN),
        )


EXACT = Evidence(0, 0.0, 0.0, 0.0, 1.0, View("plain"))
"""The evidence of equal bytes or pixels."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two pictures that were confirmed to be duplicates of one another; ``a`` < ``b``."""

    a: PictureIndex
    b: PictureIndex
    verdict: Verdict
    evidence: Evidence
    explanation: str = ""
    """What one is to the other, in words, once it is known which of them is to be kept."""

    def seen_from(self, index: PictureIndex) -> Evidence:
        """The evidence oriented so that `view` maps the picture `index` onto its partner."""
        return self.evidence if index == self.a else self.evidence.reversed()

    def partner(self, index: PictureIndex) -> PictureIndex:
        """The other picture of the match than `index`."""
        return self.b if self.a == index else self.a
