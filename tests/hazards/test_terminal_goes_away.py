"""The connection drops and the terminal is gone: every printed line is now an error."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.processes import run_to_end


def test_what_was_found_is_reported_all_the_same(
    caught: Callable[..., Any], tmp_path: Path
) -> None:
    scan = caught("-o", tmp_path / "report")
    scan.hang_up()

    assert scan.end() == 130
    assert scan.orphans() == 0
    report = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert report["header"]["complete"] is False
    assert report["counts"]["pictures"] >= 2


def test_nobody_reads_its_messages_any_more(
    originals: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """As in ``dupscan scan DIR 2>&1 | head -1``: a scan is not lost for that."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "dupscan", "scan", str(originals), "-o", str(tmp_path)]

    run_to_end(command, stdout=writer, stderr=writer, env=environment)

    os.close(writer)
    assert (tmp_path / "report.json").exists()
