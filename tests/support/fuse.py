"""File systems of programs, mounted for the length of a block."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from support.processes import first_line, run_to_end, running

SUPPORT = Path(__file__).resolve().parent


@contextmanager
def shown(program: str, folder: Path, place: Path, *words: str) -> Iterator[subprocess.Popen[Any]]:
    """Show a folder in a second place by a program of this folder, which prints when it is ready.

    The pipe of its output has no buffer. Skips the test where no file system can be mounted.
    """
    if not os.access("/dev/fuse", os.R_OK | os.W_OK) or not shutil.which("fusermount3"):
        pytest.skip("needs FUSE: Debian's package fuse3, and /dev/fuse open to this user")
    pytest.importorskip("mfusepy", reason="needs mfusepy, of the extra test")
    place.mkdir()
    command = [sys.executable, str(SUPPORT / program), str(folder), str(place), *words]
    environment = os.environ | {"PYTHONPATH": str(SUPPORT.parent.parent)}
    with (
        TemporaryFile() as errors,
        running(
            command, stdout=subprocess.PIPE, stderr=errors, env=environment, bufsize=0
        ) as server,
    ):
        try:
            if b"mounted" not in first_line(server.stdout):
                errors.seek(0)
                said = errors.read().decode().strip().splitlines()
                pytest.skip(f"this system lets no file system be mounted: {said[-1:]}")
            yield server
        finally:
            run_to_end(["fusermount3", "-u", "-z", str(place)], capture_output=True)
