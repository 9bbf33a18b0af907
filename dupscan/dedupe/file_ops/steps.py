"""Single steps of the operations: each step loses nothing, or is taken back.

A file that is about to lose its name is first taken out of the way, by an exchange of two names or
a rename to a free name. Only a file that is then seen to be the one that was checked is given up.

Kept apart from the operations because a test or a benchmark steps in between: another program may
act between any two of these calls.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.file_ops.directory_entry import (
    DirectoryEntry,
    SeenFile,
    is_same,
    is_there,
    is_untouched,
)
from dupscan.errors import InternalSignal

TAKEN = "another program changed or replaced the file or its keeper at the last moment"
"""Text of :class:`Changed` where the file, or its keeper, is not the one that was checked."""
NO_EXCHANGE = (
    "its file system cannot exchange two names, which this action needs; plan with another --action"
)
_NO_REPLACE, _EXCHANGE = 1, 2
"""Flags of renameat2(2)."""
_UNHEARD_OF = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
"""Errors of a kernel or file system that does not know a flag or a call."""
_CHUNK = 1 << 20
"""Bytes read at once."""


class Changed(InternalSignal):
    """Raised when a file, in the moment of the operation, is not the one that was checked."""


def put_new_file(
    *,
    fill: Callable[[int], None],
    attributes: FileAttributes,
    target: SeenFile,
    temporary: str,
    keeper: SeenFile | None = None,
) -> None:
    """Make a new file, and give it the target's name once all of it is on disk.

    `fill` writes the bytes to the descriptor of the new file; the file then gets `attributes`, and
    its owner must be set if there is a `keeper`. `temporary` is a free name in the target's folder.

    Raises whatever `fill` raises, Changed as :func:`put_in_place` does, OSError when the system
    refuses, FileExistsError when `temporary` is taken; the new file is removed then.
    """
    fresh = target.beside(temporary)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(fresh.name, flags, 0o600, dir_fd=fresh.folder)
    try:
        fill(descriptor)
        _set_attributes(descriptor, attributes, owner_too=keeper is not None)
        os.fsync(descriptor)
        made = fresh.seen(os.fstat(descriptor))
    except BaseException:
        remove(fresh.seen(os.fstat(descriptor)))
        raise
    finally:
        os.close(descriptor)
    put_in_place(made=made, target=target, keeper=keeper)


def put_in_place(*, made: SeenFile, target: SeenFile, keeper: SeenFile | None = None) -> None:
    """Give the new file `made` the target's name, and give up the target's file.

    `made` has a temporary name in the target's folder. The target's file is given up only once it
    is out of the way and seen to be the file that was checked; with a `keeper`, only while the
    keeper is there. Where the file system cannot exchange two names, `made` is renamed over the
    target after a last check, without a `keeper` only.

    Raises Changed when a file is not the one that was checked, or when the file system cannot
    exchange two names and there is a `keeper`; OSError when the system refuses. `made` is removed
    then, and everything is as it was before. Only if putting back fails too, both files are kept
    and the text of Changed says where the target's file is.
    """
    try:
        is_made = is_same(made.stat(), made.status)
        if not (is_made and is_untouched(target.stat(), target.status)):
            raise Changed(TAKEN)
        if not exchange(made, target):
            if keeper is not None:
                raise Changed(NO_EXCHANGE)
            replace(source=made, destination=target)
            return
    except BaseException:
        remove(made)
        raise
    # The target's file is out of the way, whole, and has the temporary name now.
    aside = made
    is_as_wanted = is_same(aside.stat(), target.status) and is_same(target.stat(), made.status)
    if is_as_wanted and is_there(keeper, fresh=aside):
        os.unlink(aside.name, dir_fd=aside.folder)
        return
    try:
        exchange(made, target)
    except OSError as error:
        raise Changed(f"{TAKEN}; the file that had its name is now {aside.path}") from error
    remove(made)
    raise Changed(f"{TAKEN}; that file was put back")


def replace(*, source: DirectoryEntry, destination: DirectoryEntry) -> None:
    """Rename `source` over `destination`, whose file is lost. Raises OSError.

    Only for systems that cannot exchange two names, and right after a check of both.
    """
    os.replace(*_names(source, destination), **_folders(source, destination))


def exchange(one: DirectoryEntry, other: DirectoryEntry) -> bool:
    """Exchange two names in one step, and return True; False where the system cannot.

    Raises OSError when the system can but refuses.
    """
    return rename(source=one, destination=other, flag=_EXCHANGE)


def rename_to_free(*, source: DirectoryEntry, destination: DirectoryEntry, ours: bool) -> None:
    """Rename `source` to the free name `destination`, without ever overwriting a file.

    `ours` is True if `destination` is the name that only dupscan uses, False if `source` is. Raises
    FileExistsError when `destination` is taken, another OSError when the system refuses.
    """
    if rename(source=source, destination=destination, flag=_NO_REPLACE):
        return
    # Other programs may put a file under the user's one of the two names at any time: that file
    # must neither be overwritten nor lose its name.
    if ours:
        _rename_after_a_look(source, destination)
        return
    try:
        link(source=source, destination=destination)
    except OSError as error:
        if error.errno not in _UNHEARD_OF | {errno.EPERM}:
            raise
        _rename_after_a_look(source, destination)  # no hard links either
    else:
        os.unlink(source.name, dir_fd=source.folder)


def _rename_after_a_look(source: DirectoryEntry, destination: DirectoryEntry) -> None:
    """Rename after a check that the name is free, where the system offers nothing better."""
    if not destination.is_free():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), destination.path)
    os.rename(*_names(source, destination), **_folders(source, destination))


def link(*, source: DirectoryEntry, destination: DirectoryEntry) -> None:
    """Make the free name `destination` a hard link to the file `source`.

    Raises FileExistsError when the name is taken, another OSError when the system refuses.
    """
    names, folders = _names(source, destination), _folders(source, destination)
    os.link(*names, **folders, follow_symlinks=False)


def _names(source: DirectoryEntry, destination: DirectoryEntry) -> tuple[str, str]:
    return source.name, destination.name


def _folders(source: DirectoryEntry, destination: DirectoryEntry) -> dict[str, Any]:
    return {"src_dir_fd": source.folder, "dst_dir_fd": destination.folder}


def rename(*, source: DirectoryEntry, destination: DirectoryEntry, flag: int) -> bool:
    """Call renameat2(2) of Linux with one flag, and return True.

    Returns False where there is no such call, or where the file system does not know the flag.
    Raises OSError when the system refuses.
    """
    call = _renameat2()
    folders = (source.folder, destination.folder)
    if call is None or any(_may_ignore_flags(os.fstat(one).st_dev) for one in folders):
        return False
    old, new = os.fsencode(source.name), os.fsencode(destination.name)
    if call(source.folder, old, destination.folder, new, flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNHEARD_OF:
        return False
    raise OSError(number, os.strerror(number), source.path, None, destination.path)


def _may_ignore_flags(device: int) -> bool:
    """True if a file system is run by a program (FUSE), which may rename and ignore the flag.

    Such a program would report that two names were exchanged where one file was overwritten.
    """
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            for mount in mounts:
                before, _, behind = mount.partition(" - ")
                if before.split()[2] == f"{os.major(device)}:{os.minor(device)}":
                    return behind.startswith("fuse")
    except (OSError, IndexError):
        pass
    return False


@cache
def _renameat2() -> Any | None:
    """Return the C function renameat2; None where the system has none."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call


