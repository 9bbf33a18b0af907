"""A report read again, and all that is refused as one."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from support.json_places import NOTHING_LIKE_IT, changed, places, shown, without

from dupscan.errors import PlanError
from dupscan.model.changes import Change
from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import Companion, CompanionKind, FolderQuestion, ScanReport
from dupscan.model.saved_report import Edge, Member, ReportedGroup, SavedReport
from dupscan.pipeline import ScanOutcome
from dupscan.report import json_format
from dupscan.report.reader import read_report
from dupscan.settings import FingerprintSettings, MatchSettings, ScanSettings, WalkSettings

FILE, PIXELS, PICTURE, SIMILAR = Verdict
HALF, DOUBLE, PACKED = (Change.HALF_SIZE,), (Change.DOUBLE_SIZE,), (Change.OTHER_METADATA,)
NOT_READ = {
    *(
        "reclaimable",
        "near",
        "distance",
        "histogram_rms",
        "difference",
        "fine",
        "agreement",
        "letters",
        "colour",
    ),
    *("gain", "brightness", "saturation", "phash", "greyscale", "detail", "low_detail"),
}
"""Fields of a group that a plan does not need."""
READ_SETTINGS = {(), ("fingerprint",), ("match",)}
SEEN = {
    "seen_from": "a",
    "view": "plain",
    "orientation": "plain",
    "box": [0.0, 0.0, 1.0, 1.0],
    "edited": None,
    "changes": [],
}
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


def read_all(path: Path) -> tuple[SavedReport, list[ReportedGroup]]:
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
        edges={(0, 1): Edge(SIMILAR, (Change.RE_ENCODED,))},
        kept_over={1: ""},
    )
    assert [expected] == read_all(saved(report))[1]


def test_questions_and_reasons_and_digests_of_sidecars_are_given_back(
    pair: ReportOf, saved: Saved
) -> None:
    beside = Companion("/p/a.xmp", 7, 1, 2, 3, CompanionKind.SIDECAR, False, b"d" * 32)
    questions = (FolderQuestion("/pictures/caf\udce9", "/pictures/b", 12),)
    report = pair()
    report = replace(
        report,
        header=replace(report.header, questions=questions),
        groups=(replace(report.groups[0], kept_over=("less compressed",)),),
        companions={1: (beside,)},
    )
    path = saved(report)
    found, (group,) = read_all(path)
    assert found.questions == questions
    assert group.kept_over == {1: "less compressed"}
    assert group.members[1].companions == (beside,)


def test_groups_are_numbered_as_they_stand(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, saved: Saved
) -> None:
    pictures = [picture_of(number) for number in range(6)]
    groups = [
        DuplicateGroup(at, (match_of(at, at + 1),), kept_over=(f"k{at}",)) for at in (0, 2, 4)
    ]
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
        match_of(0, 2, PICTURE, HALF),
        match_of(0, 6, PIXELS, PACKED),
        match_of(2, 5, SIMILAR, (Change.CROPPED,)),
    )
    verdicts = [FILE, PICTURE, FILE, PICTURE, SIMILAR, PIXELS]
    duplicates = (match_of(0, at + 1, one) for at, one in enumerate(verdicts))
    group = DuplicateGroup(0, tuple(duplicates), edges=edges)
    (found,) = read_all(saved(report_of(pictures, [group])))[1]
    return found


def test_equal_bytes_match_as_a_file(crowd: ReportedGroup) -> None:
    same = {pair for pair, edge in crowd.edges.items() if edge.verdict is FILE}
    assert same == {(0, 1), (0, 3), (1, 3), (2, 4)}
    assert {crowd.edges[pair].changes for pair in same} == {(Change.SAME_BYTES,)}


def test_equal_bytes_share_their_matches(crowd: ReportedGroup) -> None:
    found = {pair: edge.changes for pair, edge in crowd.edges.items()}
    expected = dict.fromkeys([(0, 2), (0, 4), (1, 2), (1, 4), (3, 4)], HALF)
    expected |= {(2, 3): DOUBLE}
    assert expected == {pair: found[pair] for pair in expected}
    assert {(0, 6), (1, 6), (3, 6)} == {pair for pair in found if 6 in pair}
    assert crowd.edges[4, 5] == Edge(SIMILAR, (Change.CROPPED,))


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
        edges=(match_of(2, 3, PICTURE, HALF),),
    )
    (found,) = read_all(saved(report_of(pictures, [group])))[1]
    assert found.edges[2, 3].changes == HALF
    assert found.edges[1, 2].changes == DOUBLE


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
        *(b'{\n"format": "dupscan-plan",\n"format_version": 4\n}\n', b'{"format": 3}'),
        *(b"group,role,verdict\n1,keeper,\n", gzip.compress(b"{}", mtime=0), b"<!DOCTYPE html>\n"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.json").write_bytes(content)
    with pytest.raises(PlanError, match="not a report of dupscan; name"):
        read_report(tmp_path)


@pytest.mark.parametrize("version", [4, 6, "5", None])
def test_a_report_of_another_version_is_refused_with_the_way_out(
    pair: ReportOf, saved: Saved, version: object
) -> None:
    path = change(saved(pair()), lambda report: report.update(format_version=version))
    with pytest.raises(PlanError, match=r"of format version .* reads 5; scan again"):
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
        *(("position", 48), ("notes", 7)),
        *(("captured_is_guess", None), ("labels", 7)),
        *(("transparent", 0), ("embedded", None), ("embedded", [{"kind": "film", "name": "a"}])),
        *(("companions", None), ("companions", [{}]), ("companions", [{"kind": "friend"}])),
    ],
)
def test_a_member_that_makes_no_sense_is_refused(
    pair: ReportOf, saved: Saved, field: str, value: object
) -> None:
    def spoil(report: dict[str, Any]) -> None:
        report["groups"][0]["members"][1][field] = value

    with pytest.raises(PlanError, match=r"group 1 is damaged \(.*; scan again"):
        read_all(change(saved(pair()), spoil))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("keeper", 1), ("members", []), ("members", [{}, {}]), ("kept", None), ("edges", None)),
        *(("edges", [{"a": 0, "b": 2, "verdict": "similar", **SEEN}]),),
        *(("edges", [{"a": 1, "b": 0, "verdict": "similar", **SEEN}]),),
        *(("edges", [{"a": 0, "b": 1, "verdict": "file", **SEEN}]),),
        *(("edges", [{"a": 0, "b": 1, "verdict": "pixels", **SEEN}]),),
        *(("edges", [{"a": 0, "b": 1, "verdict": "alike", **SEEN}]),),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(
    pair: ReportOf, saved: Saved, field: str, value: object
) -> None:
    """Among it a match as a file of what has other bytes, and one stronger than its twin."""
    path = change(saved(pair()), lambda report: report["groups"][0].update({field: value}))
    with pytest.raises(PlanError, match=r"damaged \(.*; scan again"):
        read_all(path)


@pytest.fixture
def rich(pair: ReportOf, saved: Saved) -> Path:
    """A report in which every field of a group has a value."""
    film = Companion("/pictures/b.mov", 7, -1, 2, 2**63 + 1, CompanionKind.LIVE_PHOTO, shared=True)
    report = replace(pair(), companions={0: (film,)})
    keeper, other = report.pictures
    info = replace(keeper.info, rating=5, position="1.0,2.0", notes="a", captured="2026")
    info = replace(info, embedded=(EmbeddedItem(EmbeddedKind.METADATA, "IPTC", "0" * 16),))
    file = replace(keeper.file, aliases=("/pictures/c.jpg",))
    keeper = replace(keeper, file=file, traits=replace(keeper.traits, info=info))
    return saved(replace(report, pictures=(keeper, other)))


def refusal(path: Path, content: object) -> str:
    path.write_text(json.dumps(content))
    with pytest.raises(PlanError) as caught:
        read_all(path)
    return str(caught.value)


def test_any_damaged_field_is_refused_by_its_place(rich: Path) -> None:
    content = json.loads(rich.read_text())
    group = content["groups"][0]
    for place in places(group):
        if not NOT_READ.isdisjoint(place):
            continue
        found = refusal(rich, changed(content, ("groups", 0, *place), NOTHING_LIKE_IT))
        assert "group 1 is damaged (" in found
        assert shown(place) in found
        if isinstance(place[-1], str) and place[-1] != "path_bytes":
            found = refusal(rich, without(content, ("groups", 0, *place)))
            assert f"missing required field `{place[-1]}`" in found


def test_any_damaged_field_of_the_header_is_refused_by_its_place(rich: Path) -> None:
    content = json.loads(rich.read_text())
    kept = {"scan_id", "complete", "roots", "references", "settings"}
    for place in places(content["header"]):
        if place[0] not in kept or (place[0] == "settings" and place[1:2] not in READ_SETTINGS):
            continue
        found = refusal(rich, changed(content, ("header", *place), NOTHING_LIKE_IT))
        assert "its header is damaged (" in found
        assert shown(place) in found
        if isinstance(place[-1], str):
            found = refusal(rich, without(content, ("header", *place)))
            assert f"missing required field `{place[-1]}`" in found or (
                f"missing field `{place[-1]}`" in found
            )


VALUES = [None, True, -1, 0.5, 1e300, 10**400, "x", "", [], {}, [0], "\ud800", "\0", "/"]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:9])
def test_any_value_in_any_place_is_read_or_refused(rich: Path, value: object) -> None:
    """And what is read can be seen from both sides, and put into words."""
    content = json.loads(rich.read_text())
    for place in places(content):
        rich.write_text(json.dumps(changed(content, place, value)))
        with suppress(PlanError):
            for group in read_all(rich)[1]:
                for (a, b), edge in group.edges.items():
                    one, other = group.members[a], group.members[b]
                    assert edge.changes == edge.reversed().reversed().changes
                    edge.explanation(one, other)
                    edge.reversed().explanation(other, one)


def test_unknown_fields_are_for_programs_that_know_them(rich: Path) -> None:
    """A field may be added to reports without a new version."""
    content = json.loads(rich.read_text())
    expected = read_all(rich)[1]
    for place in ((), ("members", 0), ("edges", 0), ("members", 0, "companions", 0)):
        added = ("groups", 0, *place, "new field")
        rich.write_text(json.dumps(changed(content, added, NOTHING_LIKE_IT)))
        assert expected == read_all(rich)[1]


@pytest.mark.parametrize("box", [[0.5, 0, 0.5, 1], [1, 0, 0, 1], [0, 0, 1e9, 1], [0, 0, 1]])
def test_a_box_without_a_size_is_refused(rich: Path, box: list[float]) -> None:
    """A plan divides by its sides."""
    content = json.loads(rich.read_text())
    for name in ("box", "edited"):
        found = refusal(rich, changed(content, ("groups", 0, "edges", 0, name), box))
        assert "$.edges[0]" in found


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(rich: Path, number: str) -> None:
    rich.write_text(rich.read_text().replace('"box": [0.0', f'"box": [{number}'))
    with pytest.raises(PlanError, match="is damaged"):
        read_all(rich)


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
        with pytest.raises(PlanError, match=f"what follows group {place} is damaged"):
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
