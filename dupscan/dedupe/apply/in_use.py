"""Checks that no program writes to a file, and that the keeper is on disk. Changes nothing.

A keeper that was copied a moment ago may be in memory only, and is lost in a power cut; a keeper
that is still being written may be cut short. No target is given up for such a keeper.
"""

from __future__ import annotations

import errno
import os

from dupscan.dedupe.apply.preconditions import Refused
from dupscan.dedupe.file_ops.directory_entry import OpenFile
from dupscan.system import locks

_NOTHING_TO_DO = (errno.EINVAL, errno.EROFS, errno.EOPNOTSUPP)
"""Errors of file systems that have nothing to bring to disk, or do not know fsync."""


def check_unwritten(target: OpenFile, keeper: OpenFile | None) -> None:
    """Raise Refused when another program has target or keeper open for writing."""
    if locks.is_open_for_writing(target.descriptor):
        raise Refused("another program has the file open for writing")
    if keeper is not None and locks.is_open_for_writing(keeper.descriptor):
        raise Refused("another program has its keeper open for writing")


def bring_to_disk(keeper: OpenFile) -> None:
    """Bring the keeper's bytes and its name to disk (fsync). Raises Refused when that fails."""
    for descriptor in (keeper.descriptor, keeper.folder):
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NOTHING_TO_DO:
                reason = f"its keeper cannot be written to disk for certain: {error.strerror}"
                raise Refused(reason) from error
