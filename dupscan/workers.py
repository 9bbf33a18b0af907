"""One seam for work done elsewhere: in line, or in worker processes.

A worker that dies (a decoder crashed, the kernel killed it for its memory) or hangs past its time
limit costs the one task it had; pebble notices, replaces it, and the task comes back as
:class:`Lost`. Only a few tasks a worker are under way at any time, so a million of them wait in
their iterator and not in memory.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import forkserver, resource_tracker
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool
from pebble.common.types import CONSTS

from dupscan.errors import WorkersLost

Task = TypeVar("Task")
Result = TypeVar("Result")

UNDER_WAY = 4
"""Tasks handed out for each worker: one at work, the others ready."""
MOST_BREAKDOWNS = 5
"""Times in a row that all the workers may go at once before a run is given up."""
_LOCK_PATIENCE = 10
"""Seconds that a worker waits for the lock on the tasks, which is held for a moment only, before it
takes its holder for dead. pebble's own minute would hold up a scan for long."""
_LOOK_UP = 0.25
"""Seconds after which a wait for results looks up, so that a stop is noticed."""


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
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Yield each task with its result, in any order; no new task is begun once `stopped()`."""
        ...


class InLine:
    """Runs everything in this process, one after the other."""

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        stopped: Callable[[], bool],
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """See :class:`Executor`. A crash or a hang is not survived here."""
        for task in tasks:
            if stopped():
                return
            yield task, _attempt(function, task)


class Processes:
    """Runs tasks in worker processes, each with a time limit."""

    def __init__(self, workers: int, time_limit: float, preload: tuple[str, ...] = ()) -> None:
        """`time_limit` is seconds a task; `preload` names modules imported once for all workers."""
        self._workers = workers
        self._time_limit = time_limit
        self._preload = preload

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        stopped: Callable[[], bool],
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """See :class:`Executor`. Raises WorkersLost when no worker can be kept alive."""
        waiting: Iterator[Task] = iter(tasks)
        breakdowns = 0
        while True:
            under_way: dict[Future[Result | Lost], Task] = {}
            try:
                for finished in self._run_in_pool(function, waiting, stopped, under_way):
                    breakdowns = 0
                    yield finished
                return
            except BrokenProcessPool:
                waiting = chain(list(under_way.values()), waiting)
            breakdowns += 1
            if breakdowns == MOST_BREAKDOWNS:
                raise WorkersLost(
                    f"all worker processes broke down {breakdowns} times in a row; "
                    "is there enough memory? Try again with fewer --workers"
                )

    def _run_in_pool(
        self,
        function: Callable[[Task], Result],
        waiting: Iterator[Task],
        stopped: Callable[[], bool],
        under_way: dict[Future[Result | Lost], Task],
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Run until nothing waits. Raises BrokenProcessPool, with what is lost in `under_way`."""
        pool = ProcessPool(self._workers, initializer=_settle, context=self._context())
        again: list[Task] = []
        try:
            while not stopped():
                room = self._workers * UNDER_WAY - len(under_way)
                for task in islice(waiting, room):
                    handed_out: Future[Result | Lost] = Future()
                    under_way[handed_out] = task  # known first, should the pool break just now
                    future = _schedule(pool, function, task, self._time_limit)
                    under_way[future] = under_way.pop(handed_out)
                if not under_way:
                    pool.close()  # type: ignore[no-untyped-call]  # pebble types most, not this
                    return
                done, _ = wait(under_way, timeout=_LOOK_UP, return_when=FIRST_COMPLETED)
                if not done and not pool.active:
                    raise BrokenProcessPool
                for future in done:
                    outcome = self._outcome(future)
                    task = under_way.pop(future)
                    if isinstance(outcome, Lost) and stopped():
                        continue  # what stopped the run may have ended the worker too
                    if isinstance(outcome, Lost) and outcome.innocent and task not in again:
                        again.append(task)
                        under_way[_schedule(pool, function, task, self._time_limit)] = task
                        continue
                    yield task, outcome
        finally:
            if pool.active:
                pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _outcome(self, future: Future[Result | Lost]) -> Result | Lost:
        """The result, or why there is none."""
        try:
            return future.result()
        except TimeoutError:
            return Lost(f"took longer than --time-limit {self._time_limit:g} seconds")
        except ProcessExpired as expired:
            # A worker gives up when another died with the lock that they share.
            innocent = expired.exitcode is None or expired.exitcode >= 0
            return Lost(_cause_of_death(expired.exitcode), innocent=innocent)

    def _context(self) -> multiprocessing.context.BaseContext:
        """A way to start processes that is safe beside threads, and fast after the first."""
        if "forkserver" not in multiprocessing.get_all_start_methods():
            return multiprocessing.get_context("spawn")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(self._preload))
        resource_tracker.ensure_running()  # its start lets the signals through again
        with _without_signals():  # which the server and all it starts inherit
            forkserver.ensure_running()
        return context


def _schedule(
    pool: ProcessPool, function: Callable[[Task], Result], task: Task, time_limit: float
) -> Future[Result | Lost]:
    try:
        return pool.schedule(_attempt, args=[function, task], timeout=time_limit)
    except RuntimeError as error:  # pebble's word for a pool whose workers all went
        raise BrokenProcessPool from error


def _attempt(function: Callable[[Task], Result], task: Task) -> Result | Lost:
    """Run one task in a worker. What it raises ends here: it may not survive being sent."""
    try:
        return function(task)
    except MemoryError:
        return Lost("needs more memory than there is")
    except Exception as error:  # noqa: BLE001 (one odd task must not end the run for the others)
        return Lost(f"{type(error).__name__}: {error}")


@contextmanager
def _without_signals() -> Iterator[None]:
    """Hold back the terminal's signals: what is started meanwhile never gets them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle() -> None:
    """Make a new worker quiet: signals from the terminal are the parent's affair."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    warnings.simplefilter("ignore")
    CONSTS.channel_lock_timeout = _LOCK_PATIENCE
    with open(os.devnull, "w") as nowhere:  # C libraries complain here of what is a Failure anyway
        os.dup2(nowhere.fileno(), 2)


def _cause_of_death(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return f"its decoder ended the worker process (exit code {exit_code})"
    name = signal.Signals(-exit_code).name if -exit_code in set(signal.Signals) else -exit_code
    if name == "SIGKILL":
        return "its worker was killed (SIGKILL), most likely for want of memory"
    return f"its decoder crashed ({name})"
