"""duplicates.csv: one row a file, for spreadsheets."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from dupscan.model.changes import Change
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import ScanReport
from dupscan.report import csv_format
from dupscan.text import file_names
from dupscan.text.table_cells import text_of, texts_of

PictureOf = Callable[..., Picture]
MatchOf = Callable[..., Match]
ReportOf = Callable[..., ScanReport]
Row = dict[str, str]
COLUMNS = (
    "group,role,verdict,path,keeper,explanation,distance,histogram_rms,difference,"
    "width,height,format,size,mtime,aliases"
)
EVIL = [
    b"/p/=1+1.jpg",
    b"/p/@SUM(A1).jpg",
    b"/p/-2+3.jpg",
    b'/p/a"b,c;d\te.jpg',
    b'/p/a;=HYPERLINK("http://x").jpg',
    b'/p/a; "=1+1.jpg',
    b"/p/a\n=1+1.jpg",
    b"/p/a\t@x.jpg",
    b"/p/two\nlines\r\n.jpg",
    b"/p/lone\rreturn.jpg",
    b"/p/caf\xe9\xff.jpg",
    "/p/naïve 🚀 \u202egpj.exe".encode(),
    b"/p/ spaces ",
    b"/p/'quoted'",
    b"/p/\x01\x1b[31m.jpg",
]


@pytest.fixture
def read(written: Callable[..., bytes]) -> Callable[[ScanReport], list[Row]]:
    """The rows as a careful program reads them; none of them may be ragged."""

    def parse(report: ScanReport) -> list[Row]:
        text = written(csv_format.write, report).decode("utf-8")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        return [dict(zip(header, row, strict=True)) for row in rows]

    return parse


Read = Callable[[ScanReport], list[Row]]


def test_a_report_of_nothing_is_a_header(
    report_of: ReportOf, written: Callable[..., bytes]
) -> None:
    text = written(csv_format.write, report_of()).decode("ascii")
    assert text.splitlines() == [COLUMNS]


def test_each_file_of_a_group_has_a_row(pair: ReportOf, read: Read) -> None:
    keeper, duplicate = read(pair())
    assert (keeper["role"], duplicate["role"]) == ("keeper", "duplicate")
    assert (keeper["path"], duplicate["path"]) == ("/pictures/a.jpg", "/pictures/b.jpg")
    assert keeper["keeper"] == duplicate["keeper"] == "/pictures/a.jpg"
    assert keeper["group"] == duplicate["group"] == "1"


def test_a_keeper_has_no_verdict_and_no_measures(pair: ReportOf, read: Read) -> None:
    keeper = read(pair())[0]
    empty = ("verdict", "explanation", "distance", "histogram_rms", "difference")
    assert [keeper[column] for column in empty] == [""] * 5


def test_a_keeper_says_why_it_is_kept(pair: ReportOf, report_of: ReportOf, read: Read) -> None:
    report = pair()
    (group,) = report.groups
    kept = report_of(report.pictures, [replace(group, kept_over=("less compressed",))])
    assert read(kept)[0]["explanation"] == "kept: less compressed"


def test_a_duplicate_has_its_verdict_measures_and_words(pair: ReportOf, read: Read) -> None:
    duplicate = read(pair())[1]
    assert (duplicate["verdict"], duplicate["explanation"]) == ("similar", "re-encoded")
    assert (duplicate["distance"], duplicate["histogram_rms"]) == ("4", "0.001235")
    assert float(duplicate["difference"]) == pytest.approx(2.345, abs=0.006)


def test_equal_bytes_are_a_verdict_of_their_own(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    group = DuplicateGroup(0, (match_of(0, 1, Verdict.FILE, (Change.SAME_BYTES,)),))
    report = report_of([picture_of(0, "/a"), picture_of(1, "/b")], [group])
    assert read(report)[1]["verdict"] == "file"


def test_sizes_are_bytes_and_times_are_iso_8601(pair: ReportOf, read: Read) -> None:
    row = read(pair())[1]
    assert (row["size"], row["mtime"]) == ("1000", "2017-07-14T02:40:00+00:00")
    assert (row["width"], row["height"], row["format"]) == ("400", "300", "JPEG")


def test_a_near_picture_says_whom_it_is_like(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(number, f"/{number}.jpg") for number in range(3)]
    group = DuplicateGroup(1, (match_of(0, 1),), near=(match_of(0, 2),))
    near = read(report_of(pictures, [group]))[2]
    assert (near["role"], near["path"], near["keeper"]) == ("near", "/2.jpg", "/1.jpg")
    assert near["explanation"] == "like /0.jpg, not like the keeper"


def test_groups_are_counted_from_one(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(number, f"/{number}.jpg") for number in range(4)]
    groups = [DuplicateGroup(2, (match_of(2, 3),)), DuplicateGroup(0, (match_of(0, 1),))]
    rows = read(report_of(pictures, groups))
    assert [(row["group"], row["path"]) for row in rows] == [
        *(("1", "/2.jpg"), ("1", "/3.jpg")),
        *(("2", "/0.jpg"), ("2", "/1.jpg")),
    ]


@pytest.mark.parametrize("name", EVIL)
def test_any_name_comes_back_as_its_bytes(pair: ReportOf, read: Read, name: bytes) -> None:
    rows = read(pair(os.fsdecode(name), os.fsdecode(name) + "2"))
    assert [name, name + b"2"] == [os.fsencode(text_of(row["path"])) for row in rows]
    assert {name} == {os.fsencode(text_of(row["keeper"])) for row in rows}


def test_further_names_stand_in_one_line(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    aliases = ("/p/c.jpg", "/p/d | e.jpg", "/p/two\nlines.jpg")
    pictures = [picture_of(0, "/a", aliases=aliases), picture_of(1, "/b")]
    keeper, duplicate = read(report_of(pictures, [DuplicateGroup(0, (match_of(0, 1),))]))
    assert keeper["aliases"].startswith("/p/c.jpg | ")
    assert texts_of(keeper["aliases"]) == aliases
    assert duplicate["aliases"] == ""


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", EVIL)
def test_no_cell_is_a_formula(
    picture_of: PictureOf,
    match_of: MatchOf,
    report_of: ReportOf,
    written: Callable[..., bytes],
    name: bytes,
    separator: str,
) -> None:
    pictures = [
        picture_of(number, f"{os.fsdecode(name)}{number}", aliases=(os.fsdecode(name),))
        for number in range(3)
    ]
    report = report_of(pictures, [DuplicateGroup(0, (match_of(0, 1),), near=(match_of(1, 2),))])
    text = written(csv_format.write, report).decode("utf-8")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cells = [cell for row in rows for cell in row]
    assert not [one for one in cells if one.lstrip(' "').startswith(tuple("=+-@\t\r\n"))]


@pytest.mark.parametrize("name", EVIL)
def test_the_table_can_be_printed_raw(
    pair: ReportOf, written: Callable[..., bytes], name: bytes
) -> None:
    text = written(csv_format.write, pair(os.fsdecode(name))).decode("utf-8")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert len(lines) == 3
    assert all(map(file_names.is_harmless, lines))


def test_a_format_from_a_store_that_was_tampered_with_is_no_formula(
    picture_of: PictureOf, pair: ReportOf, report_of: ReportOf, read: Read
) -> None:
    plain = picture_of(0, "/a")
    traits = replace(plain.traits, info=replace(plain.info, format="=1+1"))
    pictures = [replace(picture_of(number, f"/{number}"), traits=traits) for number in (0, 1)]
    rows = read(report_of(pictures, pair().groups))
    assert {row["format"] for row in rows} == {"$'\\x3d1+1'"}


@pytest.fixture
def dated(
    picture_of: PictureOf, pair: ReportOf, report_of: ReportOf
) -> Callable[[int], ScanReport]:
    """A report on two files that were last changed so many seconds after 1970 began."""

    def make(seconds: int) -> ScanReport:
        pictures = [picture_of(number, f"/{number}", mtime_ns=seconds * 10**9) for number in (0, 1)]
        return report_of(pictures, pair().groups)

    return make


def test_times_before_1970_are_times(dated: Callable[[int], ScanReport], read: Read) -> None:
    assert read(dated(0))[1]["mtime"] == "1970-01-01T00:00:00+00:00"
    assert read(dated(-86_400))[1]["mtime"] == "1969-12-31T00:00:00+00:00"


@pytest.mark.parametrize("seconds", [2**40, -(2**40), 253_402_300_800])
def test_an_absurd_time_does_not_cost_the_report(
    dated: Callable[[int], ScanReport], read: Read, seconds: int
) -> None:
    """File systems hold years that calendars do not: 36,812, or the first one after 9,999."""
    assert len(read(dated(seconds))) == 2
