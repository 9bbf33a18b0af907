"""Count the processor cores that this process may use.

The number of cores of the machine can be too large: a process may be bound to some of the cores,
and a container or a service may have a quota of time, above which more workers make all wait.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath


def usable_cores() -> int:
    """Count the cores that this process may use, at least 1, by its affinity and its quota."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, math.ceil(min(bound or 1, quota())))


def quota(groups: str = "/proc/self/cgroup", folder: str = "/sys/fs/cgroup") -> float:
    """Read the processor time that Linux grants to this process's control groups, in cores.

    Returns infinity if there is no limit. `groups` is the file that lists the groups of the
    process, as in cgroups(7); `folder` is the mount point of cgroups, version 1 or 2. The limits of
    all parents of a group apply too.
    """
    limits = [math.inf]
    with (
        suppress(OSError, ValueError),
        open(groups, encoding="utf-8", errors="surrogateescape") as lines,
    ):
        for line in lines:
            _, controllers, path = line.rstrip("\n").split(":", 2)
            for place in _with_parents(path):
                if controllers == "":
                    limits += _limits_by(f"{folder}{place}/cpu.max")
                elif "cpu" in controllers.split(","):
                    group = f"{folder}/{controllers}{place}"
                    limits += _limits_by(f"{group}/cpu.cfs_quota_us", f"{group}/cpu.cfs_period_us")
    return min(limits)


def _with_parents(path: str) -> Iterator[str]:
    """Yield a group and all its parents; in a container, some of the folders do not exist.

    >>> list(_with_parents("/user.slice/shell"))
    ['/user.slice/shell', '/user.slice', '/']
    """
    group = PurePosixPath(path)
    yield from map(str, (group, *group.parents))


def _limits_by(*files: str) -> Iterator[float]:
    """Yield the limit that these files state, if any: granted microseconds by their period."""
    with suppress(OSError, ValueError, ZeroDivisionError):
        words = []
        for file in files:
            with open(file, encoding="ascii") as numbers:
                words += numbers.read().split()
        granted, period = map(int, words)  # ValueError for "max", which is no limit
        if granted > 0:  # -1 is none either
            yield granted / period
