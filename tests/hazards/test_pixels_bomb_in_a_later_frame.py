"""A small first frame, then a frame that claims gigabytes: refused before memory is reserved."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest
from support.processes import run_to_end

_MEASURE = """
import os, sys
from dupscan.model.pictures import FileEntry
from dupscan.fingerprint.one_file import fingerprint
from dupscan.fingerprint.pixel_digest import pixel_digest
from dupscan.settings import FingerprintSettings
def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024
status = os.stat(sys.argv[1])
file = FileEntry(sys.argv[1], status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, 1)
before = peak()
print(pixel_digest(file, FingerprintSettings()).reason)
if sys.argv[2] == "both":
    print(fingerprint(file, FingerprintSettings()).reason)
print(peak() - before)
"""
CANVAS = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + bytes(3) + b"\xff" * 3
CLEARED_AFTERWARDS = b"!\xf9\x04\x08\0\0\0\0"


def frame(side: int) -> bytes:
    """A frame of `side` × `side` that is to be cleared, with the data of a few pixels."""
    return CLEARED_AFTERWARDS + b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + DATA


DATA = b"\x02\x16\x8c-\x99\x87*\x1c\xdc3\xa0\x02u\xec\x95\xfa\xa8\xde`\x8c\x04\x91L\x01\0"
"""Ten by ten pixels, compressed."""


def measure(path: Path, what: str) -> tuple[list[str], int]:
    """What is said of a file, and the megabytes that it took."""
    command = [sys.executable, "-W", "ignore", "-c", _MEASURE, str(path), what]
    done = run_to_end(command, check=True, capture_output=True, text=True)
    *said, megabytes = done.stdout.splitlines()
    return said, int(megabytes)


pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is told by Linux"
)


def test_a_second_frame_of_two_gigapixels(tmp_path: Path) -> None:
    (tmp_path / "bomb.gif").write_bytes(CANVAS + frame(10) + frame(50_000) + b";")
    said, megabytes = measure(tmp_path / "bomb.gif", "pixels")
    assert said == ["claims more pixels in one of its frames than --max-pixels 250000000 allows"]
    assert megabytes < 60


def test_a_first_frame_that_reaches_beyond_its_canvas(tmp_path: Path) -> None:
    (tmp_path / "bomb.gif").write_bytes(CANVAS + frame(50_000) + b";")
    said, megabytes = measure(tmp_path / "bomb.gif", "both")
    assert said == ["claims 50000 × 50000 pixels, more than --max-pixels 250000000 allows"] * 2
    assert megabytes < 60
