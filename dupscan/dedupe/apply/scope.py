"""Scope of a pass: targets lie below the scanned folders, and in no protected folder. Read-only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Scope:
    """Folders in which targets may lie."""

    roots: tuple[str, ...]
    """Real paths of the folders that were scanned."""
    protected: tuple[str, ...] = ()
    """Absolute paths of folders in which nothing is changed."""

    @classmethod
    def of(cls, roots: Sequence[str], protected: Sequence[str] = ()) -> Scope:
        """Return the scope of these roots, with symbolic links resolved as they are now."""
        return cls(tuple(map(_folder_of_root, roots)), tuple(map(os.path.abspath, protected)))

    def obstacle(self, folder: str) -> str:
        """Return the reason why nothing in a folder may be changed, ``""`` if it may.

        `folder` is a real path.
        """
        if not any(is_below(folder, root) for root in self.roots):
            return "its folder lies outside of what was scanned, behind a symbolic link or a mount"
        for one in self.protected:
            if is_below(folder, os.path.realpath(one)) or _leads_through(folder, one):
                return f"it is protected now: below {file_names.shown(one)}"
        return ""


def is_below(path: str, folder: str) -> bool:
    """True if a real path is that of `folder`, or lies below. Both are real paths."""
    return path == folder or path.startswith(os.path.join(folder, ""))


def _leads_through(path: str, folder: str) -> bool:
    """True if `folder` is the folder `path` or lies above, compared by inode.

    Where case does not matter, `A` and `a` are one folder.
    """
    try:
        wanted = os.stat(folder)
        while not os.path.samestat(os.stat(path), wanted):
            if path == os.path.dirname(path):
                return False
            path = os.path.dirname(path)
    except OSError:
        return False
    return True


def _folder_of_root(root: str) -> str:
    """Return the real path of a root, or of its folder when the root was a single file.

    That file may be gone by now, or may be a link that an earlier pass made.
    """
    return os.path.realpath(root if os.path.isdir(root) else os.path.dirname(root))
