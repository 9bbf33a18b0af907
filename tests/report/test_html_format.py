"""report.html: one page for people, in which names are text and nothing is left out in silence."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

from dupscan.model.changes import Change
from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.files import Failure
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import ScanReport
from dupscan.report import html_format
from dupscan.report.html_format import (
    MAX_GROUPS,
    MAX_LINES,
    MAX_MEMBERS,
    MAX_PICTURES,
)
from dupscan.settings import not_duplicates

PictureOf = Callable[..., Picture]
MatchOf = Callable[..., Match]
ReportOf = Callable[..., ScanReport]
EMPTY_ELEMENTS = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """A page as a browser sees it: elements that are opened and closed, and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], "elements are left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.text += " "
        if tag not in EMPTY_ELEMENTS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.text += data

    def values(self, tag: str, attribute: str) -> list[str]:
        return [
            attrs[attribute] for name, attrs in self.elements if name == tag and attribute in attrs
        ]

    @property
    def words(self) -> str:
        """The text with each run of white space as one space."""
        return " ".join(self.text.split())


@pytest.fixture
def read(written: Callable[..., bytes]) -> Callable[[ScanReport], Page]:
    return lambda report: Page(written(html_format.write, report).decode("utf-8"))


Read = Callable[[ScanReport], Page]


def make_star(size: int, picture_of: PictureOf, match_of: MatchOf) -> list[Picture]:
    return [picture_of(number, f"/pictures/{number:05}.jpg") for number in range(size)]


def test_a_report_of_nothing_says_so(report_of: ReportOf, read: Read) -> None:
    page = read(report_of())
    assert "No duplicates found." in page.words
    assert page.values("img", "src") == []


def test_the_page_names_what_was_scanned(report_of: ReportOf, read: Read) -> None:
    page = read(report_of(roots=("/one", os.fsdecode(b"/tw\xf6"))))
    assert "/one /tw\\xf6" in page.words
    assert "2026-11-22 01:02 UTC" in page.words
    assert "scan 0123456789ab" in page.words


def test_a_group_shows_keeper_and_duplicate(pair: ReportOf, read: Read) -> None:
    page = read(pair())
    assert "Group 1 2 pictures" in page.words
    assert page.words.index("keep a.jpg") < page.words.index("duplicate similar b.jpg")
    assert "re-encoded" in page.words
    assert "4 of 64 bits · histogram RMS 0.0012 · difference 2.3 · fine 0.57" in page.words
    assert "400 × 300 · JPEG · 1.0 kB" in page.words


def test_a_keeper_says_why_it_is_kept(pair: ReportOf, report_of: ReportOf, read: Read) -> None:
    report = pair()
    (group,) = report.groups
    kept = read(report_of(report.pictures, [replace(group, kept_over=("less compressed",))]))
    assert "kept: less compressed" in kept.words
    assert "kept:" not in read(report).words


def test_agreement_is_told_where_it_was_looked_at(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(0, "/a"), picture_of(1, "/b")]
    page = read(report_of(pictures, [DuplicateGroup(0, (match_of(0, 1, agreement=0.974),))]))
    assert "fine 0.57 · agreement 97 %" in page.words
    assert "agreement" not in read(report_of(pictures, [DuplicateGroup(0, (match_of(0, 1),))])).text


@pytest.mark.parametrize(
    ("verdict", "label"),
    [
        (Verdict.FILE, "identical"),
        (Verdict.PIXELS, "same pixels"),
        (Verdict.PICTURE, "same picture"),
        (Verdict.SIMILAR, "similar"),
    ],
)
def test_each_verdict_has_its_badge_and_says_above_what_it_means(
    picture_of: PictureOf,
    match_of: MatchOf,
    report_of: ReportOf,
    read: Read,
    verdict: Verdict,
    label: str,
) -> None:
    pictures = [picture_of(0, "/a"), picture_of(1, "/b")]
    page = read(report_of(pictures, [DuplicateGroup(0, (match_of(0, 1, verdict),))]))
    assert f"duplicate {label} b" in page.words
    assert f"{label} {html_format.LEGEND[verdict]}" in page.words
    assert page.values("b", "class").count(f"verdict {verdict.value}") == 2


