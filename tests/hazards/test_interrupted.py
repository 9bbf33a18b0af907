"""Ctrl-C in the middle of the night: the results so far are kept, and so is the last report."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FORMATS = ("report.html", "duplicates.csv", "report.json")
Start = Callable[..., Any]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A folder for the report that is not there yet."""
    return tmp_path / "report"


def write_last_weeks_report(
    scan_of: Callable[..., Any], originals: Path, report: Path
) -> dict[str, bytes]:
    """Make a complete report and return its files."""
    scan_of(originals, report=report)
    return {name: (report / name).read_bytes() for name in FORMATS}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_what_was_found_is_reported_and_marked_incomplete(
    caught: Start, report: Path, name: str
) -> None:
    scan = caught("-o", report)
    os.kill(scan.process.pid, signal.Signals[name])

    assert scan.end() == 130
    assert scan.orphans() == 0
    found = json.loads((report / "report.json").read_text("utf-8"))
    assert found["header"]["complete"] is False
    assert found["counts"]["files"] == 82
    assert 2 <= found["counts"]["pictures"] < 82
    assert [Path(group["members"][group["keeper"]]["path"]).name for group in found["groups"]] == [
        "000 coffee.jpg"
    ]
    assert "Incomplete" in (report / "report.html").read_text("utf-8")


def test_ctrl_c_reaches_the_workers_too_and_does_no_harm(caught: Start, report: Path) -> None:
    """A terminal sends it to every process; files at work then are no failures."""
    scan = caught("-o", report)
    scan.type(b"\x03")

    assert scan.end() == 130
    assert scan.orphans() == 0
    assert json.loads((report / "report.json").read_text("utf-8"))["failures"] == []


def test_a_signal_to_all_the_processes_makes_no_sound_file_unreadable(
    caught: Start, report: Path
) -> None:
    """As timeout(1), systemd and a shutdown send it."""
    scan = caught("-o", report)
    os.killpg(scan.process.pid, signal.SIGTERM)

    assert scan.end() == 130
    assert scan.orphans() == 0
    assert json.loads((report / "report.json").read_text("utf-8"))["failures"] == []


def test_a_complete_report_is_not_replaced(
    caught: Start, scan_of: Callable[..., Any], originals: Path, report: Path
) -> None:
    before = write_last_weeks_report(scan_of, originals, report)

    scan = caught("-o", report)
    os.kill(scan.process.pid, signal.SIGINT)

    assert scan.end() == 130
    assert before == {name: (report / name).read_bytes() for name in FORMATS}
    assert sorted(FORMATS) == sorted(os.listdir(report / "incomplete"))


def test_a_complete_report_without_json_is_not_replaced(
    caught: Start, scan_of: Callable[..., Any], originals: Path, report: Path
) -> None:
    """As ``--format csv,html`` leaves it."""
    before = write_last_weeks_report(scan_of, originals, report)
    del before["report.json"]
    (report / "report.json").unlink()

    scan = caught("-o", report, "--format", "csv,html")
    os.kill(scan.process.pid, signal.SIGINT)

    assert scan.end() == 130
    assert before == {name: (report / name).read_bytes() for name in before}


def test_the_second_ctrl_c_leaves_at_once_and_leaves_nothing_half_written(
    caught: Start, scan_of: Callable[..., Any], originals: Path, report: Path
) -> None:
    before = write_last_weeks_report(scan_of, originals, report)

    scan = caught("-o", report)
    for _ in range(2):
        os.kill(scan.process.pid, signal.SIGINT)

    assert scan.end() == 130
    assert scan.orphans() == 0
    assert before == {name: (report / name).read_bytes() for name in FORMATS}
    assert [name for name in os.listdir(report) if name.startswith(".report")] == []
