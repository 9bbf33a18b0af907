"""Letting everybody else go first.

Kept apart because the package it needs knows each system's own way, and takes a moment to import.
"""

from __future__ import annotations

import sys
from contextlib import suppress


def be_nice() -> None:
    """Give this process, and all it starts from now on, the lowest priority there is.

    For the processor and, except on macOS, for the disk. What the system does not let it have, it
    goes without; nothing is raised.
    """
    import psutil  # noqa: PLC0415 (takes a moment, and few ask for it)

    process = psutil.Process()
    if sys.platform == "win32":
        processor, disk = psutil.IDLE_PRIORITY_CLASS, psutil.IOPRIO_VERYLOW
    else:
        processor, disk = 19, getattr(psutil, "IOPRIO_CLASS_IDLE", None)
    with suppress(psutil.Error, OSError):
        process.nice(processor)
    with suppress(psutil.Error, OSError):
        if disk is not None:
            process.ionice(disk)
