"""The resources that the stages of a scan share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dupscan.progress import Progress
from dupscan.store import Store
from dupscan.workers.executor import Executor


@dataclass(frozen=True, slots=True)
class ScanContext:
    """Store, progress, executor and stop check of one scan."""

    store: Store
    """Keeps fingerprints and other results, those of earlier scans too."""
    progress: Progress
    executor: Executor
    """Runs the work on single files, in worker processes as a rule."""
    stopped: Callable[[], bool]
    """Returns True once the user wants the stage to end early."""
