"""Operations that change the user's files. No other module does.

Each operation changes one name in a folder that is held open, and either does all of its work or
leaves everything as it was. Files are checked before, in :mod:`dupscan.dedupe.apply`; but between a
check and an operation another program may put another file under the same name. So a name is never
given up at once: first a step that loses nothing (an exchange of two names, or a rename to a free
name) takes the file out of the way; then the file is compared with the status of the check, and put
back if it is another file.

A file that another program puts under the name meanwhile is never overwritten. Every parameter is
keyword-only, so that no keeper can be passed as a target by its position.
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
"""The ioctl request FICLONE, see ioctl_ficlone(2)."""
_USER_ONLY = 0o700


def hard_link(*, keeper: SeenFile, target: SeenFile, temporary: str) -> None:
    """Make the target's name another name of the keeper's file (a hard link).

    `temporary` is a free name in the target's folder, for use meanwhile. Where the file system
    cannot exchange two names, the link is renamed over the target after a last check.

    Raises Changed when target or keeper is not the file that was checked, OSError when the system
    refuses, FileExistsError when `temporary` is taken; everything is then as it was before. Only if
    putting back fails too, Changed says where the target's file is.
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
    """Make the target's name a symbolic link with the text `text`.

    `temporary` is a free name in the target's folder, for use meanwhile. The keeper is not
    touched; it must be there when the target's file is given up.

    Raises Changed when target or keeper is not the file that was checked, or when the file system
    cannot exchange two names; OSError when the system refuses, FileExistsError when `temporary` is
    taken; everything is then as it was before. Only if putting back fails too, Changed says where
    the target's file is.
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
    """Replace the target by a new file that shares the blocks of the keeper (a reflink).

    The new file gets `attributes`, its owner included. `temporary` is a free name in the target's
    folder, for use meanwhile.

    Raises OSError where the file system has no reflinks, the owner cannot be set, or the system
    refuses; FileExistsError when `temporary` is taken; Changed when target or keeper is not the
    file that was checked, or when the file system cannot exchange two names; everything is then as
    it was before. Only if putting back fails too, Changed says where the target's file is.
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
    """Replace the target, a link, by a new file with the bytes of `source`.

    The new file gets `attributes`; its owner only where this user may set the owner. `digest` is
    the SHA-256 that the bytes must have. `temporary` is a free name in the target's folder, for use
    meanwhile. Where the file system cannot exchange two names, the copy is renamed over the target
    after a last check.

    Raises Changed when the bytes have another digest, or the target is not the file that was
    checked; OSError when the system refuses or the disk is full, FileExistsError when `temporary`
    is taken; everything is then as it was before. Only if putting back fails too, Changed says
    where the target's file is.
    """

    def fill(made: int) -> None:
        if steps.copy_bytes(source=source.descriptor, destination=made) != digest:
            raise Changed("the keeper no longer has the bytes that this file had")

    steps.put_new_file(fill=fill, attributes=attributes, target=target, temporary=temporary)


def move_away(
    *, source: SeenFile, destination: DirectoryEntry, keeper: SeenFile | None = None
) -> None:
    """Move a file of the user to a free name that only dupscan uses, on the same file system.

    `keeper`, if there is one, must still be there once the file is moved.

    Raises Changed when `source` or `keeper` is not the file that was checked, FileExistsError when
    the name is taken, another OSError when the system refuses; everything is then as it was before.
    Only if putting back fails too, the text of Changed says where the file is.
    """
    _move_away(source, destination, keeper, fresh=None)


def _move_away(
    source: SeenFile,
    destination: DirectoryEntry,
    keeper: SeenFile | None,
    *,
    fresh: DirectoryEntry | None,
) -> None:
    """Move a file away as :func:`move_away` promises, with `fresh` for :func:`is_there`."""
    if not is_untouched(source.stat(), source.status):
        raise Changed(TAKEN)
    steps.rename_to_free(source=source, destination=destination, ours=True)
    if is_same(destination.stat(), source.status) and is_there(keeper, fresh=fresh):
        return
    try:
        steps.rename_to_free(source=destination, destination=source, ours=False)
    except OSError as error:
        raise Changed(f"{TAKEN}; the file that had its name is now {destination.path}") from error
    raise Changed(f"{TAKEN}; that file was put back")


