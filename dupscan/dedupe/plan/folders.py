"""Folders that rules and ``--protect`` name: what lies in them, symbolic links or not.

A room of its own because a folder that is not recognised by another of its names is not protected.
Read-only: it asks the disk where links among folders lead, and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from dupscan.errors import SettingsError
from dupscan.model.files import FileEntry
from dupscan.text import file_names


class Folder:
    """A folder as it was typed, made absolute, with all that it is also called."""

    def __init__(self, option: str, typed: str) -> None:
        """`option` is what it was typed behind, for messages. SettingsError for an empty name."""
        if not typed.strip():
            raise SettingsError(f'{option} "": name a folder, such as "." for the one you are in')
        self.typed = typed
        self._option = option
        expanded = os.path.expanduser(typed)
        if expanded.startswith("~"):
            raise SettingsError(f"{option} {file_names.shown(typed)}: there is no such user")
        self.path = os.path.abspath(expanded)
        """Absolute."""
        self._paths = {os.path.abspath(expanded), os.path.realpath(expanded)}
        self._real_folders: dict[str, str] = {}
        self._is_known = os.path.isdir(expanded)

    def holds_any(self, files: Iterable[FileEntry]) -> bool:
        """Whether any name of any of these files lies in it, at whatever depth."""
        return any(self.holds(name) for file in files for name in (file.path, *file.aliases))

    def holds(self, path: str) -> bool:
        """Whether a path lies in it, by its name or where links among its folders lead."""
        return any(_is_within(one, folder) for one in self._names(path) for folder in self._paths)

    def note_files(self, files: Iterable[FileEntry]) -> None:
        """Note whether one of these files lies in it, if it is not there itself."""
        self._is_known = self._is_known or self.holds_any(files)

    def refuse_if_missing(self) -> None:
        """Raise SettingsError when it neither is there nor held anything: it was mistyped."""
        if not self._is_known:
            raise SettingsError(
                f"{self._option} {file_names.shown(self.typed)}: there is no such folder, and the "
                "report has nothing in it; is the name right?"
            )

    def _names(self, path: str) -> tuple[str, ...]:
        folder, name = os.path.split(path)
        if (real := self._real_folders.get(folder)) is None:
            real = self._real_folders[folder] = _real(folder)
        return (path,) if real == folder else (path, os.path.join(real, name))


def _real(folder: str) -> str:
    """Where a folder is when links are followed; itself where its name is none."""
    try:
        return os.path.realpath(folder)
    except ValueError:  # a null character, which only a report that was tampered with has
        return folder


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
