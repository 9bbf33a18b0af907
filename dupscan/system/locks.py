"""Locks of the system's own on open files: they go with their process, however that ends.

Any number may share a lock, or one has it alone. Where there are no such locks, as on Windows and
on some network drives, nothing keeps the two apart.
"""

from __future__ import annotations

import errno
import signal
import threading
from contextlib import suppress

with suppress(ImportError):
    import fcntl


def take(descriptor: int, *, alone: bool) -> None:
    """Lock an open file until it is closed. Raises BlockingIOError when that cannot be had now."""
    if "fcntl" not in globals():
        return
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks, or one that wants the file open for writing
        return


def is_open_for_writing(descriptor: int) -> bool:
    """Whether another program has the file open for writing at this moment, as far as is known.

    Linux tells it to the file's owner and to root, who ask for a lease on it and give that back.
    """
    if not hasattr(globals().get("fcntl"), "F_SETLEASE"):
        return False
    if threading.current_thread() is not threading.main_thread():
        return False  # signals cannot be set aside there
    # Whoever opens it in this moment makes the system send a signal that would end the process.
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        signal.signal(signal.SIGIO, before)
    return False
