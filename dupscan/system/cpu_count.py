"""How many processor cores this process may keep busy.

The machine's number is no answer: a process may be bound to some of its cores, and a container or a
service has a quota, above which a worker more only lets all wait.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath


def usable_cores() -> int:
    """Cores this process may use, at least one: by its affinity, and by quotas on its time."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, math.ceil(min(bound or 1, quota())))


def quota(groups: str = "/proc/self/cgroup", folder: str = "/sys/fs/cgroup") -> float:
    """Cores' worth of time that Linux grants this process's control groups; infinite for no limit.

    `groups` is the file that tells the groups, as in cgroups(7); they are found below `folder`, of
    version 2 and of version 1. A group has no more than any of those that it is in.
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
    """A group and all that it is in. In a container some of them, seen from outside, are missing.

    >>> list(_with_parents("/user.slice/shell"))
    ['/user.slice/shell', '/user.slice', '/']
    """
    group = PurePosixPath(path)
    yield from map(str, (group, *group.parents))


def _limits_by(*files: str) -> Iterator[float]:
    """The limit that is in these files, if there is one: microseconds in so many of them."""
    with suppress(OSError, ValueError, ZeroDivisionError):
        words = []
        for file in files:
            with open(file, encoding="ascii") as numbers:
                words += numbers.read().split()
        granted, period = map(int, words)  # ValueError for "max", which is no limit
        if granted > 0:  # -1 is none either
            yield granted / period
