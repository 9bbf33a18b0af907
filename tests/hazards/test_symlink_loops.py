"""A folder that contains a link back to itself: a walk that follows the link never ends."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.model.pictures import Picture
from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """One picture two folders deep, and links that lead back up, around and nowhere."""
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    shutil.copy(originals / "coffee.jpg", inner)
    (inner / "up").symlink_to("..")
    (inner / "top").symlink_to(tmp_path)
    (tmp_path / "down").symlink_to("outer/inner")
    (inner / "ping.jpg").symlink_to("pong.jpg")
    (inner / "pong.jpg").symlink_to("ping.jpg")
    (inner / "self.jpg").symlink_to("self.jpg")
    (inner / "nowhere.jpg").symlink_to("not there.jpg")
    return tmp_path


def test_loops_are_walked_once(
    pictures_of: Callable[..., tuple[Picture, ...]], library: Path
) -> None:
    [picture] = pictures_of(library, follow_symlinks=True)

    assert str(library / "outer" / "inner" / "coffee.jpg") == picture.file.path


def test_links_that_lead_nowhere_are_reported(scan_of: ScanOf, library: Path) -> None:
    failures = scan_of(library, follow_symlinks=True).report.failures

    assert [Path(failure.path).name for failure in failures] == [
        "nowhere.jpg",
        "ping.jpg",
        "pong.jpg",
        "self.jpg",
    ]


def test_links_are_counted_when_they_are_not_followed(scan_of: ScanOf, library: Path) -> None:
    report = scan_of(library).report

    assert report.counts.files == 1
    assert report.failures == ()
    assert report.left_out == {"symbolic links (--follow-symlinks follows them)": 7}
