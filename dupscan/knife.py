"""The knife: the only room that changes the user's files.

Each function does one thing to one name in a folder that is held open, and does it whole or not at
all. Checks come before, elsewhere; but between a check and the act another program may put another
file in the same place. So whatever is about to lose its name is first taken out of the way by a
step that loses nothing (an exchange of two names, a rename to a name that is free), looked at once
more, and put back if it is not the file that was checked.

A name that another program takes meanwhile is never written over.
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

from dupscan.marks import Marks
from dupscan.spot import Seen, Spot, is_same, is_there

with suppress(ImportError):
    import fcntl

_FICLONE = 0x40049409
"""The request of ioctl_ficlone(2)."""
_NO_REPLACE, _EXCHANGE = 1, 2
"""Flags of renameat2(2)."""
_UNHEARD_OF = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a kernel or file system says that has no such flag."""
_PRIVATE = 0o700
_TAKEN = "at the last moment it, or its keeper, was another file"
_CHUNK = 1 << 20


class Changed(Exception):
    """Raised when a file is not, in the moment of acting, the one that was checked."""


def hard_link(
    keeper: Spot, kept: os.stat_result, target: Spot, lost: os.stat_result, temporary: str
) -> None:
    """Make the target's name another name of the keeper. Changes one name in the target's folder.

    `kept` and `lost` are what was checked of the two files; `temporary` is a free name in the
    target's folder. Raises Changed or OSError with everything as it was before.
    """
    fresh = target.beside(temporary)
    os.link(
        *(keeper.name, temporary),
        src_dir_fd=keeper.folder,
        dst_dir_fd=target.folder,
        follow_symlinks=False,
    )
    _put_in_place(fresh, kept, target, lost)


def symbolic_link(
    text: str, keeper: Seen, target: Spot, lost: os.stat_result, temporary: str
) -> None:
    """Make the target's name a symbolic link that says `text`. As :func:`hard_link` else.

    Raises Changed, too, where the file system cannot exchange two names.
    """
    fresh = target.beside(temporary)
    os.symlink(text, temporary, dir_fd=target.folder)
    _put_in_place(fresh, fresh.status(), target, lost, keeper)


def clone(keeper: int, marks: Marks, target: Spot, lost: os.stat_result, temporary: str) -> None:
    """Put a file in the target's place that shares the blocks of the open file `keeper`.

    It has `marks`. Raises OSError where the file system has no reflinks; as :func:`hard_link` else.
    """

    def share(descriptor: int) -> None:
        fcntl.ioctl(descriptor, _FICLONE, keeper)

    _put_new_file(share, marks, target, lost, temporary)


def copy(
    source: int, digest: bytes, marks: Marks, target: Spot, lost: os.stat_result, temporary: str
) -> None:
    """Put a copy of the open file `source` in the target's place, with `marks`.

    Raises Changed when its bytes do not have that SHA-256 digest; as :func:`hard_link` else.
    """

    def fill(descriptor: int) -> None:
        if _copy_bytes(source, descriptor) != digest:
            raise Changed("the keeper's bytes are no longer those that the file had")

    _put_new_file(fill, marks, target, lost, temporary)


def move(
    source: Spot,
    status: os.stat_result,
    destination: Spot,
    keeper: Seen | None = None,
    made: Spot | None = None,
) -> None:
    """Move a file to a name that is free on the same file system.

    Raises Changed when it is not the file that was checked, or its keeper not there any more,
    FileExistsError when the name is not free, or another OSError; with everything as it was before.
    """
    _rename_to_free(source, destination)
    if is_same(destination.status(), status) and is_there(keeper, made):
        return
    try:
        _rename_to_free(destination, source)
    except OSError as error:
        raise Changed(f"{_TAKEN}, and what it was is now {destination.path}") from error
    raise Changed(f"{_TAKEN}; that was put back")


def delete(
    target: Spot, status: os.stat_result, temporary: str, keeper: Seen | None = None
) -> None:
    """Delete a file for good, once more looked at under a temporary name in its folder."""
    aside = target.beside(temporary)
    move(target, status, aside, keeper, aside)
    os.unlink(aside.name, dir_fd=aside.folder)


def trash(path: str) -> None:
    """Move a file to the desktop's waste basket. Raises OSError when it has none."""
    from send2trash import send2trash  # noqa: PLC0415 (rarely wanted, and reads the environment)

    send2trash(path)


def remove_leftover(spot: Spot, status: os.stat_result) -> None:
    """Remove what an interrupted act left under its temporary name, if it is still that file."""
    _remove(spot, status)


def swap_back(aside: Spot, original: os.stat_result, target: Spot, made: os.stat_result) -> None:
    """Give a file that was put aside its name back, and remove what was made in its place.

    Raises Changed or OSError when one of the two is not what was seen of it; both are kept then.
    """
    if not (is_same(aside.status(), original) and is_same(target.status(), made)):
        raise Changed(f"it changes while it is put back; the file it was is {aside.path}")
    if not _exchange(aside, target):
        _replace(aside, target)
    elif is_same(aside.status(), made):
        os.unlink(aside.name, dir_fd=aside.folder)
    else:
        raise Changed(f"{_TAKEN}, and what it was is now {aside.path}")


