"""Reports made by hand, for the tests of what is written of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from dupscan.model.changes import Change, Changes
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import Counts, ScanHeader, ScanReport
from dupscan.model.views import View

EVIDENCE = Evidence(
    distance=4,
    histogram_rms=0.00123456,
    difference=2.3449,
    fine=0.56789,
    agreement=None,
    view=View("plain"),
)
JPEG = b"\xff\xd8a small picture\xff\xd9"


@pytest.fixture(scope="session")
def match_of() -> Callable[..., Match]:
    """``match_of(a, b)``: two numbers of pictures that are similar, or whatever is said.

    Other names are those of any field of the evidence.
    """

    def make(
        a: int,
        b: int,
        verdict: Verdict = Verdict.SIMILAR,
        changes: Changes = (Change.RE_ENCODED,),
        **evidence: Any,
    ) -> Match:
        return Match(a, b, verdict, replace(EVIDENCE, **evidence), changes)

    return make


@pytest.fixture(scope="session")
def report_of() -> Callable[..., ScanReport]:
    """``report_of(pictures, groups, complete=…)``: other names are fields of report or header."""

    def make(
        pictures: Sequence[Picture] = (), groups: Sequence[DuplicateGroup] = (), **changed: Any
    ) -> ScanReport:
        header = ScanHeader(
            scan_id="0123456789ab",
            version="1.2.3",
            started="2026-11-22T01:02:03+00:00",
            complete=True,
            roots=("/pictures",),
            settings={"match": {"radius": 8}},
            seconds=12.34,
        )
        mine = {key: changed.pop(key) for key in header.__slots__ if key in changed}
        known: dict[str, Any] = {"low_detail": (), "failures": ()}
        counts = Counts(
            files=len(pictures),
            pictures=len(pictures),
            groups=len(groups),
            duplicates=sum(len(one.duplicates) for one in groups),
            unreadable=len(changed.get("failures", ())),
            low_detail=len(changed.get("low_detail", ())),
        )
        return ScanReport(
            header=replace(header, **mine),
            counts=counts,
            pictures=tuple(pictures),
            groups=tuple(groups),
            **known | changed,
        )

    return make


@pytest.fixture(scope="session")
def pair(
    picture_of: Callable[..., Picture],
    match_of: Callable[..., Match],
    report_of: Callable[..., ScanReport],
) -> Callable[..., ScanReport]:
    """A report of one group: a keeper and its duplicate, under the paths given."""

    def make(keeper: str = "/pictures/a.jpg", duplicate: str = "/pictures/b.jpg") -> ScanReport:
        match = match_of(0, 1)
        pictures = [picture_of(0, keeper), picture_of(1, duplicate)]
        return report_of(pictures, [DuplicateGroup(0, (match,), edges=(match,))])

    return make


@pytest.fixture(scope="session")
def written() -> Callable[..., bytes]:
    """``written(csv_format.write, report)``: what a format makes of a report."""

    def write(writer: Callable[..., None], report: ScanReport) -> bytes:
        file: BinaryIO = BytesIO()
        writer(report, lambda number: JPEG, file)
        assert not file.closed
        return file.getvalue()  # type: ignore[attr-defined]

    return write
