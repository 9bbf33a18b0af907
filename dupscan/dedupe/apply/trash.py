"""Where the desktop's waste basket has put a file, as far as its kind is known. Read-only.

Baskets of the freedesktop.org specification keep a file as it is, below ``files``, and a note below
``info``; so it is found by its inode. Of others nothing is known, and nothing can be put back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from dupscan.dedupe.apply.preconditions import matches_identity
from dupscan.model.plan import HashedFile

_FILES, _INFO, _SUFFIX = "files", "info", ".trashinfo"
_LONGEST_NOTE = 1 << 16
"""Bytes."""
_MOST_TRIED = 10_000
"""Names of one stem in a basket, beyond which no file is looked for."""


def find(file: HashedFile) -> str:
    """The path that a file has in a waste basket; empty if it is not known.

    Of several names of one file in it, that which its note says came from the file's path.
    """
    for basket, top in _trash_folders(file.path):
        stem, suffix = os.path.splitext(os.path.basename(file.path))
        for number in range(_MOST_TRIED):
            name = f"{stem} {number}{suffix}" if number else stem + suffix
            path = os.path.join(basket, _FILES, name)
            if not os.path.lexists(path):
                if number and not os.path.lexists(info_path(path)):
                    break
                continue  # a note may be there before its file
            with suppress(OSError):
                is_it = matches_identity(file, os.lstat(path))
                if is_it and _real(_original_path(path, top)) == _real(file.path):
                    return path
    return ""


def info_path(path: str) -> str:
    """The note about a file in a basket."""
    basket = os.path.dirname(os.path.dirname(path))
    return os.path.join(basket, _INFO, os.path.basename(path) + _SUFFIX)


def _original_path(path: str, top: str) -> str:
    """Where the note about a file in a basket says that it was; empty if it does not."""
    with open(info_path(path), "rb") as note:
        for line in note.read(_LONGEST_NOTE).splitlines():
            name, equals, value = line.partition(b"=")
            if equals and name.strip() == b"Path":
                return os.path.join(top, os.fsdecode(unquote_to_bytes(value.strip())))
    return ""


def _real(path: str) -> str:
    """A path without the symbolic links among its folders."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _trash_folders(path: str) -> Iterator[tuple[str, str]]:
    """The user's own basket and those on the file system of a file.

    Each with the folder that the paths in its notes may be relative to.
    """
    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    yield os.path.join(home, "Trash"), home
    if hasattr(os, "getuid"):
        top = os.path.realpath(os.path.dirname(path))
        while not os.path.ismount(top):
            top = os.path.dirname(top)
        yield os.path.join(top, ".Trash", str(os.getuid())), top
        yield os.path.join(top, f".Trash-{os.getuid()}"), top
