"""Make folders that only their user may enter, whatever the umask of the process is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_USER_ONLY = 0o700


def make_private(folder: Path) -> None:
    """Make a folder, and the folders above it that are missing, each with mode 0700.

    Folders that are there stay as they are, and so does a symbolic link to a folder. Raises OSError
    if one cannot be made, FileExistsError if something else than a folder has its name.
    """
    if folder.is_dir():
        return
    with suppress(FileExistsError):  # the system says better what is wrong with the next one
        make_private(folder.parent)
    try:
        os.mkdir(folder, _USER_ONLY)
    except FileExistsError:  # made by another process meanwhile, or no folder
        if not folder.is_dir():
            raise
