"""Files of journal lines: opened, locked, appended to, brought to disk. Whole lines or nothing."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from dupscan.errors import JournalBusy, JournalNotWritten, PlanError
from dupscan.system import locks, ownership
from dupscan.text import file_names


def open_journal(path: Path, *, make: bool, read_only: bool) -> int:
    """Open a journal and return its descriptor, locked unless `read_only`.

    With `make` the file is made where there is none. Raises PlanError where there is no journal,
    JournalBusy while another pass has it, JournalNotWritten when the system refuses.
    """
    shown = file_names.shown(str(path))
    try:
        descriptor = open_file(path, make=make, read_only=read_only)
    except FileNotFoundError as error:
        if make:
            raise not_written(path, error) from error
        raise PlanError(
            f"there is no journal {shown}; `dupscan passes` lists the journals there are"
        ) from error
    except IsADirectoryError as error:
        raise PlanError(f"{shown} is a folder and no journal") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise PlanError(f"{shown} is a symbolic link; name the journal itself") from error
        raise not_written(path, error) from error
    return descriptor


def open_file(path: Path, *, make: bool, read_only: bool) -> int:
    """Open a file of lines and return its descriptor, locked unless `read_only`.

    No link is followed. Raises JournalBusy while another pass has it, PlanError for a file that
    another user may have written or that is none, OSError when the system refuses.
    """
    flags = os.O_RDONLY if read_only else os.O_RDWR | (os.O_CREAT if make else 0)
    flags |= os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
    try:
        _check(os.fstat(descriptor), file_names.shown(str(path)))
        if not read_only:
            locks.lock(descriptor, exclusive=True)
    except BlockingIOError as error:
        os.close(descriptor)
        raise JournalBusy(
            f"another pass is at work with {file_names.shown(str(path))}; wait until it is done"
        ) from error
    except PlanError:
        os.close(descriptor)
        raise
    return descriptor


def _check(found: os.stat_result, shown: str) -> None:
    if not stat.S_ISREG(found.st_mode):  # reading a pipe would wait for ever
        raise PlanError(f"{shown} is a pipe or a device, and no journal")
    if words := ownership.why_not_trusted(found):
        raise PlanError(f"the journal {shown} {words}")


def append(descriptor: int, data: bytes, *, sync: bool) -> int:
    """Append bytes, all or none, and return the offset of the first. Raises OSError."""
    start = os.lseek(descriptor, 0, os.SEEK_END)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        os.ftruncate(descriptor, start)  # half a line would make the next line unreadable
        raise
    if sync:
        os.fsync(descriptor)
    return start


def cut(descriptor: int, length: int) -> None:
    """Shorten a file to a number of bytes. Raises OSError."""
    os.ftruncate(descriptor, length)


def bring_to_disk(folder: Path) -> None:
    """Bring the names in a folder to disk (fsync). Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def common_length(one: int, other: int) -> int:
    """Return the number of bytes with which two files begin alike, in whole lines."""
    length = 0
    for line, its in zip(lines_from(one, 0), lines_from(other, 0), strict=False):
        if line != its:
            break
        length += len(line)
    return length


def lines_from(descriptor: int, start: int) -> Iterator[bytes]:
    """Yield the whole lines of a file from an offset; a last line that was cut short is none."""
    with open(os.dup(descriptor), "rb") as file:
        file.seek(start)
        yield from (line for line in file if line.endswith(b"\n"))


def check_writable(path: Path) -> None:
    """Raise JournalNotWritten if a journal could not be written at a path. Read-only."""
    place, rights = (path, os.W_OK) if path.exists() else (path.parent, os.W_OK | os.X_OK)
    if not os.access(place, rights):
        raise not_written(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def not_written(path: Path, error: OSError) -> JournalNotWritten:
    """Return the exception for a journal that cannot be written."""
    return JournalNotWritten(
        f"cannot write the journal {file_names.shown(str(path))}: {error.strerror}; nothing more "
        "is done without it. Make room, or get permission to write there, and run the same "
        "command again"
    )
