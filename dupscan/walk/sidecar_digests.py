"""Small sidecars in one group of pictures → digests, which tell equal ones. Read-only."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from dupscan.model.formats import suffix_of
from dupscan.model.report import Companion, CompanionKind

MAX_SIDECAR = 1 << 20
"""Bytes of the largest sidecar that is read: a scan must not read films twice."""
_OPEN = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO must not wait for a writer
    | getattr(os, "O_CLOEXEC", 0)
)
Companions = tuple[Companion, ...]


def with_digests(groups: Iterable[Sequence[Companions]]) -> list[list[Companions]]:
    """Return the companions of the members of each group, those with digests that may be equal.

    A sidecar is read only if another member of its group has one of the same size and suffix. A
    sidecar that cannot be read, or that changes meanwhile, keeps its empty digest.
    """
    read = cache(_digest)
    return [_of_group(members, read) for members in groups]


def _of_group(
    members: Sequence[Companions], read: Callable[[Companion], bytes]
) -> list[Companions]:
    sidecars = {one for several in members for one in several if _may_be_read(one)}
    alike = Counter((suffix_of(one.path), one.size) for one in sidecars)
    return [
        tuple(
            replace(one, digest=read(one))
            if one in sidecars and alike[suffix_of(one.path), one.size] > 1
            else one
            for one in several
        )
        for several in members
    ]


def _may_be_read(companion: Companion) -> bool:
    return companion.kind is CompanionKind.SIDECAR and 0 < companion.size <= MAX_SIDECAR


def _digest(companion: Companion) -> bytes:
    """Return the SHA-256 digest of a sidecar; empty if it cannot be read or is another one now."""
    try:
        with open(os.open(companion.path, _OPEN), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or not _is_it(companion, status):
                return b""
            data = file.read(companion.size + 1)
            if len(data) == companion.size and _is_it(companion, os.fstat(file.fileno())):
                return hashlib.sha256(data).digest()
    except (OSError, ValueError):
        pass
    return b""


def _is_it(companion: Companion, status: os.stat_result) -> bool:
    seen = companion.size, companion.mtime_ns, companion.device, companion.inode
    return (status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino) == seen
