"""Everything that a scan found, as frozen values: what a report is written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from dupscan.model.files import Failure, FileIdentity
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.pictures import Picture


class CompanionKind(Enum):
    """What a file beside a picture is to it; the value is its name for ``--allow``."""

    RAW_PAIR = "raw-pair"
    """The camera's RAW file of the same shot, or the finished picture beside a RAW file."""
    LIVE_PHOTO = "live-photo"
    """The film of a Live Photo."""
    SIDECAR = "sidecar"
    """Settings or metadata of the picture in a file of their own."""


@dataclass(frozen=True, slots=True)
class Companion(FileIdentity):
    """A file beside a picture that belongs to it, recognised by its name."""

    kind: CompanionKind
    shared: bool
    """True when it belongs to another file of that name too, and must stay with that."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the last line of a scan says."""

    files: int = 0
    """Real files looked at."""
    pictures: int = 0
    """Files that were read as pictures."""
    groups: int = 0
    duplicates: int = 0
    """Members of groups that are not the keeper."""
    reclaimable: int = 0
    """Bytes that would be free without the duplicates."""
    unreadable: int = 0
    identical: int = 0
    """Those of the reclaimable bytes that are in files with the keeper's very bytes."""
    passed_over: int = 0
    """Files that are not compared: no pictures, or in formats that are not opened."""
    not_reached: int = 0
    """Files that an interrupted scan did not come to."""
    low_detail: int = 0


@dataclass(frozen=True, slots=True)
class ScanHeader:
    """What differs from one scan of a library to the next."""

    scan_id: str
    complete: bool
    """False when the scan was interrupted."""
    version: str
    started: str
    """ISO 8601, UTC."""
    roots: tuple[str, ...]
    settings: dict[str, object]
    seconds: float
    references: tuple[str, ...] = ()
    """Those of the roots whose pictures are only ever keepers."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """All that a scan found."""

    header: ScanHeader
    counts: Counts
    pictures: tuple[Picture, ...]
    groups: tuple[DuplicateGroup, ...]
    low_detail: tuple[PictureIndex, ...]
    """Numbers of the pictures with too little to see, grouped by their bytes only."""
    failures: tuple[Failure, ...]
    passed_over: dict[str, int] = field(default_factory=dict)
    """Files that are not compared, counted by kind."""
    left_out: dict[str, int] = field(default_factory=dict)
    """What the walk did not enter or list, counted by reason."""
    true_pixels: dict[PictureIndex, int] = field(default_factory=dict)
    """For members of groups, the pixels that hold something of their own: those of the smaller
    version where one was enlarged. By the picture's number."""
    companions: dict[PictureIndex, tuple[Companion, ...]] = field(default_factory=dict)
    """For members of groups, what lies beside them and belongs to them. By the picture's number."""


# -- a report that was read again ------------------------------------------------------------------
