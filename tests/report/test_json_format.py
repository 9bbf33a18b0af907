"""report.json: the contract that programs rely on."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dupscan.model.changes import Change
from dupscan.model.files import Failure
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import Companion, CompanionKind, ScanReport
from dupscan.model.views import CLOCKWISE, View
from dupscan.report import json_format

PictureOf = Callable[..., Picture]
MatchOf = Callable[..., Match]
ReportOf = Callable[..., ScanReport]
NOT_UTF8 = os.fsdecode(b"/pictures/caf\xe9.jpg")


@pytest.fixture
def read(written: Callable[..., bytes]) -> Callable[[ScanReport], dict[str, Any]]:
    """A report as another program reads it."""

    def parse(report: ScanReport) -> dict[str, Any]:
        loaded = json.loads(written(json_format.write, report))
        assert isinstance(loaded, dict)
        return loaded

    return parse


Read = Callable[[ScanReport], dict[str, Any]]


def path_of(fields: dict[str, Any]) -> bytes:
    """A path as docs/report-format.md tells to read it."""
    if "path_bytes" in fields:
        return base64.b64decode(fields["path_bytes"])
    return str(fields["path"]).encode()


def test_a_report_of_nothing_has_every_field(report_of: ReportOf, read: Read) -> None:
    found = read(report_of())
    expected = "format format_version header counts groups low_detail failures passed_over left_out"
    assert expected.split() == list(found)
    assert found["format"] == "dupscan-report"
    assert found["format_version"] == 5
    assert found["groups"] == found["low_detail"] == found["failures"] == []


def test_the_header_tells_of_the_scan(report_of: ReportOf, read: Read) -> None:
    header = read(report_of(complete=False, roots=("/a", "/b")))["header"]
    assert not header["complete"]
    assert header["roots"] == [{"path": "/a"}, {"path": "/b"}]
    assert header["settings"] == {"match": {"radius": 8}}
    assert (header["scan_id"], header["version"]) == ("0123456789ab", "1.2.3")
    assert (header["started"], header["seconds"]) == ("2026-11-22T01:02:03+00:00", 12.34)


def test_two_scans_of_one_library_differ_in_the_header_only(
    pair: ReportOf, report_of: ReportOf, written: Callable[..., bytes]
) -> None:
    first = pair()
    second = report_of(first.pictures, first.groups, scan_id="ba9876543210", seconds=99.0)
    one, other = (
        written(json_format.write, each).split(b'"counts"')[1] for each in (first, second)
    )
    assert one == other


def test_no_time_is_told_outside_of_the_header(report_of: ReportOf, read: Read) -> None:
    assert "seconds" not in read(report_of())["counts"]


def test_a_picture_has_all_that_acting_on_it_needs(pair: ReportOf, read: Read) -> None:
    found = read(pair())["groups"][0]["members"][1]
    assert found == {
        "path": "/pictures/b.jpg",
        "aliases": [],
        "reference": False,
        "symbolic_link": False,
        "size": 1000,
        "mtime_ns": 1_500_000_000_000_000_000,
        "device": 1,
        "inode": 101,
        "links": 1,
        "content_digest": hashlib.sha256(b"1").hexdigest(),
        "phash": "0000000000000001",
        "greyscale": False,
        "detail": 30.0,
        "low_detail": False,
        "format": "JPEG",
        "width": 400,
        "height": 300,
        "frames": 1,
        "bit_depth": 8,
        "channels": "RGB",
        "colour_profile": None,
        "captured": None,
        "gps": False,
        "rating": None,
        "encoding": 80,
        "position": None,
        "notes": None,
        "captured_is_guess": False,
        "labels": None,
        "transparent": False,
        "embedded": [],
        "true_pixels": 120_000,
        "companions": [],
    }


def test_a_member_tells_what_it_is_worth_and_what_belongs_to_it(pair: ReportOf, read: Read) -> None:
    film = Companion(
        NOT_UTF8, 7, 1_600_000_000_123_456_789, 1, 2**63 + 1, CompanionKind.LIVE_PHOTO, shared=False
    )
    report = replace(pair(), true_pixels={0: 120_000, 1: 30_000}, companions={1: (film,)})
    keeper, duplicate = read(report)["groups"][0]["members"]
    assert (keeper["true_pixels"], keeper["companions"]) == (120_000, [])
    assert duplicate["true_pixels"] == 30_000
    assert duplicate["companions"] == [
        {
            "kind": "live-photo",
            "path": "/pictures/caf\\xe9.jpg",
            "path_bytes": base64.b64encode(b"/pictures/caf\xe9.jpg").decode(),
            "size": 7,
            "mtime_ns": 1_600_000_000_123_456_789,
            "device": 1,
            "inode": 2**63 + 1,
            "shared": False,
            "digest": "",
        }
    ]


def test_large_numbers_keep_every_digit(
    picture_of: PictureOf, report_of: ReportOf, read: Read
) -> None:
    """A nanosecond time or an inode through a float would be another file's."""
    exact = {"mtime_ns": 1_700_000_000_123_456_789, "inode": 2**63 + 1, "device": 2**40 + 1}
    picture = picture_of(0, "/a.jpg", low_detail=True, plain=2**64 - 1, **exact)
    (found,) = read(report_of([picture], low_detail=(0,)))["low_detail"]
    assert exact == {key: found[key] for key in exact}
    assert found["phash"] == "f" * 16


