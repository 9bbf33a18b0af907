"""What a calibration leaves on disk: the settings file, and the figure.

Both take the place of one of ours and of nothing else: ``--plot photo.jpg`` must not cost anybody
a photograph. Changes the two files that are named, and no other.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from dupscan.errors import CannotFinish, UsageError
from dupscan.system import atomic
from dupscan.text import file_names

_GLANCE = 1024
"""Bytes at the beginning of a file within which its mark stands."""


def check_place(path: Path, mark: str, option: str) -> None:
    """Make sure, before the work, that a file may be written to a place; read-only.

    Raises UsageError when its folder is not there or cannot be written to, or when something is in
    the way that does not bear the `mark` of ours.
    """
    shown = f"{option} {file_names.shown(str(path))}"
    if not path.parent.is_dir():
        raise UsageError(
            f"{shown}: there is no folder {file_names.shown(str(path.parent))}; make it"
        )
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"{shown}: its folder cannot be written to; name another place")
    if not os.path.lexists(path):
        return
    try:
        with path.open("rb") as file:
            is_ours = path.is_file() and mark.encode() in file.read(_GLANCE)
    except OSError:
        is_ours = False
    if not is_ours:
        raise UsageError(
            f"{shown}: there is something else already, and it is not overwritten; move it away or "
            "name another file"
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all. Raises CannotFinish when it cannot be written."""

    def write(file: BinaryIO) -> None:
        file.write(content)

    try:
        atomic.write_together(path.parent, {path.name: write})
    except OSError as error:
        raise CannotFinish(
            f"cannot write {file_names.shown(str(path))}: {error.strerror}; make room there or "
            "name "
            "another place"
        ) from error
