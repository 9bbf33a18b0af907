"""The steps of which acts are made: each is one that loses nothing, or is taken back.

Whatever is about to lose its name is first taken out of the way, by an exchange of two names or a
rename to one that is free; only what is then seen to be the file that was checked is given up.
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

TAKEN = "at the last moment it, or its keeper, was another file"
_NO_REPLACE, _EXCHANGE = 1, 2
"""Flags of renameat2(2)."""
_UNHEARD_OF = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a kernel or file system says that has no such flag."""
_CHUNK = 1 << 20


class Changed(Exception):
    """Raised when a file is not, in the moment of acting, the one that was checked."""


def put_new_file(
    *,
    fill: Callable[[int], None],
    attributes: FileAttributes,
    target: SeenFile,
    temporary: str,
    keeper: SeenFile | None = None,
) -> None:
    """Make a file, and give it the target's name once all of it is on disk."""
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
    """Give what was made the target's name, if the target is what was checked."""
    try:
        is_made = is_same(made.stat(), made.status)
        if not (is_made and is_untouched(target.stat(), target.status)):
            raise Changed(TAKEN)
        if not exchange(made, target):
            if keeper is not None:
                raise Changed("its file system cannot exchange two names, as this takes")
            replace(source=made, destination=target)
            return
    except BaseException:
        remove(made)
        raise
    # What was the target's is out of the way, and still whole.
    aside = made
    is_as_wanted = is_same(aside.stat(), target.status) and is_same(target.stat(), made.status)
    if is_as_wanted and is_there(keeper, fresh=aside):
        os.unlink(aside.name, dir_fd=aside.folder)
        return
    try:
        exchange(made, target)
    except OSError as error:
        raise Changed(f"{TAKEN}, and what it was is now {aside.path}") from error
    remove(made)
    raise Changed(f"{TAKEN}; that was put back")


def replace(*, source: DirectoryEntry, destination: DirectoryEntry) -> None:
    """Rename over the target, where names cannot be exchanged."""
    os.replace(*_names(source, destination), **_folders(source, destination))


def exchange(one: DirectoryEntry, other: DirectoryEntry) -> bool:
    """Let two names change places in one step; False where the system cannot do that."""
    return rename(source=one, destination=other, flag=_EXCHANGE)


def rename_to_free(*, source: DirectoryEntry, destination: DirectoryEntry, ours: bool) -> None:
    """Rename to a name that is free. Raises FileExistsError where it is not.

    `ours` says that the free name is one that nobody else uses, and not the one that is given up.
    """
    if rename(source=source, destination=destination, flag=_NO_REPLACE):
        return
    # Of the two names, other programs may put a file under that of the user at any time: that file
    # must neither be written over nor lose its name.
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
    if not destination.is_free():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), destination.path)
    os.rename(*_names(source, destination), **_folders(source, destination))


def link(*, source: DirectoryEntry, destination: DirectoryEntry) -> None:
    """Give what has one name another one, which must be free. Raises OSError."""
    names, folders = _names(source, destination), _folders(source, destination)
    os.link(*names, **folders, follow_symlinks=False)


def _names(source: DirectoryEntry, destination: DirectoryEntry) -> tuple[str, str]:
    return source.name, destination.name


def _folders(source: DirectoryEntry, destination: DirectoryEntry) -> dict[str, Any]:
    return {"src_dir_fd": source.folder, "dst_dir_fd": destination.folder}


def rename(*, source: DirectoryEntry, destination: DirectoryEntry, flag: int) -> bool:
    """Linux's renameat2(2); False where there is none, or not with this flag."""
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
    """Whether a file system is a program of its own (FUSE), which may rename and ignore the flag.

    Then it would say that two names were exchanged where one was written over.
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
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call


def remove(file: SeenFile) -> None:
    """Remove what was made under a temporary name; what is not that stays."""
    with suppress(FileNotFoundError):
        if os.path.samestat(file.stat(), file.status):
            os.unlink(file.name, dir_fd=file.folder)


def copy_bytes(*, source: int, destination: int) -> bytes:
    """Copy an open file from its beginning; the SHA-256 digest of what was copied."""
    whole, at = hashlib.sha256(), 0
    while chunk := os.pread(source, _CHUNK, at):
        whole.update(chunk)
        at += len(chunk)
        while chunk:
            chunk = chunk[os.write(destination, chunk) :]
    return whole.digest()


def _set_attributes(descriptor: int, attributes: FileAttributes, *, owner_too: bool) -> None:
    """Put attributes on an open file, as far as this user may and its file system can.

    Raises OSError when the owner must be kept and cannot.
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
