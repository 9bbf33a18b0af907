"""Where targets may lie: below what was scanned, and not in what is protected. Read-only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Scope:
    """Where targets may lie."""

    roots: tuple[str, ...]
    """Real paths of what was scanned."""
    protected: tuple[str, ...] = ()
    """Folders that nothing is changed in."""

    @classmethod
    def of(cls, roots: Sequence[str], protected: Sequence[str] = ()) -> Scope:
        """Bounds as the system sees them now."""
        return cls(tuple(map(_folder_of_root, roots)), tuple(map(os.path.abspath, protected)))

    def obstacle(self, folder: str) -> str:
        """Why nothing in a folder, given by its real path, may be changed; empty if it may."""
        if not any(is_below(folder, root) for root in self.roots):
            return "its folder lies outside of what was scanned, behind a symbolic link or a mount"
        for one in self.protected:
            if is_below(folder, os.path.realpath(one)) or _leads_through(folder, one):
                return f"it is protected now: below {file_names.shown(one)}"
        return ""


def is_below(path: str, folder: str) -> bool:
    """Whether a real path is that of a folder, or of something in it."""
    return path == folder or path.startswith(os.path.join(folder, ""))


def _leads_through(path: str, folder: str) -> bool:
    """Whether a folder is among those above a path, by whatever spelling: `A` may be `a`."""
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
    """The real path of a root, or of the folder it is in if it was a single file.

    That file may be gone by now, or be a link that an act has made of it.
    """
    return os.path.realpath(root if os.path.isdir(root) else os.path.dirname(root))
