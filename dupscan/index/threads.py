"""Work in threads: NumPy lets others run while it does, so a look-up gains by a second core.

Kept apart from :mod:`dupscan.workers.pool`, whose processes would each want the whole index.
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
    """Yield the results of some work in the order of the tasks, each a tuple of arguments.

    Few tasks are drawn before they are due. When nobody wants more, what was not begun is dropped.
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
