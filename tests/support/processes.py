"""Processes that a test starts: with a shell's usual signals, and never left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

NOBODY = 65534
"""The user who owns nothing, on Linux and elsewhere."""
PATIENCE = 60
"""Seconds that a test waits for a process which should end at once, on a busy machine too."""
LIMIT = 240
"""Seconds that a test waits for a command to do its work; less than the limit of a whole test."""
INHERITED = [
    getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM")
    if hasattr(signal, name)
]
"""Signals that ``nohup``, or a shell's ``&``, may have made this process ignore."""


def stop_ignoring_signals() -> None:
    """Give children the usual signals, whatever this process inherited.

    A child inherits which signals are ignored, and no handlers. So an ignored signal gets a handler
    that does nothing (for Ctrl-C: Python's own): the tests go on under ``nohup``, and their
    children start as from a shell.
    """
    for number in INHERITED:
        if signal.getsignal(number) is signal.SIG_IGN:
            usual = signal.default_int_handler if number == signal.SIGINT else _do_nothing
            signal.signal(number, usual)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INHERITED)


def _do_nothing(number: int, frame: object) -> None:
    """Handle a signal: a handler is not inherited, and ``SIG_IGN`` would be."""


def run_to_end(command: Any, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run a command as ``subprocess.run`` does, for at most LIMIT seconds."""
    return subprocess.run(command, **{"timeout": LIMIT} | options)  # noqa: PLW1510 (in options)


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Start a process; kill it at the end of the block if it still runs then."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a process that has not ended, and close its pipes, whoever holds their other ends."""
    process.kill()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):  # what was still to be written to it
                stream.close()
    process.wait(PATIENCE)


def wait_for_output(stream: IO[Any] | None) -> None:
    """Wait until something can be read from a pipe of a process, or the process has ended.

    Fails after PATIENCE seconds.
    """
    assert stream is not None, "this is no pipe"
    assert select.select([stream], [], [], PATIENCE)[0], f"nothing was printed in {PATIENCE} s"


def first_line(stream: IO[Any] | None) -> Any:
    """Return the first line that a process prints to a pipe; fails after PATIENCE seconds."""
    wait_for_output(stream)
    assert stream is not None
    return stream.readline()


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Give up root's right to read and write everything, for the length of the block."""
    is_root = hasattr(os, "seteuid") and os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