def make_folder(path: str) -> None:
    """Make a folder that is private to the user, and those above it that are not there."""
    os.makedirs(path, _PRIVATE, exist_ok=True)


def remove_empty_folders(path: str, up_to: str) -> None:
    """Remove a folder and those above it below `up_to`, as long as there is nothing in them."""
    with suppress(OSError):
        while len(path) > len(up_to) and path.startswith(up_to):
            os.rmdir(path)
            path = os.path.dirname(path)


# -- the steps -------------------------------------------------------------------------------------


def _put_new_file(
    fill: Callable[[int], None], marks: Marks, target: Spot, lost: os.stat_result, temporary: str
) -> None:
    """Make a file, and give it the target's name once all of it is on disk."""
    fresh = target.beside(temporary)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(fresh.name, flags, 0o600, dir_fd=fresh.folder)
    try:
        fill(descriptor)
        _mark(descriptor, marks)
        os.fsync(descriptor)
        made = os.fstat(descriptor)
    except BaseException:
        _remove(fresh, os.fstat(descriptor))
        raise
    finally:
        os.close(descriptor)
    _put_in_place(fresh, made, target, lost)


def _put_in_place(
    fresh: Spot,
    made: os.stat_result,
    target: Spot,
    lost: os.stat_result,
    keeper: Seen | None = None,
) -> None:
    """Give what was made the target's name, if the target is what was checked."""
    try:
        if not (is_same(fresh.status(), made) and is_same(target.status(), lost)):
            raise Changed(_TAKEN)
        if not _exchange(fresh, target):
            if keeper is not None:
                raise Changed("its file system cannot exchange two names, as this takes")
            _replace(fresh, target)
            return
    except BaseException:
        _remove(fresh, made)
        raise
    # What was the target's is out of the way, and still whole.
    if is_same(fresh.status(), lost) and is_there(keeper, fresh):
        os.unlink(fresh.name, dir_fd=fresh.folder)
        return
    try:
        _exchange(fresh, target)
    except OSError as error:
        raise Changed(f"{_TAKEN}, and what it was is now {fresh.path}") from error
    _remove(fresh, made)
    raise Changed(f"{_TAKEN}; that was put back")


def _replace(fresh: Spot, target: Spot) -> None:
    os.replace(fresh.name, target.name, src_dir_fd=fresh.folder, dst_dir_fd=target.folder)


def _exchange(one: Spot, other: Spot) -> bool:
    """Let two names change places in one step; False where the system cannot do that."""
    return _rename(one, other, _EXCHANGE)


def _rename_to_free(source: Spot, destination: Spot) -> None:
    """Rename to a name that is free. Raises FileExistsError where it is not."""
    if _rename(source, destination, _NO_REPLACE):
        return
    folders: dict[str, Any] = {"src_dir_fd": source.folder, "dst_dir_fd": destination.folder}
    os.link(source.name, destination.name, **folders, follow_symlinks=False)
    os.unlink(source.name, dir_fd=source.folder)


def _rename(source: Spot, destination: Spot, flag: int) -> bool:
    """Linux's renameat2(2); False where there is none, or not with this flag."""
    if (call := _renameat2()) is None:
        return False
    old, new = os.fsencode(source.name), os.fsencode(destination.name)
    if call(source.folder, old, destination.folder, new, flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNHEARD_OF:
        return False
    raise OSError(number, os.strerror(number), source.path, None, destination.path)


@cache
def _renameat2() -> Any | None:
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call


def _remove(spot: Spot, status: os.stat_result) -> None:
    """Remove what was made under a temporary name; what is not that stays."""
    with suppress(FileNotFoundError):
        now = spot.status()
        if (now.st_dev, now.st_ino) == (status.st_dev, status.st_ino):
            os.unlink(spot.name, dir_fd=spot.folder)


def _copy_bytes(source: int, destination: int) -> bytes:
    """Copy an open file from its beginning; the SHA-256 digest of what was copied."""
    whole, at = hashlib.sha256(), 0
    while chunk := os.pread(source, _CHUNK, at):
        whole.update(chunk)
        at += len(chunk)
        while chunk:
            chunk = chunk[os.write(destination, chunk) :]
    return whole.digest()


def _mark(descriptor: int, marks: Marks) -> None:
    """Put marks on an open file; owner and attributes as far as this user may."""
    with suppress(PermissionError):
        os.fchown(descriptor, marks.uid, marks.gid)
    os.fchmod(descriptor, marks.mode)
    for name, value in marks.attributes.items():
        with suppress(OSError):
            os.setxattr(descriptor, name, value)
    os.utime(descriptor, ns=(marks.atime_ns, marks.mtime_ns))
