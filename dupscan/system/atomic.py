"""Write files whole or not at all, alone or several together.

Each file is written under a temporary name in its folder and flushed to disk. When all files are
written, they are renamed to their own names, in the order given. The files are private to the user.
"""

from __future__ import annotations

import errno
import glob
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_SUFFIX = ".dupscan-tmp"
Writer = Callable[[BinaryIO], None]


def write_together(folder: Path, writers: Mapping[str, Writer]) -> None:
    """Write one file for each name in `writers`; rename them only when all are written.

    Changes files in `folder`, which must exist. When writing fails, the OSError is raised, and the
    former files of these names are still there, whole. The last name is renamed last: a reader that
    finds the last file new finds the other files new as well.
    """
    written: list[tuple[str, Path]] = []
    _remove_leftovers(folder, writers)
    try:
        for name, write in writers.items():
            descriptor, temporary = tempfile.mkstemp(
                prefix=f".{name}.", suffix=_SUFFIX, dir=folder
            )  # mode 0600
            written.append((temporary, folder / name))
            with os.fdopen(descriptor, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
        if blocked := next((final for _, final in written if final.is_dir()), None):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(blocked))
        for temporary, final in written:
            os.replace(temporary, final)
        _bring_to_disk(folder)
    finally:
        for temporary, _ in written:
            with suppress(FileNotFoundError):
                os.unlink(temporary)


def is_replaceable(path: Path, mark: bytes) -> bool:
    """True if a path is free, or names a file with `mark` in its first kilobyte; read-only."""
    if not os.path.lexists(path):
        return True
    if not path.is_file():  # opening a pipe would wait
        return False
    try:
        with path.open("rb") as file:
            return mark in file.read(1024)
    except OSError:
        return False


def _remove_leftovers(folder: Path, names: Iterable[str]) -> None:
    """Remove temporary files of a killed process.

    No other process may write files of these names to the folder at the same time.
    """
    for name in names:
        for leftover in folder.glob(f".{glob.escape(name)}.*{_SUFFIX}"):
            with suppress(OSError):
                leftover.unlink()


def _bring_to_disk(folder: Path) -> None:
    """Flush the renames in a folder to disk, on systems where a folder can be opened."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
