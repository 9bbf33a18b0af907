"""Folder trees → the files in them, each real file once. Read-only.

A real file is known by device and inode, never by its name: hard links, bind mounts, a folder
given twice and a folder inside another all lead to the same :class:`FileEntry`. What a file *is*
is not asked here; that takes opening it.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pathspec import GitIgnoreSpec

from dupscan import names
from dupscan.errors import RootError, SettingsError
from dupscan.interrupt import StopFlag
from dupscan.model import Failure, FileEntry
from dupscan.settings import WalkSettings

LEFT_OUT_FOLDERS = frozenset(
    {
        "@eaDir",  # Synology's thumbnails
        "@Recycle",
        "@Recently-Snapshot",
        "#recycle",
        "#snapshot",
        "$RECYCLE.BIN",
        "System Volume Information",
        "__MACOSX",
        "Thumbnails.noindex",
    }
)
"""Waste baskets, snapshots and thumbnail caches that do not hide behind a dot."""

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
    settings: WalkSettings, stop: StopFlag, found: Callable[[int], None] = lambda number: None
) -> WalkResult:
    """List every regular file below the roots and reference folders; read-only.

    `found` is told how many files each folder gave. Ends early, with what it has, when `stop` is
    set. Raises RootError when a root is not there or lies inside a reference folder, and
    SettingsError when an exclude pattern cannot be read.
    """
    walker = _Walker(settings, stop, found)
    for root in _start_points(settings):
        walker.enter(root)
    walker.follow_the_links()
    return walker.result()


@dataclass(frozen=True, slots=True)
class _Root:
    path: str
    reference: bool
    device: int


@dataclass(slots=True)
class _Found:
    """A real file while the walk still may find further names of it."""

    status: os.stat_result
    paths: list[tuple[bool, bytes, str]] = field(default_factory=list)
    """Reached through a link, sort key, path; the least one becomes the file's path."""
    reference: bool = False


def _start_points(settings: WalkSettings) -> list[_Root]:
    """Roots in an order that does not depend on how they were typed; references first.

    A folder that is reached from several roots belongs to the first that enters it.
    """
    references = sorted({os.path.abspath(path) for path in settings.references}, key=names.order)
    roots = sorted({os.path.abspath(path) for path in settings.roots}, key=names.order)
    for root in roots:
        if outer := next((one for one in references if _lies_inside(root, one)), None):
            raise RootError(
                f"{names.shown(root)} lies inside the reference folder {names.shown(outer)}, "
                "so nothing in it could ever be called a duplicate; "
                "scan a folder outside it, or name a narrower --reference"
            )
    starts = [*((path, True) for path in references), *((path, False) for path in roots)]
    starts.sort(key=lambda start: (not start[1], os.path.realpath(start[0]) != start[0]))
    return [_root(path, reference=is_reference) for path, is_reference in starts]


def _lies_inside(inner: str, outer: str) -> bool:
    inner, outer = os.path.realpath(inner), os.path.realpath(outer)
    return inner == outer or inner.startswith(os.path.join(outer, ""))


def _root(path: str, *, reference: bool) -> _Root:
    try:
        return _Root(path, reference, os.stat(path).st_dev)
    except OSError as error:
        raise RootError(
            f"cannot scan {names.shown(path)}: {error.strerror}; "
            "is the name right, and the drive mounted?"
        ) from error


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
        self._links: list[tuple[str, _Root]] = []
        self._failures: list[Failure] = []
        self._left_out: Counter[str] = Counter()

    def result(self) -> WalkResult:
        files = sorted(map(_entry, self._files.values()), key=lambda file: names.order(file.path))
        return WalkResult(tuple(files), tuple(self._failures), dict(sorted(self._left_out.items())))

    def enter(self, root: _Root) -> None:
        """Walk one root, its symbolic links left for later."""
        status = os.stat(root.path)
        if stat.S_ISREG(status.st_mode):
            self._add_file(root.path, status, root, through_link=False)
        elif stat.S_ISDIR(status.st_mode):
            self._walk_folder(root.path, root, through_link=False)
        else:
            raise RootError(f"cannot scan {names.shown(root.path)}: not a folder")

    def follow_the_links(self) -> None:
        """Follow the symbolic links, once all real folders are known.

        In this order a file keeps its real path, and a loop leads only to folders known already.
        """
        while self._links and not self._stop.is_set:
            path, root = self._links.pop(0)
            try:
                status = os.stat(path)
            except OSError as error:
                self._fail(path, f"symbolic link that leads nowhere ({error.strerror})")
                continue
            if stat.S_ISDIR(status.st_mode):
                if self._on_wanted_file_system(status, root):
                    self._walk_folder(path, root, through_link=True)
            elif stat.S_ISREG(status.st_mode):
                self._add_file(path, status, root, through_link=True)
            else:
                self._left_out[SPECIAL] += 1

    def _walk_folder(self, top: str, root: _Root, *, through_link: bool) -> None:
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
            todo += [
                entry.path for entry in listed if self._take(entry, root, through_link=through_link)
            ]
            self._tell(len(self._files) - before)

    def _is_new(self, folder: str) -> bool:
        identity = _identity(folder, os.stat(folder))
        if identity in self._entered:
            return False
        self._entered.add(identity)
        return True

    def _take(self, entry: os.DirEntry[str], root: _Root, *, through_link: bool) -> bool:
        """Note one entry of a folder; True when it is a folder to be walked."""
        if self._is_left_out(entry, root):
            return False
        try:
            status = _status(entry)
        except OSError as error:
            self._fail(entry.path, f"cannot be examined: {error.strerror}")
            return False
        if stat.S_ISREG(status.st_mode):
            self._add_file(entry.path, status, root, through_link=through_link)
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

    def _is_left_out(self, entry: os.DirEntry[str], root: _Root) -> bool:
        name = entry.name
        if not self._settings.hidden and (name.startswith(".") or name in LEFT_OUT_FOLDERS):
            self._left_out[HIDDEN] += 1
            return True
        if self._excluded is not None and _matches(self._excluded, entry, root):
            self._left_out[EXCLUDED] += 1
            return True
        return False

    def _on_wanted_file_system(self, status: os.stat_result, root: _Root) -> bool:
        if self._settings.one_file_system and status.st_dev != root.device:
            self._left_out[OTHER_FILE_SYSTEM] += 1
            return False
        return True

    def _add_file(
        self, path: str, status: os.stat_result, root: _Root, *, through_link: bool
    ) -> None:
        found = self._files.setdefault(_identity(path, status), _Found(status))
        found.paths.append((through_link, names.order(path), path))
        found.reference = found.reference or root.reference

    def _fail(self, path: str, reason: str) -> None:
        self._failures.append(Failure(path, "walk", reason))


def _exclude_spec(patterns: tuple[str, ...]) -> GitIgnoreSpec | None:
    try:
        return GitIgnoreSpec.from_lines(patterns) if patterns else None
    except ValueError as error:
        raise SettingsError(f"--exclude {' '.join(patterns)}: {error}") from error


def _matches(excluded: GitIgnoreSpec, entry: os.DirEntry[str], root: _Root) -> bool:
    relative = os.path.relpath(entry.path, root.path).replace(os.sep, "/")
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
    # What leads to a file through a symbolic link is another way to a name, not another name.
    aliases = tuple(path for through_link, _, path in others if through_link == first[0])
    status = found.status
    return FileEntry(
        path=first[2],
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        device=status.st_dev,
        inode=status.st_ino,
        links=status.st_nlink,
        aliases=aliases,
        reference=found.reference,
    )
