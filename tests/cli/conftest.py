"""Fixtures for the command line: run it in this process, or for real."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.cli import run

Run = Callable[..., int]
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """Two equal files, one unreadable one and one that is no picture."""
    folder = tmp_path / "library"
    folder.mkdir()
    for name in ("one.jpg", "two.jpg"):
        shutil.copy(originals / "rocket.jpg", folder / name)
    (folder / "broken.jpg").write_text("no picture")
    (folder / "notes.txt").write_text("notes")
    return folder


@pytest.fixture
def scan(tmp_path: Path) -> Run:
    """Run ``dupscan scan`` in this process, its report below `tmp_path`; returns the exit code."""

    def run_scan(*arguments: object) -> int:
        usual = ("-o", str(tmp_path / "report"), "--workers", "1")
        return run(["scan", *usual, *map(str, arguments)])

    return run_scan


@pytest.fixture
def compare() -> Run:
    """Run ``dupscan compare`` in this process; returns the exit code."""

    def run_compare(*arguments: object) -> int:
        return run(["compare", *map(str, arguments)])

    return run_compare


@pytest.fixture(scope="session")
def run_command() -> Command:
    """Run the real command in a process of its own."""

    def run_it(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return run_to_end(
            [sys.executable, "-m", "dupscan", *map(str, arguments)],
            env=os.environ | more,
            capture_output=True,
            text=True,
            errors="replace",
        )

    return run_it
