"""The frozen values that travel from stage to stage.

Stages exchange nothing but these and those of :mod:`dupscan.evidence`. A picture that cannot be
read is a :class:`Failure`, on the same channel as a good one. Pictures are numbered in the order of
their paths; candidates and matches name them by that number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dupscan.evidence import Match, Verdict
from dupscan.views import Box


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One real file below a root, however many names it has there."""

    path: str
    """Absolute path. Bytes that are not UTF-8 are surrogate escapes, as in :func:`os.fsdecode`."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Time of the last change, nanoseconds since 1970."""
    device: int
    inode: int
    links: int
    """Names the file has on its file system, those outside the roots included."""
    aliases: tuple[str, ...] = ()
    """Further names of this same file below the roots: hard links, files mounted twice."""
    reference: bool = False
    """True below a reference folder: the file may be a keeper and never a duplicate."""
    symbolic_link: bool = False
    """True when `path` is a symbolic link, and the file itself lies outside the roots."""

    @property
    def freed(self) -> int:
        """Bytes free once the file is gone below the roots: none if it has a name elsewhere."""
        has_name_elsewhere = self.symbolic_link or self.links > 1 + len(self.aliases)
        return 0 if has_name_elsewhere else self.size


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or folder that could not be scanned, and why."""

    path: str
    stage: Literal["walk", "read", "decode"]
    reason: str
    """One line for a person."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is sound and is not compared."""

    path: str
    kind: str
    """What it was counted as: ``not a picture``, or a format that is not opened, and why."""


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
    slot: int
    """Number of its fingerprint in the store, where the likeness lies; one for equal bytes."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the file's bytes."""
        return self.traits.digest

    @property
    def info(self) -> PictureInfo:
        """What the file says of the picture in it."""
        return self.traits.info


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """A star: a keeper, and the pictures that each match it directly. Numbers of pictures."""

    keeper: int
    duplicates: tuple[Match, ...]
    """One match a duplicate, between it and the keeper, in the order of the paths."""
    near: tuple[Match, ...] = ()
    """Matches from a member to a picture that is not in the group: it does not match the keeper,
    is in another group already, or may not be called a duplicate."""
    edges: tuple[Match, ...] = ()
    """Every confirmed match between two members; equal digests go without saying."""
    kept: str = ""
    """Why this keeper and not the next best, in words."""

    @property
    def members(self) -> tuple[int, ...]:
        """The keeper, then the duplicates."""
        return (self.keeper, *(match.partner(self.keeper) for match in self.duplicates))

    def neighbours(self) -> Iterator[tuple[int, int, Match]]:
        """Each near picture, the member that it matches, and the match."""
        members = set(self.members)
        for match in self.near:
            member = match.a if match.a in members else match.b
            yield match.partner(member), member, match

    def freed(self, pictures: Sequence[Picture], verdict: Verdict | None = None) -> int:
        """Bytes that would be free without the duplicates, or without those of one verdict."""
        return sum(
            pictures[match.partner(self.keeper)].file.freed
            for match in self.duplicates
            if verdict in (None, match.verdict)
        )
