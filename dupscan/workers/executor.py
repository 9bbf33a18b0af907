"""The promise that every executor keeps, and the simplest executor: this process.

A stage asks an executor to run a function over many tasks and does not know where they run. A pool
of worker processes is :mod:`dupscan.workers.pool`; a cluster would be one more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that brought its worker down."""

    reason: str
    """One line for a person."""
    innocent: bool = False
    """True when the worker may have ended for another reason than the task."""


class Executor(Protocol):
    """Runs a function over many tasks, somewhere."""

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        stopped: Callable[[], bool],
        weight: Callable[[Task], int] | None = None,
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Yield each task with its result, in any order; no new task is begun once `stopped()`.

        `weight` tells the bytes that a task is about: light ones are handed out several at a time.
        Without it, each is handed out alone.
        """
        ...


class InLine:
    """Runs everything in this process, one after the other."""

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        stopped: Callable[[], bool],
        weight: Callable[[Task], int] | None = None,
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """See :class:`Executor`. A crash or a hang is not survived here."""
        for task in tasks:
            if stopped():
                return
            yield task, attempt(function, task)


def attempt(function: Callable[[Task], Result], task: Task) -> Result | Lost:
    """Run one task in a worker. What it raises ends here: it may not survive being sent."""
    try:
        return function(task)
    except MemoryError:
        return Lost("needs more memory than there is")
    except Exception as error:  # noqa: BLE001 (one odd task must not end the run for the others)
        return Lost(f"{type(error).__name__}: {error}")
