"""A report that was read back from ``report.json``.

Separate from :mod:`dupscan.model.report`, which holds what a scan found: a report that is read back
holds less, and its groups are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dupscan.model.changes import Changes, reversed_changes
from dupscan.model.explanation import explanation
from dupscan.model.files import FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import PictureInfo
from dupscan.model.report import Companion
from dupscan.model.views import AS_IT_IS, Box, View
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


@dataclass(frozen=True, slots=True)
class Edge:
    """A confirmed match between two members."""

    verdict: Verdict
    changes: Changes
    """What the member with the higher place is to the member with the lower place."""
    view: View = AS_IT_IS
    """The view of the member with the lower place that is the other member."""
    edited: Box | None = None
    """The part of the member with the higher place that was edited, if there is one."""

    def reversed(self) -> Edge:
        """Return the same match, with the two members in each other's place."""
        return Edge(
            verdict=self.verdict,
            changes=reversed_changes(self.changes),
            view=self.view.inverse(),
            edited=self.edited and self.view.seen_at(self.edited),
        )

    def explanation(self, lower: Member, higher: Member) -> str:
        """Return in words what the member with the higher place is to the other member."""
        return explanation(self.changes, lower.info, higher.info, self.view, self.edited)


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
