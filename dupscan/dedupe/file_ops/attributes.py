"""Attributes of a file besides its bytes: mode, owner, times, extended attributes. Read-only.

A hard link has the attributes of the keeper. So those of the target are written to the journal
before, and an undo gives them back; :mod:`dupscan.dedupe.file_ops` sets them.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace

with suppress(ImportError):
    import fcntl

_GET_FLAGS = 0x80086601
"""The ioctl request FS_IOC_GETFLAGS, see ioctl_iflags(2)."""
_IMMUTABLE, _APPEND_ONLY = 0x10, 0x20
_OF_THE_SYSTEM = ("security.", "trusted.")
"""Beginnings of the names of extended attributes by which the system grants something."""


@dataclass(frozen=True, slots=True)
class FileAttributes:
    """Attributes of a file that a program can set."""

    mode: int
    """Permission bits."""
    uid: int
    gid: int
    atime_ns: int
    """Time of the last access, in nanoseconds since 1970."""
    mtime_ns: int
    """Time of the last change of the bytes, in nanoseconds since 1970."""
    attributes: dict[str, bytes] = field(default_factory=dict)
    """Extended attributes, access control lists among them."""


def read_attributes(descriptor: int) -> FileAttributes:
    """Read the attributes of an open file. Raises OSError."""
    status = os.fstat(descriptor)
    return FileAttributes(
        mode=stat.S_IMODE(status.st_mode),
        uid=status.st_uid,
        gid=status.st_gid,
        atime_ns=status.st_atime_ns,
        mtime_ns=status.st_mtime_ns,
        attributes=_extended(descriptor),
    )


def granted(recorded: FileAttributes, held: os.stat_result) -> FileAttributes:
    """Return the attributes of a record that a copy of a held file may have.

    A record may be forged. So it gives no owner but that of the held file, and no privilege that
    the file has not: no set-user-id bit, no capability, nothing else that the system trusts.
    """
    privileges = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX
    mode = recorded.mode & ~privileges | recorded.mode & held.st_mode & privileges
    extended = {
        name: value
        for name, value in recorded.attributes.items()
        if not name.startswith(_OF_THE_SYSTEM)
    }
    return replace(recorded, mode=mode, uid=held.st_uid, gid=held.st_gid, attributes=extended)


def is_immutable(path: str) -> bool:
    """True if nobody may change a file or folder, by its flags (chattr +i or +a)."""
    with suppress(OSError, NameError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            flags = fcntl.ioctl(descriptor, _GET_FLAGS, bytes(8))
        finally:
            os.close(descriptor)
        return bool(int.from_bytes(flags[:4], sys.byteorder) & (_IMMUTABLE | _APPEND_ONLY))
    return False


def _extended(descriptor: int) -> dict[str, bytes]:
    """Read extended attributes; none where the system or the file system does not know them."""
    found = {}
    with suppress(OSError, AttributeError):
        for name in os.listxattr(descriptor):
            with suppress(OSError):  # gone meanwhile, or not for this user
                found[name] = os.getxattr(descriptor, name)
    return found
