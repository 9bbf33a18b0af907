"""Files that cannot be read are reported one by one, and are never duplicates of each other.

imgdupes gives every unreadable file the same fake hash, so all broken files become "duplicates".
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]


@pytest.fixture
def broken(originals: Path, tmp_path: Path) -> Path:
    """A folder in which every file is broken in one of the usual ways, most of them twice."""
    sound = (originals / "coffee.jpg").read_bytes()
    for number in (1, 2):
        (tmp_path / f"empty {number}.jpg").write_bytes(b"")
        (tmp_path / f"cut short {number}.jpg").write_bytes(sound[: len(sound) // 2])
        (tmp_path / f"zeros {number}.jpg").write_bytes(bytes(4096))
        (tmp_path / f"beginning only {number}.jpg").write_bytes(sound[:20])
    (tmp_path / "text.png").write_text("This is not a picture.")
    return tmp_path


def test_a_folder_of_broken_files_has_no_groups(scan_of: ScanOf, broken: Path) -> None:
    report = scan_of(broken).report

    assert report.groups == ()
    assert report.pictures == ()


def test_every_broken_file_is_reported_once_with_a_reason(scan_of: ScanOf, broken: Path) -> None:
    failures = scan_of(broken).report.failures

    assert sorted(map(str, broken.iterdir())) == [failure.path for failure in failures]
    assert all(failure.reason for failure in failures)


def test_every_file_is_accounted_for(scan_of: ScanOf, broken: Path, originals: Path) -> None:
    """A file is a picture, unreadable or passed over: none goes missing from the answer."""
    shutil.copy(originals / "coffee.jpg", broken)
    (broken / "notes.txt").write_text("Not a picture, and does not claim to be.")

    counts = scan_of(broken).report.counts

    assert counts.files == 11
    assert (counts.pictures, counts.unreadable, counts.passed_over) == (1, 9, 1)


def test_a_broken_copy_is_no_duplicate_of_the_sound_one(
    scan_of: ScanOf, originals: Path, tmp_path: Path
) -> None:
    sound = (originals / "coffee.jpg").read_bytes()
    (tmp_path / "sound.jpg").write_bytes(sound)
    (tmp_path / "all but the end.jpg").write_bytes(sound[:-200])

    report = scan_of(tmp_path).report

    assert report.groups == ()
    assert [str(tmp_path / "all but the end.jpg")] == [failure.path for failure in report.failures]
