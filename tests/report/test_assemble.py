"""The results of a scan are counted, put in order, and nothing of them is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dupscan.model.files import Failure
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import Companion, CompanionKind, Counts, ScanHeader
from dupscan.report.assemble import ScanResults, assemble, companions_of

HEADER = ScanHeader(
    scan_id="0123456789ab",
    complete=True,
    version="1.2.3",
    started="2026-11-22T01:02:03+00:00",
    roots=("/pictures",),
    settings={},
    seconds=1.5,
)


def results(**changed: Any) -> ScanResults:
    usual = {
        "files": 0,
        "readable": 0,
        "pictures": [],
        "groups": [],
        "low_detail": 0,
        "walk_failures": [],
        "file_failures": [],
        "passed_over": {},
        "left_out": {},
        "true_pixels": {},
        "companions": {},
    }
    return ScanResults(**usual | changed)


def test_no_results_make_an_empty_report() -> None:
    report = assemble(HEADER, results())
    assert (report.header, report.counts) == (HEADER, Counts())
    assert (report.pictures, report.groups, report.failures, report.low_detail) == ((), (), (), ())


def test_duplicates_and_the_bytes_they_would_free_are_counted(
    picture_of: Callable[..., Picture], match_of: Callable[..., Match]
) -> None:
    pictures = [picture_of(at, size=size) for at, size in enumerate((9, 20, 300, 4000))]
    group = DuplicateGroup(
        PictureIndex(0), (match_of(0, 1, Verdict.FILE), match_of(0, 2, Verdict.PICTURE))
    )
    counts = assemble(
        HEADER, results(files=4, readable=4, pictures=pictures, groups=[group])
    ).counts
    assert (counts.groups, counts.duplicates) == (1, 2)
    assert (counts.reclaimable, counts.identical) == (320, 20)
    assert (counts.safe, counts.look_first) == (20, 300)


def test_every_file_is_counted_once_and_the_rest_was_not_reached() -> None:
    read = Failure("/b.jpg", "read", "I/O error")
    folder = Failure("/a", "walk", "permission denied")  # no file of the walk
    counts = assemble(
        HEADER,
        results(
            files=20,
            readable=10,
            walk_failures=[folder],
            file_failures=[read],
            passed_over={"not a picture": 3, "SVG is not compared": 2},
        ),
    ).counts
    assert (counts.pictures, counts.unreadable, counts.passed_over) == (10, 2, 5)
    assert counts.not_reached == 20 - 10 - 1 - 5


def test_failures_are_in_the_order_of_their_paths_and_kinds_in_that_of_their_names() -> None:
    report = assemble(
        HEADER,
        results(
            walk_failures=[Failure("/c", "walk", "")],
            file_failures=[Failure("/b", "read", ""), Failure("/d", "decode", "")],
            passed_over={"SVG is not compared": 1, "PSD is not compared": 2},
        ),
    )
    assert [one.path for one in report.failures] == ["/b", "/c", "/d"]
    assert list(report.passed_over) == ["PSD is not compared", "SVG is not compared"]


def test_pictures_of_low_detail_are_named_by_their_index(
    picture_of: Callable[..., Picture],
) -> None:
    pictures = [picture_of(0), picture_of(1, low_detail=True), picture_of(2, low_detail=True)]
    report = assemble(HEADER, results(pictures=pictures, low_detail=2))
    assert (report.low_detail, report.counts.low_detail) == ((1, 2), 2)


# -- companions ------------------------------------------------------------------------------------


def companion(path: str) -> Companion:
    return Companion(path, 5, 10**18, 1, 7, kind=CompanionKind.SIDECAR, shared=False)


def find(paths: Iterable[str]) -> dict[str, tuple[Companion, ...]]:
    """A sidecar for each name that ends with x, and one that several names share."""
    return {
        path: (companion(f"{path}.xmp"), companion("/shared.xmp"))
        for path in paths
        if path.endswith("x")
    }


def test_no_members_have_no_companions() -> None:
    assert companions_of([], [], find) == {}


def test_companions_lie_beside_any_name_of_a_file_and_are_named_once(
    picture_of: Callable[..., Picture],
) -> None:
    pictures = [picture_of(0, "/ax", aliases=("/bx", "/c")), picture_of(1, "/d"), picture_of(2)]
    found = companions_of([PictureIndex(0), PictureIndex(1)], pictures, find)
    assert {at: [one.path for one in several] for at, several in found.items()} == {
        0: ["/ax.xmp", "/shared.xmp", "/bx.xmp"]
    }
