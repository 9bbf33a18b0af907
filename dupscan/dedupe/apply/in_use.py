"""Whether files are at rest: nobody writes to them, and what stays is on disk. Changes nothing.

A keeper that was copied a moment ago may be in memory only, and lost with the power; one that is
being written may be cut short the next second. Nothing is given up for either.
"""

from __future__ import annotations

import errno
import os

from dupscan.dedupe.apply.preconditions import Refused
from dupscan.dedupe.file_ops.directory_entry import OpenFile
from dupscan.system import locks

_NOTHING_TO_DO = (errno.EINVAL, errno.EROFS, errno.EOPNOTSUPP)
"""What file systems say that have nothing to bring to disk, or no way to be asked."""


def check_unwritten(target: OpenFile, keeper: OpenFile | None) -> None:
    """See that nobody writes to what loses its name, or to what stays. Raises Refused."""
    if locks.is_open_for_writing(target.descriptor):
        raise Refused("another program has it open for writing")
    if keeper is not None and locks.is_open_for_writing(keeper.descriptor):
        raise Refused("another program has its keeper open for writing")


def bring_to_disk(keeper: OpenFile) -> None:
    """See that what stays is on disk. Raises Refused."""
    for descriptor in (keeper.descriptor, keeper.folder):
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NOTHING_TO_DO:
                reason = f"its keeper cannot be brought to disk: {error.strerror}"
                raise Refused(reason) from error
