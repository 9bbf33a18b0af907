"""Work in other processes, which crash, hang and get killed, and cost one task each."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from types import ModuleType

import pytest
from support import worker_functions
from support.processes import PATIENCE, first_line, running

from dupscan.errors import WorkersLost
from dupscan.workers.executor import Lost
from dupscan.workers.pool import FULL, MOST_IN_A_BATCH, UNDER_WAY, Processes, batches

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")

WORKERS = 2
LIMIT = 1.0
"""Seconds a task; those that are to hang are killed after it, no other comes near it."""

KILLED_AT_WORK = """
import os, sys
sys.path.insert(0, sys.argv[1])
from support import worker_functions
from dupscan.workers.pool import Processes

if __name__ == "__main__":
    tasks = iter(range(10**9))
    for _, process in Processes(2, 60).run(worker_functions.tell_process, tasks, lambda: False):
        print(process, flush=True)
"""


def never() -> bool:
    return False


def light(task: object) -> int:
    return 1


def run_with(disaster: str, weight: Callable[[int], int] | None = None) -> dict[int, int | Lost]:
    """Thirty tasks of which the one with number 13 meets a disaster."""
    function = partial(worker_functions.double_or, disaster)
    outcomes = list(Processes(WORKERS, LIMIT).run(function, range(30), never, weight))
    assert len(outcomes) == len(dict(outcomes)), "a task came back twice"
    return dict(outcomes)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_no_tasks_make_no_batch() -> None:
    assert list(batches([], abs)) == []


def test_light_tasks_are_handed_out_together_up_to_a_weight_and_a_number() -> None:
    half = FULL // 2
    few = [(half, half), (FULL,), (1, FULL), (1, 2)]
    many = [(0,) * MOST_IN_A_BATCH, (0,)]
    for expected in (few, many):
        assert expected == list(batches(chain.from_iterable(expected), abs))


def test_without_a_weight_each_task_is_handed_out_alone() -> None:
    assert list(batches("abc", None)) == [("a",), ("b",), ("c",)]


def test_work_is_done_by_other_processes() -> None:
    workers = {
        process
        for _, process in Processes(1, LIMIT).run(worker_functions.tell_process, "ab", never)
    }
    assert len(workers) == 1
    assert os.getpid() not in workers


@pytest.mark.parametrize("weight", [None, light], ids=["alone", "in batches"])
@pytest.mark.parametrize(
    ("disaster", "reason"),
    [
        ("crash", "SIGSEGV"),
        ("be_killed", "SIGKILL"),
        ("leave", "exit code 3"),
        ("hang", "--time-limit 1 seconds"),
        ("complain", "a decoder's own complaint"),
        ("complain_unsendably", ""),
        ("run_out_of_memory", ""),
    ],
)
def test_a_disaster_costs_its_own_task_only(
    disaster: str, reason: str, weight: Callable[[int], int] | None
) -> None:
    outcomes = run_with(disaster, weight)
    lost = outcomes.pop(13)
    assert isinstance(lost, Lost)
    assert reason in lost.reason
    assert {number: number * 2 for number in range(30) if number != 13} == outcomes


def test_a_hang_that_ignores_termination_is_ended_too() -> None:
    outcomes = run_with("hang_and_ignore_termination")
    assert isinstance(outcomes[13], Lost)
    assert len(outcomes) == 30


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="POSIX has signal masks")
def test_workers_never_get_the_terminals_signals() -> None:
    """Not even while they start: Ctrl-C goes to every process of the terminal."""
    [(_, blocked)] = Processes(1, LIMIT).run(worker_functions.blocked_signals, [0], never)
    assert {signal.SIGINT, signal.SIGHUP} <= set(blocked)


def test_many_crashes_cost_their_own_tasks_only() -> None:
    tasks = [13, *range(5), 13.0, *range(20, 25), 13, 13]
    for weight in (None, light):
        run = Processes(WORKERS, LIMIT).run(
            partial(worker_functions.double_or, "crash"), tasks, never, weight
        )
        outcomes = list(run)
        assert len(tasks) == len(outcomes)
        assert sum(isinstance(result, Lost) for _, result in outcomes) == 4


def test_what_was_done_of_a_lost_batch_is_done_again_and_told_once(tmp_path: Path) -> None:
    names = [str(tmp_path / f"{number:02}") for number in range(MOST_IN_A_BATCH)]
    names[8] = str(tmp_path / "crash")
    outcomes = list(
        Processes(1, LIMIT).run(worker_functions.leave_mark_or_crash, names, never, light)
    )
    assert sorted(names) == sorted(name for name, _ in outcomes)
    lost = [name for name, result in outcomes if isinstance(result, Lost)]
    assert [str(tmp_path / "crash")] == lost
    assert sorted(set(names) - set(lost)) == sorted(map(str, tmp_path.iterdir()))


def test_the_parents_word_is_done_first_in_each_worker() -> None:
    executor = Processes(1, LIMIT, prepare=worker_functions.prepare)
    assert list(executor.run(worker_functions.is_prepared, [0], never)) == [(0, True)]


def kill_before_the_ninth(folder: Path, seen: list[int]) -> Iterator[str]:
    """Twenty tasks; in between, the only worker is at rest, is killed, and the pool sees it."""
    for number in range(20):
        if number == 8:
            ends = time.monotonic() + PATIENCE
            while not (folder / "07").exists():
                assert time.monotonic() < ends, "the eighth task is not done"
                os.sched_yield()
            os.kill(seen[-1], signal.SIGKILL)
            for thread in threading.enumerate():
                if "pool_manager_loop" in thread.name:
                    thread.join(2)  # it ends where that breaks the pool, and goes on elsewhere
        yield str(folder / f"{number:02}")


def test_a_worker_killed_at_rest_costs_no_task(tmp_path: Path) -> None:
    """Nothing is left out of the answer: every task comes back, once."""
    seen: list[int] = []
    done = []
    tasks = kill_before_the_ninth(tmp_path, seen)
    for task, process in Processes(1, 60).run(worker_functions.leave_mark, tasks, never):
        done.append(task)
        if isinstance(process, int):
            seen.append(process)
    assert [str(tmp_path / f"{number:02}") for number in range(20)] == sorted(done)
    assert len(set(seen)) == 2


def test_workers_that_cannot_live_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each dies as it starts: the function is in a module that they cannot import."""
    sys.modules["only_here"] = module = ModuleType("only_here")
    exec("def double(number): return number * 2", vars(module))  # noqa: S102
    try:
        with pytest.raises(WorkersLost, match="--workers"):
            list(Processes(WORKERS, LIMIT).run(module.double, range(9), never))
    finally:
        del sys.modules["only_here"]


