"""Folder trees → the files in them, each real file once. Read-only.

A real file is known by device and inode, never by its name: hard links, bind mounts, a folder
given twice and a folder inside another all lead to the same :class:`FileEntry`. What a file *is*
is not asked here; that takes opening it.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from pathspec import GitIgnoreSpec

from dupscan import names
from dupscan.errors import RootError, SettingsError
from dupscan.interrupt import StopFlag
from dupscan.model import Failure, FileEntry
from dupscan.roots import Root, start_points
from dupscan.settings import WalkSettings

LEFT_OUT_FOLDERS = frozenset(
    {
        "@eadir",  # Synology's thumbnails
        "@recycle",
        "@recently-snapshot",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "system volume information",
        "__macosx",
        "thumbnails.noindex",
    }
)
"""Waste baskets, snapshots and thumbnail caches that do not hide behind a dot, in lower case."""

HIDDEN = "hidden, thumbnail caches and waste baskets (--hidden looks into them)"
EXCLUDED = "excluded by --exclude"
OTHER_FILE_SYSTEM = "on another file system"
SYMLINK = "symbolic links (--follow-symlinks follows them)"
SPECIAL = "neither files nor folders (FIFOs, sockets, devices)"

Identity = tuple[int, int] | str


@dataclass(frozen=True, slots=True)
class WalkResult:
    """What a walk found; `files` in the order of their paths."""

    files: tuple[FileEntry, ...]
    failures: tuple[Failure, ...]
    left_out: dict[str, int]
    """Entries that were not entered or listed, counted by reason."""


def walk(
    settings: WalkSettings,
    stop: StopFlag,
    found: Callable[[int], None] = lambda number: None,
    *,
    but_not: str | None = None,
) -> WalkResult:
    """List every regular file below the roots and reference folders; read-only.

    `but_not` is a folder that is not entered: that of the report, which may lie below a root.
    `found` is told how many files each folder gave. Ends early, with what it has, when `stop` is
    set. Raises RootError when a root is not there or lies inside a reference folder, and
    SettingsError when an exclude pattern cannot be read.
    """
    walker = _Walker(settings, stop, found)
    if but_not is not None:
        walker.pass_by(but_not)
    for root in start_points(settings):
        walker.enter(root)
    walker.follow_the_links()
    return walker.result()


class _Way(IntEnum):
    """How a path was reached, best first."""

    REAL = 0
    LINKED_FOLDER = 1
    """Below a symbolic link to a folder: a real name, by a detour."""
    LINK = 2
    """By a symbolic link to the file itself: no name of the file at all."""


@dataclass(slots=True)
class _Found:
    """A real file while the walk still may find further names of it."""

    status: os.stat_result
    paths: list[tuple[_Way, bool, bytes, str]] = field(default_factory=list)
    """How it was reached, not below a reference, sort key, path; the least becomes its path."""
    reference: bool = False


class _Walker:
    """The state of one walk."""

    def __init__(
        self, settings: WalkSettings, stop: StopFlag, found: Callable[[int], None]
    ) -> None:
        self._settings = settings
        self._stop = stop
        self._tell = found
        self._excluded = _exclude_spec(settings.exclude)
        self._entered: set[Identity] = set()
        self._files: dict[Identity, _Found] = {}
        self._links: deque[tuple[str, Root]] = deque()
        self._failures: list[Failure] = []
        self._left_out: Counter[str] = Counter()

    def result(self) -> WalkResult:
        return WalkResult(
            files=tuple(
                sorted(map(_entry, self._files.values()), key=lambda file: names.order(file.path))
            ),
            failures=tuple(self._failures),
            left_out=dict(sorted(self._left_out.items())),
        )

    def pass_by(self, folder: str) -> None:
        """Take a folder for walked already."""
        self._is_new(folder)

    def enter(self, root: Root) -> None:
        """Walk one root, its symbolic links left for later."""
        status = os.stat(root.path)
        if stat.S_ISREG(status.st_mode):
            way = _Way.LINK if os.path.islink(root.path) else _Way.REAL
            self._add_file(root.path, status, root, way)
            self._tell(1)
        elif stat.S_ISDIR(status.st_mode):
            self._walk_folder(root.path, root, _Way.REAL)
        else:
            raise RootError(
                f"cannot scan {names.shown(root.path)}: neither a folder nor a file; name a folder"
            )

    def follow_the_links(self) -> None:
        """Follow the symbolic links, once all real folders are known.

        In this order a file keeps its real path, and a loop leads only to folders known already.
        """
        while self._links and not self._stop.is_set:
            path, root = self._links.popleft()
            try:
                status = os.stat(path)
            except OSError as error:
                self._fail(path, f"symbolic link that leads nowhere ({error.strerror})")
                continue
            if not self._on_wanted_file_system(status, root):
                continue
            if stat.S_ISDIR(status.st_mode):
                self._walk_folder(path, root, _Way.LINKED_FOLDER)
            elif stat.S_ISREG(status.st_mode):
                self._add_file(path, status, root, _Way.LINK)
            else:
                self._left_out[SPECIAL] += 1

    def _walk_folder(self, top: str, root: Root, way: _Way) -> None:
        todo = [top]
        while todo and not self._stop.is_set:
            folder = todo.pop()
            try:
                if not self._is_new(folder):
                    continue
                with os.scandir(folder) as entries:
                    listed = sorted(entries, key=lambda entry: names.order(entry.name))
            except OSError as error:
                self._fail(folder, f"folder cannot be read: {error.strerror}")
                continue
            before = len(self._files)
            todo += [entry.path for entry in listed if self._take(entry, root, way)]
            self._tell(len(self._files) - before)

    def _is_new(self, folder: str) -> bool:
        identity = _identity(folder, os.stat(folder))
        if identity in self._entered:
            return False
        self._entered.add(identity)
        return True

    def _take(self, entry: os.DirEntry[str], root: Root, way: _Way) -> bool:
        """Note one entry of a folder; True when it is a folder to be walked."""
        try:
            if self._is_left_out(entry, root):
                return False
            status = _status(entry)
        except OSError as error:
            self._fail(entry.path, f"cannot be examined: {error.strerror}")
            return False
        if stat.S_ISREG(status.st_mode):
            self._add_file(entry.path, status, root, way)
        elif stat.S_ISDIR(status.st_mode):
            return self._on_wanted_file_system(status, root)
        elif stat.S_ISLNK(status.st_mode):
            if self._settings.follow_symlinks:
                self._links.append((entry.path, root))
            else:
                self._left_out[SYMLINK] += 1
        else:
            self._left_out[SPECIAL] += 1
        return False

    def _is_left_out(self, entry: os.DirEntry[str], root: Root) -> bool:
        name = entry.name
        if not self._settings.hidden and (name.startswith(".") or name.lower() in LEFT_OUT_FOLDERS):
            self._left_out[HIDDEN] += 1
            return True
        if self._excluded is not None and _matches(self._excluded, entry, root):
            self._left_out[EXCLUDED] += 1
            return True
        return False

    def _on_wanted_file_system(self, status: os.stat_result, root: Root) -> bool:
        if self._settings.one_file_system and status.st_dev != root.device:
            self._left_out[OTHER_FILE_SYSTEM] += 1
            return False
        return True

    def _add_file(self, path: str, status: os.stat_result, root: Root, way: _Way) -> None:
        found = self._files.setdefault(_identity(path, status), _Found(status))
        found.paths.append((way, not root.reference, names.order(path), path))
        found.reference = found.reference or root.reference

    def _fail(self, path: str, reason: str) -> None:
        self._failures.append(Failure(path, "walk", reason))


def _exclude_spec(patterns: tuple[str, ...]) -> GitIgnoreSpec | None:
    try:
        return GitIgnoreSpec.from_lines(patterns) if patterns else None
    except (ValueError, re.error) as error:
        raise SettingsError(f"--exclude {' '.join(patterns)}: {error}") from error


def _matches(excluded: GitIgnoreSpec, entry: os.DirEntry[str], root: Root) -> bool:
    relative = os.path.relpath(entry.path, root.path).replace(os.sep, "/")
    relative = relative.replace("\n", "\ue000")  # the patterns' dot and end mind line breaks
    is_folder = entry.is_dir(follow_symlinks=False)
    return excluded.match_file(relative + "/" if is_folder else relative)


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    """The entry's own status. On Windows a listing knows no inodes, so the file is asked."""
    if os.name == "nt":
        return os.stat(entry.path, follow_symlinks=False)
    return entry.stat(follow_symlinks=False)


def _identity(path: str, status: os.stat_result) -> Identity:
    """Device *and* inode: inodes repeat between file systems. The path where there are none."""
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.normcase(path)


def _entry(found: _Found) -> FileEntry:
    first, *others = sorted(set(found.paths))
    way, *_, path = first
    # A detour leads to a name that may be known already; a link to the file is no name of it.
    aliases = tuple(name for other, *_, name in others if other == way != _Way.LINK)
    status = found.status
    return FileEntry(
        path=path,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        device=status.st_dev,
        inode=status.st_ino,
        links=status.st_nlink,
        aliases=aliases,
        reference=found.reference,
        symbolic_link=way is _Way.LINK,
    )
