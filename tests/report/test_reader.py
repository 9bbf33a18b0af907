"""A report read again, and all that is refused as one."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from dupscan.errors import PlanError
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import Companion, CompanionKind, ScanReport
from dupscan.model.saved_report import Edge, Member, ReadReport, ReportedGroup
from dupscan.pipeline import ScanOutcome
from dupscan.report import json_format
from dupscan.report.reader import read_report
from dupscan.settings import FingerprintSettings, MatchSettings, ScanSettings, WalkSettings

FILE, PIXELS, PICTURE, SIMILAR = Verdict
PictureOf = Callable[..., Picture]
MatchOf = Callable[..., Match]
ReportOf = Callable[..., ScanReport]
SETTINGS = ScanSettings(
    WalkSettings(("/pictures",)), FingerprintSettings(max_pixels=9), MatchSettings(radius=3)
)


@pytest.fixture
def saved(tmp_path: Path, written: Callable[..., bytes]) -> Callable[[ScanReport], Path]:
    """Put a report on disk; returns its path."""

    def save(report: ScanReport) -> Path:
        header = replace(report.header, settings=SETTINGS.recorded())
        path = tmp_path / "report.json"
        path.write_bytes(written(json_format.write, replace(report, header=header)))
        return path

    return save


Saved = Callable[[ScanReport], Path]


def read_all(path: Path) -> tuple[ReadReport, list[ReportedGroup]]:
    report = read_report(path)
    return report, list(report.groups)


def change(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Change a report as another program would, which lays it out anew."""
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return path


def test_a_report_of_nothing_has_no_groups(report_of: ReportOf, saved: Saved) -> None:
    report, groups = read_all(saved(report_of()))
    assert groups == []
    assert (report.scan_id, report.complete, report.roots) == ("0123456789ab", True, ("/pictures",))
    assert (report.fingerprint, report.match) == (SETTINGS.fingerprint, SETTINGS.match)


def test_a_report_is_found_in_its_folder(report_of: ReportOf, saved: Saved) -> None:
    path = saved(report_of(complete=False, roots=("/a", os.fsdecode(b"/caf\xe9"))))
    report = read_report(path.parent)
    assert (report.complete, report.roots) == (False, ("/a", os.fsdecode(b"/caf\xe9")))


def test_a_group_is_given_back_as_it_was_written(pair: ReportOf, saved: Saved) -> None:
    film = Companion("/pictures/b.mov", 7, -1, 2, 2**63 + 1, CompanionKind.LIVE_PHOTO, shared=True)
    report = replace(pair(), true_pixels={0: 7, 1: 5}, companions={1: (film,)})
    keeper, other = report.pictures
    expected = ReportedGroup(
        number=1,
        members=(
            Member(keeper.file, keeper.digest, keeper.info, 7),
            Member(other.file, other.digest, other.info, 5, (film,)),
        ),
        kept="",
        edges={(0, 1): Edge(SIMILAR, "re-encoded")},
    )
    assert [expected] == read_all(saved(report))[1]


def test_groups_are_numbered_as_they_stand(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, saved: Saved
) -> None:
    pictures = [picture_of(number) for number in range(6)]
    groups = [DuplicateGroup(at, (match_of(at, at + 1),), kept=f"k{at}") for at in (0, 2, 4)]
    found = read_all(saved(report_of(pictures, groups)))[1]
    assert [(one.number, one.kept) for one in found] == [(1, "k0"), (2, "k2"), (3, "k4")]


def test_a_real_scan_is_read(scan_of: Callable[..., ScanOutcome], originals: Path) -> None:
    outcome = scan_of(originals.parent, references=(str(originals),))
    report, groups = read_all(outcome.files[-1])
    assert report.roots == (str(originals.parent), str(originals))
    assert len(groups) == outcome.report.counts.groups
    assert outcome.report.counts.duplicates == sum(len(one.members) - 1 for one in groups)
    for group in groups:
        assert all((0, place) in group.edges for place in range(1, len(group.members)))


# -- edges -----------------------------------------------------------------------------------------


@pytest.fixture
def crowd(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, saved: Saved
) -> ReportedGroup:
    """Places 0, 1 and 3 have equal bytes, so have 2 and 4; 5 is like both, 6 like the keeper."""
    digests = [b"a" * 32, b"a" * 32, b"b" * 32, b"a" * 32, b"b" * 32, b"c" * 32, b"d" * 32]
    pictures = [picture_of(number, digest=digest) for number, digest in enumerate(digests)]
    edges = (
        match_of(0, 2, PICTURE, "half size"),
        match_of(0, 6, PIXELS, "packed"),
        match_of(2, 5, SIMILAR, "cropped"),
    )
    verdicts = [FILE, PICTURE, FILE, PICTURE, SIMILAR, PIXELS]
    duplicates = (match_of(0, at + 1, one, "of 0") for at, one in enumerate(verdicts))
    group = DuplicateGroup(0, tuple(duplicates), edges=edges)
    (found,) = read_all(saved(report_of(pictures, [group])))[1]
    return found


