"""Bounds of a journal's entries: nothing that no honest pass of its plan can have written.

A journal tells undo, purge and recovery which files to move and to remove. A damaged or forged one
must not lead them to other files, so each entry is checked before anything else looks at it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from dupscan.dedupe.journal.entry import Entry, PassHeader
from dupscan.model.plan import Action
from dupscan.text import file_names
from dupscan.text.file_names import QUARANTINE


@dataclass(frozen=True, slots=True)
class Bounds:
    """All that the entries of one pass may name."""

    plan_id: str
    tops: tuple[str, ...]
    """The folders that were scanned, by the names that the user gave and by their real paths."""

    @classmethod
    def of(cls, header: PassHeader) -> Bounds:
        """Return the bounds of a pass; links are resolved as they are now."""
        tops = dict.fromkeys(header.roots)
        for root in header.roots:
            folder = root if os.path.isdir(root) else os.path.dirname(root)
            tops[os.path.realpath(folder)] = None
        return cls(header.plan_id, tuple(tops))

    def check(self, entry: Entry) -> None:
        """Raise ValueError, which names the field, for an entry beyond the bounds."""
        target = entry.target.path
        for name, path in (("target", target), ("keeper", entry.keeper.path)):
            if not _is_plain(path):
                raise ValueError(f"`{name}` is no plain absolute path: {_shown(path)}")
        if not self._is_below(target):
            raise ValueError(f"`target` lies outside of what was scanned: {_shown(target)}")
        if target == entry.keeper.path:
            raise ValueError(f"`target` is the keeper itself: {_shown(target)}")
        if entry.temporary != temporary_name(self.plan_id, entry.number):
            raise ValueError(f"`temporary` is not the name for it: {_shown(entry.temporary)}")
        is_moved = entry.action is Action.QUARANTINE
        if is_moved != bool(entry.place) or (is_moved and not self._is_ours(entry)):
            raise ValueError(f"`place` is not its place in a quarantine: {_shown(entry.place)}")
        if (entry.action is Action.SYMLINK) != bool(entry.link):
            raise ValueError("`link` does not fit the action")

    def _is_ours(self, entry: Entry) -> bool:
        """True if the place of an entry is one that a quarantine of this pass has for its target.

        Below the folder of the plan, a file keeps the whole path of its folder, links resolved.
        """
        begin, _, former = entry.place.partition(os.path.join("", QUARANTINE, self.plan_id, ""))
        top, former = begin.rstrip(os.sep) or os.sep, os.sep + former
        return (
            _is_plain(entry.place)
            and self._is_below(top)
            and self._is_below(os.path.dirname(former))
            and os.path.basename(former) == os.path.basename(entry.target.path)
        )

    def _is_below(self, path: str) -> bool:
        return any(path == top or path.startswith(os.path.join(top, "")) for top in self.tops)


def temporary_name(plan_id: str, number: int) -> str:
    """Return the name, in the target's folder, that an act uses while it is under way."""
    return f".dupscan-{plan_id}-{number}.tmp"


def _is_plain(path: str) -> bool:
    """True for an absolute path without detours."""
    return os.path.isabs(path) and os.path.normpath(path) == path and "\0" not in path


def _shown(path: str) -> str:
    return file_names.shown(path)
