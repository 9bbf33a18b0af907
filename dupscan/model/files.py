"""Files as a scan meets them: an entry of the walk, a failure, a file that is not compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """By what a file is recognised: its path, and what the system said of it."""

    path: str
    """Absolute path. Bytes that are not UTF-8 are surrogate escapes, as in :func:`os.fsdecode`."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Time of the last change, nanoseconds since 1970."""
    device: int
    """Number of its file system, ``st_dev``; may be another after a reboot."""
    inode: int
    """Number of the file on its file system, ``st_ino``."""


@dataclass(frozen=True, slots=True)
class FileEntry(FileIdentity):
    """One real file below a root, however many names it has there."""

    links: int
    """Names the file has on its file system, those outside the roots included."""
    aliases: tuple[str, ...] = ()
    """Further names of this same file below the roots: hard links, files mounted twice."""
    reference: bool = False
    """True below a reference folder: the file may be a keeper and never a duplicate."""
    symbolic_link: bool = False
    """True when `path` is a symbolic link, and the file itself lies outside the roots."""

    @property
    def freed(self) -> int:
        """Bytes free once the file is gone below the roots: none if it has a name elsewhere."""
        has_name_elsewhere = self.symbolic_link or self.links > 1 + len(self.aliases)
        return 0 if has_name_elsewhere else self.size


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or folder that could not be scanned, and why."""

    path: str
    stage: Literal["walk", "read", "decode"]
    reason: str
    """One line for a person."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is sound and is not compared."""

    path: str
    kind: str
    """What it was counted as: ``not a picture``, or a format that is not opened, and why."""
