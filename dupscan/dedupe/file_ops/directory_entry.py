"""Names in folders that are held open, and the files that have these names. Read-only.

A path may lead elsewhere a moment later; a name in an open folder stays in that folder, whatever
becomes of the folders above it. :mod:`dupscan.dedupe.file_ops` takes only such names.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A name in an open folder, whether or not a file has that name now."""

    folder: int
    """Descriptor of the open folder."""
    name: str
    path: str
    """Absolute path, for messages only."""

    def beside(self, name: str) -> DirectoryEntry:
        """Return the entry of another name in the same folder.

        Raises ValueError for what is no name, such as a path into another folder.
        """
        if name in ("", os.curdir, os.pardir) or os.path.basename(name) != name:
            raise ValueError(f"{name!r} is no name of a file in {self.path!r}")
        return DirectoryEntry(self.folder, name, os.path.join(os.path.dirname(self.path), name))

    def stat(self) -> os.stat_result:
        """Return the status of the file that has this name now; follows no symbolic link.

        Raises OSError, FileNotFoundError when no file has this name.
        """
        return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)

    def stat_if_any(self) -> os.stat_result | None:
        """Return the status of the file that has this name now, None when there is no such file.

        Raises OSError when the system does not tell.
        """
        try:
            return self.stat()
        except FileNotFoundError:
            return None

    def is_free(self) -> bool:
        """True if no file has this name now. Raises OSError when the system does not tell."""
        return self.stat_if_any() is None

    def seen(self, status: os.stat_result) -> SeenFile:
        """Return the file that had this name when `status` was read."""
        return SeenFile(self.folder, self.name, self.path, status)

    def look(self) -> SeenFile:
        """Return the file that has this name now. Raises OSError, as :meth:`stat` does."""
        return self.seen(self.stat())

    def look_if_any(self) -> SeenFile | None:
        """Return the file that has this name now, None when there is no such file.

        Raises OSError when the system does not tell.
        """
        status = self.stat_if_any()
        return None if status is None else self.seen(status)


@dataclass(frozen=True, slots=True)
class SeenFile(DirectoryEntry):
    """The handle of a file that is acted on: its name, and its status when it was checked.

    The one type for targets and for keepers. Another file may have the name by now, so every
    operation compares the status again before the name is lost.
    """

    status: os.stat_result
    """Status of the file as it was checked."""


@dataclass(frozen=True, slots=True)
class OpenFile(SeenFile):
    """A file that is held open, in a folder that is held open; its status was read from it."""

    descriptor: int
    """Descriptor of the open file."""
    real_folder: str
    """The real path of its folder, whatever links lead there."""

    @property
    def real_path(self) -> str:
        """The real path of the file."""
        return os.path.join(self.real_folder, self.name)


def is_there(keeper: SeenFile | None, *, fresh: DirectoryEntry | None = None) -> bool:
    """True if the keeper is unchanged and is not the target itself; always true for None.

    Called while the target's own name is out of the way. `fresh` is a name that was made in the
    target's folder just now. It finds out whether one folder is seen through two file systems: then
    target and keeper are one file though their inodes differ, and the new name is there in both
    folders, which no cache can hide.
    """
    if keeper is None:
        return True
    try:
        if not is_untouched(_status_anew(keeper), keeper.status):
            return False
        if fresh is None or os.path.samestat(os.fstat(keeper.folder), os.fstat(fresh.folder)):
            return True
        return keeper.beside(fresh.name).is_free()
    except OSError:
        return False


def _status_anew(entry: DirectoryEntry) -> os.stat_result:
    """Open and read a regular file, and return its status now, whatever a cache says."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(entry.name, flags | getattr(os, "O_CLOEXEC", 0), dir_fd=entry.folder)
    try:
        os.read(descriptor, 1)
        return os.fstat(descriptor)
    finally:
        os.close(descriptor)


def is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """True if two statuses are of one file, whose size and modification time did not change."""
    return _identity(one) == _identity(other)


def is_untouched(now: os.stat_result, then: os.stat_result) -> bool:
    """True if two statuses are of one file that nobody changed, not even its times or its mode.

    An edit whose modification time was set back is found by the change time.
    """
    return is_same(now, then) and now.st_ctime_ns == then.st_ctime_ns


def _identity(status: os.stat_result) -> tuple[int, ...]:
    kind = stat.S_IFMT(status.st_mode)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, kind
