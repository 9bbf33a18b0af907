"""Walk folder trees and list the files in them, each real file once. Read-only.

Hard links, bind mounts, a folder typed twice and a folder inside another all lead to the same
:class:`FileEntry`, with the help of :mod:`dupscan.walk.unique_files`. No file is opened here, so
pictures are listed together with all other files. Paths are bytes, as the system has them.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pathspec import GitIgnoreSpec

from dupscan.errors import SettingsError
from dupscan.model.file_table import FileTable, StatRow
from dupscan.model.files import Failure
from dupscan.settings import WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names
from dupscan.walk.roots import Root, in_walking_order, lies_in_quarantine
from dupscan.walk.unique_files import ReachedBy, UniqueFiles

LEFT_OUT_FOLDERS = frozenset(
    {
        b"@eadir",  # Synology's thumbnails
        b"@recycle",
        b"@recently-snapshot",
        b"#recycle",
        b"#snapshot",
        b"$recycle.bin",
        b"system volume information",
        b"__macosx",
        b"thumbnails.noindex",
    }
)
"""Names, in lower case, of trash folders, snapshots and thumbnail caches without a leading dot."""

HIDDEN = "hidden, thumbnail caches and trash folders (--hidden looks into them)"
EXCLUDED = "excluded by --exclude"
IN_QUARANTINE = "quarantines of dupscan (undo puts back what is in them)"
OTHER_FILE_SYSTEM = "on another file system"
SYMLINK = "symbolic links (--follow-symlinks follows them)"
SPECIAL = "neither files nor folders (FIFOs, sockets, devices)"

_QUARANTINE = os.fsencode(file_names.QUARANTINE)
_ENTRIES_PER_BATCH = 4096
"""Entries of a folder that are listed at a time before their status is read."""
_LISTS_INODES = os.name != "nt"
"""True where the listing of a folder holds inodes; on Windows only the status of a file does."""
_HAS_CTIME = os.name != "nt"
"""True where ``st_ctime`` is the time of status change; on Windows it is that of creation."""

Entry = os.DirEntry[bytes]


@dataclass(frozen=True, slots=True)
class WalkResult:
    """The files, failures and counts of a walk."""

    files: FileTable
    failures: tuple[Failure, ...]
    """In the order of their paths."""
    left_out: dict[str, int]
    """Number of entries that were not entered or listed, by reason."""


def walk(
    roots: Sequence[Root],
    settings: WalkSettings,
    stop: StopFlag,
    advance: Callable[[int], None] = lambda number: None,
    *,
    skip_folder: str | None = None,
) -> WalkResult:
    """List every regular file below the roots and reference folders; read-only.

    `roots` come from :func:`dupscan.walk.roots.resolve_roots`; the folders named in `settings` are
    not resolved again. `skip_folder`, the folder of the report, may lie below a root and is not
    entered, unless it is a root itself. `advance` is called with the number of files found since
    its last call; the number of the last call may be negative, when several names that were
    counted turned out to be one file. When `stop` is set, the walk ends early and returns the
    files found so far. Raises SettingsError when an exclude pattern cannot be read.
    """
    walker = _Walker(settings, stop, advance)
    if skip_folder is not None:
        walker.skip(skip_folder, roots)
    in_order = in_walking_order(roots)
    for root in in_order:
        walker.enter(root)
    for root in in_order:
        walker.follow_the_links(root)
    return walker.result()


class _Walker:
    """The state of one walk."""

    def __init__(
        self, settings: WalkSettings, stop: StopFlag, advance: Callable[[int], None]
    ) -> None:
        self._settings = settings
        self._stop = stop
        self._advance = advance
        self._excluded = _exclude_spec(settings.exclude)
        self._entered: set[tuple[int, int] | bytes] = set()
        self._names = UniqueFiles()
        self._links: defaultdict[Root, list[bytes]] = defaultdict(list)
        self._failures: list[Failure] = []
        self._left_out: Counter[str] = Counter()

    def result(self) -> WalkResult:
        files = self._names.table()
        if further_names := len(self._names) - len(files):
            self._advance(-further_names)
        return WalkResult(
            files=files,
            failures=tuple(sorted(self._failures, key=lambda one: file_names.order(one.path))),
            left_out=dict(sorted(self._left_out.items())),
        )

    def skip(self, folder: str, roots: Sequence[Root]) -> None:
        """Mark a folder as entered already, unless it is itself one of the roots."""
        path = os.fsencode(folder)
        identity = _identity(path, os.stat(path))
        if all(identity != _identity(os.fsencode(root.path), root.status) for root in roots):
            self._entered.add(identity)

    def enter(self, root: Root) -> None:
        """Walk one root; keep its symbolic links for :meth:`follow_the_links`."""
        path = os.fsencode(root.path)
        if root.is_folder:
            self._walk_folder(path, root, ReachedBy.REAL)
        else:
            reached_by = ReachedBy.LINK if root.symbolic_link else ReachedBy.REAL
            self._note([path], [root.status], root, reached_by)

    def follow_the_links(self, root: Root) -> None:
        """Follow the symbolic links below a root, after all roots have been entered.

        In this order a file keeps its real path, and a loop of links leads to folders that have
        been entered already.
        """
        while links := sorted(self._links.pop(root, ())):
            for path in links:
                if self._stop.is_set:
                    return
                self._follow(path, root)

    def _follow(self, path: bytes, root: Root) -> None:
        try:
            status = os.stat(path)
        except OSError as error:
            self._fail(path, f"symbolic link that leads nowhere ({error.strerror})")
            return
        if not self._is_on_wanted_file_system(status, root):
            return
        if lies_in_quarantine(path):
            self._left_out[IN_QUARANTINE] += 1
        elif stat.S_ISDIR(status.st_mode):
            self._walk_folder(path, root, ReachedBy.LINKED_FOLDER)
        elif stat.S_ISREG(status.st_mode):
            self._note([path], [status], root, ReachedBy.LINK)
        else:
            self._left_out[SPECIAL] += 1

    def _walk_folder(self, top: bytes, root: Root, reached_by: ReachedBy) -> None:
        todo = [top]
        while todo and not self._stop.is_set:
            inner: list[bytes] = []
            for entries in self._listed(todo.pop()):
                inner += self._take(entries, root, reached_by)
                if self._stop.is_set:
                    return
            todo += sorted(inner, reverse=True)  # so that pop() takes the first name

    def _listed(self, folder: bytes) -> Iterator[list[Entry]]:
        """Yield the entries of a folder in batches, so that a walk can stop inside a large folder.

        A batch is in the order of inodes, which is the fastest order to read from a cold disk.
        Yields nothing for a folder that has been entered before.
        """
        try:
            if not self._is_new(folder):
                return
            with os.scandir(folder) as entries:
                while some := list(islice(entries, _ENTRIES_PER_BATCH)):
                    if _LISTS_INODES:
                        some.sort(key=os.DirEntry.inode)
                    yield some
        except OSError as error:
            self._fail(folder, f"folder cannot be read: {error.strerror}")

    def _is_new(self, folder: bytes) -> bool:
        identity = _identity(folder, os.stat(folder))
        if identity in self._entered:
            return False
        self._entered.add(identity)
        return True

    def _take(self, entries: list[Entry], root: Root, reached_by: ReachedBy) -> list[bytes]:
        """Note the files among entries of a folder; return the folders among them."""
        paths, statuses, folders = [], [], []
        for entry in entries:
            try:
                if self._is_left_out(entry, root):
                    continue
                status = _status(entry)
            except OSError as error:
                self._fail(entry.path, f"cannot be examined: {error.strerror}")
                continue
            if stat.S_ISREG(status.st_mode):
                paths.append(entry.path)
                statuses.append(status)
            elif stat.S_ISDIR(status.st_mode):
                if self._is_on_wanted_file_system(status, root):
                    folders.append(entry.path)
            elif not stat.S_ISLNK(status.st_mode):
                self._left_out[SPECIAL] += 1
            elif self._settings.follow_symlinks:
                self._links[root].append(entry.path)
            else:
                self._left_out[SYMLINK] += 1
        self._note(paths, statuses, root, reached_by)
        return folders

    def _is_left_out(self, entry: Entry, root: Root) -> bool:
        name = entry.name
        if name.lower() == _QUARANTINE and not entry.is_file(follow_symlinks=False):
            self._left_out[IN_QUARANTINE] += 1
            return True
        if not self._settings.hidden and (
            name.startswith(b".") or name.lower() in LEFT_OUT_FOLDERS
        ):
            self._left_out[HIDDEN] += 1
            return True
        if self._excluded is not None and _matches(self._excluded, entry, root):
            self._left_out[EXCLUDED] += 1
            return True
        return False

    def _is_on_wanted_file_system(self, status: os.stat_result, root: Root) -> bool:
        if self._settings.one_file_system and status.st_dev != root.status.st_dev:
            self._left_out[OTHER_FILE_SYSTEM] += 1
            return False
        return True

    def _note(
        self, paths: list[bytes], statuses: list[os.stat_result], root: Root, reached_by: ReachedBy
    ) -> None:
        rows = [
            StatRow(
                *(one.st_size, one.st_mtime_ns, one.st_dev, one.st_ino, one.st_nlink),
                one.st_ctime_ns if _HAS_CTIME else 0,
            )
            for one in statuses
        ]
        self._names.add(paths, rows, reached_by, reference=root.reference)
        self._advance(len(paths))

    def _fail(self, path: bytes, reason: str) -> None:
        self._failures.append(Failure(os.fsdecode(path), "walk", reason))


def _identity(folder: bytes, status: os.stat_result) -> tuple[int, int] | bytes:
    """Device and inode of a folder; its path on a file system without inodes."""
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.normcase(folder)


def _exclude_spec(patterns: tuple[str, ...]) -> GitIgnoreSpec | None:
    try:
        return GitIgnoreSpec.from_lines(patterns) if patterns else None
    except (ValueError, re.error) as error:
        raise SettingsError(f"--exclude {' '.join(patterns)}: {error}") from error


def _matches(excluded: GitIgnoreSpec, entry: Entry, root: Root) -> bool:
    below = os.path.join(root.path, "")  # every path found below the root begins with this
    relative = os.fsdecode(entry.path).removeprefix(below).replace(os.sep, "/")
    relative = relative.replace(
        "\n", "\ue000"
    )  # "." and "$" of a pattern do not match a line break
    is_folder = entry.is_dir(follow_symlinks=False)
    return excluded.match_file(relative + "/" if is_folder else relative)


def _status(entry: Entry) -> os.stat_result:
    """The status of an entry, a symbolic link not followed."""
    if _LISTS_INODES:
        return entry.stat(follow_symlinks=False)
    return os.stat(entry.path, follow_symlinks=False)
