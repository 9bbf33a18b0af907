"""The records of ``report.json`` that a plan needs, and the values that are made of them.

Separate from the room that reads the file, because here is the field by field contract: types,
ranges, and what must fit together in one group. Fields that a plan does not need are ignored, so
that a report may gain fields without a new version.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from dupscan.model.changes import Change
from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.files import FileEntry
from dupscan.model.json_codec import (
    Count,
    FileRecord,
    Ordinal,
    PathRecord,
    Record,
    Sha256,
    Sha256OrNone,
    checked,
    refuse_other_fields,
)
from dupscan.model.matches import Verdict
from dupscan.model.pictures import PictureInfo
from dupscan.model.report import Companion, CompanionKind, FolderQuestion
from dupscan.model.saved_report import Edge, Member, ReportedGroup
from dupscan.model.views import AS_IT_IS, ORIENTATIONS, WHOLE, View
from dupscan.report.edges import Edges
from dupscan.settings import FingerprintSettings, MatchSettings

_Share = Annotated[float, Meta(ge=-1e4, le=1e4)]
"""A share of a side; beyond 0 and 1 lies what only one of two pictures shows."""
_AS_IT_IS = (AS_IT_IS.name, ORIENTATIONS[AS_IT_IS.orientation], AS_IT_IS.box)
_Shares = tuple[_Share, _Share, _Share, _Share]


class _Settings(Record, frozen=True, kw_only=True):
    """The settings by which verdicts are found again."""

    fingerprint: FingerprintSettings
    match: MatchSettings


class _Question(Record, frozen=True, kw_only=True):
    """Two folders of which nothing tells which to keep."""

    kept: PathRecord
    other: PathRecord
    pictures: Count

    def question(self) -> FolderQuestion:
        """Return the question that the record describes."""
        return FolderQuestion(self.kept.exact_path, self.other.exact_path, self.pictures)


class _Header(Record, frozen=True, kw_only=True):
    """The header of a report."""

    scan_id: str
    complete: bool
    roots: tuple[PathRecord, ...]
    references: tuple[PathRecord, ...]
    settings: _Settings
    questions: tuple[_Question, ...]


class _Companion(FileRecord, frozen=True, kw_only=True):
    """A file beside a member that belongs to it."""

    kind: CompanionKind
    shared: bool
    digest: Sha256OrNone

    def companion(self) -> Companion:
        """Return the companion that the record describes."""
        return self.into(Companion, path=self.exact_path, digest=bytes.fromhex(self.digest))


class _Embedded(Record, frozen=True, kw_only=True):
    """A piece of data in a member besides its picture."""

    kind: EmbeddedKind
    name: str
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]


class _Member(FileRecord, frozen=True, kw_only=True):
    """A member of a group."""

    links: Count
    aliases: tuple[PathRecord, ...]
    reference: bool
    symbolic_link: bool
    content_digest: Sha256
    format: str
    width: Ordinal
    height: Ordinal
    frames: Count
    bit_depth: Count
    channels: str
    colour_profile: str | None
    captured: str | None
    gps: bool
    rating: Annotated[int, Meta(ge=-1, le=100)] | None
    encoding: Count
    position: str | None
    notes: str | None
    captured_is_guess: bool
    labels: str | None
    transparent: bool
    embedded: tuple[_Embedded, ...]
    true_pixels: Count
    companions: tuple[_Companion, ...]

    def __post_init__(self) -> None:
        FileRecord.__post_init__(self)
        if self.position is not None:
            latitude, _, longitude = self.position.partition(",")
            if not (abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180):
                raise ValueError("`position` is not a latitude and a longitude")

    def member(self) -> Member:
        """Return the member that the record describes."""
        return Member(
            file=self.into(
                FileEntry,
                path=self.exact_path,
                aliases=tuple(alias.exact_path for alias in self.aliases),
            ),
            digest=bytes.fromhex(self.content_digest),
            info=self.into(
                PictureInfo, embedded=tuple(one.into(EmbeddedItem) for one in self.embedded)
            ),
            true_pixels=self.true_pixels,
            companions=tuple(one.companion() for one in self.companions),
        )


class _Match(Record, frozen=True, kw_only=True):
    """A match of two members, by their places; all of it is seen from ``a``."""

    a: Count
    b: Count
    verdict: Verdict
    seen_from: Literal["a"]
    changes: tuple[Change, ...]
    view: str
    orientation: str
    box: _Shares
    edited: _Shares | None

    def __post_init__(self) -> None:
        if self.orientation not in ORIENTATIONS:
            raise ValueError("`orientation` is unknown")
        for name, box in (("box", self.box), ("edited", self.edited or WHOLE)):
            if not (box[0] < box[2] and box[1] < box[3]):
                raise ValueError(f"`{name}` has no size")

    def edge(self) -> Edge:
        """Return the edge that the record describes."""
        view = AS_IT_IS
        if (self.view, self.orientation, self.box) != _AS_IT_IS:
            view = View(self.view, ORIENTATIONS.index(self.orientation), self.box)
        return Edge(self.verdict, self.changes, view, self.edited)


class _Duplicate(_Match, frozen=True, kw_only=True):
    """A match of a duplicate with its keeper."""

    kept: str


class _Group(Record, frozen=True, kw_only=True):
    """A group: a keeper and its duplicates."""

    keeper: Literal[0]
    kept: str
    members: Annotated[tuple[_Member, ...], Meta(min_length=2)]
    duplicates: tuple[_Duplicate, ...]
    edges: tuple[_Match, ...]


def header(found: Any) -> _Header:
    """Return the header of a report. Raises ValueError or SettingsError, which name the field."""
    record = checked(found, _Header)
    refuse_other_fields(found, "settings.fingerprint", FingerprintSettings)
    refuse_other_fields(found, "settings.match", MatchSettings)
    return record


def group(number: int, found: object) -> ReportedGroup:
    """Return a group of a report. Raises ValueError, which names the wrong field."""
    record = checked(found, _Group)
    members = tuple(one.member() for one in record.members)
    paths = [path for one in members for path in (one.file.path, *one.file.aliases)]
    if len(set(paths)) < len(paths):
        raise ValueError("two members have the same path")
    matches = ((one.a, one.b, one.edge()) for one in (*record.edges, *record.duplicates))
    return ReportedGroup(
        number=number,
        members=members,
        kept=record.kept,
        kept_over={one.b: one.kept for one in record.duplicates},
        edges=Edges.of([one.digest for one in members], matches),
    )