def table_on(page: Page) -> str:
    """The text of the only ``<pre>`` of a page, as a person copies it."""
    (table,) = re.findall(f"{not_duplicates.HEADER}\n.*?(?=\n *\n)", page.text, flags=re.DOTALL)
    return str(table)


def test_what_is_no_duplicate_can_be_told_to_the_next_scan(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read, tmp_path: Path
) -> None:
    """One line for each content but the keeper's own; the names are for the person."""
    digests = [b"k" * 32, b"1" * 32, b"k" * 32, b"2" * 32, b"1" * 32]
    pictures = [picture_of(at, f"/pictures/{at}", digest=one) for at, one in enumerate(digests)]
    verdicts = [Verdict.SIMILAR, Verdict.FILE, Verdict.PICTURE, Verdict.SIMILAR]
    matches = tuple(match_of(0, at, one) for at, one in enumerate(verdicts, start=1))
    page = read(report_of(pictures, [DuplicateGroup(0, matches)]))
    table = tmp_path / "not-duplicates.csv"
    table.write_text(table_on(page), encoding="utf-8")
    assert {(b"1" * 32, b"k" * 32), (b"2" * 32, b"k" * 32)} == not_duplicates.read_decisions(table)
    assert "0 is not 1" in page.text


def test_copies_of_one_file_are_duplicates_for_good(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(at, f"/{at}", digest=b"k" * 32) for at in (0, 1)]
    page = read(report_of(pictures, [DuplicateGroup(0, (match_of(0, 1, Verdict.FILE),))]))
    assert "Not duplicates?" not in page.words


@pytest.mark.parametrize("verdict", [Verdict.FILE, Verdict.PIXELS])
def test_where_nothing_differs_there_are_no_measures(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read, verdict: Verdict
) -> None:
    match = match_of(0, 1, verdict, (Change.SAME_BYTES,))
    pictures = [picture_of(0, "/a"), picture_of(1, "/b")]
    page = read(report_of(pictures, [DuplicateGroup(0, (match,))]))
    assert "the same bytes" in page.words
    assert "of 64 bits" not in page.words


def test_everything_is_in_the_file(pair: ReportOf, read: Read) -> None:
    """No script, nothing from a network: the only addresses are data and the pictures' own."""
    page = read(pair())
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "form", "base"}
    assert {"data:image/jpeg"} == {source.partition(";")[0] for source in page.values("img", "src")}
    assert {"file", ""} == {urlsplit(address).scheme for address in page.values("a", "href")}
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]


def test_a_browser_is_told_to_run_and_load_nothing(pair: ReportOf, read: Read) -> None:
    policy = [
        attrs["content"]
        for tag, attrs in read(pair()).elements
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    (only,) = policy
    assert only.split("; ") == [
        *("default-src 'none'", "img-src data:", "style-src 'unsafe-inline'"),
        *("base-uri 'none'", "form-action 'none'"),
    ]


def test_the_thumbnails_are_the_pictures_own(pair: ReportOf, read: Read) -> None:
    sources = read(pair()).values("img", "src")
    assert len(sources) == 2
    assert base64.b64decode(sources[0].partition(",")[2]).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "name",
    [
        b"<script>alert(1)<!--.jpg",
        b"\"><img src=x onerror='alert(1)'>.jpg",
        b"a&amp;b &lt;.jpg",
        b"{{ 7 * 7 }}{% raw %}.jpg",
        b"-->]]><style><title>.jpg",
        b"javascript:alert(1).jpg",
        b"100%20 #1?.jpg",
        b"caf\xe9.jpg",
    ],
)
def test_a_name_is_text_and_its_address_is_its_bytes(
    pair: ReportOf, read: Read, name: bytes
) -> None:
    page = read(pair("/pictures/a", "/pictures/" + os.fsdecode(name)))
    plain = read(pair("/pictures/a", "/pictures/b"))
    assert [tag for tag, _ in plain.elements] == [tag for tag, _ in page.elements]
    legible = name.decode("utf-8", "backslashreplace")
    assert legible in page.text
    address = urlsplit(page.values("a", "href")[-1])
    assert (address.scheme, address.netloc, address.query, address.fragment) == ("file", "", "", "")
    assert b"/pictures/" + name == unquote_to_bytes(address.path)


