"""The promise of every executor, and the simplest executor, which works in this process.

A stage gives an executor a function and many tasks, and does not know where they run. The executors
are :class:`InLine` and :class:`dupscan.workers.pool.Processes`. An executor on a cluster would be a
third module beside them: it must keep the promise of :class:`Executor`, and every file of a task
must have the same path on all machines. :func:`dupscan.pipeline.scan` accepts any executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands in the place of a result: the task raised an error, or cost its worker."""

    reason: str
    """One line for a person."""
    innocent: bool = False
    """True if the worker may have ended for another reason than the task."""


class Executor(Protocol):
    """Runs a function over many tasks, in this process or elsewhere.

    Function, tasks and results can be pickled, and the function is found by its import name. The
    tests in ``tests/workers/test_executor.py`` check the promise for each executor.
    """

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        stopped: Callable[[], bool],
        weight: Callable[[Task], int] | None = None,
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Yield each task with its result, in any order, as results arrive.

        - Every task comes back exactly once, unless the run is stopped: with its result, or with
          :class:`Lost` if it raised an error, hung, or cost its worker. No task ends the run.
        - Tasks are drawn from their iterator a few at a time, in this process and this thread,
          because there may be a million of them and each may depend on earlier results.
        - `stopped` is called in this process and this thread: before a task is begun, and several
          times a second while results are waited for. Once it returns True, no task is begun any
          more, and the run ends without waiting for tasks that are under way.
        - `weight` returns the bytes that a task is about. Light tasks may be sent several at a
          time; without `weight` each task is sent alone.

        Raises WorkersLost if the work cannot go on, for instance because no worker stays alive.
        """
        ...


class InLine:
    """Runs all tasks in this process, one after the other.

    No time limit is kept: a task that hangs or crashes takes this process with it.
    """

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        stopped: Callable[[], bool],
        weight: Callable[[Task], int] | None = None,
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Run the tasks in their order; see :meth:`Executor.run`."""
        for task in tasks:
            if stopped():
                return
            yield task, attempt(function, task)


def attempt(function: Callable[[Task], Result], task: Task) -> Result | Lost:
    """Run one task, and return :class:`Lost` for an error, which might not survive pickling."""
    try:
        return function(task)
    except MemoryError:
        return Lost("needs more memory than there is")
    except Exception as error:  # noqa: BLE001 (one odd task must not end the run for the others)
        return Lost(f"{type(error).__name__}: {error}")