def test_matches_name_pictures_by_their_places(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    """Numbers 3, 5 and 9 of a large library; the keeper, number 5, is at place 0."""
    pictures = [picture_of(number, f"/{number}.jpg") for number in range(10)]
    group = DuplicateGroup(
        5,
        (match_of(3, 5),),
        near=(match_of(3, 9, changes=(Change.HALF_SIZE,)),),
        edges=(match_of(3, 5),),
    )
    (found,) = read(report_of(pictures, [group]))["groups"]
    assert found["keeper"] == 0
    assert [member["path"] for member in found["members"]] == ["/5.jpg", "/3.jpg"]
    assert found["duplicates"] == [one | {"kept": ""} for one in found["edges"]]
    assert (found["duplicates"][0]["a"], found["duplicates"][0]["b"]) == (0, 1)
    (near,) = found["near"]
    assert near["path"] == "/9.jpg"
    assert (near["match"]["a"], near["match"]["b"]) == (1, 2)
    assert near["match"]["changes"] == ["half-size"]


def test_a_match_tells_its_measures(pair: ReportOf, read: Read) -> None:
    (match,) = read(pair())["groups"][0]["duplicates"]
    assert match == {
        "a": 0,
        "b": 1,
        "verdict": "similar",
        "view": "plain",
        "orientation": "plain",
        "box": [0.0, 0.0, 1.0, 1.0],
        "distance": 4,
        "histogram_rms": 0.001235,
        "difference": 2.34,
        "fine": 0.5679,
        "agreement": None,
        "colour": 0.0,
        "letters": None,
        "edited": None,
        "gain": 1.0,
        "brightness": 0.0,
        "saturation": 1.0,
        "seen_from": "a",
        "changes": ["re-encoded"],
        "kept": "",
    }


EDITED = {
    "agreement": 0.98765,
    "view": View("cropped", box=(0.0, 0.0, 0.5, 1.0)),
    "edited": (0.123456, 0.0, 1.0, 0.5),
    "gain": 1.25,
    "brightness": 3.004,
    "saturation": 0.8,
}


def test_an_edited_duplicate_is_seen_from_the_keeper(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(0), picture_of(1)]
    group = DuplicateGroup(0, (match_of(0, 1, **EDITED),), kept_over=("less compressed",))
    (found,) = read(report_of(pictures, [group]))["groups"]
    (match,) = found["duplicates"]
    assert found["kept"] == "less compressed"
    assert (match["view"], match["box"]) == ("cropped", [0.0, 0.0, 0.5, 1.0])
    assert (match["agreement"], match["edited"]) == (0.9877, [0.1235, 0.0, 1.0, 0.5])
    assert (match["gain"], match["brightness"], match["saturation"]) == (1.25, 3.0, 0.8)


def test_a_keeper_with_the_higher_number_is_still_the_one_it_is_seen_from(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    """Picture 0 is wider than picture 1, which is kept: what it shows goes beyond the keeper."""
    pictures = [picture_of(0), picture_of(1)]
    group = DuplicateGroup(1, (match_of(0, 1, **EDITED),))
    ((match,),) = (one["duplicates"] for one in read(report_of(pictures, [group]))["groups"])
    assert (match["a"], match["b"], match["box"]) == (0, 1, [0.0, 0.0, 2.0, 1.0])
    assert match["edited"] == [0.0617, 0.0, 0.5, 0.5]
    assert (match["gain"], match["brightness"], match["saturation"]) == (0.8, -3.0, 1.25)


def test_a_turn_is_named_as_it_is_seen_from_the_keeper(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    turned = match_of(0, 1, Verdict.PICTURE, view=View("rotated 90° clockwise", CLOCKWISE))
    names = []
    for keeper in (0, 1):
        report = report_of([picture_of(0), picture_of(1)], [DuplicateGroup(keeper, (turned,))])
        (match,) = read(report)["groups"][0]["duplicates"]
        names.append((match["view"], match["orientation"]))
    clockwise, anticlockwise = "rotated 90° clockwise", "rotated 90° anticlockwise"
    assert names == [(clockwise, clockwise), (anticlockwise, anticlockwise)]


def test_no_number_is_less_than_nothing_by_its_sign(
    pair: ReportOf, written: Callable[..., bytes]
) -> None:
    """Seen from the other side, no brightness would be -0.0."""
    report = pair()
    turned = replace(report, groups=(replace(report.groups[0], keeper=1),))
    assert b"-0.0" not in written(json_format.write, turned)


def test_hard_links_are_listed_and_free_nothing_by_themselves(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    """Of two names below the roots both go; with a third one elsewhere the bytes stay."""
    pictures = [
        picture_of(0, "/a.jpg"),
        picture_of(1, "/b.jpg", size=70, links=2, aliases=("/c.jpg",)),
        picture_of(2, "/d.jpg", size=500, links=2),
    ]
    group = DuplicateGroup(0, (match_of(0, 1), match_of(0, 2)))
    (found,) = read(report_of(pictures, [group]))["groups"]
    assert found["members"][1]["aliases"] == [{"path": "/c.jpg"}]
    assert found["reclaimable"] == 70


def test_a_name_that_is_not_utf_8_survives(
    picture_of: PictureOf, report_of: ReportOf, read: Read
) -> None:
    picture = picture_of(0, NOT_UTF8, aliases=(NOT_UTF8 + "2",))
    failure = Failure(NOT_UTF8, "decode", "damaged")
    found = read(report_of([picture], low_detail=(0,), failures=(failure,), roots=(NOT_UTF8, "/b")))
    (low,), (failed,) = found["low_detail"], found["failures"]
    expected = b"/pictures/caf\xe9.jpg"
    assert expected == path_of(low) == path_of(failed) == path_of(found["header"]["roots"][0])
    assert expected + b"2" == path_of(low["aliases"][0])
    assert low["path"] == "/pictures/caf\\xe9.jpg"


def test_a_name_that_looks_like_an_escape_is_not_taken_for_one(pair: ReportOf, read: Read) -> None:
    """A backslash, x, e, 9: four characters of a legal name."""
    found = read(pair("/pictures/caf\\xe9.jpg", NOT_UTF8))["groups"][0]["members"]
    assert [path_of(member) for member in found] == [
        rb"/pictures/caf\xe9.jpg",
        b"/pictures/caf\xe9.jpg",
    ]


def test_settings_with_a_name_that_is_not_utf_8_are_legible(
    report_of: ReportOf, read: Read
) -> None:
    settings = {"walk": {"exclude": ("caf\udce9*",), "references": ()}}
    found = read(report_of(settings=settings))["header"]["settings"]
    assert found == {"walk": {"exclude": ["caf\\xe9*"], "references": []}}


def test_a_reason_with_anything_in_it_is_written(report_of: ReportOf, read: Read) -> None:
    """Decoders quote what they choke on."""
    failure = Failure("/a.jpg", "decode", 'not a "\udcff" \n\x00 marker')
    assert read(report_of(failures=(failure,)))["failures"][0]["stage"] == "decode"


def test_every_group_has_a_line_of_its_own(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, written: Callable[..., bytes]
) -> None:
    """A newline in a name does not break it."""
    pictures = [picture_of(number, f"/a\nb{number}.jpg") for number in range(6)]
    groups = [DuplicateGroup(at, (match_of(at, at + 1),)) for at in (0, 2, 4)]
    lines = written(json_format.write, report_of(pictures, groups)).decode().split("\n")
    assert sum(line.startswith('{"keeper": 0') for line in lines) == 3


@pytest.mark.parametrize("complete", [True, False])
def test_whether_a_report_is_incomplete_can_be_asked(
    tmp_path: Path, report_of: ReportOf, written: Callable[..., bytes], *, complete: bool
) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(written(json_format.write, report_of(complete=complete)))
    assert complete != json_format.is_incomplete(path)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe\x00", b"[" * 100])
def test_what_is_no_report_is_not_known_to_be_incomplete(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.json").write_bytes(content)
    assert not json_format.is_incomplete(tmp_path / "report.json")


def test_no_file_and_a_folder_are_not_known_to_be_incomplete(tmp_path: Path) -> None:
    assert not json_format.is_incomplete(tmp_path / "nowhere")
    assert not json_format.is_incomplete(tmp_path)


@pytest.mark.parametrize("name", ['"complete": false', '"groups": [', 'x", "complete": false, "y'])
def test_no_folder_name_makes_a_report_incomplete(
    tmp_path: Path, report_of: ReportOf, written: Callable[..., bytes], name: str
) -> None:
    for complete in (True, False):
        report = report_of(complete=complete, roots=(f"/{name}",), settings={"exclude": [name]})
        (tmp_path / "report.json").write_bytes(written(json_format.write, report))
        assert complete != json_format.is_incomplete(tmp_path / "report.json")


def test_an_incomplete_report_with_very_many_roots_is_incomplete(
    tmp_path: Path, report_of: ReportOf, written: Callable[..., bytes]
) -> None:
    """Names of several bytes a character, so that wherever reading stops is inside of one."""
    report = report_of(complete=False, roots=tuple(f"/{'é' * 50}{n}" for n in range(3000)))
    (tmp_path / "report.json").write_bytes(written(json_format.write, report))
    assert json_format.is_incomplete(tmp_path / "report.json")
