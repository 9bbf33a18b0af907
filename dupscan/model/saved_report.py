"""A report that was read back from ``report.json``.

Separate from :mod:`dupscan.model.report`, which holds what a scan found: a report that is read back
holds less, and its groups are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dupscan.model.files import FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import PictureInfo
from dupscan.model.report import Companion
from dupscan.settings import FingerprintSettings, MatchSettings


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
