"""What a file has besides its bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dupscan.dedupe.file_ops import attributes
from dupscan.dedupe.file_ops.attributes import FileAttributes


def attributes_at(path: Path) -> FileAttributes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return attributes.read_attributes(descriptor)
    finally:
        os.close(descriptor)


def test_mode_owner_and_times_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"bytes")
    path.chmod(0o640)
    os.utime(path, ns=(1_111_111_111_111_111_111, 2_222_222_222_222_222_222))
    found = attributes_at(path)
    assert (0o640, os.getuid(), os.getgid()) == (found.mode, found.uid, found.gid)
    assert found.mtime_ns == 2_222_222_222_222_222_222
    assert found.attributes == {}


def test_extended_attributes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"bytes")
    try:
        os.setxattr(path, "user.stars", b"\xff\x005")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    found = attributes_at(path)
    assert found.attributes == {"user.stars": b"\xff\x005"}
