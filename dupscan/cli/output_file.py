"""A file that a command writes because an option names a place for it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dupscan.errors import CannotFinish, UsageError
from dupscan.system import atomic
from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A place for a file. Only an older file of the same kind is ever replaced there."""

    option: str
    path: Path
    mark: str
    """Text in the first kilobyte of each file of this kind."""
    suffix: str = ""
    """Required ending of the name; empty for any."""
    inputs: tuple[str, ...] = ()
    """Files that the command reads, and that are not replaced even if they have the mark."""

    def check(self) -> None:
        """Raise UsageError, with the way out, if the file may not be written. Read-only."""
        shown, folder = f"{self.option} {file_names.shown(str(self.path))}", self.path.parent
        if self.path.suffix.lower() != self.suffix and self.suffix:
            raise UsageError(f"{shown}: choose a name that ends in {self.suffix}")
        if not folder.is_dir():
            raise UsageError(
                f"{shown}: there is no folder {file_names.shown(str(folder))}; create it first"
            )
        if not os.access(folder, os.W_OK):
            raise UsageError(f"{shown}: its folder cannot be written to; choose another place")
        if any(_is_same_file(self.path, path) for path in self.inputs):
            raise UsageError(f"{shown}: that is one of the two pictures; choose another name")
        if not atomic.is_replaceable(self.path, self.mark.encode()):
            raise UsageError(
                f"{shown}: a file that dupscan did not write is there and is not replaced; move it "
                "away or choose another name"
            )

    def write(self, content: bytes) -> None:
        """Write the file, whole or not at all, after another :meth:`check`.

        Raises UsageError as :meth:`check` does, and CannotFinish if the disk is full or the like.
        """

        def save(file: BinaryIO) -> None:
            file.write(content)

        self.check()
        try:
            atomic.write_together(self.path.parent, {self.path.name: save})
        except OSError as error:
            raise CannotFinish(
                f"cannot write {file_names.shown(str(self.path))}: {error.strerror}; make room "
                "there, or choose another place"
            ) from error


def _is_same_file(path: Path, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False
