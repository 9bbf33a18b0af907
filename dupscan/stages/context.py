"""What the long stages of a scan work with; each is handed the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dupscan.progress import Progress
from dupscan.store import Store
from dupscan.workers.executor import Executor


@dataclass(frozen=True, slots=True)
class ScanContext:
    """The means of a scan."""

    store: Store
    """What is worked out goes there, and what is known comes from there."""
    progress: Progress
    executor: Executor
    stopped: Callable[[], bool]
    """Whether the user wants the stage to end early."""
