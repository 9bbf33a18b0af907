"""Callbacks and workers that a pass is given, and the counts that it returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dupscan.model.plan import Action, Outcome, State
from dupscan.progress import Progress, Silence
from dupscan.system.stop_flag import StopFlag
from dupscan.workers.executor import Executor


def _ignore(outcome: Outcome) -> None:
    """Do nothing with an outcome."""


@dataclass(frozen=True, slots=True)
class PassContext:
    """Callbacks and workers of a pass; the defaults print nothing and never stop."""

    on_outcome: Callable[[Outcome], None] = _ignore
    """Called with the outcome of each row, right after the row."""
    progress: Progress = field(default_factory=Silence)
    """Called with the number of rows that are done, out of all; see the protocol."""
    stop: StopFlag = field(default_factory=StopFlag)
    """Ends the pass between two rows once it is set, by `on_outcome` or another thread."""
    executor: Executor | None = None
    """Runs the checks of pictures; None starts worker processes for the pass."""

    def stopped(self) -> bool:
        """True if the pass is to end."""
        return self.stop.is_set


@dataclass(frozen=True, slots=True)
class PassSummary:
    """Counts of a pass."""

    action: Action
    journal: Path | None = None
    """None for a dry run, which writes no journal."""
    states: Counter[State] = field(default_factory=Counter)
    """Number of rows by state, such as ``State.DONE`` and ``State.REFUSED``."""
    freed: int = 0
    """Bytes that became free, or would in a dry run; see `frees_later`."""
    kept: int = 0
    """Number of rows that a person took out of the plan."""
    complete: bool = True
    """False when the pass was stopped before its last row."""
    scan_complete: bool = True
    """False if the plan is of a report whose scan was interrupted; true for undo and purge."""
    frees_later: bool = False
    """True if the bytes become free only once the quarantine or trash is emptied."""


@dataclass(frozen=True, slots=True)
class QuarantineSize:
    """Number of the files that a pass has in quarantine, and their size."""

    files: int
    size: int
    """Bytes of all the files."""
