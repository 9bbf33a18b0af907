"""Checks of a file in the moment before it is changed. Read-only.

A plan was made from what a scan saw, hours or days ago. Here its files are opened without following
a symbolic link, locked, and compared with the plan. While files and folders are open, operations
apply to these files and folders, wherever their paths lead by then.
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
"""Bytes read at once."""
_OPEN_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_OPEN_FILE = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO must not wait for a writer
    | getattr(os, "O_CLOEXEC", 0)
)
_SCAN_AGAIN = "scan again, which takes moments, and make a new plan"
KEEPER_ITSELF = "it is the keeper's own file already, under another name"
OTHER_FILE_SYSTEM = "its keeper is on another file system, which may not be there one day"
PICTURE_STAYS = "its picture stays, so this companion stays too"
MAY_NOT_READ = "you may not read it, so it cannot be compared"
"""Reasons to refuse that a dry run and a real run share."""
_CANNOT = (
    "its file system cannot do that: reflinks need btrfs, XFS or the like, and FAT has no links; "
    "plan with another --action"
)
_WORDS = {
    errno.EACCES: "no permission; may you write to its folder?",
    errno.EPERM: "the system does not allow it; is the file immutable, or not yours?",
    errno.EROFS: "the file system is read-only",
    errno.EXDEV: "it would have to cross from one file system to another",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota is used up",
    errno.EMLINK: "the keeper has as many hard links as its file system allows",
    errno.ENAMETOOLONG: "its new path would be too long",
    errno.EOPNOTSUPP: _CANNOT,
    errno.ENOTTY: _CANNOT,
    errno.ENOSYS: _CANNOT,
    errno.EEXIST: "another program made a file that is in the way",
    errno.ENOENT: "it is not there any more",
    errno.ENOTDIR: "it is not there any more",
}


class Refused(InternalSignal):
    """Raised when a row is not carried out; the text is the reason, for the outcome of the row."""


class Missing(Refused):
    """Raised when the folder of a path is not there."""


@contextmanager
def open_verified(file: HashedFile, *, exclusive: bool) -> Iterator[OpenFile]:
    """Open a file of the plan, verify that it is unchanged, and keep it locked and open meanwhile.

    The lock is `exclusive` for a target and shared for a keeper, so two passes never take each
    other's keeper. Raises Refused when the file is not the one of the plan, cannot be opened, or is
    locked by another pass.
    """
    with open_file(file.path) as found:
        if reason := difference(file, found.status):
            raise Refused(reason)
        lock(found, exclusive=exclusive)
        yield found


def lock(file: OpenFile, *, exclusive: bool) -> None:
    """Lock an open file against other passes until it is closed.

    Raises Refused when another pass has the lock, or another file has the name by now.
    """
    try:
        locks.lock(file.descriptor, exclusive=exclusive)
        # The pass that had the lock until now may have replaced the file.
        if not is_same(file.stat(), file.status):
            raise Refused("another file has taken its place")
    except BlockingIOError as error:
        raise Refused("another pass is at work on it") from error
    except OSError as error:
        raise Refused(explain(error)) from error


@contextmanager
def open_file(path: str) -> Iterator[OpenFile]:
    """Open the file at a path, and its folder; a symbolic link is not followed. Raises Refused."""
    folder = descriptor = -1
    try:
        try:
            folder = os.open(os.path.dirname(path), _OPEN_FOLDER)
            name = os.path.basename(path)
            descriptor = os.open(name, _OPEN_FILE, dir_fd=folder)
            status = os.fstat(descriptor)
        except PermissionError as error:
            raise Refused(MAY_NOT_READ) from error
        except OSError as error:
            raise Refused(explain(error)) from error
        yield OpenFile(folder, name, path, status, descriptor, _real(folder, path))
    finally:
        for one in (descriptor, folder):
            if one >= 0:
                os.close(one)


@contextmanager
def open_directory_entry(path: str) -> Iterator[DirectoryEntry]:
    """Open the folder of a path, and yield the entry of its name, whether or not it is free.

    Raises Missing when the folder is not there, Refused when it cannot be opened.
    """
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
    """True if `whole` begins with all the bytes of `begun`. Raises OSError."""
    at = 0
    while chunk := os.pread(begun.descriptor, _CHUNK, at):
        if chunk != os.pread(whole.descriptor, len(chunk), at):
            return False
        at += len(chunk)
    return True


def check_digest(file: OpenFile, digest: bytes) -> None:
    """Raise Refused when an open file does not have this SHA-256 digest."""
    try:
        now = digest_of(file)
    except OSError as error:
        raise Refused(explain(error)) from error
    if now != digest:
        raise Refused(f"its bytes were changed since the scan; {_SCAN_AGAIN}")


def is_keeper_itself(row: Row) -> bool:
    """True if target and keeper are two names of one file now."""
    try:
        return os.path.samestat(os.lstat(row.target.path), os.lstat(row.keeper.path))
    except OSError:
        return False


def difference(file: HashedFile, status: os.stat_result) -> str:
    """Return how a file differs from the one of the plan, in words; ``""`` if it does not."""
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
    """Return how the file at the path differs now from the one of the plan, in words, or ``""``.

    The file is not opened.
    """
    try:
        return difference(file, os.lstat(file.path))
    except OSError as error:
        return explain(error)


def matches_identity_or_bytes(file: HashedFile, candidate: DirectoryEntry) -> bool:
    """True if `candidate` is the recorded file, or has its size, modification time and digest.

    The second is for file systems such as FAT, whose inodes change with each mount. Raises OSError.
    """
    status = candidate.stat()
    if matches_identity(file, status):
        return True
    is_alike = (status.st_size, status.st_mtime_ns) == (file.size, file.mtime_ns)
    return is_alike and stat.S_ISREG(status.st_mode) and digest_of(candidate) == file.digest


def matches_identity(file: HashedFile, status: os.stat_result) -> bool:
    """True if a status is that of the recorded file, wherever the file is now.

    Compares inode, size and modification time. The device number is not compared, since a reboot
    or another mount changes it.
    """
    seen = (status.st_ino, status.st_size, status.st_mtime_ns)
    return stat.S_ISREG(status.st_mode) and seen == (file.inode, file.size, file.mtime_ns)


def check_same_bytes(one: OpenFile, other: OpenFile, digest: bytes = b"") -> None:
    """Raise Refused when two open files have different bytes, or not the bytes of `digest`.

    `digest` is the SHA-256 that the scan computed; with ``b""`` the files are only compared with
    each other. A file that changes meanwhile is refused too.
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
    """Return the SHA-256 digest of the file that has this name now.

    Follows no symbolic link. Raises OSError.
    """
    descriptor = os.open(file.name, _OPEN_FILE, dir_fd=file.folder)
    with open(descriptor, "rb") as content:
        return hashlib.file_digest(content, "sha256").digest()


def explain(error: OSError | Changed) -> str:
    """Say in words why an operation failed."""
    if isinstance(error, Changed):
        return str(error)
    if error.errno == errno.ELOOP:
        return "it is a symbolic link now"
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)


def _is_unchanged(file: OpenFile) -> bool:
    """True if an open file has the size and times that it had when it was opened."""
    now, then = os.fstat(file.descriptor), file.status
    return (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (
        *(then.st_size, then.st_mtime_ns),
        then.st_ctime_ns,
    )


def _real(folder: int, path: str) -> str:
    """Return the real path of an open folder, through which `path` was opened."""
    try:
        return os.readlink(f"/proc/self/fd/{folder}")
    except OSError:
        return os.path.realpath(os.path.dirname(path))
