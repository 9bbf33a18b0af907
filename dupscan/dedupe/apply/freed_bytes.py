"""How many bytes are free once a name is gone: none while the file has another one.

Kept apart because a file may have several names, and each may be a row of its own, or none.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class FreedBytes:
    """Counts the names of files that are given up, or would be."""

    _names: Counter[tuple[int, int]] = field(default_factory=Counter)
    """By device and inode."""

    def by(self, status: os.stat_result, *, name_is_gone: bool) -> int:
        """Bytes that are free with one more name given up; `status` is from before that.

        With `name_is_gone` names that were given up do not count as links any more; without, they
        still do, as in a quarantine and in a dry run.
        """
        file = (status.st_dev, status.st_ino)
        self._names[file] += 1
        is_last = status.st_nlink == (1 if name_is_gone else self._names[file])
        return status.st_size if is_last else 0
