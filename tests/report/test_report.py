"""The files of one report: together, private, and never at the cost of an earlier one."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.errors import ReportNotWritten
from dupscan.model.report import ScanReport
from dupscan.report import FILES, write_report
from dupscan.settings import FORMATS, ReportSettings

ReportOf = Callable[..., ScanReport]
JPEG = b"\xff\xd8\xff\xd9"
ALL = {"report.json", "duplicates.csv", "report.html"}

SCAN_WITH_SMALL_FILES = """
import resource, sys
from dupscan.cli import run

resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))
sys.exit(run(["scan", sys.argv[1], "-o", sys.argv[2], "--workers", "1", "--quiet"]))
"""


def write(report: ScanReport, folder: Path, *formats: str, thumbnail: bytes = JPEG) -> set[str]:
    """Write a report, in all formats unless some are named; the names of its files."""
    settings = ReportSettings(folder, formats or FORMATS)
    return {path.name for path in write_report(report, settings, lambda number: thumbnail)}


def content_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too, by their paths from there."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def scan_id_of(path: Path) -> str:
    return str(json.loads(path.read_bytes())["header"]["scan_id"])


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a report may be saved that has no room in its own place."""
    folder = tmp_path / "elsewhere"
    (folder / "temporary").mkdir(parents=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    return folder


@pytest.fixture
def small_disk(mount: Callable[..., Path]) -> Path:
    """A real file system with room for 64 KiB."""
    return mount("small disk", "-t", "tmpfs", "-o", "size=64k", "tmpfs")


def test_a_report_of_nothing_is_written_too(tmp_path: Path, report_of: ReportOf) -> None:
    assert write(report_of(), tmp_path) == ALL
    assert set(content_of(tmp_path)) == ALL


def test_only_the_formats_asked_for_are_written(tmp_path: Path, pair: ReportOf) -> None:
    assert write(pair(), tmp_path, "csv") == {"duplicates.csv"}
    assert set(content_of(tmp_path)) == {"duplicates.csv"}


def test_every_format_that_can_be_asked_for_can_be_written() -> None:
    assert set(FORMATS) == set(FILES)


def test_what_programs_read_comes_last(tmp_path: Path, pair: ReportOf) -> None:
    """Who finds the new report.json finds the others new as well."""
    settings = ReportSettings(tmp_path, ("json", "html", "csv"))
    files = write_report(pair(), settings, lambda number: JPEG)
    assert files[-1].name == "report.json"
    changed = [path.stat().st_ctime_ns for path in files]
    assert sorted(changed) == changed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_the_files_are_private(tmp_path: Path, pair: ReportOf) -> None:
    write(pair(), tmp_path)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}


def test_the_next_report_takes_the_place_of_the_last(
    tmp_path: Path, pair: ReportOf, report_of: ReportOf
) -> None:
    write(pair(), tmp_path)
    write(report_of(scan_id="the second"), tmp_path)
    assert set(content_of(tmp_path)) == ALL
    assert scan_id_of(tmp_path / "report.json") == "the second"
    assert b"/pictures/a.jpg" not in content_of(tmp_path)["duplicates.csv"]


def test_an_incomplete_report_stands_beside_a_complete_one(
    tmp_path: Path, pair: ReportOf, report_of: ReportOf
) -> None:
    write(pair(), tmp_path)
    before = content_of(tmp_path)
    write(report_of(complete=False, scan_id="stopped"), tmp_path)
    after = content_of(tmp_path)
    assert before == {name: after[name] for name in before}
    assert scan_id_of(tmp_path / "incomplete" / "report.json") == "stopped"


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_of_a_complete_report_is_lost_to_an_incomplete_one(
    tmp_path: Path, pair: ReportOf, report_of: ReportOf, format_: str
) -> None:
    """Whoever asks for one format only has as much to lose."""
    write(pair(), tmp_path, format_)
    before = content_of(tmp_path)
    write(report_of(complete=False), tmp_path, format_)
    after = content_of(tmp_path)
    assert before == {name: after[name] for name in before}


def test_an_incomplete_report_of_another_format_mixes_with_no_complete_one(
    tmp_path: Path, pair: ReportOf, report_of: ReportOf
) -> None:
    write(pair(), tmp_path, "json")
    write(report_of(complete=False), tmp_path, "csv")
    assert set(content_of(tmp_path)) == {"report.json", "incomplete/duplicates.csv"}


