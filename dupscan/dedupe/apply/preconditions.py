"""What must be true of a file in the moment before it is acted on. Read-only.

A plan was made from what a scan saw, hours or days ago. Here its files are opened, without
following a link, locked, and held against what the plan says of them; while they are held open,
whatever is done is done to these files and in these folders, wherever their names lead by then.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import DirectoryEntry, OpenFile, is_same
from dupscan.errors import InternalSignal
from dupscan.model.plan import HashedFile, Row
from dupscan.system import locks

_CHUNK = 1 << 20
_OPEN_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_OPEN_FILE = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO in its place must not hang the pass
    | getattr(os, "O_CLOEXEC", 0)
)
_SCAN_AGAIN = "scan again, which takes moments, and plan anew"
KEEPER_ITSELF = "it is the keeper's own file already, under another name"
OTHER_FILE_SYSTEM = "its keeper is on another file system, which may not be there one day"
_CANNOT = (
    "its file system cannot do that: reflinks want btrfs, XFS or the like, and FAT knows no links; "
    "plan with another --action"
)
_WORDS = {
    errno.EACCES: "no permission; may you write to its folder?",
    errno.EPERM: "the system does not allow it; is the file immutable, or not yours?",
    errno.EROFS: "the file system is read-only",
    errno.EXDEV: "it would have to cross from one file system to another",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota is used up",
    errno.EMLINK: "the keeper has as many names already as its file system allows",
    errno.ENAMETOOLONG: "its path would be too long in the place where it would go",
    errno.EOPNOTSUPP: _CANNOT,
    errno.ENOTTY: _CANNOT,
    errno.ENOSYS: _CANNOT,
    errno.EEXIST: "a file that is in the way came meanwhile",
    errno.ENOENT: "it is not there any more",
    errno.ENOTDIR: "it is not there any more",
}


class Refused(InternalSignal):
    """Raised when a row is not carried out; everything is as it was before."""


class Missing(Refused):
    """Raised when there is no such folder."""


@contextmanager
def open_verified(file: HashedFile, *, exclusive: bool) -> Iterator[OpenFile]:
    """Hold a file of the plan open and locked, as it is seen to be the one that the plan says.

    Alone for a target, shared for a keeper: so two passes never take each other's keeper. Raises
    Refused.
    """
    with open_file(file.path) as found:
        if reason := difference(file, found.status):
            raise Refused(reason)
        lock(found, exclusive=exclusive)
        yield found


def lock(file: OpenFile, *, exclusive: bool) -> None:
    """Keep other passes from a file until it is closed. Raises Refused."""
    try:
        locks.take(file.descriptor, alone=exclusive)
        # Who had the lock until now may have put another file in its place.
        if not is_same(file.stat(), file.status):
            raise Refused("another file has taken its place")
    except BlockingIOError as error:
        raise Refused("another pass is at work on it") from error
    except OSError as error:
        raise Refused(explain(error)) from error


@contextmanager
def open_file(path: str) -> Iterator[OpenFile]:
    """Hold whatever file is at a path open. Raises Refused."""
    folder = descriptor = -1
    try:
        try:
            folder = os.open(os.path.dirname(path), _OPEN_FOLDER)
            name = os.path.basename(path)
            descriptor = os.open(name, _OPEN_FILE, dir_fd=folder)
            status = os.fstat(descriptor)
        except OSError as error:
            raise Refused(explain(error)) from error
        yield OpenFile(folder, name, path, status, descriptor, _real(folder, path))
    finally:
        for one in (descriptor, folder):
            if one >= 0:
                os.close(one)


@contextmanager
def open_directory_entry(path: str) -> Iterator[DirectoryEntry]:
    """Hold the folder of a path open, whatever is at the path. Raises Refused, or Missing."""
    try:
        folder = os.open(os.path.dirname(path), _OPEN_FOLDER)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Missing(explain(error)) from error
    except OSError as error:
        raise Refused(explain(error)) from error
    try:
        yield DirectoryEntry(folder, os.path.basename(path), path)
    finally:
        os.close(folder)


def is_prefix_of(begun: OpenFile, whole: OpenFile) -> bool:
    """Whether the bytes of a file are the first ones of another. Raises OSError."""
    at = 0
    while chunk := os.pread(begun.descriptor, _CHUNK, at):
        if chunk != os.pread(whole.descriptor, len(chunk), at):
            return False
        at += len(chunk)
    return True


def check_digest(file: OpenFile, digest: bytes) -> None:
    """See that a file that is held still has the bytes that were digested. Raises Refused."""
    try:
        now = digest_of(file)
    except OSError as error:
        raise Refused(explain(error)) from error
    if now != digest:
        raise Refused(f"its bytes were changed since the scan; {_SCAN_AGAIN}")


def is_keeper_itself(row: Row) -> bool:
    """Whether the target is the keeper's own file now, by another of its names."""
    try:
        return os.path.samestat(os.lstat(row.target.path), os.lstat(row.keeper.path))
    except OSError:
        return False


