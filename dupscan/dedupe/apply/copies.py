"""Copies of companions beside keepers: files with the same bytes in the keeper's folder."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from dupscan.dedupe.apply.preconditions import Refused, check_same_bytes, lock, open_file
from dupscan.dedupe.file_ops.directory_entry import OpenFile
from dupscan.text import file_names


class Copies:
    """Finds copies of companions beside keepers; lists each folder once."""

    def __init__(self) -> None:
        self._sizes: dict[str, dict[int, list[str]]] = {}

    @contextmanager
    def beside(self, keeper: str, file: OpenFile) -> Iterator[OpenFile]:
        """Open and lock a file in the keeper's folder that has the same bytes as a companion.

        Raises Refused when there is none: a sidecar or film may have been edited on one side only.
        """
        for path in self._of_size(os.path.dirname(keeper), file.status.st_size):
            with ExitStack() as stack:
                try:
                    copy = stack.enter_context(open_file(path))
                    if os.path.samestat(copy.status, file.status):
                        continue
                    lock(copy, exclusive=False)
                    check_same_bytes(file, copy)
                except Refused:
                    continue
                yield copy
                return
        raise Refused(
            f"it has no copy beside the keeper {file_names.shown(keeper)}; look at it, and delete "
            "it by hand"
        )

    def _of_size(self, folder: str, size: int) -> list[str]:
        """Return the paths of the files in a folder that have this size in bytes, sorted."""
        if folder not in self._sizes:
            sizes: defaultdict[int, list[str]] = defaultdict(list)
            with suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(OSError):
                        sizes[entry.stat(follow_symlinks=False).st_size].append(entry.path)
            self._sizes[folder] = {size: sorted(paths) for size, paths in sizes.items()}
        return self._sizes[folder].get(size, [])
