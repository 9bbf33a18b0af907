"""Files in a scan: the identity of a file, an entry of the walk, a failure, a file passed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """The path, size, time and number by which a file is recognised later."""

    path: str
    """Absolute path. Bytes that are not UTF-8 are surrogate escapes, as in :func:`os.fsdecode`."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Time of the last change, nanoseconds since 1970."""
    device: int
    """Number of the file system, ``st_dev``; it may change with a reboot."""
    inode: int
    """Number of the file on its file system, ``st_ino``."""


@dataclass(frozen=True, slots=True)
class FileEntry(FileIdentity):
    """One real file below a root, whatever the number of its names there."""

    links: int
    """Number of names on the file system, names outside the roots included."""
    aliases: tuple[str, ...] = ()
    """Further names of the same file below the roots: hard links, files mounted twice."""
    reference: bool = False
    """True below a reference folder: the file may be a keeper and never a duplicate."""
    symbolic_link: bool = False
    """True if `path` is a symbolic link, and the file itself lies outside the roots."""
    ctime_ns: int = field(default=0, compare=False)
    """Time of the last change of the status, nanoseconds since 1970; 0 if the system has none. No
    part of the identity, because a new name or other rights change it too."""

    @property
    def freed(self) -> int:
        """Bytes that deleting all names below the roots frees: 0 if there is a name elsewhere."""
        has_name_elsewhere = self.symbolic_link or self.links > 1 + len(self.aliases)
        return 0 if has_name_elsewhere else self.size


class FailureKind(Enum):
    """The class of a failure; the value is the word that reports and the terminal show."""

    DAMAGED = "damaged"
    """Data is broken: the structure of the file proves it, or the decoder of an ordinary file."""
    UNSUPPORTED = "not supported"
    """Sound as far as can be seen, and of a kind that no decoder here reads."""
    NO_PICTURE = "no picture"
    """Nothing in it can be shown: an empty file, metadata only, or not a picture at all."""
    TOO_LARGE = "too large"
    """More pixels or bytes than the settings or the memory allow."""
    CHANGED = "changed"
    """Another file by now than the one that the walk saw, or gone."""
    UNREADABLE = "cannot be read"
    """The system or a decoder refuses it, and nothing proves it sound or broken."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or folder that could not be scanned, and the reason."""

    path: str
    stage: Literal["walk", "read", "decode"]
    reason: str
    """One line for a person."""
    kind: FailureKind = FailureKind.UNREADABLE


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is sound and is not compared."""

    path: str
    kind: str
    """The kind for counting: ``not a picture``, or a format that is not opened and the reason."""
