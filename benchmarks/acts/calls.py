"""Every call that changes or syncs something, watched from outside of dupscan.

For processes that end soon and were forked for it: what is put around the functions of ``os`` stays
there.
"""

from __future__ import annotations

import builtins
import fcntl
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.acts.grove import Grove
from dupscan.dedupe import passes
from dupscan.dedupe.file_ops import steps
from dupscan.model.plan import Outcome, State
from dupscan.workers.executor import InLine

CHANGING = (
    "link symlink rename replace unlink remove rmdir mkdir chmod fchmod chown fchown utime "
    "setxattr removexattr truncate ftruncate write pwrite fsync fdatasync"
).split()
"""Names in ``os``."""
FINISHED = 0
"""Exit code of a process that came to its end."""
FAILED = 1


@dataclass(frozen=True, slots=True)
class Call:
    """One call."""

    number: int
    """Counts from 1."""
    name: str
    arguments: tuple[Any, ...]


Hook = Callable[[Call], None]


def ignore(call: Call) -> None:
    """Let a call be."""


@dataclass(slots=True)
class Watch:
    """What is told of each call, before and after it; its own calls are not watched."""

    before: Hook = ignore
    after: Hook = ignore
    count: int = 0
    _is_busy: bool = False

    def install(self) -> None:
        """Watch this process from now on."""
        for name in CHANGING:
            self._put_around(os, name)
        self._put_around(os, "open", _creates)
        self._put_around(builtins, "open", _writes)
        self._put_around(fcntl, "ioctl")
        if (call := steps._renameat2()) is not None:  # noqa: SLF001 (there is no other way in)
            watched = self._around("renameat2", call)
            _put(steps, "_renameat2", lambda: watched)

    def _put_around(
        self, module: object, name: str, is_watched: Callable[..., bool] = lambda *_, **__: True
    ) -> None:
        real = getattr(module, name)
        watched = self._around(name, real, is_watched)
        for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if real in able:
                able.add(watched)
        _put(module, name, watched)

    def _around(
        self,
        name: str,
        real: Callable[..., Any],
        is_watched: Callable[..., bool] = lambda *_, **__: True,
    ) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            if self._is_busy or not is_watched(*arguments, **named):
                return real(*arguments, **named)
            self.count += 1
            call = Call(self.count, name, arguments)
            self._tell(self.before, call)
            try:
                return real(*arguments, **named)
            finally:
                self._tell(self.after, call)

        return watched

    def _tell(self, hook: Hook, call: Call) -> None:
        self._is_busy = True
        try:
            hook(call)
        finally:
            self._is_busy = False


def forget_renameat2() -> None:
    """Be on a system that cannot exchange two names, nor rename only to a name that is free."""
    _put(steps, "_renameat2", lambda: None)


def fork(work: Callable[[], None], home: Path) -> int:
    """Do something in a process of its own, with a trash of its own; its process id."""
    sys.stderr.flush()
    if pid := os.fork():
        return pid
    try:
        os.environ |= {
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home.parent / "state"),
        }
        work()
        _leave(FINISHED)
    except BaseException:  # noqa: BLE001 (told to the parent by the exit code)
        traceback.print_exc()
        _leave(FAILED)


def act(grove: Grove, what: str, told: Callable[[Outcome], None]) -> None:
    """Carry out, undo or purge, as the command line does, in this process alone."""
    context = passes.PassContext(on_outcome=told, executor=InLine())
    if what == "apply":
        passes.apply_plan(grove.table, dry_run=False, context=context)
    elif what == "undo":
        passes.undo(grove.journal, context=context)
    else:
        passes.purge(grove.journal, context=context)


def say(outcome: Outcome) -> str:
    """One line on an outcome."""
    is_well = outcome.state in (State.DONE, State.DONE_BEFORE)
    return f"{outcome.row} {'done' if is_well else 'refused'} {outcome.words!r}\n"


def die() -> NoReturn:
    """As ``kill -9`` does it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


def _put(module: object, name: str, function: Callable[..., Any]) -> None:
    """Put something in the place of a function, until the process ends."""
    setattr(module, name, function)


def _leave(code: int) -> NoReturn:
    sys.stderr.flush()
    os._exit(code)


def _creates(path: Any, flags: int, *_: Any, **__: Any) -> bool:
    return bool(flags & (os.O_CREAT | os.O_TRUNC))


def _writes(path: Any, mode: str = "r", *_: Any, **__: Any) -> bool:
    return not {"w", "a", "x", "+"}.isdisjoint(mode)
