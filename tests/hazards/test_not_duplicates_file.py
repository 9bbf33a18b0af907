"""Pictures that a person declared different must not return as duplicates.

They must not stand in one group either, even if a third picture matches both.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from dupscan.model.report import ScanReport
from dupscan.pipeline import scan
from dupscan.settings import ReportSettings, ScanSettings, WalkSettings, not_duplicates
from dupscan.workers.executor import InLine

Scan = Callable[..., ScanReport]
VERSIONS = ("again.jpg", "copy.png", "framed.jpg", "half.jpg", "original.jpg")


@pytest.fixture
def pictures(originals: Path, tmp_path: Path) -> Path:
    """A photograph and four versions: exactly the same, the same to a person, and an edit."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    data = (originals / "coffee.jpg").read_bytes()
    (folder / "original.jpg").write_bytes(data)
    with Image.open(folder / "original.jpg") as photo:
        photo.save(folder / "again.jpg", quality=70)
        photo.save(folder / "copy.png", compress_level=1)
        photo.reduce(2).save(folder / "half.jpg", quality=90)
        ImageOps.expand(photo.convert("RGB"), 15, "white").save(folder / "framed.jpg", quality=90)
    return folder


@pytest.fixture
def scan_apart(pictures: Path, tmp_path: Path) -> Scan:
    """Scan with the decision that the files of each pair are not duplicates."""
    table = tmp_path / "not duplicates.csv"

    def run(*pairs: tuple[str, str], digests: dict[str, bytes] | None = None) -> ScanReport:
        rows = [
            not_duplicates.row((digests or {})[one], (digests or {})[two]) for one, two in pairs
        ]
        table.write_text("\n".join([not_duplicates.HEADER, *rows, ""]), "utf-8")
        settings = ScanSettings(
            WalkSettings((str(pictures),)),
            report=ReportSettings(tmp_path / "report"),
            not_duplicates=table,
        )
        return scan(settings, executor=InLine()).report

    return run


def names_in(report: ScanReport) -> list[str]:
    return [Path(picture.file.path).name for picture in report.pictures]


def groups_of(report: ScanReport) -> list[set[str]]:
    names = names_in(report)
    return [{names[number] for number in group.members} for group in report.groups]


def digests_of(report: ScanReport) -> dict[str, bytes]:
    return dict(zip(names_in(report), (one.digest for one in report.pictures), strict=True))


def test_without_decisions_all_stand_together(scan_apart: Scan) -> None:
    assert groups_of(scan_apart()) == [set(VERSIONS)]


def test_no_two_told_apart_stand_in_one_group_though_a_third_matches_both(
    scan_apart: Scan,
) -> None:
    digests = digests_of(scan_apart())
    for pair in combinations(VERSIONS, 2):
        found = groups_of(scan_apart(pair, digests=digests))
        assert not [members for members in found if set(pair) <= members], pair


def test_whoever_is_told_apart_from_one_still_has_the_others(scan_apart: Scan) -> None:
    """All but one stand around the keeper, and that one is named as near."""
    digests = digests_of(scan_apart())
    report = scan_apart(("again.jpg", "half.jpg"), digests=digests)
    (group,) = report.groups
    names = names_in(report)
    near = [names[number] for number, _, _ in group.neighbours()]
    assert len(group.members) == 4
    assert near in (["again.jpg"], ["half.jpg"])


def test_all_told_apart_form_no_group(scan_apart: Scan) -> None:
    digests = digests_of(scan_apart())
    assert groups_of(scan_apart(*combinations(VERSIONS, 2), digests=digests)) == []


def test_the_order_of_the_decisions_does_not_matter(scan_apart: Scan) -> None:
    digests = digests_of(scan_apart())
    pairs = [("again.jpg", "copy.png"), ("framed.jpg", "half.jpg"), ("half.jpg", "original.jpg")]
    found = [groups_of(scan_apart(*order, digests=digests)) for order in permutations(pairs)]
    assert all(groups == found[0] for groups in found)


def test_a_copy_of_one_told_apart_is_told_apart_too(scan_apart: Scan, pictures: Path) -> None:
    digests = digests_of(scan_apart())
    (pictures / "half, copied.jpg").write_bytes((pictures / "half.jpg").read_bytes())
    found = groups_of(scan_apart(("half.jpg", "original.jpg"), digests=digests))
    assert {"half.jpg", "half, copied.jpg"} in found
    assert {*VERSIONS} - {"half.jpg"} in found
