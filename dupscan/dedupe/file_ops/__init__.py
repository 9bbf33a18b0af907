"""The knife: the only room that changes the user's files.

Each function does one thing to one name in a folder that is held open, and does it whole or not at
all. Checks come before, elsewhere; but between a check and the act another program may put another
file in the same place. So whatever is about to lose its name is first taken out of the way by a
step that loses nothing (an exchange of two names, a rename to a name that is free), looked at once
more, and put back if it is not the file that was checked.

A name that another program takes meanwhile is never written over.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from dupscan.dedupe.file_ops import steps
from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.file_ops.directory_entry import (
    DirectoryEntry,
    OpenFile,
    SeenFile,
    is_same,
    is_there,
    is_untouched,
)
from dupscan.dedupe.file_ops.steps import TAKEN, Changed

with suppress(ImportError):
    import fcntl

__all__ = [
    "Changed",
    "bring_to_disk",
    "clone",
    "copy",
    "delete",
    "hard_link",
    "make_folder",
    "make_private_folders",
    "move_away",
    "move_back",
    "remove_empty_folders",
    "remove_leftover",
    "swap_back",
    "symbolic_link",
    "trash",
]

_FICLONE = 0x40049409
"""The request of ioctl_ficlone(2)."""
_PRIVATE = 0o700


def hard_link(*, keeper: SeenFile, target: SeenFile, temporary: str) -> None:
    """Make the target's name another name of the keeper. Changes one name in the target's folder.

    `temporary` is a free name in the target's folder. Raises Changed or OSError with everything as
    it was before.
    """
    fresh = target.beside(temporary)
    if not is_there(keeper):
        raise Changed(TAKEN)
    steps.link(source=keeper, destination=fresh)
    linked = fresh.look()
    if not is_same(linked.status, keeper.status):
        if linked.status.st_nlink > 1:
            steps.remove(linked)
        raise Changed(TAKEN)
    steps.put_in_place(made=fresh.seen(keeper.status), target=target)


def symbolic_link(*, text: str, keeper: SeenFile, target: SeenFile, temporary: str) -> None:
    """Make the target's name a symbolic link that says `text`. As :func:`hard_link` else.

    Raises Changed, too, where the file system cannot exchange two names.
    """
    fresh = target.beside(temporary)
    os.symlink(text, temporary, dir_fd=target.folder)
    steps.put_in_place(made=fresh.look(), target=target, keeper=keeper)


def clone(
    *,
    keeper: OpenFile,
    attributes: FileAttributes,
    target: SeenFile,
    temporary: str,
) -> None:
    """Put a file in the target's place that shares the blocks of the keeper.

    It has `attributes`. Raises OSError where the file system has no reflinks; as :func:`hard_link`
    else.
    """

    def share(made: int) -> None:
        fcntl.ioctl(made, _FICLONE, keeper.descriptor)

    steps.put_new_file(
        fill=share, attributes=attributes, target=target, temporary=temporary, keeper=keeper
    )


def copy(
    *,
    source: OpenFile,
    digest: bytes,
    attributes: FileAttributes,
    target: SeenFile,
    temporary: str,
) -> None:
    """Put a copy of `source` in the target's place, with `attributes`.

    Raises Changed when its bytes do not have that SHA-256 digest; as :func:`hard_link` else.
    """

    def fill(made: int) -> None:
        if steps.copy_bytes(source=source.descriptor, destination=made) != digest:
            raise Changed("the keeper's bytes are no longer those that the file had")

    steps.put_new_file(fill=fill, attributes=attributes, target=target, temporary=temporary)


def move_away(
    *, source: SeenFile, destination: DirectoryEntry, keeper: SeenFile | None = None
) -> None:
    """Move the user's file to a free name of dupscan's own on the same file system.

    Raises Changed when it is not the file that was checked, or its keeper not there any more,
    FileExistsError when the name is not free, or another OSError; with everything as it was before.
    """
    _move_away(source, destination, keeper, fresh=None)


def _move_away(
    source: SeenFile,
    destination: DirectoryEntry,
    keeper: SeenFile | None,
    *,
    fresh: DirectoryEntry | None,
) -> None:
    if not is_untouched(source.stat(), source.status):
        raise Changed(TAKEN)
    steps.rename_to_free(source=source, destination=destination, ours=True)
    if is_same(destination.stat(), source.status) and is_there(keeper, fresh=fresh):
        return
    try:
        steps.rename_to_free(source=destination, destination=source, ours=False)
    except OSError as error:
        raise Changed(f"{TAKEN}, and what it was is now {destination.path}") from error
    raise Changed(f"{TAKEN}; that was put back")


def move_back(*, source: SeenFile, destination: DirectoryEntry) -> None:
    """Move what has a name of dupscan's own to the name that the user had for it.

    Raises Changed when it is not what was seen, FileExistsError when the name is not free, or
    another OSError; with everything as it was before.
    """
    if not is_same(source.stat(), source.status):
        raise Changed(f"{source.path} is another file by now")
    steps.rename_to_free(source=source, destination=destination, ours=False)


def delete(*, target: SeenFile, temporary: str, keeper: SeenFile | None = None) -> None:
    """Delete a file for good, once more looked at under a temporary name in its folder."""
    aside = target.beside(temporary)
    _move_away(target, aside, keeper, fresh=aside)
    os.unlink(aside.name, dir_fd=aside.folder)


def trash(*, path: str) -> None:
    """Move a file to the desktop's waste basket. Raises OSError when it has none."""
    from send2trash import send2trash  # noqa: PLC0415 (rarely wanted, and reads the environment)

    send2trash(path)


def remove_leftover(*, file: SeenFile) -> None:
    """Remove what an interrupted act left under its temporary name, if it is still that file."""
    steps.remove(file)


def swap_back(*, original: SeenFile, made: SeenFile) -> None:
    """Give a file that was put aside its name back, and remove what was made in its place.

    Raises Changed or OSError when one of the two is not what was seen of it; both are kept then.
    """
    if not (is_same(original.stat(), original.status) and is_same(made.stat(), made.status)):
        raise Changed(f"it changes while it is put back; the file it was is {original.path}")
    if not steps.exchange(original, made):
        steps.replace(source=original, destination=made)
    elif is_same(original.stat(), made.status):
        os.unlink(original.name, dir_fd=original.folder)
    else:
        raise Changed(f"{TAKEN}, and what it was is now {original.path}")


def make_folder(*, path: str) -> None:
    """Make a folder that the user had, and those above it, where they are not there any more."""
    os.makedirs(path, exist_ok=True)


def make_private_folders(*, top: str, path: str) -> None:
    """Make a folder below `top`, and those between, private to the user.

    Raises NotADirectoryError where a symbolic link, or anything else, is in the way.
    """
    for part in os.path.relpath(path, top).split(os.sep):
        above, top = top, os.path.join(top, part)
        with suppress(FileExistsError):
            os.mkdir(top, _PRIVATE)
            _bring_folder_to_disk(above)
        if not stat.S_ISDIR(os.lstat(top).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), top)


def _bring_folder_to_disk(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_empty_folders(*, path: str, up_to: str) -> None:
    """Remove a folder and those above it below `up_to`, as long as there is nothing in them."""
    while len(path) > len(up_to) and path.startswith(up_to):
        try:
            os.rmdir(path)
        except OSError as error:  # one that was never made is no reason to leave those above it
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY):
                return
        path = os.path.dirname(path)


def bring_to_disk(*, folder: int) -> None:
    """Bring the names in an open folder to disk. Raises OSError."""
    os.fsync(folder)
