"""Picture a is like b, and b is like c, but a is not like c: the three are not one group.

difPy and czkawka put the three into one group and delete c in favour of a.
"""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

ScanOf = Callable[..., ScanOutcome]
NEAR = MatchSettings(radius=16)
"""So that what differs in a band of five is looked at."""


@pytest.fixture
def chain(originals: Path, tmp_path: Path) -> Path:
    """Four pictures of equal size; each is like the next and not like the one after that.

    In each, one more band of five shows something else. All are of one age.
    """
    with (
        Image.open(originals / "astronaut.jpg") as image,
        Image.open(originals / "grass.jpg") as grass,
    ):
        picture, other = image.convert("RGB"), grass.resize(image.size).convert("RGB")
    for name, band in zip("abcd", (None, 4, 0, 2), strict=True):
        if band is not None:
            top, bottom = picture.height * band // 5, picture.height * (band + 1) // 5
            box = (0, top, picture.width, bottom)
            picture.paste(other.crop(box), box)
        picture.save(tmp_path / f"{name}.bmp")
        os.utime(tmp_path / f"{name}.bmp", (10**9, 10**9))
    return tmp_path


def names_of(outcome: ScanOutcome, numbers: tuple[int, ...]) -> str:
    return "".join(Path(outcome.report.pictures[number].file.path).stem for number in numbers)


def test_two_ends_that_differ_are_never_in_one_group(scan_of: ScanOf, chain: Path) -> None:
    outcome = scan_of(chain, match=NEAR)

    assert sorted(names_of(outcome, group.members) for group in outcome.report.groups) == [
        "ab",
        "cd",
    ]


def test_every_duplicate_matches_its_keeper_directly(scan_of: ScanOf, chain: Path) -> None:
    for group in scan_of(chain, match=NEAR).report.groups:
        assert all(group.keeper in (match.a, match.b) for match in group.duplicates)
        assert set(group.duplicates) <= set(group.edges)


def test_what_is_like_a_member_only_is_near_the_group(scan_of: ScanOf, chain: Path) -> None:
    (chain / "d.bmp").unlink()
    outcome = scan_of(chain, match=NEAR)

    [group] = outcome.report.groups

    assert names_of(outcome, group.members) == "ab"
    assert names_of(outcome, tuple(match.b for match in group.near)) == "c"


def test_the_report_never_says_of_one_picture_that_it_is_like_the_keeper_and_is_not(
    scan_of: ScanOf, chain: Path
) -> None:
    """B is like c, the keeper of the second group, but belongs to a."""
    with scan_of(chain, match=NEAR).files[1].open(newline="", encoding="utf-8") as file:
        near = [row for row in csv.DictReader(file) if row["role"] == "near"]

    assert near
    for row in near:
        assert row["explanation"] != f"like {row['keeper']}, not like the keeper"


def test_the_page_says_neither(scan_of: ScanOf, chain: Path) -> None:
    page = scan_of(chain, match=NEAR).files[0].read_text("utf-8")

    assert "like c.bmp, not like the keeper" not in page


def test_a_picture_stands_in_one_group_only(scan_of: ScanOf, chain: Path) -> None:
    groups = scan_of(chain, match=NEAR).report.groups
    members = [number for group in groups for number in group.members]

    assert len(set(members)) == len(members)
