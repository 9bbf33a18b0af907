"""The files of a store on disk: made for the user alone, and used only if nobody else can write.

A scan believes its store: who can write to it can call two pictures equal. So a store is used only
if it is the user's own (or root's), and no other user may write to it, as ssh wants it of its
keys. The same holds for the files beside it from which SQLite finishes what a kill left. Links are
followed to a store that exists, and nothing is ever made behind a link.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from dupscan.errors import StoreUnusable
from dupscan.system.ownership import why_not_trusted
from dupscan.system.private_folders import make_private
from dupscan.text import file_names

_BESIDE = ("-wal", "-journal", "-shm")
"""Ends of the names of the files that SQLite keeps beside a store."""
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


def resolved(path: Path) -> Path:
    """The path of a store without links; scans by different links must share a lock.

    Raises StoreUnusable for a link to nothing: a store would be made in a place that is not named.
    """
    try:
        if path.is_symlink() and not path.exists():
            raise StoreUnusable(
                f"{file_names.shown(str(path))} is a link to a file that does not exist; remove "
                "the link, or name the file itself with --store"
            )
        return path.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise StoreUnusable(
            f"{file_names.shown(str(path))} cannot be followed: {error}; name another file with "
            "--store"
        ) from error


def make(path: Path) -> None:
    """Make an empty file if there is none; only its owner may read it.

    Raises StoreUnusable for what is no file, and for a file that another user may write to.
    """
    if path.exists() and not path.is_file():  # opening a pipe may wait for ever
        raise StoreUnusable(f"{_shown(path)} is not a file; name another with --store")
    make_private(path.parent)
    os.close(open_own(path))
    for end in _BESIDE:
        beside = path.with_name(path.name + end)
        if os.path.lexists(beside):
            refuse_if_shared(beside, os.lstat(beside))


def open_own(path: Path) -> int:
    """Open a file of the store for reading and writing; return its descriptor.

    A file that does not exist is made, for its owner alone. Raises OSError, and StoreUnusable as
    :func:`make` does.
    """
    if path.is_symlink():
        raise StoreUnusable(f"{_shown(path)} is a link, and must be a file; remove the link")
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        refuse_if_shared(path, os.fstat(descriptor))
    except StoreUnusable:
        os.close(descriptor)
        raise
    return descriptor


def refuse_if_shared(path: Path, found: os.stat_result) -> None:
    """Raise StoreUnusable unless a file is one that no other user but root may write to."""
    if not stat.S_ISREG(found.st_mode):
        raise StoreUnusable(f"{_shown(path)} is not a file; move it away, or use another --store")
    if why := why_not_trusted(found):
        raise StoreUnusable(f"{_shown(path)} {why}; or name another file with --store")


def _shown(path: Path) -> str:
    return file_names.shown(str(path))
