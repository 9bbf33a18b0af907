"""What the system is asked for, and in which order, when one file becomes a hard link."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.dedupe.passes import make_plan
from dupscan.settings import PlanSettings

CALLS = "write,fsync,link,linkat,rename,renameat,renameat2,unlink,unlinkat"


@pytest.fixture
def heard(tmp_path: Path, scan_of: Callable[..., object], originals: Path) -> list[str]:
    """The calls of an apply that concern the library or the journal, with what they are about."""
    if shutil.which("strace") is None:
        pytest.skip("hearing what the system is asked for takes strace")
    library = tmp_path / "library"
    for folder in ("a", "b"):
        (library / folder).mkdir(parents=True)
        shutil.copy(originals / "coffee.jpg", library / folder / "coffee.jpg")
    scan_of(library, report=tmp_path / "report")
    plan = tmp_path / "plan.csv"
    make_plan(tmp_path / "report", PlanSettings(action="hardlink", output=plan))
    log = tmp_path / "calls"
    watch = ["strace", "-f", "-qq", "-y", "-s", "300", "-e", f"trace={CALLS}", "-o", str(log)]
    command = [sys.executable, "-m", "dupscan", "apply", str(plan), "--yes", "-q"]
    if run_to_end([*watch, *command]).returncode:
        pytest.skip("strace may not look at processes here")
    real = os.path.realpath(tmp_path)
    lines = [line for line in log.read_text().splitlines() if f"<{real}/" in line]
    return [re.sub(r"^\d+ +", "", line).replace(real, "") for line in lines]


def test_the_intent_is_on_disk_before_the_link_and_the_folder_before_the_outcome(
    heard: list[str],
) -> None:
    start = next(at for at, line in enumerate(heard) if '\\"act\\"' in line)
    wanted = [
        r'write\(.*\.journal>, .*"\{\\"act\\": 1, \\"row\\": 1',
        r"fsync\(.*\.journal>\)",
        r'linkat\(.*/library/a>, "coffee\.jpg", .*/library/b>, "\.dupscan-\w+-1\.tmp"',
        r'renameat2\(.*/library/b>, "\.dupscan-.*\.tmp", .*/library/b>, "coffee\.jpg", RENAME_EXCH',
        r'unlinkat\(.*/library/b>, "\.dupscan-.*\.tmp"',
        r"fsync\(.*/library/b>\)",
        r'write\(.*\.journal>, "\{\\"act\\": 1, \\"step\\": \\"done\\"',
    ]
    assert len(heard[start:]) >= len(wanted)
    for pattern, line in zip(wanted, heard[start:], strict=False):
        assert re.match(pattern, line), line