def difference(file: HashedFile, status: os.stat_result) -> str:
    """In what a file is not the one that the plan says; empty if it is."""
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file any more"
    if status.st_ino != file.inode:
        return f"another file has taken its place since the scan; {_SCAN_AGAIN}"
    if status.st_dev != file.device:
        return f"it is on another device than the scan saw (was it mounted anew?); {_SCAN_AGAIN}"
    if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
        return f"it was changed since the scan; {_SCAN_AGAIN}"
    return ""


def difference_now(file: HashedFile) -> str:
    """The same of what is at its path now, looked at and not opened."""
    try:
        return difference(file, os.lstat(file.path))
    except OSError as error:
        return explain(error)


def matches_identity_or_bytes(file: HashedFile, candidate: DirectoryEntry) -> bool:
    """Whether a name leads to what was acted on: the very file, or one with its time and bytes.

    Of some file systems, such as FAT, inodes do not outlast a mount. Raises OSError.
    """
    status = candidate.stat()
    if matches_identity(file, status):
        return True
    is_alike = (status.st_size, status.st_mtime_ns) == (file.size, file.mtime_ns)
    return is_alike and stat.S_ISREG(status.st_mode) and digest_of(candidate) == file.digest


def matches_identity(file: HashedFile, status: os.stat_result) -> bool:
    """Whether a status is of a file that was acted on, wherever it is now.

    Its device is not asked for: that has another number after a reboot, or another mount.
    """
    seen = (status.st_ino, status.st_size, status.st_mtime_ns)
    return stat.S_ISREG(status.st_mode) and seen == (file.inode, file.size, file.mtime_ns)


def check_same_bytes(one: OpenFile, other: OpenFile, digest: bytes = b"") -> None:
    """See that two files have the same bytes, those that the scan digested. Raises Refused.

    Without a digest it is enough that they are the same.
    """
    whole, at = hashlib.sha256(), 0
    try:
        while chunk := os.pread(one.descriptor, _CHUNK, at):
            if chunk != os.pread(other.descriptor, len(chunk), at):
                raise Refused("its bytes are not those of its keeper")
            whole.update(chunk)
            at += len(chunk)
        if os.pread(other.descriptor, 1, at):
            raise Refused("its bytes are not those of its keeper")
        still = all(_is_unchanged(file) for file in (one, other))
    except OSError as error:
        raise Refused(f"it cannot be compared with its keeper: {explain(error)}") from error
    if not still or (digest and whole.digest() != digest):
        raise Refused(f"its bytes were changed since the scan; {_SCAN_AGAIN}")


def digest_of(file: DirectoryEntry) -> bytes:
    """SHA-256 of the file that has a name now, a symbolic link not followed. Raises OSError."""
    descriptor = os.open(file.name, _OPEN_FILE, dir_fd=file.folder)
    with open(descriptor, "rb") as content:
        return hashlib.file_digest(content, "sha256").digest()


def explain(error: OSError | Changed) -> str:
    """Why something could not be done, for a person."""
    if isinstance(error, Changed):
        return str(error)
    if error.errno == errno.ELOOP:
        return "it is a symbolic link now"
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)


def _is_unchanged(file: OpenFile) -> bool:
    now, then = os.fstat(file.descriptor), file.status
    return (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (
        *(then.st_size, then.st_mtime_ns),
        then.st_ctime_ns,
    )


def _real(folder: int, path: str) -> str:
    """The real path of an open folder."""
    try:
        return os.readlink(f"/proc/self/fd/{folder}")
    except OSError:
        return os.path.realpath(os.path.dirname(path))
