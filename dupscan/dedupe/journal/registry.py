"""The list of the passes of this user: the first line of each journal, in the state folder.

The list only helps to find journals; without it, and where it cannot be written, a pass does the
same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import platformdirs

from dupscan.dedupe.journal import files
from dupscan.dedupe.journal.entry import PassHeader
from dupscan.dedupe.journal.lines import read_header
from dupscan.errors import DupscanError
from dupscan.system.private_folders import make_private

_MOST_BYTES = 1 << 20


def _folder() -> Path:
    return platformdirs.user_state_path("dupscan", appauthor=False) / "passes"


def register(head: bytes) -> None:
    """Add a pass to the list by the first line of its journal. Raises nothing."""
    with suppress(OSError, ValueError, DupscanError):
        folder, home = _folder(), Path.home()
        if home in folder.parents and not home.is_dir():
            return  # a wrong HOME; making it would hide that from all who look
        make_private(folder)
        path = folder / read_header(head).plan_id
        descriptor = files.open_file(path, make=True, read_only=False)
        try:
            files.cut(descriptor, 0)
            files.append(descriptor, head, sync=False)
        finally:
            os.close(descriptor)


def registered() -> Iterator[PassHeader]:
    """Yield the headers of all passes in the list. Read-only."""
    with suppress(OSError):
        for path in sorted(_folder().iterdir()):
            with (
                suppress(OSError, ValueError, RecursionError, DupscanError),
                path.open("rb") as file,
            ):
                yield read_header(file.read(_MOST_BYTES))
