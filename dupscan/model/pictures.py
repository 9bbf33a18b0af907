"""Pictures as a scan remembers them: fingerprint, likeness, hashes, and metadata.

The pictures of a scan are a list in the order of their paths. Candidates and matches name a picture
by its place in that list, a :data:`dupscan.model.ids.PictureIndex`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.model.embedded import EmbeddedItem
from dupscan.model.files import FileEntry
from dupscan.model.ids import FingerprintId
from dupscan.model.views import Box

LOSSLESS = 100
"""Encoding quality of a picture that was stored without loss; every lossy one has less."""
QUALITY_STEP = 8
"""Difference of two encoding qualities that counts: people save their edits at 90 or at 95 and
mean the same."""
SAME_SIZE = 1.5
"""Two pictures whose pixels differ by less than this factor are about as large: a frame that was
put around, or an edge that was cut off, must not decide."""


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """The properties and metadata that a file states of its picture."""

    format: str
    """Name of the format, such as ``JPEG``."""
    width: int
    """Pixels, after EXIF orientation."""
    height: int
    """Pixels, after EXIF orientation."""
    frames: int = 1
    bit_depth: int = 8
    """Bits of one channel of one pixel, as stored."""
    channels: str = "RGB"
    """Pillow's mode of the channels as stored: ``L``, ``P``, ``RGB``, ``RGBA``, ``CMYK``, …"""
    colour_profile: str | None = None
    """Description of the embedded ICC profile."""
    captured: str | None = None
    """Capture time from EXIF, XMP or IPTC in ISO 8601, as far as the file states it: ``2026``,
    ``2026-11-22``, ``2026-11-22T09:41:00+02:00``; the text itself if it is not understood."""
    gps: bool = False
    """True if the file states the place where the picture was taken."""
    rating: int | None = None
    """Stars that a person gave, 0 to 5; -1 for rejected."""
    encoding: int = 80
    """Encoding quality, 1 to 100; 100 is lossless."""
    position: str | None = None
    """Latitude and longitude of the place, in degrees, such as ``48.1371,11.5754``."""
    notes: str | None = None
    """Digest of the words that people wrote into the file: captions, keywords, names; 16 hex
    digits."""
    captured_is_guess: bool = False
    """True if `captured` may be the time of a later save, because the file states no other time."""
    labels: str | None = None
    """Labels and flags that a person gave besides stars, such as ``label Red, pick 3``."""
    transparent: bool = False
    """True if some pixel of the picture is not opaque."""
    embedded: tuple[EmbeddedItem, ...] = ()
    """All else that the file holds, in the order of the file."""

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height

    @property
    def shown_or_heard(self) -> tuple[str, ...]:
        """Names of the embedded data that can be shown or played, each once."""
        shown = (one.name for one in self.embedded if one.kind.is_shown_or_heard)
        return tuple(dict.fromkeys(shown))

    def only_shown_here(self, other: PictureInfo) -> list[EmbeddedItem]:
        """Return the embedded data that can be shown or played and that `other` does not hold."""
        there = {(one.kind, one.digest) for one in other.embedded}
        return [
            one
            for one in self.embedded
            if one.kind.is_shown_or_heard and (one.kind, one.digest) not in there
        ]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The small versions of a picture that confirming and reporting use, about 18 KB."""

    planes: NDArray[np.uint8]
    """Luminance, blue and red chroma, shape (3, 32, 32)."""
    histogram: NDArray[np.float32]
    """Fractions of the pixels, shape (4, 256): red, green, blue and luminance."""
    thumbnail: bytes
    """A small JPEG file, for the fine difference and the report page."""


@dataclass(frozen=True, slots=True)
class Hashes:
    """The 64-bit perceptual hashes of a picture."""

    plain: int
    """Hash of the upright picture."""
    views: NDArray[np.uint64]
    """Hashes of ``views.FIXED``, then of ``views.trimmed(border)`` if there is a border."""
    parts: NDArray[np.uint64]
    """Hashes of ``views.PARTS``."""
    border: Box | None = None
    """The part inside a uniform border; None without a border."""


@dataclass(frozen=True, slots=True)
class Traits:
    """The part of a fingerprint that stays in memory for every picture."""

    digest: bytes
    """SHA-256 of the file's bytes; empty while only the beginning of the file has been read."""
    hashes: Hashes
    detail: float
    """Measure of how much there is to see; see :func:`dupscan.fingerprint.features.detail`."""
    greyscale: bool
    """True if next to no pixel is clearly coloured."""
    info: PictureInfo
    coarse: bool = False
    """True while only the coarsest scans have been decoded: finer scans may be damaged."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """All data about one picture that comparing needs."""

    traits: Traits
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Known:
    """A file with the same bytes as a file whose fingerprint is known."""

    digest: bytes
    """SHA-256 of the bytes."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file of which only the beginning had been read, once all of it was read and decoded."""

    digest: bytes
    """SHA-256 of the bytes."""
    info: PictureInfo
    """The properties of the whole file: its end may hold a film or further pictures."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A readable picture file and its traits; its likeness is in the store."""

    file: FileEntry
    traits: Traits
    low_detail: bool
    """True if there is too little to see for a perceptual hash to mean anything."""
    fingerprint_id: FingerprintId
    """Id of the fingerprint in the store, which has the likeness; files of equal bytes share it."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes."""
        return self.traits.digest

    @property
    def info(self) -> PictureInfo:
        """The properties and metadata that the file states of the picture."""
        return self.traits.info