def remove(file: SeenFile) -> None:
    """Remove a file that has a temporary name; another file that has the name now stays.

    Raises OSError when the system refuses.
    """
    with suppress(FileNotFoundError):
        if os.path.samestat(file.stat(), file.status):
            os.unlink(file.name, dir_fd=file.folder)


def copy_bytes(*, source: int, destination: int) -> bytes:
    """Copy an open file from its beginning, and return the SHA-256 digest of the copied bytes.

    Both are descriptors. Raises OSError when the system refuses or the disk is full.
    """
    whole, at = hashlib.sha256(), 0
    while chunk := os.pread(source, _CHUNK, at):
        whole.update(chunk)
        at += len(chunk)
        while chunk:
            chunk = chunk[os.write(destination, chunk) :]
    return whole.digest()


def _set_attributes(descriptor: int, attributes: FileAttributes, *, owner_too: bool) -> None:
    """Set the attributes of an open file, as far as this user may and the file system can.

    Raises OSError when the owner cannot be set and `owner_too` is True, or when the times cannot be
    set.
    """
    try:
        os.fchown(descriptor, attributes.uid, attributes.gid)
    except OSError:
        if owner_too:
            raise
    with suppress(OSError):
        os.fchmod(descriptor, attributes.mode)
    for name, value in attributes.attributes.items():
        with suppress(OSError):
            os.setxattr(descriptor, name, value)
    os.utime(descriptor, ns=(attributes.atime_ns, attributes.mtime_ns))
