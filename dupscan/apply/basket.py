"""Where the desktop's waste basket has put a file, as far as its kind is known. Read-only.

Baskets of the freedesktop.org specification keep a file as it is, below ``files``, and a note below
``info``; so it is found by its inode. Of others nothing is known, and nothing can be put back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

from dupscan.apply.checks import is_that_file
from dupscan.planned import FileIdentity

_FILES, _INFO, _SUFFIX = "files", "info", ".trashinfo"
_MOST_TRIED = 10_000
"""Names of one stem in a basket, beyond which no file is looked for."""


def find(file: FileIdentity) -> str:
    """The path that a file has in a waste basket; empty if it is not known."""
    for basket in _baskets(file.path):
        stem, suffix = os.path.splitext(os.path.basename(file.path))
        for number in count():
            name = f"{stem} {number}{suffix}" if number else stem + suffix
            path = os.path.join(basket, _FILES, name)
            try:
                status = os.lstat(path)
            except OSError:
                if number == 0 or os.path.lexists(note_of(path)):
                    continue  # a note that another program is about to bring a file for
                break
            if is_that_file(file, status):
                return path
            if number == _MOST_TRIED:
                break
    return ""


def note_of(path: str) -> str:
    """The note about a file in a basket."""
    basket = os.path.dirname(os.path.dirname(path))
    return os.path.join(basket, _INFO, os.path.basename(path) + _SUFFIX)


def _baskets(path: str) -> Iterator[str]:
    """The user's own basket, and those on the file system of the file."""
    yield os.path.join(
        os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"), "Trash"
    )
    if hasattr(os, "getuid"):
        top = os.path.realpath(os.path.dirname(path))
        while not os.path.ismount(top):
            top = os.path.dirname(top)
        yield os.path.join(top, ".Trash", str(os.getuid()))
        yield os.path.join(top, f".Trash-{os.getuid()}")
