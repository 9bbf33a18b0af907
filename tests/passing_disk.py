"""A file system for tests that shows a folder a second time, and may be written to: a program.

``passing_disk.py FOLDER MOUNTPOINT``. It knows nothing of the flags of renameat2(2), and renames
whatever they say, as drives do whose makers have not heard of them.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import mfusepy

from benchmarks.slow_disk import MOUNTING, Mirror


class Passing(Mirror):
    """Hands everything on to the folder."""

    def init(self, path: str) -> None:
        """Called once the file system is there to be used."""
        os.write(1, b"mounted\n")

    def _at(self, path: str) -> str:
        return self.folder + path

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        """A descriptor of a new file."""
        return os.open(self._at(path), os.O_RDWR | os.O_CREAT, mode)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        """Some bytes more."""
        return os.pwrite(fh, data, offset)

    def rename(self, old: str, new: str) -> int:
        """Rename, over whatever is there."""
        os.rename(self._at(old), self._at(new))
        return 0

    def link(self, target: str, source: str) -> int:
        """Another name."""
        os.link(self._at(source), self._at(target))
        return 0

    def symlink(self, target: str, source: str) -> int:
        """A symbolic link."""
        os.symlink(source, self._at(target))
        return 0

    def readlink(self, path: str) -> str:
        """What a link says."""
        return os.readlink(self._at(path))

    def unlink(self, path: str) -> int:
        """Remove a name."""
        os.unlink(self._at(path))
        return 0

    def mkdir(self, path: str, mode: int) -> int:
        """Make a folder."""
        os.mkdir(self._at(path), mode)
        return 0

    def rmdir(self, path: str) -> int:
        """Remove a folder."""
        os.rmdir(self._at(path))
        return 0

    def chmod(self, path: str, mode: int) -> int:
        """Set permissions."""
        os.chmod(self._at(path), mode)
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        """Set times."""
        os.utime(self._at(path), ns=times)
        return 0

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        """Cut a file."""
        os.truncate(self._at(path), length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        """Bring a file to disk."""
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        """Bring a folder to disk."""
        return 0


if __name__ == "__main__":
    shown, mountpoint = sys.argv[1:]
    options = {name: value for name, value in MOUNTING.items() if name != "ro"}
    mfusepy.FUSE(Passing(shown), mountpoint, **options)
