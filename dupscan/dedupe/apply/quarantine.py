"""Paths in the quarantine: a folder on the file's own file system that scans leave out.

The folder lies at the top of what was scanned, or as near to the top as the file's file system
reaches. Inside, a file keeps its whole former path, so two files of one name never meet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from dupscan.dedupe.apply.preconditions import Refused
from dupscan.dedupe.apply.scope import Scope, is_below
from dupscan.text.file_names import QUARANTINE


@dataclass(slots=True)
class Quarantine:
    """The quarantine of one plan."""

    plan_id: str
    scope: Scope
    _bases: dict[str, str] = field(default_factory=dict)
    """Folder of this plan in the quarantine, by the real path of a file's folder."""

    def path_for(self, path: str, folder: str) -> str:
        """Return the path in the quarantine for the file at `path`.

        `folder` is the real path of the file's folder. Raises Refused when no quarantine can be
        written to, OSError when a folder cannot be read.
        """
        if folder not in self._bases:
            self._bases[folder] = self._base(folder)
        name = os.path.basename(path)
        below = os.path.splitdrive(folder)[1].strip(os.sep)
        return os.path.join(self._bases[folder], below, name)

    def _base(self, folder: str) -> str:
        """Return this plan's folder in the topmost quarantine that can be written to."""
        for top in self._tops(folder):
            quarantine = os.path.join(top, QUARANTINE)
            there = os.path.lexists(quarantine)
            if os.access(quarantine if there else top, os.W_OK | os.X_OK):
                return os.path.join(quarantine, self.plan_id)
        raise Refused(
            "the quarantine has no place: no folder above it on its file system can be written to"
        )

    def _tops(self, folder: str) -> Iterator[str]:
        """Yield the folders from the root down to `folder` that share its file system."""
        device = os.stat(folder).st_dev
        for root in self.scope.roots:
            if is_below(folder, root):
                parts = os.path.relpath(folder, root).split(os.sep)
                tops = [root]
                for part in parts:
                    if part != os.curdir:
                        tops.append(os.path.join(tops[-1], part))
                # Folders above the last mount point are on another file system.
                on_it = [os.stat(top).st_dev == device for top in tops]
                start = len(tops) - on_it[::-1].index(False) if False in on_it else 0
                yield from tops[start:]
                return
