"""A report that was read back from ``report.json``.

Separate from :mod:`dupscan.model.report`, which holds all that a scan found: a report that is read
back holds less, and its groups are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dupscan.model.changes import Changes, reversed_changes
from dupscan.model.explanation import explanation
from dupscan.model.files import FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import PictureInfo
from dupscan.model.report import Companion, FolderQuestion
from dupscan.model.views import AS_IT_IS, Box, View
from dupscan.settings import FingerprintSettings, MatchSettings


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a group, with the fields that a plan needs."""

    file: FileEntry
    digest: bytes
    """SHA-256 of its bytes."""
    info: PictureInfo
    true_pixels: int
    """Pixels that hold something of their own; fewer than the picture has if it was enlarged."""
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A confirmed match between two members."""

    verdict: Verdict
    changes: Changes
    """The changes that make the member with the higher place from the one with the lower place."""
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
    """Place of the group in the report, from 1."""
    members: tuple[Member, ...]
    """The report's keeper first."""
    kept: str
    """The reason for that keeper instead of the next best member, in words."""
    edges: Mapping[tuple[int, int], Edge]
    """Matches by two places in `members`, the lower first: every match that the report shows, the
    matches between equal digests, and the matches that equal digests share."""
    kept_over: Mapping[int, str] = field(default_factory=dict)
    """By place the reason for the keeper instead of that member, in words."""


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report that was read back."""

    scan_id: str
    complete: bool
    roots: tuple[str, ...]
    """Paths of the roots, with the reference folders among them."""
    fingerprint: FingerprintSettings
    match: MatchSettings
    groups: Iterator[ReportedGroup]
    """The groups, read from the file one by one; only one pass over them is possible."""
    references: tuple[str, ...] = ()
    """The reference folders among the roots."""
    questions: tuple[FolderQuestion, ...] = ()
    """Pairs of folders of which nothing tells which to keep."""
