"""Work in threads: NumPy releases the interpreter while it computes, so a second core helps.

Kept apart from :mod:`dupscan.workers.pool`, whose processes would each need the whole index.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def in_threads(
    work: Callable[..., Result], tasks: Iterable[tuple[Any, ...]], threads: int
) -> Iterator[Result]:
    """Yield the result of `work` for each task, a tuple of arguments, in the order of the tasks.

    At most `threads` + 1 tasks are taken before their results are asked for. Tasks that were not
    begun are dropped when the caller stops iterating.
    """
    under_way: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for task in tasks:
            under_way.append(pool.submit(work, *task))
            if len(under_way) > threads:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