def test_no_task_is_begun_after_a_stop() -> None:
    drawn: list[int] = []
    tasks = (drawn.append(number) or number for number in range(10**9))
    returned: list[int] = []
    for task, _ in Processes(WORKERS, LIMIT).run(
        worker_functions.double, tasks, lambda: len(returned) >= 20
    ):
        returned.append(task)
    assert len(drawn) <= len(returned) + WORKERS * UNDER_WAY
    assert len(returned) < 20 + WORKERS * UNDER_WAY


def test_a_stop_does_not_wait_for_a_task_that_hangs() -> None:
    """The limit is an hour; the test ends all the same."""
    returned: list[int] = []
    tasks = [13, *range(13)]
    function = partial(worker_functions.double_or, "hang")
    for task, _ in Processes(WORKERS, 3600).run(function, tasks, lambda: len(returned) == 13):
        returned.append(task)
    assert list(range(13)) == sorted(returned)


@pytest.mark.parametrize("leaving", ["finished", "stopped", "closed", "failed"])
def test_no_worker_is_left_behind(leaving: str) -> None:
    seen: set[int] = set()

    def use(outcomes: Iterator[tuple[int, int | Lost]]) -> None:
        for _, process in outcomes:
            assert isinstance(process, int)
            seen.add(process)
            if leaving == "failed":
                raise OSError("no room for temporary data")
            if leaving == "closed":
                return

    run = Processes(WORKERS, LIMIT).run(
        worker_functions.tell_process, range(40), lambda: leaving == "stopped" and len(seen) > 0
    )
    if leaving == "failed":
        with pytest.raises(OSError, match="no room"):
            use(run)
    else:
        use(run)
    run.close()  # type: ignore[attr-defined]  # what `del` does when the scan leaves it
    assert seen
    assert not any(map(is_alive, seen))


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for processes by Linux's pidfd")
def test_workers_do_not_outlive_a_scan_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED_AT_WORK)
    command = [sys.executable, str(script), str(Path(__file__).parent.parent)]
    with running(command, stdout=subprocess.PIPE, text=True) as scan:
        process = os.pidfd_open(int(first_line(scan.stdout)))
    assert process in select.select([process], [], [], PATIENCE)[0]  # readable once it has ended
    os.close(process)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_signals_of_the_terminal_do_not_reach_the_workers(number: int) -> None:
    """Ctrl-C goes to all processes of a terminal; what they are at work on is not lost by it."""
    outcomes = []
    for task, process in Processes(1, LIMIT).run(worker_functions.tell_process, range(20), never):
        assert isinstance(process, int)
        outcomes.append(task)
        os.kill(process, number)
    assert list(range(20)) == sorted(outcomes)
