"""A report page that contains everything makes the browser fail at 1,000 groups."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from dupscan.group.stars import group
from dupscan.model.changes import Change
from dupscan.model.pictures import Picture
from dupscan.model.report import ScanReport
from dupscan.pipeline import ScanOutcome
from dupscan.report import write_report
from dupscan.settings import ReportSettings

GROUPS = 1500
THUMBNAIL = b"\xff\xd8" + bytes(6000)


@pytest.fixture
def report(scan_of: Callable[..., ScanOutcome], photo: Image.Image, tmp_path: Path) -> ScanReport:
    """A report of 1,500 groups, each with two files of equal bytes."""
    for name in ("one.png", "its copy.png"):
        photo.save(tmp_path / name)
    report = scan_of(tmp_path).report
    pictures = [copy_of(report.pictures[0], number) for number in range(2 * GROUPS)]
    return write_ready(report, pictures)


def copy_of(picture: Picture, number: int) -> Picture:
    """The picture as another file; each two in a row have equal bytes."""
    file = replace(picture.file, path=f"/library/{number:05}.png", inode=number)
    return with_digest(replace(picture, file=file), (number // 2).to_bytes(32, "big"))


def with_digest(picture: Picture, digest: bytes) -> Picture:
    return replace(picture, traits=replace(picture.traits, digest=digest))


def write_ready(report: ScanReport, pictures: list[Picture]) -> ScanReport:
    """The report with these pictures and their groups in it."""
    groups = group(
        pictures,
        [],
        keeper_rank=lambda number: (number,),
        why_kept=lambda kept, other: "",
        find_changes=lambda *_: (Change.SAME_BYTES,),
    )
    counts = replace(report.counts, pictures=len(pictures), groups=len(groups))
    return replace(report, pictures=tuple(pictures), groups=tuple(groups), counts=counts)


def write(report: ScanReport, folder: Path) -> tuple[Path, ...]:
    return write_report(report, ReportSettings(folder), lambda number: THUMBNAIL)


def test_the_page_stays_of_a_size_that_a_browser_opens(report: ScanReport, tmp_path: Path) -> None:
    """1,000 groups of two thumbnails of 6 kB, and not 1,500."""
    page = write(report, tmp_path)[0].read_text("utf-8")

    assert page.count('<section class="group"') <= 1000
    assert len(page) < 30_000_000


def test_the_page_says_what_it_leaves_out_and_where_that_is(
    report: ScanReport, tmp_path: Path
) -> None:
    page = write(report, tmp_path)[0].read_text("utf-8")
    shown = page.count('<section class="group"')

    assert f"{shown:,} groups that free most" in page
    assert "other files hold all 1,500" in page


def test_the_other_formats_leave_nothing_out(report: ScanReport, tmp_path: Path) -> None:
    _, table, contract = write(report, tmp_path)

    with table.open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2 * GROUPS
    assert len(json.loads(contract.read_text("utf-8"))["groups"]) == GROUPS


def test_one_group_of_ten_thousand_keeps_the_page_small_too(
    report: ScanReport, tmp_path: Path
) -> None:
    pictures = [copy_of(report.pictures[0], number) for number in range(10_000)]
    one_content = [with_digest(picture, bytes(32)) for picture in pictures]

    page = write(write_ready(report, one_content), tmp_path)[0].read_text("utf-8")

    assert len(page) < 1_000_000
    assert "more, in the report's other files" in page
