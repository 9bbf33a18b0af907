"""Paths of files in the desktop's trash. Read-only.

Only trash folders of the freedesktop.org Trash specification are known. They keep a file as it is,
below ``files``, and its former path in a ``.trashinfo`` file below ``info``; so a file is found by
its inode. From any other trash nothing can be put back.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from dupscan.dedupe.apply.preconditions import matches_identity
from dupscan.model.plan import HashedFile
from dupscan.text import file_names

_FILES, _INFO, _SUFFIX = "files", "info", ".trashinfo"
_WAY_OUT = "plan with --action quarantine"
_MAX_INFO_BYTES = 1 << 16
"""Bytes that are read of a ``.trashinfo`` file."""
_MAX_NAMES_TRIED = 10_000
"""Numbered names of one stem that are tried in a trash folder."""


def find(file: HashedFile) -> str:
    """Return the path of a file in a trash folder, ``""`` if it is not known.

    When several names of one file are in the trash, the one whose ``.trashinfo`` has the
    file's former path is returned.
    """
    for trash, top in _trash_folders(file.path):
        stem, suffix = os.path.splitext(os.path.basename(file.path))
        for number in range(_MAX_NAMES_TRIED):
            name = f"{stem} {number}{suffix}" if number else stem + suffix
            path = os.path.join(trash, _FILES, name)
            if not os.path.lexists(path):
                if number and not os.path.lexists(info_path(path)):
                    break
                continue  # the .trashinfo file is made before the file is moved
            with suppress(OSError):
                is_it = matches_identity(file, os.lstat(path))
                if is_it and _real(_original_path(path, top)) == _real(file.path):
                    return path
    return ""


def is_in_trash(path: str, away: str) -> bool:
    """True if `away` lies in a trash to which the file at `path` can have gone."""
    folder = os.path.dirname(away)
    return any(folder == os.path.join(trash, _FILES) for trash, _ in _trash_folders(path))


def obstacle(path: str) -> str:
    """Return the reason why the trash would not take a file, ``""`` if nothing is known against it.

    Follows Send2Trash: the user's own trash for files on the file system of the home folder, else
    one at the top of the file's file system. Raises OSError when the file is not there.
    """
    if not hasattr(os, "getuid") or sys.platform == "darwin":
        return ""
    if not os.access(path, os.W_OK):
        return f"the file is read-only, and the trash takes no such file; {_WAY_OUT}"
    home = os.path.expanduser("~")
    try:
        is_at_home = os.stat(home).st_dev == os.lstat(path).st_dev
    except OSError:
        shown = file_names.shown(home)
        return f"there is no trash, because there is no home folder {shown} (HOME); {_WAY_OUT}"
    own, *others = [folder for folder, _ in _trash_folders(path)]
    folder = own if is_at_home else next(filter(_can_be_made, others), others[-1])
    parts = (os.path.join(folder, _FILES), os.path.join(folder, _INFO))
    if all(map(_can_be_made, parts)):
        return ""
    return f"the trash {file_names.shown(folder)} is not there and cannot be made; {_WAY_OUT}"


def _can_be_made(folder: str) -> bool:
    """True if a folder is there and can be written to, or can be made."""
    if os.path.basename(os.path.dirname(folder)) == ".Trash" and not _is_shared_trash(folder):
        return False
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def _is_shared_trash(folder: str) -> bool:
    """True if the folder above is a trash of all users: a real folder with the sticky bit."""
    try:
        mode = os.lstat(os.path.dirname(folder)).st_mode
    except OSError:
        return False
    return stat.S_ISDIR(mode) and bool(mode & stat.S_ISVTX)


def info_path(path: str) -> str:
    """Return the path of the ``.trashinfo`` file of a file in a trash folder."""
    trash = os.path.dirname(os.path.dirname(path))
    return os.path.join(trash, _INFO, os.path.basename(path) + _SUFFIX)


def _original_path(path: str, top: str) -> str:
    """Read the former path of a file in a trash folder; ``""`` if there is none. Raises OSError."""
    with open(info_path(path), "rb") as info:
        for line in info.read(_MAX_INFO_BYTES).splitlines():
            name, equals, value = line.partition(b"=")
            if equals and name.strip() == b"Path":
                return os.path.join(top, os.fsdecode(unquote_to_bytes(value.strip())))
    return ""


def _real(path: str) -> str:
    """Return a path with the symbolic links among its folders resolved."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _trash_folders(path: str) -> Iterator[tuple[str, str]]:
    """Yield the user's own trash folder, and those on the file system of a file.

    Each comes with the folder to which relative paths in its ``.trashinfo`` files refer.
    """
    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    yield os.path.join(home, "Trash"), home
    if hasattr(os, "getuid"):
        top = os.path.realpath(os.path.dirname(path))
        while not os.path.ismount(top):
            top = os.path.dirname(top)
        yield os.path.join(top, ".Trash", str(os.getuid())), top
        yield os.path.join(top, f".Trash-{os.getuid()}"), top
