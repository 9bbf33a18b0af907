"""A file system for tests that shows a folder a second time, and may be written to: a program.

``passing_disk.py FOLDER MOUNTPOINT [--fold]``. It knows nothing of the flags of renameat2(2), and
renames whatever they say, as drives do whose makers have not heard of them. With ``--fold`` a.jpg
is A.JPG.
"""

from __future__ import annotations

import os
import sys
import zlib
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


class Folding(Passing):
    """Names that differ in case only are one, as on drives for Windows and for telephones.

    Inodes it makes up, of the spelling that is asked for: no number tells that two are one file.
    """

    def _at(self, path: str) -> str:
        place = self.folder
        for part in filter(None, path.split("/")):
            twins = [one for one in os.listdir(place) if one.casefold() == part.casefold()]
            place = os.path.join(place, twins[0] if twins else part)
        return place

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        """The status of whatever has the name, in any spelling."""
        status = super().getattr(self._at(path).removeprefix(self.folder), fh)
        return status | {"st_ino": zlib.crc32(os.fsencode(path)) + 2}

    def open(self, path: str, flags: int) -> int:
        """Open it, in any spelling."""
        return os.open(self._at(path), flags)


if __name__ == "__main__":
    shown, mountpoint, *fold = sys.argv[1:]
    options = {name: value for name, value in MOUNTING.items() if name != "ro"}
    mfusepy.FUSE((Folding if fold else Passing)(shown), mountpoint, **options)
