"""Every executor keeps the promise of workers/executor.py. A new one joins ``EXECUTORS``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from support import worker_functions

from dupscan.workers.executor import Executor, InLine, Lost
from dupscan.workers.pool import MOST_IN_A_BATCH, UNDER_WAY, Processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")

WORKERS = 2
EXECUTORS = {"in line": InLine(), "processes": Processes(WORKERS, time_limit=60.0)}
EACH = pytest.mark.parametrize("executor", EXECUTORS.values(), ids=EXECUTORS)


def never() -> bool:
    return False


def light(task: object) -> int:
    return 1


@EACH
def test_no_tasks_have_no_results(executor: Executor) -> None:
    assert list(executor.run(worker_functions.double, [], never)) == []


@EACH
@pytest.mark.parametrize("weight", [None, light], ids=["alone", "in batches"])
def test_every_task_comes_back_once_with_its_result(
    executor: Executor, weight: Callable[[int], int] | None
) -> None:
    expected = {number: number * 2 for number in range(100)}
    outcomes = list(executor.run(worker_functions.double, iter(range(100)), never, weight))
    assert len(outcomes) == 100
    assert expected == dict(outcomes)


@EACH
@pytest.mark.parametrize("disaster", ["complain", "complain_unsendably", "run_out_of_memory"])
def test_a_task_that_raises_is_lost_and_ends_no_run(executor: Executor, disaster: str) -> None:
    outcomes = dict(executor.run(partial(worker_functions.double_or, disaster), range(30), never))
    assert isinstance(outcomes.pop(13), Lost)
    assert {number: number * 2 for number in range(30) if number != 13} == outcomes


@EACH
@pytest.mark.parametrize("weight", [None, light], ids=["alone", "in batches"])
def test_tasks_wait_in_their_iterator(
    executor: Executor, weight: Callable[[int], int] | None
) -> None:
    drawn = returned = furthest = 0

    def count() -> Iterator[int]:
        nonlocal drawn, furthest
        for number in range(400):
            drawn += 1
            furthest = max(furthest, drawn - returned)
            yield number

    for _ in executor.run(worker_functions.double, count(), never, weight):
        returned += 1
    assert furthest <= WORKERS * UNDER_WAY * (MOST_IN_A_BATCH if weight else 1)


@EACH
def test_tasks_are_drawn_and_stops_asked_for_in_the_thread_that_called(executor: Executor) -> None:
    """Both use the store, whose connection belongs to one thread."""
    threads = set()

    def tasks() -> Iterator[int]:
        for number in range(20):
            threads.add(threading.current_thread())
            yield number

    def stopped() -> bool:
        threads.add(threading.current_thread())
        return False

    assert len(list(executor.run(worker_functions.double, tasks(), stopped))) == 20
    assert threads == {threading.current_thread()}


@EACH
def test_a_stop_before_the_first_task_begins_none(executor: Executor) -> None:
    assert list(executor.run(worker_functions.double, range(100), lambda: True)) == []


@EACH
def test_a_stop_ends_a_run_without_end(executor: Executor) -> None:
    returned: list[int] = []
    for task, _ in executor.run(
        worker_functions.double, iter(range(10**9)), lambda: len(returned) >= 20
    ):
        returned.append(task)
    assert 20 <= len(returned) < 20 + WORKERS * UNDER_WAY
