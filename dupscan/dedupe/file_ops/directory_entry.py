"""A name in a folder that is held open: what is done to it is done there, wherever paths lead.

Read-only; :mod:`dupscan.dedupe.file_ops` changes what has a name.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A name in an open folder."""

    folder: int
    """Descriptor of the folder."""
    name: str
    path: str
    """Absolute, for messages."""

    def beside(self, name: str) -> Spot:
        """Another name in the same folder."""
        return Spot(self.folder, name, os.path.join(os.path.dirname(self.path), name))

    def status(self) -> os.stat_result:
        """Of what has this name now, a symbolic link not followed. Raises OSError."""
        return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)

    def status_if_any(self) -> os.stat_result | None:
        """The same, None when nothing has this name."""
        try:
            return self.status()
        except FileNotFoundError:
            return None

    def is_free(self) -> bool:
        """Whether nothing has this name now."""
        return self.status_if_any() is None


Seen = tuple[Spot, os.stat_result]
"""A file that has to stay, and what was checked of it."""


def is_there(keeper: Seen | None, made: Spot | None = None) -> bool:
    """Whether a keeper, if there must be one, is still what was checked, and a file of its own.

    Asked when the target's name is out of the way. `made` is a name that was made in its folder
    just now: one folder may be seen through two file systems, and then target and keeper are one
    file whatever their inodes say; the new name is seen in both, which no cache can hide.
    """
    if keeper is None:
        return True
    spot, status = keeper
    try:
        if not is_untouched(_status_anew(spot), status):
            return False
        if made is None or os.path.samestat(os.fstat(spot.folder), os.fstat(made.folder)):
            return True
        return spot.beside(made.name).is_free()
    except OSError:
        return False


def _status_anew(spot: Spot) -> os.stat_result:
    """The status of a regular file that can be opened and read now, whatever a cache says."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(spot.name, flags | getattr(os, "O_CLOEXEC", 0), dir_fd=spot.folder)
    try:
        os.read(descriptor, 1)
        return os.fstat(descriptor)
    finally:
        os.close(descriptor)


def is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether two statuses are of one file, with the same bytes as far as its times tell."""
    return _identity(one) == _identity(other)


def is_untouched(now: os.stat_result, then: os.stat_result) -> bool:
    """Whether a file is as it was: not even its times were set back after an edit."""
    return is_same(now, then) and now.st_ctime_ns == then.st_ctime_ns


def _identity(status: os.stat_result) -> tuple[int, ...]:
    kind = stat.S_IFMT(status.st_mode)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, kind
