"""Count of the bytes that become free when names of files are given up.

A file's bytes become free with its last name only. A file may have several hard links, and each of
them may be a row of the plan, or not.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class FreedBytes:
    """Counts the names that were given up, file by file."""

    _names: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Number of names given up, by (device, inode)."""

    def add(self, status: os.stat_result, *, name_is_gone: bool) -> int:
        """Count one more name as given up, and return the bytes that this frees.

        Returns the file's size for its last name, else 0. `status` was read before the name was
        given up. `name_is_gone` is True if each name given up lowers the file's number of links, as
        deleting does; False for a quarantine or a dry run, where the links stay.
        """
        file = (status.st_dev, status.st_ino)
        self._names[file] += 1
        is_last = status.st_nlink == (1 if name_is_gone else self._names[file])
        return status.st_size if is_last else 0
