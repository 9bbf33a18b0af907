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

from dupscan.dedupe.file_ops.attributes import Marks
from dupscan.dedupe.file_ops.directory_entry import Seen, Spot, is_same, is_there, is_untouched

TAKEN = "at the last moment it, or its keeper, was another file"
_NO_REPLACE, _EXCHANGE = 1, 2
"""Flags of renameat2(2)."""
_UNHEARD_OF = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a kernel or file system says that has no such flag."""
_CHUNK = 1 << 20


class Changed(Exception):
    """Raised when a file is not, in the moment of acting, the one that was checked."""


def put_new_file(
    fill: Callable[[int], None],
    marks: Marks,
    target: Spot,
    lost: os.stat_result,
    temporary: str,
    keeper: Seen | None = None,
) -> None:
    """Make a file, and give it the target's name once all of it is on disk."""
    fresh = target.beside(temporary)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(fresh.name, flags, 0o600, dir_fd=fresh.folder)
    try:
        fill(descriptor)
        _mark(descriptor, marks, owner_too=keeper is not None)
        os.fsync(descriptor)
        made = os.fstat(descriptor)
    except BaseException:
        remove(fresh, os.fstat(descriptor))
        raise
    finally:
        os.close(descriptor)
    put_in_place(fresh, made, target, lost, keeper)


def put_in_place(
    fresh: Spot,
    made: os.stat_result,
    target: Spot,
    lost: os.stat_result,
    keeper: Seen | None = None,
) -> None:
    """Give what was made the target's name, if the target is what was checked."""
    try:
        if not (is_same(fresh.status(), made) and is_untouched(target.status(), lost)):
            raise Changed(TAKEN)
        if not exchange(fresh, target):
            if keeper is not None:
                raise Changed("its file system cannot exchange two names, as this takes")
            replace(fresh, target)
            return
    except BaseException:
        remove(fresh, made)
        raise
    # What was the target's is out of the way, and still whole.
    is_as_wanted = is_same(fresh.status(), lost) and is_same(target.status(), made)
    if is_as_wanted and is_there(keeper, fresh):
        os.unlink(fresh.name, dir_fd=fresh.folder)
        return
    try:
        exchange(fresh, target)
    except OSError as error:
        raise Changed(f"{TAKEN}, and what it was is now {fresh.path}") from error
    remove(fresh, made)
    raise Changed(f"{TAKEN}; that was put back")


def replace(fresh: Spot, target: Spot) -> None:
    """Rename over the target, where names cannot be exchanged."""
    os.replace(*_names(fresh, target), **_folders(fresh, target))


def exchange(one: Spot, other: Spot) -> bool:
    """Let two names change places in one step; False where the system cannot do that."""
    return rename(one, other, _EXCHANGE)


def rename_to_free(source: Spot, destination: Spot, *, ours: bool) -> None:
    """Rename to a name that is free. Raises FileExistsError where it is not.

    `ours` says that the free name is one that nobody else uses, and not the one that is given up.
    """
    if rename(source, destination, _NO_REPLACE):
        return
    # Of the two names, other programs may put a file under that of the user at any time: that file
    # must neither be written over nor lose its name.
    if ours:
        _rename_after_a_look(source, destination)
        return
    try:
        link(source, destination)
    except OSError as error:
        if error.errno not in _UNHEARD_OF | {errno.EPERM}:
            raise
        _rename_after_a_look(source, destination)  # no hard links either
    else:
        os.unlink(source.name, dir_fd=source.folder)


def _rename_after_a_look(source: Spot, destination: Spot) -> None:
    if not destination.is_free():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), destination.path)
    os.rename(*_names(source, destination), **_folders(source, destination))


def link(source: Spot, destination: Spot) -> None:
    """Give what has one name another one, which must be free. Raises OSError."""
    names, folders = _names(source, destination), _folders(source, destination)
    os.link(*names, **folders, follow_symlinks=False)


def _names(source: Spot, destination: Spot) -> tuple[str, str]:
    return source.name, destination.name


def _folders(source: Spot, destination: Spot) -> dict[str, Any]:
    return {"src_dir_fd": source.folder, "dst_dir_fd": destination.folder}


def rename(source: Spot, destination: Spot, flag: int) -> bool:
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


def remove(spot: Spot, status: os.stat_result) -> None:
    """Remove what was made under a temporary name; what is not that stays."""
    with suppress(FileNotFoundError):
        now = spot.status()
        if (now.st_dev, now.st_ino) == (status.st_dev, status.st_ino):
            os.unlink(spot.name, dir_fd=spot.folder)


def copy_bytes(source: int, destination: int) -> bytes:
    """Copy an open file from its beginning; the SHA-256 digest of what was copied."""
    whole, at = hashlib.sha256(), 0
    while chunk := os.pread(source, _CHUNK, at):
        whole.update(chunk)
        at += len(chunk)
        while chunk:
            chunk = chunk[os.write(destination, chunk) :]
    return whole.digest()


def _mark(descriptor: int, marks: Marks, *, owner_too: bool) -> None:
    """Put marks on an open file, as far as this user may and its file system can.

    Raises OSError when the owner must be kept and cannot.
    """
    try:
        os.fchown(descriptor, marks.uid, marks.gid)
    except OSError:
        if owner_too:
            raise
    with suppress(OSError):
        os.fchmod(descriptor, marks.mode)
    for name, value in marks.attributes.items():
        with suppress(OSError):
            os.setxattr(descriptor, name, value)
    os.utime(descriptor, ns=(marks.atime_ns, marks.mtime_ns))
