"""A FIFO in the library: a program that opens it to read its type waits for ever."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]


@pytest.fixture
def library(originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A picture among a FIFO and a socket that are named like pictures."""
    shutil.copy(originals / "coffee.jpg", tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.jpg")
    return tmp_path


def test_they_are_counted_and_not_opened(scan_of: ScanOf, library: Path) -> None:
    report = scan_of(library).report

    assert (report.counts.files, report.counts.pictures) == (1, 1)
    assert report.left_out == {"neither files nor folders (FIFOs, sockets, devices)": 2}


def test_they_are_not_opened_through_links_either(scan_of: ScanOf, library: Path) -> None:
    (library / "link.jpg").symlink_to("pipe.jpg")
    (library / "null.jpg").symlink_to("/dev/null")
    (library / "zero.jpg").symlink_to("/dev/zero")

    report = scan_of(library, follow_symlinks=True).report

    assert report.counts.files == 1
    assert report.left_out == {"neither files nor folders (FIFOs, sockets, devices)": 5}


def test_a_fifo_is_no_folder_to_scan(dupscan: Callable[..., Any], library: Path) -> None:
    done = dupscan("scan", library / "pipe.jpg", "-o", library / "report")

    assert done.returncode == 2
    assert "pipe.jpg" in done.stderr
