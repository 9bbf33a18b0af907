"""The disk is full when the report is written: the new results and the last report must survive."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.processes import run_to_end

Dupscan = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def full(mount: Callable[..., Path]) -> Path:
    """A folder on a file system of 64 KiB."""
    return mount("small disk", "-t", "tmpfs", "-o", "size=64k", "tmpfs")


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_earlier_report_stays_whole_and_the_new_one_is_saved_elsewhere(
    dupscan: Dupscan, full: Path, originals: Path, tmp_path: Path
) -> None:
    """Ten copies make a page of ten thumbnails, which is more than the disk has room for."""
    assert dupscan("scan", originals, "-o", full).returncode == 0
    before = contents_of(full)
    library = tmp_path / "library"
    library.mkdir()
    for number in range(20):
        shutil.copy(originals / "coffee.jpg", library / f"{number}.jpg")

    done = dupscan("scan", library, "-o", full)

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "No space left on device" in done.stderr
    assert before == contents_of(full)
    [saved] = [word for word in done.stderr.split() if "/dupscan-report-" in word]
    assert json.loads((Path(saved) / "report.json").read_text("utf-8"))["counts"]["groups"] == 1


def test_a_disk_without_a_byte_left_is_found_out_before_the_night(
    dupscan: Dupscan, full: Path, originals: Path
) -> None:
    """Or, where only an empty file fits, after it; either way it is said in a line."""
    with (full / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass

    done = dupscan("scan", originals, "-o", full)

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert str(full) in done.stderr
    assert {"filler"} == {name for name in os.listdir(full) if not name.startswith(".")}


def test_results_that_cannot_be_printed_are_an_error_in_words(
    originals: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full on this machine")
    command = [sys.executable, "-m", "dupscan", "scan", str(originals), "-o", str(tmp_path)]
    with open("/dev/full", "wb") as nowhere:
        done = run_to_end(
            [*command, "--json"],
            stdout=nowhere,
            stderr=subprocess.PIPE,
            env=environment,
        )

    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