def test_an_incomplete_report_is_replaced_by_any(tmp_path: Path, report_of: ReportOf) -> None:
    for scan_id, complete in (("first", False), ("second", False), ("third", True)):
        write(report_of(scan_id=scan_id, complete=complete), tmp_path)
        assert scan_id_of(tmp_path / "report.json") == scan_id
    assert set(content_of(tmp_path)) == ALL


def test_a_full_disk_leaves_the_last_report_whole_and_saves_the_new_one(
    small_disk: Path, elsewhere: Path, pair: ReportOf, report_of: ReportOf
) -> None:
    write(report_of(scan_id="last week"), small_disk)
    before = content_of(small_disk)
    with pytest.raises(ReportNotWritten, match="No space left on device") as complaint:
        write(pair(), small_disk, thumbnail=JPEG * 20_000)
    assert before == content_of(small_disk)
    (saved,) = elsewhere.rglob("report.json")
    assert scan_id_of(saved) == "0123456789ab"
    assert set(content_of(saved.parent)) == ALL
    assert str(saved.parent) in str(complaint.value)
    assert str(small_disk) in str(complaint.value)


def test_a_saved_report_is_as_private(small_disk: Path, elsewhere: Path, pair: ReportOf) -> None:
    with pytest.raises(ReportNotWritten):
        write(pair(), small_disk, thumbnail=JPEG * 20_000)
    (saved,) = elsewhere.rglob("report.json")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (saved.parent, saved)]
    assert modes == [0o700, 0o600]


def test_a_folder_that_vanished_in_the_night_does_not_cost_the_report(
    tmp_path: Path, elsewhere: Path, pair: ReportOf
) -> None:
    """A drive was unmounted, a share went away: nothing is there any more, its parents neither."""
    with pytest.raises(ReportNotWritten, match="No such file or directory"):
        write(pair(), tmp_path / "drive" / "report")
    (saved,) = elsewhere.rglob("report.json")
    assert set(content_of(saved.parent)) == ALL


def test_a_report_with_no_room_anywhere_is_said_to_be_lost(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, pair: ReportOf, report_of: ReportOf
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    monkeypatch.setenv("XDG_STATE_HOME", str(small_disk))
    write(report_of(), small_disk)
    before = content_of(small_disk)
    with pytest.raises(ReportNotWritten, match="report is lost"):
        write(pair(), small_disk, thumbnail=JPEG * 20_000)
    assert before == content_of(small_disk)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are set as POSIX does")
def test_a_scan_that_may_write_only_small_files_leaves_the_last_report_whole(
    tmp_path: Path, originals: Path, report_of: ReportOf
) -> None:
    """The whole way round: what a full quota does to `dupscan scan`, exit code and all."""
    pictures, folder = tmp_path / "pictures", tmp_path / "report"
    shutil.copytree(originals, pictures)
    shutil.copy(originals / "chelsea.jpg", pictures / "again.jpg")
    folder.mkdir()
    write(report_of(), folder)
    before = content_of(folder)
    command = [sys.executable, "-c", SCAN_WITH_SMALL_FILES, str(pictures), str(folder)]
    with tempfile.TemporaryDirectory() as temporary:  # a short path, because it holds a socket
        home = os.environ | {"TMPDIR": temporary, "XDG_STATE_HOME": str(tmp_path / "state")}
        done = run_to_end(command, env=home, capture_output=True, text=True)
        assert not list(Path(temporary).rglob("dupscan-report-*"))
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith(f"dupscan: cannot write the report to {folder}: File too large")
    assert before == {name: content_of(folder)[name] for name in before}
    assert not list(tmp_path.rglob("dupscan-report-*"))


def test_an_error_in_writing_a_format_is_not_hidden(tmp_path: Path, pair: ReportOf) -> None:
    """Only the disk's errors are dealt with; nothing is left behind by the others either."""

    def fail(number: int) -> bytes:
        raise LookupError(number)

    with pytest.raises(LookupError):
        write_report(pair(), ReportSettings(tmp_path), fail)
    assert content_of(tmp_path) == {}
