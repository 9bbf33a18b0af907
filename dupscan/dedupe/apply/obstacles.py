"""Obstacles that a file system has for an action, seen before anything is changed. Read-only.

A dry run asks here, so that it promises nothing that the pass refuses. A pass finds the same out by
the system's own answer, in the moment of the act.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dupscan.dedupe.apply import trash
from dupscan.dedupe.apply.preconditions import MAY_NOT_READ, explain
from dupscan.dedupe.file_ops.attributes import is_immutable
from dupscan.dedupe.file_ops.steps import NO_EXCHANGE
from dupscan.model.plan import Action, HashedFile, Row
from dupscan.text import file_names

_GUESSED_LIMIT = 127
"""Answer of glibc for the most links of a file where it does not know the file system."""
_LONGEST_PATH = 4095
"""Bytes of a path that Linux takes (PATH_MAX, with the zero at its end)."""
_WITHOUT_LINKS = {"vfat", "msdos", "exfat"}
_WITHOUT_EXCHANGE = {"nfs", "nfs4", "cifs", "smb3"}
_PROTECTED_LINKS = Path("/proc/sys/fs/protected_hardlinks")


class Obstacles:
    """Finds the obstacles for the rows of one plan; remembers what it learns about folders."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self._folder = cache(_folder_obstacle)
        self._file_system = cache(_file_systems().get)
        self._new_links: Counter[tuple[int, int]] = Counter()

    def of(self, row: Row, place: str) -> str:
        """Return the reason why a row would be refused, or ``""``; `place` is in the quarantine.

        Raises OSError for a file that is gone meanwhile.
        """
        target = os.lstat(row.target.path)
        return (
            self._folder(os.path.dirname(row.target.path))
            or _file_obstacle(row.target.path, target)
            or self._keeper_obstacle(row)
            or self._link_obstacle(row)
            or (trash.obstacle(row.target.path) if self._action is Action.TRASH else "")
            or (_place_obstacle(place) if place else "")
        )

    def may_link(self, row: Row) -> str:
        """Return in words on what it depends that a hard link can be made; count the link."""
        known = self._new_links[row.keeper.device_and_inode]
        self._new_links[row.keeper.device_and_inode] += 1
        many = known + os.lstat(row.keeper.path).st_nlink >= _GUESSED_LIMIT
        if many and _most_links(row.keeper) <= _GUESSED_LIMIT:
            return ", if its file system allows so many links"
        return ""

    def _keeper_obstacle(self, row: Row) -> str:
        if row.goes_with is not None or os.access(row.keeper.path, os.R_OK):
            return ""
        return f"its keeper {file_names.shown(row.keeper.path)}: {MAY_NOT_READ}"

    def _link_obstacle(self, row: Row) -> str:
        if not self._action.links:
            return ""
        kind = self._file_system(f"{os.major(row.target.device)}:{os.minor(row.target.device)}")
        if kind in _WITHOUT_LINKS:
            return explain(OSError(errno.EOPNOTSUPP, ""))
        if self._action is not Action.HARDLINK:
            return NO_EXCHANGE if kind in _WITHOUT_EXCHANGE else ""
        keeper, limit = os.lstat(row.keeper.path), _most_links(row.keeper)
        links = keeper.st_nlink + self._new_links[row.keeper.device_and_inode]
        if limit > _GUESSED_LIMIT and links >= limit:
            return explain(OSError(errno.EMLINK, ""))
        if is_immutable(row.keeper.path) or _is_protected(row.keeper.path, keeper):
            return explain(OSError(errno.EPERM, ""))
        return ""


def _folder_obstacle(folder: str) -> str:
    if not os.access(folder, os.W_OK | os.X_OK):
        return "no permission to write to its folder, or its file system is read-only"
    return explain(OSError(errno.EPERM, "")) if is_immutable(folder) else ""


def _file_obstacle(path: str, status: os.stat_result) -> str:
    if not os.access(path, os.R_OK):
        return MAY_NOT_READ
    folder = os.stat(os.path.dirname(path))
    owners = (0, status.st_uid, folder.st_uid)
    is_held = bool(folder.st_mode & stat.S_ISVTX) and os.geteuid() not in owners
    return explain(OSError(errno.EPERM, "")) if is_held or is_immutable(path) else ""


def _most_links(file: HashedFile) -> int:
    """Return how many hard links a file may have, as far as the system tells."""
    try:
        return os.pathconf(file.path, "PC_LINK_MAX")
    except (OSError, ValueError):
        return _GUESSED_LIMIT


def _is_protected(path: str, status: os.stat_result) -> bool:
    """True if Linux lets this user make no link to a file (fs.protected_hardlinks, proc(5))."""
    if os.geteuid() in (0, status.st_uid) or os.access(path, os.R_OK | os.W_OK):
        return False
    try:
        return _PROTECTED_LINKS.read_text().strip() != "0"
    except OSError:
        return False


def _place_obstacle(place: str) -> str:
    """Return the reason why nothing can be moved to a path in the quarantine, or ``""``."""
    if len(os.fsencode(place)) > _LONGEST_PATH:
        return explain(OSError(errno.ENAMETOOLONG, ""))
    if os.path.lexists(place):
        return explain(OSError(errno.EEXIST, ""))
    folder = os.path.dirname(place)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    problem = 0
    if not stat.S_ISDIR(os.lstat(folder).st_mode):
        problem = errno.ENOTDIR
    elif not os.access(folder, os.W_OK | os.X_OK):
        problem = errno.EACCES
    if not problem:
        return ""
    return f"the quarantine {file_names.shown(folder)} cannot be made: {os.strerror(problem)}"


def _file_systems() -> Mapping[str, str]:
    """Return the kind of each mounted file system, by device; see proc_pid_mountinfo(5)."""
    found = {}
    try:
        for line in Path("/proc/self/mountinfo").read_text(errors="replace").splitlines():
            fields, _, more = line.partition(" - ")
            major, _, minor = fields.split()[2].partition(":")
            found[f"{major}:{minor}"] = more.split()[0]
    except (OSError, ValueError, IndexError):
        return {}
    return found
