"""A report must not overwrite a file ``report.html`` that dupscan did not write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.errors import ReportNotWritten, RootError
from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]


@pytest.mark.parametrize("folder", ["", "incomplete/"])
@pytest.mark.parametrize("name", ["report.html", "duplicates.csv", "report.json"])
def test_a_file_that_dupscan_did_not_write_is_neither_replaced_nor_removed(
    scan_of: ScanOf, tmp_path: Path, folder: str, name: str
) -> None:
    """The folder of interrupted scans included, which a complete one clears away."""
    name = folder + name
    (tmp_path / "incomplete").mkdir()
    (tmp_path / name).write_text("my thesis")
    with pytest.raises(ReportNotWritten, match="was not written by dupscan"):
        scan_of(tmp_path, report=tmp_path)
    assert (tmp_path / name).read_text() == "my thesis"


def test_a_folder_of_that_name_is_told_before_the_night(scan_of: ScanOf, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(ReportNotWritten, match=r"report\.html"):
        scan_of(tmp_path, report=tmp_path)


def test_its_own_files_are_replaced(scan_of: ScanOf, originals: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert len(scan_of(originals, report=tmp_path).files) == 3


def test_the_mount_point_of_a_missing_drive_does_not_replace_the_last_report(
    scan_of: ScanOf, originals: Path, tmp_path: Path
) -> None:
    (tmp_path / "drive").mkdir()
    scan_of(originals, report=tmp_path / "report")
    before = (tmp_path / "report" / "report.json").read_bytes()
    with pytest.raises(RootError, match="is the drive mounted"):
        scan_of(tmp_path / "drive", report=tmp_path / "report")
    assert (tmp_path / "report" / "report.json").read_bytes() == before


def test_a_mistyped_folder_leaves_nothing_behind(scan_of: ScanOf, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nowhere"):
        scan_of(tmp_path / "nowhere", report=tmp_path / "report")
    assert not (tmp_path / "report").exists()
