"""A program that cron or a desktop starts may find its standard streams closed."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from support.processes import run_to_end


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize("quiet", ["", "-q"])
def test_a_scan_does_without_them(originals: Path, tmp_path: Path, closed: str, quiet: str) -> None:
    command = shlex.join([sys.executable, "-m", "dupscan", "scan", str(originals)])
    line = f"{command} -o {shlex.quote(str(tmp_path))} {quiet} {closed}"
    done = run_to_end(["sh", "-c", line], capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert (tmp_path / "report.json").exists()
