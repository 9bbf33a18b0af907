"""An executor of worker processes on this machine, with a time limit for each task.

Tasks are sent in batches, because a small task costs less than sending it. A worker loses its batch
when it dies (a decoder crashed, or the kernel killed the worker for its memory) or hangs past the
time limit. pebble notices this and replaces the worker. The tasks of the batch are then run again
one by one, and only the guilty task comes back as :class:`Lost`. Only a few batches for each worker
are under way at any time, so a million tasks wait in their iterator and not in memory.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Generic

from pebble import ProcessExpired, ProcessPool
from pebble.common.types import CONSTS

from dupscan.errors import WorkersLost
from dupscan.workers.executor import Lost, Result, Task, attempt
from dupscan.workers.forkserver import start_server

UNDER_WAY = 4
"""Batches sent for each worker: one at work, the others ready."""
MOST_IN_A_BATCH = 16
"""Tasks in a batch, at most. More would save little time, and hold results back."""
FULL = 1 << 19
"""Weight from which a batch is full: the bytes of files that take some 10 ms to decode."""
MOST_BREAKDOWNS = 5
"""Times in a row that all workers may end at once before a run is given up."""
_LOCK_PATIENCE = 10
"""Seconds that a worker waits for the lock on the tasks before it gives up. The lock is held for a
moment only, so its holder is dead by then. The minute that pebble waits would delay a scan."""
_POLL_EVERY = 0.25
"""Seconds between two calls of `stopped` while no result arrives."""


def batches(
    tasks: Iterable[Task], weight: Callable[[Task], int] | None
) -> Iterator[tuple[Task, ...]]:
    """Yield the tasks in their order, in batches that are full."""
    batch: list[Task] = []
    load = 0
    for task in tasks:
        batch.append(task)
        load += weight(task) if weight else FULL
        if load >= FULL or len(batch) == MOST_IN_A_BATCH:
            yield tuple(batch)
            batch, load = [], 0
    if batch:
        yield tuple(batch)


class Processes:
    """Runs tasks in worker processes, with a time limit for each task."""

    def __init__(
        self,
        workers: int,
        time_limit: float,
        preload: tuple[str, ...] = (),
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """`time_limit` is seconds for a task, and for a whole batch too.

        `preload` names modules that are imported once for all workers. Each worker calls `prepare`
        before its first task.
        """
        self._workers = workers
        self._time_limit = time_limit
        self._preload = preload
        self._prepare = prepare

    def run(
        self,
        function: Callable[[Task], Result],
        tasks: Iterable[Task],
        stopped: Callable[[], bool],
        weight: Callable[[Task], int] | None = None,
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Run the tasks in worker processes; see :meth:`dupscan.workers.executor.Executor.run`.

        Raises WorkersLost if all workers end several times in a row.
        """
        waiting = _Waiting(tasks, weight)
        breakdowns = 0
        while True:
            under_way: dict[Future[list[Result | Lost]], tuple[Task, ...]] = {}
            try:
                for finished in self._run_in_pool(function, waiting, stopped, under_way):
                    breakdowns = 0
                    yield finished
                return
            except BrokenProcessPool:
                waiting.again.extendleft(reversed(under_way.values()))
            breakdowns += 1
            if breakdowns == MOST_BREAKDOWNS:
                raise WorkersLost(
                    f"all worker processes broke down {breakdowns} times in a row; "
                    "is there enough memory? Try again with fewer --workers"
                )

    def _run_in_pool(
        self,
        function: Callable[[Task], Result],
        waiting: _Waiting[Task],
        stopped: Callable[[], bool],
        under_way: dict[Future[list[Result | Lost]], tuple[Task, ...]],
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Run until no task waits. `under_way` has the lost batches after BrokenProcessPool."""
        context = start_server(self._preload)
        pool = ProcessPool(
            self._workers, initializer=_prepare_worker, initargs=[self._prepare], context=context
        )
        try:
            while not stopped():
                for batch in waiting.draw(self._workers * UNDER_WAY - len(under_way)):
                    placeholder: Future[list[Result | Lost]] = Future()
                    under_way[placeholder] = (
                        batch  # first, because scheduling may find the pool broken
                    )
                    future = _schedule(pool, function, batch, self._time_limit)
                    under_way[future] = under_way.pop(placeholder)
                if not under_way:
                    return
                done, _ = wait(under_way, timeout=_POLL_EVERY, return_when=FIRST_COMPLETED)
                if not done and not pool.active:
                    raise BrokenProcessPool
                for future in done:
                    outcome = self._outcome(future)
                    batch = under_way.pop(future)
                    if not isinstance(outcome, Lost):
                        yield from zip(batch, outcome, strict=True)
                    elif stopped():
                        continue  # the signal that stopped the run may have ended the worker too
                    elif not waiting.take_back(batch, outcome):
                        yield batch[0], outcome
        finally:
            if pool.active:
                pool.stop()  # type: ignore[no-untyped-call]  # pebble types most, not this
            pool.join()

    def _outcome(self, future: Future[list[Result | Lost]]) -> list[Result | Lost] | Lost:
        """The results of a batch, or the reason why the batch was lost."""
        try:
            return future.result()
        except TimeoutError:
            return Lost(f"took longer than --time-limit {self._time_limit:g} seconds")
        except ProcessExpired as expired:
            # With a code of 0 or more, the worker may have given up waiting for the lock, because
            # another worker died with it.
            innocent = expired.exitcode is None or expired.exitcode >= 0
            return Lost(_cause_of_death(expired.exitcode), innocent=innocent)


class _Waiting(Generic[Task]):
    """Batches that wait to be sent; tasks are drawn from their iterator only then."""

    def __init__(self, tasks: Iterable[Task], weight: Callable[[Task], int] | None) -> None:
        self.again: deque[tuple[Task, ...]] = deque()
        """Lost batches, which are sent first."""
        self._new = batches(tasks, weight)
        self._suspects: list[Task] = []
        """Tasks that were lost alone, for a reason that may not be theirs."""

    def draw(self, most: int) -> Iterator[tuple[Task, ...]]:
        """Yield up to `most` batches; none if `most` is below 1."""
        for _ in range(most):
            batch = self.again.popleft() if self.again else next(self._new, ())
            if not batch:
                return
            yield batch

    def take_back(self, batch: tuple[Task, ...], lost: Lost) -> bool:
        """True if the tasks of a lost batch are tried again, one by one.

        A single task is tried again once, and only if the worker may have ended for another reason.
        """
        if len(batch) == 1:
            if not lost.innocent or batch[0] in self._suspects:
                return False
            self._suspects.append(batch[0])
        self.again.extend((task,) for task in batch)
        return True


def _schedule(
    pool: ProcessPool,
    function: Callable[[Task], Result],
    batch: tuple[Task, ...],
    time_limit: float,
) -> Future[list[Result | Lost]]:
    try:
        return pool.schedule(_attempt_all, args=[function, batch], timeout=time_limit)
    except RuntimeError as error:  # pebble raises this if all workers of a pool have ended
        raise BrokenProcessPool from error


def _attempt_all(
    function: Callable[[Task], Result], batch: tuple[Task, ...]
) -> list[Result | Lost]:
    return [attempt(function, task) for task in batch]


def _prepare_worker(prepare: Callable[[], None] | None) -> None:
    """Prepare a new worker: no signals of the terminal, no output, no warnings."""
    if prepare:
        prepare()
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    warnings.simplefilter("ignore")
    CONSTS.channel_lock_timeout = _LOCK_PATIENCE
    with open(
        os.devnull, "w"
    ) as nowhere:  # C libraries write here about files that become a Failure
        os.dup2(nowhere.fileno(), 2)


def _cause_of_death(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return f"its decoder ended the worker process (exit code {exit_code})"
    name = signal.Signals(-exit_code).name if -exit_code in set(signal.Signals) else -exit_code
    if name == "SIGKILL":
        return "its worker was killed (SIGKILL), most likely because memory ran out"
    return f"its decoder crashed ({name})"