def test_equal_bytes_match_as_a_file(crowd: ReportedGroup) -> None:
    same = {pair for pair, edge in crowd.edges.items() if edge.verdict is FILE}
    assert same == {(0, 1), (0, 3), (1, 3), (2, 4)}
    assert {crowd.edges[pair].explanation for pair in same} == {"the same bytes"}


def test_equal_bytes_share_their_matches(crowd: ReportedGroup) -> None:
    found = {pair: edge.explanation for pair, edge in crowd.edges.items()}
    turned = "the other way round: half size"
    expected = {(0, 2): "half size", (0, 4): "half size", (1, 2): "half size", (1, 4): "half size"}
    expected |= {(2, 3): turned, (3, 4): "half size"}
    assert expected == {pair: found[pair] for pair in expected}
    assert {(0, 6), (1, 6), (3, 6)} == {pair for pair in found if 6 in pair}
    assert crowd.edges[4, 5] == Edge(SIMILAR, "cropped")


def test_an_edge_is_found_as_it_is_listed(crowd: ReportedGroup) -> None:
    listed = dict(crowd.edges.items())
    assert len(listed) == len(crowd.edges)
    assert all(a < b for a, b in listed)
    for pair in combinations(range(-2, 9), 2):
        assert listed.get(pair) == crowd.edges.get(pair)
        assert (pair in listed) == (pair in crowd.edges)


def test_a_match_of_later_copies_is_told_the_right_way_round(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, saved: Saved
) -> None:
    """It is listed between places 2 and 3, whose bytes come first at 2 and 1."""
    pictures = [
        picture_of(at, digest=digest * 32) for at, digest in enumerate([b"a", b"b", b"c", b"b"])
    ]
    group = DuplicateGroup(
        0,
        tuple(match_of(0, at, PICTURE) for at in (1, 2, 3)),
        edges=(match_of(2, 3, PICTURE, "half size"),),
    )
    (found,) = read_all(saved(report_of(pictures, [group])))[1]
    assert found.edges[2, 3].explanation == "half size"
    assert found.edges[1, 2].explanation == "the other way round: half size"


def test_ten_thousand_copies_are_no_fifty_million_edges(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, saved: Saved
) -> None:
    pictures = [picture_of(number, digest=b"a" * 32) for number in range(10_000)]
    group = DuplicateGroup(0, tuple(match_of(0, at, FILE) for at in range(1, 10_000)))
    (found,) = read_all(saved(report_of(pictures, [group])))[1]
    assert len(found.edges) == 49_995_000
    assert found.edges[4_321, 9_999].verdict is FILE


# -- refused ---------------------------------------------------------------------------------------


def test_no_report_is_refused_by_its_name(tmp_path: Path) -> None:
    for path, named in (
        (tmp_path, "/report.json: no report"),
        (tmp_path / "no\nne", "no\\nne: no"),
    ):
        with pytest.raises(PlanError) as caught:
            read_report(path)
        assert named in str(caught.value)
        assert "name a report.json" in str(caught.value)


