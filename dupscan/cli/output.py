"""Results on standard output, where there may be nobody left to read them."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from dupscan.errors import CannotFinish


@contextmanager
def told(what_is_safe: str) -> Iterator[None]:
    """Let lines be printed in here, and end quietly when the reader or the terminal went away.

    Raises CannotFinish when they cannot be printed for another reason, such as a full disk; its
    text begins with `what_is_safe`.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise CannotFinish(
                f"{what_is_safe}, but it cannot be printed: {error.strerror}"
            ) from error
