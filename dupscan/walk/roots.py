"""Resolve the folders that the user typed, once, to the roots of a scan. Read-only.

Walk, report and messages all use these values, so a root that moves or changes during a scan is
the same root for all of them. A mistake here is the user's: it becomes an error that says the way
out. In :mod:`dupscan.walk.walker` a mistake is the disk's, and becomes a failure among the results.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass

from dupscan.errors import RootError
from dupscan.settings import WalkSettings
from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, or a single file, that a walk begins with."""

    path: str
    """Absolute path, as the user typed it apart from that."""
    real_path: str
    """Absolute path without symbolic links."""
    reference: bool
    """True for a reference folder: the pictures below it can only be keepers."""
    status: os.stat_result
    """The status of the folder or file, symbolic links followed."""
    symbolic_link: bool = False
    """True if `path` itself is a symbolic link."""

    @property
    def is_folder(self) -> bool:
        """True for a folder, False for a single file."""
        return stat.S_ISDIR(self.status.st_mode)

    @property
    def is_real(self) -> bool:
        """True if no part of the path is a symbolic link."""
        return self.path == self.real_path


def resolve_roots(settings: WalkSettings) -> tuple[Root, ...]:
    """Resolve the roots and then the reference folders of a scan, each path once, as typed.

    Raises RootError when a root is not there, is neither a folder nor a file, or lies inside a
    reference folder or a quarantine of dupscan.
    """
    roots = [_resolve(path, reference=False) for path in settings.roots]
    references = [_resolve(path, reference=True) for path in settings.references]
    for root in roots:
        _refuse_inside_reference(root, references)
    resolved = (*roots, *references)
    for root in resolved:
        _refuse_in_quarantine(root)
    return tuple({root.path: root for root in resolved}.values())


def in_walking_order(roots: Sequence[Root]) -> list[Root]:
    """Sort roots into an order that does not depend on how they were typed.

    Reference folders come first, and real paths before those through a symbolic link: a folder
    that is reached from several roots belongs to the first root that enters it.
    """
    return sorted(
        roots, key=lambda root: (not root.reference, not root.is_real, file_names.order(root.path))
    )


def lies_in_quarantine(path: bytes) -> bool:
    """True if a path leads into a quarantine of dupscan, or to one."""
    real = os.path.realpath(path).lower()
    return os.fsencode(file_names.QUARANTINE) in real.split(os.fsencode(os.sep))


def _resolve(typed: str, *, reference: bool) -> Root:
    path = _absolute(typed)
    try:
        status = os.stat(path)
    except OSError as error:
        raise RootError(
            f"cannot scan {file_names.shown(path)}: {error.strerror}; "
            "is the name right, and the drive mounted?"
        ) from error
    if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
        raise RootError(
            f"cannot scan {file_names.shown(path)}: neither a folder nor a file; name a folder"
        )
    return Root(path, os.path.realpath(path), reference, status, os.path.islink(path))


def _absolute(typed: str) -> str:
    """The absolute path of a root. Raises RootError for the empty name of an unset variable.

    A ``..`` behind a symbolic link leads where the system says, so it is not simply cut out.
    """
    if not typed:
        raise RootError('cannot scan "": name a folder, such as "." for the one you are in')
    return os.path.realpath(typed) if ".." in typed.split(os.sep) else os.path.abspath(typed)


def _refuse_inside_reference(root: Root, references: Sequence[Root]) -> None:
    for outer in references:
        below = os.path.join(outer.real_path, "")
        if root.real_path == outer.real_path or root.real_path.startswith(below):
            raise RootError(
                f"{file_names.shown(root.path)} lies inside the reference folder "
                f"{file_names.shown(outer.path)}, so nothing in it could ever be called a "
                "duplicate; scan a folder outside it, or name a narrower --reference"
            )


def _refuse_in_quarantine(root: Root) -> None:
    if lies_in_quarantine(os.fsencode(root.path)):
        raise RootError(
            f"cannot scan {file_names.shown(root.path)}: it lies in a quarantine of dupscan, and a "
            "picture there must not be kept for one elsewhere; undo puts it back first"
        )
