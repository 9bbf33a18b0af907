"""A file that changes between the walk and the reading of its content is a failure.

Otherwise the report would be wrong about its size, time or digest, and whoever acts on the report
later relies on these.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.executors import Hooked

from dupscan.model.report import ScanReport
from dupscan.pipeline import scan
from dupscan.settings import ReportSettings, ScanSettings, WalkSettings

Change = Callable[[Path], None]


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """A folder of two equal files."""
    folder = tmp_path / "library"
    folder.mkdir()
    for name in ("victim.jpg", "witness.jpg"):
        shutil.copy(originals / "coffee.jpg", folder / name)
    return folder


def scan_and_change(library: Path, change: Change) -> ScanReport:
    """The report of a scan during which something happens to ``victim.jpg``."""
    settings = ScanSettings(
        walk=WalkSettings((str(library),)), report=ReportSettings(library.parent / "report")
    )
    victim = library / "victim.jpg"
    return scan(settings, executor=Hooked(lambda: change(victim))).report


def expect_a_failure(report: ScanReport, library: Path) -> str:
    """The victim is a failure and in no group; returns the reason."""
    assert report.groups == ()
    assert report.counts.pictures == 1
    [failure] = report.failures
    assert str(library / "victim.jpg") == failure.path
    return failure.reason


def test_nothing_happens_and_they_are_duplicates(library: Path) -> None:
    assert len(scan_and_change(library, lambda victim: None).groups) == 1


def test_a_file_written_to(library: Path) -> None:
    def append(victim: Path) -> None:
        victim.write_bytes(victim.read_bytes() + b"more")

    assert "changed" in expect_a_failure(scan_and_change(library, append), library)


def test_a_file_rewritten_with_as_many_bytes(library: Path) -> None:
    def rewrite(victim: Path) -> None:
        victim.write_bytes(bytes(victim.stat().st_size))
        os.utime(victim, (1_000_000_000, 1_000_000_000))

    assert "changed" in expect_a_failure(scan_and_change(library, rewrite), library)


def test_another_file_put_in_its_place_with_its_size_and_time(library: Path) -> None:
    def replace(victim: Path) -> None:
        status = victim.stat()
        other = victim.with_name("other")
        other.write_bytes(bytes(status.st_size))
        os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
        other.replace(victim)

    assert "changed" in expect_a_failure(scan_and_change(library, replace), library)


def test_a_file_taken_away(library: Path) -> None:
    assert "vanished" in expect_a_failure(scan_and_change(library, Path.unlink), library)


def test_a_folder_in_its_place(library: Path) -> None:
    def replace(victim: Path) -> None:
        victim.unlink()
        victim.mkdir()

    assert expect_a_failure(scan_and_change(library, replace), library)


def test_a_pipe_in_its_place_does_not_hang(library: Path) -> None:
    def replace(victim: Path) -> None:
        victim.unlink()
        os.mkfifo(victim)

    assert "changed" in expect_a_failure(scan_and_change(library, replace), library)


def test_the_whole_library_unmounted(library: Path) -> None:
    report = scan_and_change(library, lambda victim: shutil.rmtree(victim.parent))

    assert (report.counts.files, report.counts.pictures, report.counts.unreadable) == (2, 0, 2)
