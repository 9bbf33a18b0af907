"""Turn the folders that the user typed into the start points of a walk. Read-only.

A mistake here is the user's, and becomes an error that says the way out. In
:mod:`dupscan.walk.walker` a mistake is the disk's, and becomes a failure among the results.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from dupscan.errors import RootError
from dupscan.settings import WalkSettings
from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, or a single file, that a walk begins with."""

    path: str
    """Absolute."""
    reference: bool
    """True when what lies below is only ever kept."""
    device: int


def start_points(settings: WalkSettings) -> list[Root]:
    """Roots in an order that does not depend on how they were typed.

    References come first, and real paths before those that lead through a link.

    A folder that is reached from several roots belongs to the first that enters it.
    Raises RootError when a root is not there, or lies inside a reference folder.
    """
    references = sorted({absolute(path) for path in settings.references}, key=file_names.order)
    roots = sorted({absolute(path) for path in settings.roots}, key=file_names.order)
    for root in roots:
        if outer := next((one for one in references if _lies_inside(root, one)), None):
            raise RootError(
                f"{file_names.shown(root)} lies inside the reference folder "
                f"{file_names.shown(outer)}, "
                "so nothing in it could ever be called a duplicate; "
                "scan a folder outside it, or name a narrower --reference"
            )
    starts = [*((path, True) for path in references), *((path, False) for path in roots)]
    starts.sort(key=lambda start: (not start[1], os.path.realpath(start[0]) != start[0]))
    return [_root(path, reference=is_reference) for path, is_reference in starts]


def absolute(path: str) -> str:
    """The absolute path of a root. Raises RootError for the empty name of an unset variable.

    A ``..`` behind a symbolic link leads where the system says, so it is not simply cut out.
    """
    if not path:
        raise RootError('cannot scan "": name a folder, such as "." for the one you are in')
    return os.path.realpath(path) if ".." in path.split(os.sep) else os.path.abspath(path)


def _lies_inside(inner: str, outer: str) -> bool:
    inner, outer = os.path.realpath(inner), os.path.realpath(outer)
    return inner == outer or inner.startswith(os.path.join(outer, ""))


def _root(path: str, *, reference: bool) -> Root:
    try:
        return Root(path, reference, os.stat(path).st_dev)
    except OSError as error:
        raise RootError(
            f"cannot scan {file_names.shown(path)}: {error.strerror}; "
            "is the name right, and the drive mounted?"
        ) from error
