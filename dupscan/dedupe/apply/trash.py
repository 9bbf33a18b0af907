"""Paths of files in the desktop's trash. Read-only.

Only trash folders of the freedesktop.org Trash specification are known. They keep a file as it is,
below ``files``, and its former path in a ``.trashinfo`` file below ``info``; so a file is found by
its inode. From any other trash nothing can be put back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from dupscan.dedupe.apply.preconditions import matches_identity
from dupscan.model.plan import HashedFile

_FILES, _INFO, _SUFFIX = "files", "info", ".trashinfo"
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


def obstacle(path: str, error: OSError) -> str:
    """Return in words why a file that is still there could not be moved to the trash.

    Send2Trash raises the same errors for the trash as for the file, and refuses a file that its
    user may not write to.
    """
    if not os.access(path, os.W_OK):
        return (
            "it is read-only, and the trash takes no such file; allow writing to it, or plan with "
            "another --action"
        )
    reason = error.strerror or str(error)
    return (
        f"the trash cannot be used ({reason}); set HOME to your own folder, or plan with another "
        "--action"
    )


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
