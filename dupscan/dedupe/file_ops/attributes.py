"""What a file has besides its bytes: mode, owner, times, extended attributes. Read-only.

A hard link takes over those of the keeper; so they are written down before, and an undo gives them
back. :mod:`dupscan.dedupe.file_ops` puts them on a file.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Marks:
    """All that a file has besides its name and its bytes, as far as a program can set it."""

    mode: int
    """Permission bits."""
    uid: int
    gid: int
    atime_ns: int
    mtime_ns: int
    attributes: dict[str, bytes] = field(default_factory=dict)
    """Extended attributes, access control lists among them."""


def marks_of(descriptor: int) -> Marks:
    """Read the marks of an open file. Raises OSError."""
    status = os.fstat(descriptor)
    return Marks(
        mode=stat.S_IMODE(status.st_mode),
        uid=status.st_uid,
        gid=status.st_gid,
        atime_ns=status.st_atime_ns,
        mtime_ns=status.st_mtime_ns,
        attributes=_attributes(descriptor),
    )


def _attributes(descriptor: int) -> dict[str, bytes]:
    """Extended attributes; none where the system or the file system has no such thing."""
    found = {}
    with suppress(OSError, AttributeError):
        for name in os.listxattr(descriptor):
            with suppress(OSError):  # gone meanwhile, or not for this user
                found[name] = os.getxattr(descriptor, name)
    return found
