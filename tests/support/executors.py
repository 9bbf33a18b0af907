"""Executors for tests: each works like :class:`InLine`, with one difference."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from dupscan.errors import WorkersLost
from dupscan.stages.fingerprinting import Job
from dupscan.workers.executor import InLine

Results = Iterator[tuple[Any, Any]]


class Recording(InLine):
    """Remembers each task with its result."""

    def __init__(self) -> None:
        self.results: list[tuple[Any, Any]] = []

    def run(self, *arguments: Any, **named: Any) -> Results:
        for task, result in super().run(*arguments, **named):
            self.results.append((task, result))
            yield task, result

    def names(self, *kinds: type) -> list[str]:
        """Return the names of the files whose results are of these kinds, in their order."""
        return [
            os.path.basename(task.file.path)
            for task, result in self.results
            if isinstance(task, Job) and isinstance(result, kinds or object)
        ]


class Answering(InLine):
    """Answers some tasks without running them.

    `answer` returns the result of a task, or None for a task that is run as usual.
    """

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self.answer = answer

    def run(self, function: Any, *arguments: Any, **named: Any) -> Results:
        return super().run(lambda task: self.answer(task) or function(task), *arguments, **named)


class Hooked(InLine):
    """Calls `hook` before each run of tasks, or only before runs of the function `before`."""

    def __init__(
        self, hook: Callable[[], object], before: Callable[..., Any] | None = None
    ) -> None:
        self.hook, self.before = hook, before

    def run(self, function: Any, *arguments: Any, **named: Any) -> Results:
        if self.before in (None, getattr(function, "func", function)):  # partial or not
            self.hook()
        yield from super().run(function, *arguments, **named)


class Reversed(InLine):
    """Runs the last task first."""

    def run(self, function: Any, tasks: Any, *arguments: Any, **named: Any) -> Results:
        return super().run(function, reversed(list(tasks)), *arguments, **named)


class Stopped(InLine):
    """Runs no task, as after a stop."""

    def run(self, *arguments: Any, **named: Any) -> Results:
        return iter(())


class Dying(InLine):
    """Raises WorkersLost after the first task, as if no worker stayed alive."""

    def run(self, *arguments: Any, **named: Any) -> Results:
        yield next(super().run(*arguments, **named))
        raise WorkersLost("the workers are gone")


class Unused(InLine):
    """Fails the test if anything is to be run."""

    def run(self, *arguments: Any, **named: Any) -> Results:
        raise AssertionError("workers were started")
