"""Silence for workers that start too late. Imported by the fork server alone.

A pool that has ended takes its locks away. A worker that is just starting then finds them gone, and
the fork server would print a traceback for it, which says nothing to a user: no work is lost.
"""

from __future__ import annotations

import sys
from types import TracebackType


def _say_nothing_of_late_starts(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print an error as usual, unless a worker did not find what its pool had removed."""
    if not issubclass(kind, FileNotFoundError):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_nothing_of_late_starts
