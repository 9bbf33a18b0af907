"""The folder of a report is seen to be writable before the night, and held meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import first_line, running

from dupscan.errors import OutputBusy, ReportNotWritten
from dupscan.report.output_folder import LOCK, reserved
from dupscan.settings import ReportSettings

HOLD = """
import sys
from pathlib import Path
from dupscan.report.output_folder import reserved
from dupscan.settings import ReportSettings
with reserved(ReportSettings(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_the_folder_is_made_before_the_night(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with reserved(ReportSettings(folder)) as made:
        assert made == folder
        assert os.listdir(folder) == [LOCK]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    refused = pytest.raises(ReportNotWritten, match="is no folder; choose another one with -o")
    with refused, reserved(ReportSettings(tmp_path / "report")):
        pass


def test_a_folder_in_the_place_of_the_lock_is_told(tmp_path: Path) -> None:
    (tmp_path / LOCK).mkdir()
    refused = pytest.raises(ReportNotWritten, match="choose another folder with -o")
    with refused, reserved(ReportSettings(tmp_path)):
        pass


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    """The file at its end was emptied, with a filelock before 3.20.1."""
    (tmp_path / "report").mkdir()
    (tmp_path / "precious").write_text("my thesis")
    (tmp_path / "report" / LOCK).symlink_to(tmp_path / "precious")
    refused = pytest.raises(ReportNotWritten, match="choose another folder with -o")
    with refused, reserved(ReportSettings(tmp_path / "report")):
        pass
    assert (tmp_path / "precious").read_text() == "my thesis"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder nobody can write to")
def test_a_folder_that_cannot_be_written_to_is_told() -> None:
    refused = pytest.raises(ReportNotWritten, match="/proc/self")
    with refused, reserved(ReportSettings(Path("/proc/self/report"))):
        pass


def test_another_scan_is_told_to_wait_until_the_first_is_done(tmp_path: Path) -> None:
    """The lock is a real process's, and goes with it even when it is killed."""
    settings = ReportSettings(tmp_path)
    with running(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert first_line(other.stdout) == "held\n"
        with pytest.raises(OutputBusy, match="another scan"), reserved(settings):
            pass
    with reserved(settings) as folder:
        assert folder == tmp_path
