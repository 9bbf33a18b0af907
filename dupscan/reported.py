"""What a scan found, all of it: the frozen values that a report is made of.

Kept apart from :mod:`dupscan.model`, whose values travel between the stages of a scan; these come
at its end, and what plans and acts begins with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from dupscan.evidence import Verdict
from dupscan.model import DuplicateGroup, Failure, FileEntry, Picture, PictureInfo
from dupscan.settings import FingerprintSettings, MatchSettings


class CompanionKind(Enum):
    """What a file beside a picture is to it; the value is its name for ``--allow``."""

    RAW_PAIR = "raw-pair"
    """The camera's RAW file of the same shot, or the finished picture beside a RAW file."""
    LIVE_PHOTO = "live-photo"
    """The film of a Live Photo."""
    SIDECAR = "sidecar"
    """Settings or metadata of the picture in a file of their own."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A file beside a picture that belongs to it, told by its name."""

    kind: CompanionKind
    path: str
    """As in :class:`FileEntry`."""
    size: int
    """Bytes."""
    mtime_ns: int
    device: int
    inode: int
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
    low_detail: tuple[int, ...]
    """Numbers of the pictures with too little to see, grouped by their bytes only."""
    failures: tuple[Failure, ...]
    passed_over: dict[str, int] = field(default_factory=dict)
    """Files that are not compared, counted by kind."""
    left_out: dict[str, int] = field(default_factory=dict)
    """What the walk did not enter or list, counted by reason."""
    true_pixels: dict[int, int] = field(default_factory=dict)
    """For members of groups, the pixels that hold something of their own: those of the smaller
    version where one was enlarged. By the picture's number."""
    companions: dict[int, tuple[Companion, ...]] = field(default_factory=dict)
    """For members of groups, what lies beside them and belongs to them. By the picture's number."""


# -- a report that was read again ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group, as a report tells of it."""

    file: FileEntry
    digest: bytes
    """SHA-256 of its bytes."""
    info: PictureInfo
    true_pixels: int
    """Pixels that hold something of their own."""
    companions: tuple[Companion, ...] = ()


_OTHER_WAY_ROUND = "the other way round: "


@dataclass(frozen=True, slots=True)
class Edge:
    """A confirmed match between two members."""

    verdict: Verdict
    explanation: str
    """What the one with the higher place is to the one with the lower, in words."""

    @property
    def is_turned(self) -> bool:
        """Whether the explanation tells what the lower is to the higher, and says so."""
        return self.explanation.startswith(_OTHER_WAY_ROUND)

    @property
    def bare(self) -> str:
        """The explanation, whichever way round it goes."""
        return self.explanation.removeprefix(_OTHER_WAY_ROUND)

    def turned(self) -> Edge:
        """The same match, seen from the other one."""
        words = self.bare if self.is_turned else _OTHER_WAY_ROUND + self.explanation
        return self if self.verdict is Verdict.FILE else Edge(self.verdict, words)


@dataclass(frozen=True, slots=True)
class ReportedGroup:
    """A group of a report."""

    number: int
    """Its place in the report, from 1."""
    members: tuple[Member, ...]
    """The report's keeper first."""
    kept: str
    """Why that keeper, in words."""
    edges: Mapping[tuple[int, int], Edge]
    """Matches by the two places in `members`, the lower first: every one that the report shows,
    those between equal digests and those that equal digests share included."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report that was read again."""

    scan_id: str
    complete: bool
    roots: tuple[str, ...]
    """What was scanned, reference folders included."""
    fingerprint: FingerprintSettings
    match: MatchSettings
    groups: Iterator[ReportedGroup]
    """Read from the file one by one, and only once."""
    references: tuple[str, ...] = ()
    """The reference folders among the roots."""
