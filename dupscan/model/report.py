"""A report: all that a scan found, as frozen values from which the files are written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from dupscan.model.files import Failure, FailureKind, FileIdentity
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.pictures import Picture


class CompanionKind(Enum):
    """The kind of a companion; the value is the word for ``--allow``."""

    RAW_PAIR = "raw-pair"
    """The camera's RAW file of the same shot, or the finished picture beside a RAW file."""
    LIVE_PHOTO = "live-photo"
    """The film of a Live Photo."""
    SIDECAR = "sidecar"
    """Settings or metadata of the picture in a file of their own."""


@dataclass(frozen=True, slots=True)
class Companion(FileIdentity):
    """A file beside a picture that belongs to the picture, recognised by its name."""

    kind: CompanionKind
    shared: bool
    """True if the companion belongs to another file too, and must stay with that file."""
    digest: bytes = b""
    """SHA-256 of its bytes; empty if no other member of the group can have an equal one."""


@dataclass(frozen=True, slots=True)
class FolderQuestion:
    """Two folders that hold the same pictures, where nothing tells which of them to keep."""

    kept: str
    """Path of the folder whose pictures are kept, because it comes first by its path."""
    other: str
    """Path of the other folder."""
    pictures: int
    """Pictures that both folders hold."""

    @property
    def folders(self) -> tuple[str, str]:
        """Both paths."""
        return self.kept, self.other


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the last line that a scan prints."""

    files: int = 0
    """Real files that the scan looked at."""
    pictures: int = 0
    """Files that were read as pictures."""
    groups: int = 0
    duplicates: int = 0
    """Members of groups that are not the keeper."""
    reclaimable: int = 0
    """Bytes that would be free without the duplicates."""
    unreadable: int = 0
    identical: int = 0
    """Reclaimable bytes in files whose bytes equal the keeper's."""
    passed_over: int = 0
    """Files that are not compared: they are no pictures, or in formats that are not opened."""
    not_reached: int = 0
    """Files that an interrupted scan did not reach."""
    low_detail: int = 0
    safe: int = 0
    """Reclaimable bytes in duplicates of the verdicts ``file`` and ``pixels``."""
    look_first: int = 0
    """Reclaimable bytes in duplicates of the verdicts ``picture`` and ``similar``."""


@dataclass(frozen=True, slots=True)
class ScanHeader:
    """The part of a report that differs from one scan of a library to the next."""

    scan_id: str
    complete: bool
    """False if the scan was interrupted."""
    version: str
    started: str
    """ISO 8601, UTC."""
    roots: tuple[str, ...]
    settings: dict[str, object]
    seconds: float
    references: tuple[str, ...] = ()
    """The reference folders among the roots: their pictures are only ever keepers."""
    questions: tuple[FolderQuestion, ...] = ()
    """The pairs of folders with most pictures of which nothing tells which to keep; a few."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """All that a scan found."""

    header: ScanHeader
    counts: Counts
    pictures: tuple[Picture, ...]
    groups: tuple[DuplicateGroup, ...]
    low_detail: tuple[PictureIndex, ...]
    """Numbers of the pictures with too little detail, which are grouped by their bytes only."""
    failures: tuple[Failure, ...]
    passed_over: dict[str, int] = field(default_factory=dict)
    """Files that are not compared, counted by kind."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Entries that the walk did not enter or list, counted by reason."""
    true_pixels: dict[PictureIndex, int] = field(default_factory=dict)
    """For members of groups, by the picture's number: the pixels that hold something of their own.
    For an enlarged version these are the pixels of the smaller one."""
    companions: dict[PictureIndex, tuple[Companion, ...]] = field(default_factory=dict)
    """For members of groups, by the picture's number: the files beside it that belong to it."""

    @property
    def unreadable(self) -> dict[FailureKind, int]:
        """Number of failures of each class, in the order of :class:`FailureKind`."""
        found = Counter(failure.kind for failure in self.failures)
        return {kind: found[kind] for kind in FailureKind if found[kind]}
