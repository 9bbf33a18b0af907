"""Files that may be believed: the user's own or root's, that nobody else may write to.

A plan, a journal and a report say which files are removed and put back. Who can write to one of
them can have any file removed, so they are used as ssh uses its keys.
"""

from __future__ import annotations

import errno
import os
import stat


def why_not_trusted(found: os.stat_result) -> str:
    """Return in words why a file may have been written by another user; "" if it was not.

    `found` is its status. A link counts as foreign: who can put a link there can change where it
    leads. Systems without owners of files (Windows) are believed.
    """
    if stat.S_ISLNK(found.st_mode):
        return "is a symbolic link; name the file itself"
    if not hasattr(os, "geteuid"):
        return ""
    if found.st_uid not in (os.geteuid(), 0):
        return (
            f"belongs to another user (uid {found.st_uid}), who could have files removed by it; "
            "make it again, or check it and use a copy of your own"
        )
    by_group = found.st_mode & stat.S_IWGRP and not _is_private(found)
    if found.st_mode & stat.S_IWOTH or by_group:
        return (
            f"may be written to by other users (mode {stat.S_IMODE(found.st_mode):04o}), who could "
            "have files removed by it; run `chmod go-w` on it if nobody did, or copy it to a "
            "folder of your own"
        )
    return ""


def open_trusted(path: str, flags: int) -> int:
    """Open a file as the `opener` of :func:`open`, without following a link.

    What was judged is what is read. Raises OSError, with the words of :func:`why_not_trusted` for a
    file that another user may have written.
    """
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
    if words := why_not_trusted(os.fstat(descriptor)):
        os.close(descriptor)
        raise PermissionError(errno.EPERM, words, path)
    return descriptor


def _is_private(found: os.stat_result) -> bool:
    """True if the group of a file is its owner's private group, as many systems have them."""
    import grp  # noqa: PLC0415 (Windows has no such module)
    import pwd  # noqa: PLC0415 (as above)

    try:
        owner, group = pwd.getpwuid(found.st_uid), grp.getgrgid(found.st_gid)
    except KeyError:
        return False
    is_first = owner.pw_gid == group.gr_gid and owner.pw_name == group.gr_name
    return is_first and set(group.gr_mem) <= {owner.pw_name}
