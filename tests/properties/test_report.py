"""Any legal file name survives the reports as the bytes it is, and does no harm in them."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dupscan.model.changes import Change
from dupscan.model.files import Failure, FileEntry
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.pictures import Hashes, Picture, PictureInfo, Traits
from dupscan.model.report import Counts, ScanHeader, ScanReport
from dupscan.model.views import View
from dupscan.report import csv_format, html_format, json_format
from dupscan.text import file_names
from dupscan.text.table_cells import text_of

HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
"""Control characters, and those that are not seen or turn the text around."""
TRAPS = [
    *(
        b"\n",
        b"\r\n",
        b"\r",
        b"\t",
        b'"',
        b"'",
        b",",
        b";",
        b"=1+1",
        b"@",
        b"-",
        b"+",
        b"\\",
        b"\\n",
    ),
    *(b"<script>", b"<img src=x onerror=alert(1)>", b"<!--", b"-->", b"&lt;", b"&", b"]]>"),
    *(b"{{ 7*7 }}", b"{% raw %}", b"%2e", b"#?", b"$(x)`y`", b" ", b".", b"\xed\xa0\x80"),
    *(b"\x1b[2J", b"\x7f", b"\x85", b"\x9b", b"\xff"),
    *(text.encode() for text in "\u202e \u2028 \ufeff \U000e0041 é e\u0301 🚀 א".split(" ")),
]
NAMES = (
    st.lists(st.sampled_from(TRAPS) | st.binary(max_size=4), min_size=1, max_size=8)
    .map(lambda parts: b"".join(parts).replace(b"/", b"").replace(b"\0", b"")[:255])
    .filter(lambda name: name not in (b"", b".", b".."))
)
PLAIN = b"plain"
EVIDENCE = Evidence(2, 0.0, 1.0, 0.1, 1.0, View("plain"))
NO_HASHES = np.empty(0, np.uint64)


def make_report(name: bytes) -> ScanReport:
    """A report in which a name stands wherever one can: as root, picture, alias, near, failed."""
    root = "/pictures/" + os.fsdecode(name)
    paths = [f"{root}/{number}{os.fsdecode(name)}" for number in range(4)]
    match = Match(0, 1, Verdict.SIMILAR, EVIDENCE, (Change.RE_ENCODED,))
    near = Match(1, 2, Verdict.SIMILAR, EVIDENCE, (Change.RE_ENCODED,))
    return ScanReport(
        header=ScanHeader(
            "id", True, "1", "2026-11-22T01:02:03+00:00", (root,), {"x": [root]}, 1.0
        ),
        counts=Counts(files=4, pictures=4, groups=1, duplicates=1, unreadable=1, low_detail=1),
        pictures=tuple(make_picture(number, path) for number, path in enumerate(paths)),
        groups=(DuplicateGroup(0, (match,), (near,), (match,)),),
        low_detail=(3,),
        failures=(Failure(paths[0], "read", "empty file"),),
    )


def make_picture(number: int, path: str) -> Picture:
    return Picture(
        file=FileEntry(path, 1, 0, 1, number, 2, aliases=(path + "~",)),
        traits=Traits(
            digest=bytes([number]) * 32,
            hashes=Hashes(0, NO_HASHES, NO_HASHES),
            detail=50.0,
            greyscale=False,
            info=PictureInfo("JPEG", 4, 3),
        ),
        low_detail=False,
        fingerprint_id=number,
    )


def write(writer: Any, name: bytes) -> bytes:
    file = io.BytesIO()
    writer(make_report(name), lambda number: b"\xff\xd8\xff\xd9", file)
    return file.getvalue()


class Skeleton(HTMLParser):
    """What a browser makes of a page, but for its text and its addresses."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.bones: list[tuple[object, ...]] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        self.bones.append((tag, *((key, value) for key, value in attrs if key != "href")))

    def handle_endtag(self, tag: str) -> None:
        self.bones.append(("/", tag))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.bones.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.bones.append(("declaration", decl))

    def unknown_decl(self, data: str) -> None:
        self.bones.append(("unknown", data))

    def handle_pi(self, data: str) -> None:
        self.bones.append(("instruction", data))


def paths_in(value: Any) -> Iterator[bytes]:
    """Every path in a part of report.json, read as docs/report-format.md says."""
    if isinstance(value, list):
        for inner in value:
            yield from paths_in(inner)
    elif isinstance(value, dict):
        if "path_bytes" in value:
            yield base64.b64decode(value["path_bytes"])
        elif "path" in value:
            yield value["path"].encode("utf-8")
        for inner in value.values():
            yield from paths_in(inner)


def expected_paths(name: bytes) -> list[bytes]:
    root = b"/pictures/" + name
    files = [b"%s/%d%s" % (root, number, name) for number in range(4)]
    return [root, *(path + end for path in files for end in (b"", b"~")), files[0]]


@given(NAMES)
@example(b"caf\xe9")
@example(b"\xed\xb3\xbf")
def test_json_gives_every_name_back(name: bytes) -> None:
    report = json.loads(write(json_format.write, name).decode("utf-8"))
    assert sorted(expected_paths(name)) == sorted(paths_in(report))


@given(NAMES)
def test_json_is_read_by_programs_that_know_no_surrogates(name: bytes) -> None:
    """Strict readers refuse a lone one, even as an escape."""
    assert b"\\ud" not in write(json_format.write, name).replace(b"\\\\", b"").lower()


@given(NAMES)
@example(b"a\rb")
def test_csv_gives_every_name_back(name: bytes) -> None:
    text = write(csv_format.write, name).decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert {len(header)} == {len(row) for row in rows}
    files = [b"/pictures/%s/%d%s" % (name, number, name) for number in range(3)]
    assert files == [os.fsencode(text_of(row[3])) for row in rows]
    assert {files[0]} == {os.fsencode(text_of(row[4])) for row in rows}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(NAMES)
@example(b';"=1')
def test_csv_has_no_formulas(separator: str, name: bytes) -> None:
    text = write(csv_format.write, name).decode("utf-8")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip(' "')[:1] in set("=+-@\t\r\n")]


@given(NAMES)
def test_csv_steers_no_terminal(name: bytes) -> None:
    text = write(csv_format.write, name).decode("utf-8")
    assert all(map(file_names.is_harmless, text.removesuffix("\r\n").split("\r\n")))


@given(NAMES)
def test_no_name_changes_the_page_around_it(name: bytes) -> None:
    page, plain = (Skeleton(write(html_format.write, each).decode()) for each in (name, PLAIN))
    assert plain.bones == page.bones


@given(NAMES)
def test_the_page_has_nothing_that_is_not_seen_or_turns_it_around(name: bytes) -> None:
    page = write(html_format.write, name).decode("utf-8")
    assert not HARMFUL.search(page)
    assert not HARMFUL.search(Skeleton(page).text)


@given(NAMES)
def test_the_addresses_on_the_page_lead_to_the_files(name: bytes) -> None:
    name += b".jpg"  # only a picture by its suffix is a link
    addresses = Skeleton(write(html_format.write, name).decode("utf-8")).addresses
    paths = [address for address in addresses if not address.startswith("#")]
    assert all(address.startswith("file:///") and address.isascii() for address in paths)
    files = [b"/pictures/%s/%d%s" % (name, number, name) for number in range(3)]
    assert files == [unquote_to_bytes(address.removeprefix("file://")) for address in paths]
    assert not [address for address in paths if set(address) & set("?#\"'<> ")]
