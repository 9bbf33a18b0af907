"""Give this process the lowest priority, with the package that knows the calls of each system."""

from __future__ import annotations

import sys
from contextlib import suppress


def be_nice() -> None:
    """Give this process, and all processes that it starts from now on, the lowest priority.

    The priority holds for the processor and, except on macOS, for the disk. Raises nothing if the
    system refuses.
    """
    import psutil  # noqa: PLC0415 (slow to import, and rarely used)

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