@pytest.mark.parametrize("suffix", "jpg JPEG jfif png gif bmp webp avif heic tif".split())
def test_a_thumbnail_leads_to_a_file_that_browsers_take_for_a_picture(
    pair: ReportOf, read: Read, suffix: str
) -> None:
    page = read(pair(f"/p/a.{suffix}", "/p/b"))
    assert [one for one in page.values("a", "href") if one[0] != "#"] == [f"file:///p/a.{suffix}"]


@pytest.mark.parametrize(
    "name",
    [
        "a",
        ".jpg",
        "a.html",
        "a.jpg.htm",
        "a.XHTML",
        "a.svg",
        "a.desktop",
        "a.sh",
        "a.pdf",
        "a.jpg ",
    ],
)
def test_a_thumbnail_leads_nowhere_if_the_suffix_is_not_of_a_picture(
    pair: ReportOf, read: Read, name: str
) -> None:
    """A browser runs what is in a file of such a name, though it is a picture too."""
    page = read(pair(f"/p/{name}", f"/p/{name}"))
    assert [one for one in page.values("a", "href") if one[0] != "#"] == []
    assert len(page.values("img", "src")) == 2


def test_what_a_store_says_cannot_turn_the_page_around(
    picture_of: PictureOf, pair: ReportOf, report_of: ReportOf, read: Read
) -> None:
    plain = picture_of(0, "/a")
    info = replace(plain.info, format="\u202eGEPJ\x1b", captured="\x9b2J")
    pictures = [
        replace(picture_of(number, f"/{number}"), traits=replace(plain.traits, info=info))
        for number in (0, 1)
    ]
    page = read(report_of(pictures, pair().groups))
    assert "\\u202eGEPJ\\x1b" in page.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", page.text)


def test_a_name_cannot_turn_the_page_around(pair: ReportOf, read: Read) -> None:
    page = read(pair("/pictures/a\x1b[2J\x00", "/pictures/\u202egpj.exe\n\u2028\u2066"))
    assert "\\u202egpj.exe\\n\\u2028\\u2066" in page.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", page.text)


def test_further_names_of_a_file_are_listed(
    picture_of: PictureOf, pair: ReportOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(0, "/a"), picture_of(1, "/b", aliases=("/x/<b>\n", "/c"))]
    page = read(report_of(pictures, pair().groups))
    assert "also /x/<b>\\n also /c" in page.words


def test_reference_frames_and_capture_time_are_told(
    picture_of: PictureOf, pair: ReportOf, report_of: ReportOf, read: Read
) -> None:
    facts = {"reference": True, "frames": 3, "captured": "2019-05-04T10:11:12"}
    pictures = [picture_of(0, "/a", **facts), picture_of(1, "/b")]
    words = read(report_of(pictures, pair().groups)).words
    assert "2019-05-04 10:11:12 · 3 frames · reference" in words


def test_what_else_is_in_a_file_is_told_if_it_can_be_shown_or_heard(
    picture_of: PictureOf, pair: ReportOf, report_of: ReportOf, read: Read
) -> None:
    names = (("gain-map", "HDR gain map"), ("film", "film of 2.1 s"), ("metadata", "EXIF"))
    items = tuple(EmbeddedItem(EmbeddedKind(kind), name, "0" * 16) for kind, name in names)
    pictures = [picture_of(0, "/a", embedded=items), picture_of(1, "/b")]
    words = read(report_of(pictures, pair().groups)).words
    assert "· HDR gain map · film of 2.1 s" in words
    assert "EXIF" not in words


