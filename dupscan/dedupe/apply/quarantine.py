"""Where in the quarantine a file goes: below a folder on its own file system that scans leave out.

The folder lies at the top of what was scanned, or as near to that as its file system reaches; below
it stands the whole path that the file had, so that two of one name never meet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from dupscan.dedupe.apply.preconditions import Refused
from dupscan.dedupe.apply.scope import Scope, is_below
from dupscan.text.file_names import QUARANTINE


def quarantine_parent(place: str) -> str:
    """The folder in which the quarantine of a place lies."""
    return place.rpartition(f"{os.sep}{QUARANTINE}{os.sep}")[0] or os.sep


@dataclass(slots=True)
class Quarantine:
    """The quarantine of one plan."""

    plan_id: str
    scope: Scope
    _bases: dict[str, str] = field(default_factory=dict)
    """By the real path of a folder, where the quarantine for it begins."""

    def path_for(self, path: str, folder: str) -> str:
        """Where the file at a path, whose folder has that real path, goes. Raises Refused."""
        if folder not in self._bases:
            self._bases[folder] = self._base(folder)
        name = os.path.basename(path)
        below = os.path.splitdrive(folder)[1].strip(os.sep)
        return os.path.join(self._bases[folder], below, name)

    def _base(self, folder: str) -> str:
        for top in self._tops(folder):
            quarantine = os.path.join(top, QUARANTINE)
            there = os.path.lexists(quarantine)
            if os.access(quarantine if there else top, os.W_OK | os.X_OK):
                return os.path.join(quarantine, self.plan_id)
        raise Refused("no folder above it on its file system can be written to")

    def _tops(self, folder: str) -> Iterator[str]:
        """Folders on the file system of `folder`, from the top of what was scanned down to it."""
        device = os.stat(folder).st_dev
        for root in self.scope.roots:
            if is_below(folder, root):
                parts = os.path.relpath(folder, root).split(os.sep)
                tops = [root]
                for part in parts:
                    if part != os.curdir:
                        tops.append(os.path.join(tops[-1], part))
                # What lies above the last mount point is another file system.
                on_it = [os.stat(top).st_dev == device for top in tops]
                start = len(tops) - on_it[::-1].index(False) if False in on_it else 0
                yield from tops[start:]
                return
