"""Lock open files with the locks of the system, which end with their process however it ends.

A lock is exclusive, or shared by any number of holders. On systems without such locks, as on
Windows and on some network drives, every lock is granted.
"""

from __future__ import annotations

import errno
import signal
import threading
from contextlib import suppress

with suppress(ImportError):
    import fcntl


def lock(descriptor: int, *, exclusive: bool) -> None:
    """Lock an open file until it is closed, exclusively or shared with others.

    Raises BlockingIOError when another holder has a lock that excludes this one.
    """
    if "fcntl" not in globals():
        return
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks, or with locks only on files open for writing
        return


def is_open_for_writing(descriptor: int) -> bool:
    """True if another program is known to have the file open for writing at this moment.

    Known on Linux only, and only to the owner of the file and to root: the file is asked for a
    lease, which Linux refuses while the file is open for writing, and the lease is given back.
    """
    if not hasattr(globals().get("fcntl"), "F_SETLEASE"):
        return False
    if threading.current_thread() is not threading.main_thread():
        return False  # only the main thread can ignore a signal
    # A program that opens the file during the lease makes the system send SIGIO to this process.
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        signal.signal(signal.SIGIO, before)
    return False