def move_back(*, source: SeenFile, destination: DirectoryEntry) -> None:
    """Move a file from a name that only dupscan uses to the free name that the user had for it.

    Raises Changed when `source` is not the file that was seen, FileExistsError when the name is
    taken, another OSError when the system refuses; everything is then as it was before.
    """
    if not is_same(source.stat(), source.status):
        raise Changed(f"{source.path} is another file by now")
    steps.rename_to_free(source=source, destination=destination, ours=False)


def delete(*, target: SeenFile, temporary: str, keeper: SeenFile | None = None) -> None:
    """Delete a file for good.

    The file is first moved to `temporary`, a free name in its folder, and compared there with the
    status of the check. `keeper`, if there is one, must still be there then.

    Raises Changed when target or keeper is not the file that was checked, FileExistsError when
    `temporary` is taken, another OSError when the system refuses; nothing is deleted then. The file
    has its own name again, or Changed says where the file is; only after an OSError of the very
    last call it has the name `temporary`.
    """
    aside = target.beside(temporary)
    _move_away(target, aside, keeper, fresh=aside)
    os.unlink(aside.name, dir_fd=aside.folder)


def trash(*, path: str) -> None:
    """Move a file to the desktop's trash.

    Takes a path, as Send2Trash does, so whatever file has that path now is moved. Raises OSError
    when there is no trash, or when the file cannot be moved there.
    """
    from send2trash import send2trash  # noqa: PLC0415 (rarely wanted, and reads the environment)

    send2trash(path)


def remove_leftover(*, file: SeenFile) -> None:
    """Remove a file that an interrupted operation left under a name that only dupscan uses.

    Removes nothing when the name is free or another file has it. Raises OSError when the system
    refuses.
    """
    steps.remove(file)


def swap_back(*, original: SeenFile, made: SeenFile) -> None:
    """Give a file its name back, and remove the link or clone that was made in its place.

    `original` is the user's file under its temporary name, `made` is what has the user's name now.
    Where the file system cannot exchange two names, the original is renamed over `made`.

    Raises Changed when one of the two is not what was seen, or changes meanwhile; OSError when the
    system refuses. Both files are kept then.
    """
    if not (is_same(original.stat(), original.status) and is_same(made.stat(), made.status)):
        raise Changed(f"the file changed while it was put back; the original is {original.path}")
    if not steps.exchange(original, made):
        steps.replace(source=original, destination=made)
    elif is_same(original.stat(), made.status):
        os.unlink(original.name, dir_fd=original.folder)
    else:
        raise Changed(f"{TAKEN}; the file that had its name is now {original.path}")


def make_folder(*, path: str) -> None:
    """Make a folder that the user had, and the folders above it that are missing.

    Does nothing when the folder is there. Raises OSError when the folder cannot be made.
    """
    os.makedirs(path, exist_ok=True)


def make_private_folders(*, top: str, path: str) -> None:
    """Make the folder `path` below `top`, and the folders between, for the user alone.

    Folders that are there are kept as they are. Raises NotADirectoryError when a symbolic link, or
    anything else that is no folder, is in the way; another OSError when a folder cannot be made.
    """
    for part in os.path.relpath(path, top).split(os.sep):
        above, top = top, os.path.join(top, part)
        with suppress(FileExistsError):
            os.mkdir(top, _USER_ONLY)
            _bring_folder_to_disk(above)
        if not stat.S_ISDIR(os.lstat(top).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), top)


def _bring_folder_to_disk(path: str) -> None:
    """Bring the names in a folder to disk, where its file system can."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_empty_folders(*, path: str, up_to: str) -> None:
    """Remove the folder `path` and the folders above it, below `up_to`, as long as they are empty.

    Stops at the first folder that is not empty. Raises nothing.
    """
    while len(path) > len(up_to) and path.startswith(up_to):
        try:
            os.rmdir(path)
        except OSError as error:  # a folder that was never made; those above it may be empty too
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY):
                return
        path = os.path.dirname(path)


def bring_to_disk(*, folder: int) -> None:
    """Bring the names in an open folder to disk (fsync). Raises OSError when the system refuses."""
    os.fsync(folder)
