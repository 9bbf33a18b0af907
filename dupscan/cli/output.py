"""Results on standard output, whose reader may have gone away."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from dupscan.errors import CannotFinish


@contextmanager
def output_errors(what_is_safe: str) -> Iterator[None]:
    """Ignore a closed pipe or terminal while the block prints.

    Raises CannotFinish for other write errors, such as a full disk; its text begins with
    `what_is_safe`.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise CannotFinish(
                f"{what_is_safe}, but it cannot be printed: {error.strerror}"
            ) from error
