"""Groups of a report as they are read, made of a few words; and the plan that comes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

import pytest

from dupscan.dedupe.plan import decide
from dupscan.model.changes import Change
from dupscan.model.files import FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import PictureInfo
from dupscan.model.plan import NO_EDITS, Edits, Plan, Row
from dupscan.model.report import Companion, CompanionKind
from dupscan.model.saved_report import Edge, Member, ReportedGroup, SavedReport
from dupscan.settings import FingerprintSettings, MatchSettings, PlanSettings

Pair = tuple[int, int]
CHANGES = {
    "file": (Change.SAME_BYTES,),
    "pixels": (Change.SAME_PIXELS, Change.OTHER_METADATA),
    "picture": (Change.HALF_SIZE, Change.RE_ENCODED),
    "similar": (Change.CROPPED,),
}


@pytest.fixture(scope="session")
def member() -> Callable[..., Member]:
    """A member at a path, with other content than any other unless `content` says so.

    Further words are those of its file, its details, or its own.
    """

    def make(path: str, content: str | None = None, **more: Any) -> Member:
        digest = hashlib.sha256((content or path).encode()).digest()
        number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:4])
        file: dict[str, Any] = {"size": 1000, "mtime_ns": 10**18, "device": 1, "inode": number}
        info: dict[str, Any] = {"format": "JPEG", "width": 400, "height": 300}
        for name, value in more.items():
            for kind, part in ((FileEntry, file), (PictureInfo, info)):
                if name in {field.name for field in fields(kind)}:
                    part[name] = value
        details = PictureInfo(**info)
        return Member(
            file=FileEntry(path=path, links=1 + len(more.get("aliases", ())), **file),
            digest=digest,
            info=details,
            true_pixels=more.get("true_pixels", details.pixels),
            companions=more.get("companions", ()),
        )

    return make


@pytest.fixture(scope="session")
def companion() -> Callable[..., Companion]:
    """A file beside a picture: a sidecar unless said otherwise."""

    def make(path: str, kind: str = "sidecar", *, shared: bool = False) -> Companion:
        return Companion(path, 50, 10**18, 1, 77, CompanionKind(kind), shared)

    return make


@pytest.fixture(scope="session")
def group() -> Callable[..., ReportedGroup]:
    """A group, its members all matching each other by a verdict, or as `edges` says by places."""

    def make(
        members: Iterable[Member],
        verdict: str = "file",
        edges: Mapping[Pair, str] | None = None,
        number: int = 1,
        kept: str = "less compressed",
    ) -> ReportedGroup:
        held = tuple(members)
        if edges is None:
            places = range(len(held))
            edges = {(a, b): verdict for a in places for b in places if a < b}
        said = {pair: Edge(Verdict(word), CHANGES[word]) for pair, word in edges.items()}
        return ReportedGroup(number, held, kept, said)

    return make


@pytest.fixture(scope="session")
def plan() -> Callable[..., Plan]:
    """The plan for some groups; further words are those of :class:`PlanSettings`."""

    def make(*groups: ReportedGroup, edits: Edits = NO_EDITS, **settings: Any) -> Plan:
        report = SavedReport(
            "scan", True, ("/p",), FingerprintSettings(), MatchSettings(), iter(groups)
        )
        return decide(report, PlanSettings(**settings), edits)

    return make


@pytest.fixture(scope="session")
def proposed() -> Callable[[Plan], dict[str, str]]:
    """Paths of a plan's targets, each with that of its keeper."""

    def tell(plan: Plan) -> dict[str, str]:
        return {row.target.path: row.keeper.path for row in plan.rows if not row.declined}

    return tell


@pytest.fixture(scope="session")
def declined() -> Callable[[Plan], dict[str, str]]:
    """Paths of what a plan declined, each with the reason."""

    def tell(plan: Plan) -> dict[str, str]:
        return {row.target.path: row.why_declined for row in plan.rows if row.declined}

    return tell


@pytest.fixture(scope="session")
def only_row() -> Callable[[Plan], Row]:
    """The one row of a plan that has one."""

    def tell(plan: Plan) -> Row:
        [row] = plan.rows
        return row

    return tell