def test_a_capture_time_that_is_not_understood_is_told_as_it_stands(
    picture_of: PictureOf, pair: ReportOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(0, "/a", captured="Tue, in <Turin>"), picture_of(1, "/b")]
    assert "· Tue, in <Turin>" in read(report_of(pictures, pair().groups)).words


def test_an_interrupted_scan_is_marked(report_of: ReportOf, pair: ReportOf, read: Read) -> None:
    assert "Incomplete." in read(report_of(complete=False)).words
    assert "Incomplete." not in read(pair()).words


def test_unreadable_files_are_listed_with_their_reasons(report_of: ReportOf, read: Read) -> None:
    failures = (Failure("/a<b>", "decode", "damaged\x00"), Failure("/c", "read", "empty file"))
    words = read(report_of(failures=failures)).words
    assert "/a<b> damaged\\x00 /c empty file" in words


def test_plain_pictures_are_listed(picture_of: PictureOf, report_of: ReportOf, read: Read) -> None:
    pictures = [picture_of(number, f"/{number}") for number in range(3)]
    words = read(report_of(pictures, low_detail=(0, 2))).words
    assert "Too plain to compare 2 pictures" in words
    assert "/0 /2" in words


def test_what_was_not_compared_is_counted(report_of: ReportOf, read: Read) -> None:
    page = read(report_of(passed_over={"PSD is not compared": 1234}, left_out={"hidden": 5}))
    assert "1,234 PSD is not compared 5 hidden" in page.words


def test_the_groups_the_page_has_no_room_for_are_counted(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(number, f"/{number}") for number in range(2 * MAX_GROUPS + 6)]
    groups = [DuplicateGroup(at, (match_of(at, at + 1),)) for at in range(0, len(pictures), 2)]
    page = read(report_of(pictures, groups))
    assert len(page.values("img", "src")) == 2 * MAX_GROUPS
    assert (
        "The page shows the 1,000 groups that free most. The report's other files hold all 1,003."
        in page.words
    )


def test_pages_of_large_groups_do_not_grow_without_end(
    picture_of: PictureOf,
    match_of: MatchOf,
    report_of: ReportOf,
    written: Callable[..., bytes],
) -> None:
    """A thousand groups of two dozen would be 24,000 thumbnails."""
    pictures = [picture_of(number, f"/{number}") for number in range(MAX_MEMBERS)]
    star = DuplicateGroup(0, tuple(match_of(0, number) for number in range(1, MAX_MEMBERS)))
    page = written(html_format.write, report_of(pictures, [star] * 500))
    assert page.count(b"<img ") < MAX_PICTURES + MAX_MEMBERS
    assert b"other files hold all 500" in page


def test_the_duplicates_the_page_has_no_room_for_are_counted(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(number, f"/{number}") for number in range(40)]
    star = DuplicateGroup(0, tuple(match_of(0, number) for number in range(1, 40)))
    page = read(report_of(pictures, [star]))
    assert len(page.values("img", "src")) == MAX_MEMBERS
    assert "40 pictures" in page.words
    assert "and 16 more, in the report's other files" in page.words


def test_the_near_pictures_the_page_has_no_room_for_are_counted(
    picture_of: PictureOf, match_of: MatchOf, report_of: ReportOf, read: Read
) -> None:
    pictures = [picture_of(number, f"/{number}") for number in range(42)]
    near = tuple(match_of(1, number) for number in range(2, 42))
    page = read(report_of(pictures, [DuplicateGroup(0, (match_of(0, 1),), near=near)]))
    assert "40 near" in page.words


def test_the_lines_the_page_has_no_room_for_are_counted(
    picture_of: PictureOf, report_of: ReportOf, read: Read
) -> None:
    failures = tuple(Failure(f"/{n}", "read", "empty file") for n in range(MAX_LINES + 7))
    pictures = [picture_of(number, f"/{number}") for number in range(MAX_LINES + 8)]
    page = read(report_of(pictures, failures=failures, low_detail=tuple(range(MAX_LINES + 8))))
    assert "and 7 more, in report.json" in page.words
    assert "and 8 more, in report.json" in page.words
    assert page.words.count("empty file") == MAX_LINES
