"""The files of a report always belong to one scan.

A page of last week beside a table of today would mislead.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support.executors import Dying

from dupscan.errors import WorkersLost
from dupscan.pipeline import ScanOutcome, scan
from dupscan.report import INCOMPLETE, json_format
from dupscan.settings import ReportSettings, ScanSettings, WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.workers.executor import InLine


@pytest.fixture
def settings_for(photo: Image.Image, tmp_path: Path) -> Callable[..., ScanSettings]:
    """Settings of a scan of two equal pictures, its report in ``report``."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        photo.save(folder / name)

    def make(*formats: str, report: Path = tmp_path / "report") -> ScanSettings:
        chosen = ReportSettings(report, formats) if formats else ReportSettings(report)
        return ScanSettings(WalkSettings((str(folder),)), report=chosen)

    return make


def run(settings: ScanSettings, *, stopped: bool = False) -> ScanOutcome:
    stop = StopFlag()
    if stopped:
        stop.set()
    return scan(settings, executor=InLine(), stop=stop)


def there(folder: Path) -> set[str]:
    return set(os.listdir(folder)) - {".dupscan.lock"}


def test_a_report_in_fewer_formats_leaves_none_of_the_last_ones(
    settings_for: Callable[..., ScanSettings], tmp_path: Path
) -> None:
    run(settings_for())
    run(settings_for("csv"))
    assert there(tmp_path / "report") == {"duplicates.csv"}


def test_a_complete_report_takes_the_place_of_an_incomplete_one(
    settings_for: Callable[..., ScanSettings], tmp_path: Path
) -> None:
    run(settings_for())
    run(settings_for(), stopped=True)
    assert INCOMPLETE in there(tmp_path / "report")
    run(settings_for())
    assert INCOMPLETE not in there(tmp_path / "report")


def test_a_file_of_the_users_own_is_left_where_it_is(
    settings_for: Callable[..., ScanSettings], tmp_path: Path
) -> None:
    run(settings_for())
    run(settings_for(), stopped=True)
    for name in ("report/notes.txt", "report/incomplete/notes.txt"):
        (tmp_path / name).write_text("mine")
    run(settings_for("json"))
    assert there(tmp_path / "report") == {"report.json", "notes.txt", INCOMPLETE}
    assert there(tmp_path / "report" / INCOMPLETE) == {"notes.txt"}


def test_a_report_below_a_root_is_not_scanned_the_next_time(
    settings_for: Callable[..., ScanSettings], tmp_path: Path
) -> None:
    inside = settings_for(report=tmp_path / "pictures" / "report")
    first, second = run(inside), run(inside)
    assert first.report.counts == second.report.counts
    assert second.report.left_out == {}


def test_a_scan_whose_workers_die_reports_what_it_had(
    settings_for: Callable[..., ScanSettings], tmp_path: Path
) -> None:
    with pytest.raises(WorkersLost, match="The results found so far are in "):
        scan(settings_for(), executor=Dying())
    assert json_format.is_incomplete(tmp_path / "report" / "report.json")