def test_a_pipe_is_refused_and_nothing_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.json")
    with pytest.raises(PlanError, match="no report there"):
        read_report(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"{}", b"[]", b"7", b"\xff\xfe\x00", b"\0" * 99, b"[" * 99_999, b"{\n" * 9),
        *(b'{\n"format": "dupscan-plan",\n"format_version": 3\n}\n', b'{"format": 3}'),
        *(b"group,role,verdict\n1,keeper,\n", gzip.compress(b"{}", mtime=0), b"<!DOCTYPE html>\n"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.json").write_bytes(content)
    with pytest.raises(PlanError, match="not a report of dupscan; name"):
        read_report(tmp_path)


@pytest.mark.parametrize("version", [2, 4, "3", None])
def test_a_report_of_another_version_is_refused_with_the_way_out(
    pair: ReportOf, saved: Saved, version: object
) -> None:
    path = change(saved(pair()), lambda report: report.update(format_version=version))
    with pytest.raises(PlanError, match=r"of format version .* reads 3; scan again"):
        read_report(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("settings", {}),
        ("settings", {"fingerprint": {}, "match": {"radius": 99}}),
        ("settings", {"fingerprint": {}, "match": {"radius": "8"}}),
        ("settings", {"fingerprint": {}, "match": {"no such": 8}}),
        ("roots", None),
        ("roots", [{"path": "pictures"}]),
        ("roots", [{"path": "/a", "path_bytes": "?"}]),
        ("scan_id", 7),
        ("complete", "yes"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(
    pair: ReportOf, saved: Saved, field: str, value: object
) -> None:
    path = change(saved(pair()), lambda report: report["header"].update({field: value}))
    with pytest.raises(PlanError, match="its header is damaged"):
        read_report(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("path", "b.jpg"), ("path", "/a\0b"), ("path", "/pictures/a.jpg"), ("aliases", None)),
        ("aliases", [{"path": "/pictures/a.jpg"}]),
        *(("size", -1), ("size", "9"), ("size", 1.5), ("size", True), ("inode", None)),
        *(("mtime_ns", 1.5e18), ("content_digest", "ab"), ("content_digest", "x" * 64)),
        *(("gps", 1), ("frames", None), ("captured", 5), ("true_pixels", None), ("width", 0)),
        *(("position", "here"), ("position", "1,2,3"), ("position", "91,0"), ("position", "nan,0")),
        *(("position", 48), ("notes", 7), ("film", None)),
        *(("companions", None), ("companions", [{}]), ("companions", [{"kind": "friend"}])),
    ],
)
def test_a_member_that_makes_no_sense_is_refused(
    pair: ReportOf, saved: Saved, field: str, value: object
) -> None:
    def spoil(report: dict[str, Any]) -> None:
        report["groups"][0]["members"][1][field] = value

    with pytest.raises(PlanError, match="group 1, or what follows it, is damaged"):
        read_all(change(saved(pair()), spoil))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("keeper", 1), ("members", []), ("members", [{}, {}]), ("kept", None), ("edges", None)),
        *(("edges", [{"a": 0, "b": 2, "verdict": "similar", "explanation": ""}]),),
        *(("edges", [{"a": 1, "b": 0, "verdict": "similar", "explanation": ""}]),),
        *(("edges", [{"a": 0, "b": 1, "verdict": "file", "explanation": ""}]),),
        *(("edges", [{"a": 0, "b": 1, "verdict": "pixels", "explanation": ""}]),),
        *(("edges", [{"a": 0, "b": 1, "verdict": "alike", "explanation": ""}]),),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(
    pair: ReportOf, saved: Saved, field: str, value: object
) -> None:
    """Among it a match as a file of what has other bytes, and one stronger than its twin."""
    path = change(saved(pair()), lambda report: report["groups"][0].update({field: value}))
    with pytest.raises(PlanError, match=r"damaged \(.*; scan again"):
        read_all(path)


def test_a_report_that_breaks_off_is_refused_where_it_does(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, saved: Saved
) -> None:
    pictures = [picture_of(number) for number in range(6)]
    groups = [DuplicateGroup(at, (match_of(at, at + 1),)) for at in (0, 2, 4)]
    path = saved(report_of(pictures, groups))
    lines = path.read_bytes().splitlines(keepends=True)
    for kept, place in (([*lines[:7], lines[7][:99]], 1), (lines[:8], 2), (lines[:-1], 3)):
        path.write_bytes(b"".join(kept))
        found = read_report(path).groups
        assert [next(found).number for _ in range(place)] == list(range(1, place + 1))
        with pytest.raises(PlanError, match=f"group {place + 1}, or what follows it, is damaged"):
            next(found)


def test_a_report_that_was_replaced_meanwhile_is_refused(pair: ReportOf, saved: Saved) -> None:
    report = read_report(saved(pair()))
    saved(replace(pair(), header=replace(pair().header, scan_id="ba9876543210")))
    with pytest.raises(PlanError, match="another scan replaced it meanwhile; plan again"):
        list(report.groups)


def test_a_report_that_vanished_meanwhile_is_refused(pair: ReportOf, saved: Saved) -> None:
    path = saved(pair())
    report = read_report(path)
    path.unlink()
    with pytest.raises(PlanError, match="No such file"):
        list(report.groups)


def test_a_report_that_another_program_laid_out_anew_is_the_same(
    pair: ReportOf, saved: Saved
) -> None:
    """Its fields in another order too, the groups before the header."""
    path = saved(pair())
    expected = read_all(path)[1]
    path.write_text(json.dumps(json.loads(path.read_text()), sort_keys=True))
    assert expected == read_all(path)[1]
