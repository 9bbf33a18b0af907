"""A ``kill -9`` or a power cut leaves no time to tidy up, and must leave nothing broken."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

FORMATS = ("report.html", "duplicates.csv", "report.json")


@pytest.fixture
def killed(
    caught: Callable[..., Any], scan_of: Callable[..., Any], originals: Path, tmp_path: Path
) -> tuple[Any, dict[str, bytes]]:
    """A scan killed in its middle, and the report that stood in its folder before."""
    report = tmp_path / "report"
    scan_of(originals, report=report)
    before = {name: (report / name).read_bytes() for name in FORMATS}
    scan = caught("-o", report)
    os.kill(scan.process.pid, signal.SIGKILL)
    assert scan.end() == -signal.SIGKILL
    return scan, before


def test_last_weeks_report_is_whole_the_workers_go_and_the_next_scan_may_begin(
    killed: tuple[Any, dict[str, bytes]],
    dupscan: Callable[..., subprocess.CompletedProcess[str]],
    originals: Path,
    tmp_path: Path,
) -> None:
    scan, before = killed
    report = tmp_path / "report"

    assert scan.orphans() == 0
    assert before == {name: (report / name).read_bytes() for name in FORMATS}
    assert dupscan("scan", originals, "-o", report).returncode == 0
    assert before.keys() == set(os.listdir(report)) - {".dupscan.lock"}


def test_a_worker_killed_over_a_picture_costs_that_picture_and_not_the_scan(
    caught: Callable[..., Any], slow_library: Path, tmp_path: Path
) -> None:
    """As the kernel does when memory runs out."""
    scan = caught("-o", tmp_path)
    os.kill(find_worker_reading(slow_library, scan.process.pid), signal.SIGKILL)

    assert scan.end() == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["header"]["complete"] is True
    assert report["counts"]["pictures"] == 81
    [failure] = report["failures"]
    assert "killed" in failure["reason"]


def find_worker_reading(library: Path, pid: int) -> int:
    """A worker process of a scan that has a file of the library open."""
    while True:
        for worker in children_of_children(pid):
            for descriptor in Path(f"/proc/{worker}/fd").iterdir():
                with suppress(FileNotFoundError):
                    if descriptor.readlink().is_relative_to(library):
                        return worker


def children_of_children(pid: int) -> list[int]:
    """The processes that the children of a process have started: its fork server's workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(grandchild)
        for child in children
        for grandchild in Path(f"/proc/{child}/task/{child}/children").read_text().split()
    ]
