"""Folders that ``--keep`` and ``--protect`` name, and whether a file lies in them.

A folder may have several paths because of symbolic links. A file counts as inside by any of them:
otherwise a picture below a link would not be protected. Read-only; of the disk only symbolic links
of folders are read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from dupscan.errors import SettingsError
from dupscan.model.files import FileEntry
from dupscan.text import file_names


class Folder:
    """A folder that a user typed, with its absolute path and the path without symbolic links."""

    def __init__(self, option: str, typed: str) -> None:
        """Resolve the folder `typed` after `option`, which messages name.

        Raises SettingsError for an empty name, and for ``~name`` without such a user.
        """
        if not typed.strip():
            raise SettingsError(f'{option} "": name a folder, such as "." for the current folder')
        self.typed = typed
        self._option = option
        expanded = os.path.expanduser(typed)
        if expanded.startswith("~"):
            raise SettingsError(
                f"{option} {file_names.shown(typed)}: there is no such user; type the whole path"
            )
        self.path = os.path.abspath(expanded)
        """Absolute."""
        self._paths = {os.path.abspath(expanded), os.path.realpath(expanded)}
        self._real_folders: dict[str, str] = {}
        self._is_there = os.path.isdir(expanded)
        self._has_files = False

    def holds_any(self, files: Iterable[FileEntry]) -> bool:
        """True if any path of any of these files lies in this folder, at any depth."""
        return any(self.holds(name) for file in files for name in (file.path, *file.aliases))

    def holds(self, path: str) -> bool:
        """True if a path lies in this folder, as written or with symbolic links resolved."""
        return any(_is_within(one, folder) for one in self._names(path) for folder in self._paths)

    def holds_all(self, file: FileEntry) -> bool:
        """True if each path of a file lies in this folder, at any depth."""
        return all(map(self.holds, (file.path, *file.aliases)))

    def is_within(self, other: Folder) -> bool:
        """True if this folder is the other one, or lies in it."""
        return other.holds(self.path)

    def note_files(self, files: Iterable[FileEntry]) -> None:
        """Remember that the folder is known to the report, if one of these files lies in it."""
        self._has_files = self._has_files or self.holds_any(files)

    def refuse_if_missing(self) -> None:
        """Raise SettingsError if the folder does not exist and no noted file lies in it.

        Such a folder was mistyped, and would protect nothing.
        """
        if not (self._is_there or self._has_files):
            raise SettingsError(
                f"{self._option} {file_names.shown(self.typed)}: there is no such folder, and no "
                "file of the report lies in it; is the name right?"
            )

    def refuse_if_empty(self) -> None:
        """Raise SettingsError if no noted file lies in the folder, although it may exist."""
        self.refuse_if_missing()
        if not self._has_files:
            raise SettingsError(
                f"{self._option} {file_names.shown(self.typed)}: no picture of a group of the "
                "report lies in it, so nothing could be taken; name another folder"
            )

    def _names(self, path: str) -> tuple[str, ...]:
        """Return the path, and the path without symbolic links in its folders if it differs."""
        folder, name = os.path.split(path)
        if (real := self._real_folders.get(folder)) is None:
            real = self._real_folders[folder] = _real(folder)
        return (path,) if real == folder else (path, os.path.join(real, name))


def _real(folder: str) -> str:
    """Return the path of a folder without symbolic links; unchanged if it cannot be a path."""
    try:
        return os.path.realpath(folder)
    except ValueError:  # a null character, which only a report that was tampered with has
        return folder


def _is_within(path: str, folder: str) -> bool:
    """True if `path` is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
