"""``kill -9``, or a power cut: nothing was said, nothing was tidied, and nothing may be broken."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

FORMATS = ("report.html", "duplicates.csv", "report.json")


@pytest.fixture
def killed(
    caught: Callable[..., object], scan_of: Callable[..., object], originals: Path, tmp_path: Path
) -> tuple[object, dict[str, bytes]]:
    """A scan killed in its middle, and the report that stood in its folder before."""
    scan_of(originals, report=tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in FORMATS}
    scan = caught("-o", tmp_path)
    os.kill(scan.process.pid, signal.SIGKILL)
    assert -signal.SIGKILL == scan.end()
    return scan, before


def test_last_weeks_report_is_whole_the_workers_go_and_the_next_scan_may_begin(
    killed: tuple[object, dict[str, bytes]],
    dupscan: Callable[..., subprocess.CompletedProcess[str]],
    originals: Path,
    tmp_path: Path,
) -> None:
    scan, before = killed

    assert 0 == scan.orphans()
    assert before == {name: (tmp_path / name).read_bytes() for name in FORMATS}
    assert 0 == dupscan("scan", originals, "-o", tmp_path).returncode
    assert before.keys() == set(os.listdir(tmp_path)) - {".dupscan.lock"}


def test_a_killed_worker_costs_one_file_and_not_the_scan(
    caught: Callable[..., object], tmp_path: Path
) -> None:
    """As the kernel does when memory runs out."""
    scan = caught("-o", tmp_path)
    victim = next(pid for pid in workers_of(scan.process.pid))
    os.kill(victim, signal.SIGKILL)
    os.kill(scan.process.pid, signal.SIGINT)

    assert 130 == scan.end()
    assert 0 == scan.orphans()


def workers_of(pid: int) -> list[int]:
    """The processes that a scan's fork server has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(worker)
        for child in children
        for worker in Path(f"/proc/{child}/task/{child}/children").read_text().split()
    ]
