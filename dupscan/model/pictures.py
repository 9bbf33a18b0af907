"""Pictures as a scan remembers them: fingerprint, likeness, hashes, and what the file says.

Pictures are numbered in the order of their paths; candidates and matches name them by that number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.model.files import FileEntry
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
    """What a file says of the picture in it."""

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
    """Pillow's name of the channels as stored: ``L``, ``P``, ``RGB``, ``RGBA``, ``CMYK``, …"""
    colour_profile: str | None = None
    """Description of the embedded ICC profile."""
    captured: str | None = None
    """Capture time from EXIF, else from XMP; ISO 8601 without zone unless the file states one."""
    gps: bool = False
    """True when the file says where it was taken."""
    rating: int | None = None
    """Stars given by a person, 0-5, -1 for rejected."""
    encoding: int = 80
    """How finely it was encoded, 1-100; 100 is lossless."""
    position: str | None = None
    """Where it was taken, latitude and longitude in degrees, such as ``48.1371,11.5754``."""
    notes: str | None = None
    """Digest of the words people wrote into it: captions, keywords, names; 16 hex digits."""
    film: bool = False
    """True when the file holds its film too, as those of many telephones do."""

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Likeness:
    """The small parts of a picture that confirming and reporting look at (about 18 KB)."""

    planes: NDArray[np.uint8]
    """Luminance, blue and red chroma, shape (3, 32, 32)."""
    histogram: NDArray[np.float32]
    """Fractions of the pixels, shape (4, 256): red, green, blue and luminance."""
    thumbnail: bytes
    """A small JPEG file, for the fine look and the report page."""


@dataclass(frozen=True, slots=True)
class Hashes:
    """The 64-bit perceptual hashes of a picture."""

    plain: int
    """Of the upright picture."""
    views: NDArray[np.uint64]
    """Of ``views.FIXED``, and of ``views.trimmed(border)`` where there is a border."""
    parts: NDArray[np.uint64]
    """Of ``views.PARTS``."""
    border: Box | None = None
    """What is inside of a uniform border."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is remembered of a picture in memory."""

    digest: bytes
    """SHA-256 of the file's bytes; empty while only the beginning of the file has been read."""
    hashes: Hashes
    detail: float
    """How much there is to see: contrast in levels, times the share that is shaded."""
    greyscale: bool
    """True when no pixel is plainly coloured."""
    info: PictureInfo
    coarse: bool = False
    """True while nothing but its coarsest scans has been decoded: finer ones may be damaged."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Everything that comparing needs to know of one picture."""

    traits: Traits
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Known:
    """A file with the very bytes of one whose fingerprint is known."""

    digest: bytes
    """SHA-256 of those bytes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A readable file with what is remembered of it; its likeness waits in the store."""

    file: FileEntry
    traits: Traits
    low_detail: bool
    """True when there is too little to see for a perceptual hash to mean anything."""
    fingerprint_id: int
    """Number of its fingerprint in the store, where the likeness lies; one for equal bytes."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes."""
        return self.traits.digest

    @property
    def info(self) -> PictureInfo:
        """What the file says of the picture in it."""
        return self.traits.info
