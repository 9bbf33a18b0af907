"""The first signal asks a scan to end, the second one ends it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.processes import PATIENCE, first_line, running

from dupscan.progress import Lines
from dupscan.system.stop_flag import StopFlag

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals to oneself are POSIX's")

STOPPING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

UNTIL_STOPPED = """
import signal, sys
from dupscan.system.stop_flag import StopFlag
from dupscan.progress import for_stream

stop, progress = StopFlag(), for_stream(sys.stderr, quiet=False)
with stop.listening(lambda: progress.say("Stopping.")):
    with progress.stage("walk", None, "files") as meter:
        print("ready", flush=True)
        while not stop.is_set:
            meter.advance(1)
            signal.sigtimedwait([], 0.01)
        meter.advance(1)
print("written")
"""


def say_nothing() -> None:
    """For those who do not care to be told."""


def send(number: int) -> None:
    """Send a real signal to this very process; it arrives before the call returns."""
    os.kill(os.getpid(), number)


@contextmanager
def handling(number: int, handler: Callable[..., None] | signal.Handlers) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def test_without_a_signal_nothing_is_stopped() -> None:
    stop = StopFlag()
    with stop.listening(say_nothing):
        pass
    assert not stop.is_set


def test_a_flag_can_be_set_without_a_signal() -> None:
    stop = StopFlag()
    stop.set()
    assert stop.is_set


@pytest.mark.parametrize("number", STOPPING)
def test_the_first_signal_sets_the_flag_and_is_announced(number: int) -> None:
    stop, heard = StopFlag(), []
    with stop.listening(lambda: heard.append(stop.is_set)):
        send(number)
        assert stop.is_set
    assert heard == [True]


@pytest.mark.parametrize("number", STOPPING)
def test_the_second_ctrl_c_ends_the_program(number: int) -> None:
    stop, heard = StopFlag(), []
    with stop.listening(lambda: heard.append(1)):
        send(number)
        with pytest.raises(KeyboardInterrupt):
            send(signal.SIGINT)
    assert heard == [1]


def test_the_handlers_before_are_put_back() -> None:
    with handling(signal.SIGINT, signal.default_int_handler):
        stop = StopFlag()
        with stop.listening(say_nothing):
            send(signal.SIGINT)
        assert signal.default_int_handler is signal.getsignal(signal.SIGINT)


def test_the_handlers_before_are_put_back_after_a_failure() -> None:
    before = [signal.getsignal(number) for number in STOPPING]
    with pytest.raises(OSError, match="broken"), StopFlag().listening(say_nothing):
        raise OSError("broken")
    assert before == [signal.getsignal(number) for number in STOPPING]


def test_a_scan_under_nohup_outlives_its_terminal() -> None:
    with handling(signal.SIGHUP, signal.SIG_IGN):
        stop = StopFlag()
        with stop.listening(say_nothing):
            send(signal.SIGHUP)
            assert not stop.is_set
            send(signal.SIGTERM)
            assert stop.is_set


class Interrupted(io.FileIO):
    """A real file; Ctrl-C is pressed while the first line is on its way into it."""

    pressed = False

    def write(self, data: object) -> int:
        if not self.pressed:
            self.pressed = True
            send(signal.SIGINT)
        return super().write(data)  # type: ignore[arg-type]


def test_a_signal_in_the_middle_of_a_line_does_not_end_the_scan(tmp_path: Path) -> None:
    """As when the log is a pipe that nobody reads just then: Python's buffers do not nest."""
    stop, log = StopFlag(), io.BufferedWriter(Interrupted(tmp_path / "log", "w"))
    with io.TextIOWrapper(log) as stream:
        lines = Lines(stream)
        with stop.listening(lambda: say_at_once(log.raw.fileno())):
            lines.say("walk: 1 file")
    assert stop.is_set
    assert (tmp_path / "log").read_text().startswith("Stopping.")


def say_at_once(descriptor: int) -> None:
    """As the command does it: past the buffers."""
    os.write(descriptor, b"Stopping.\n")


def test_a_terminal_that_goes_away_does_not_cost_what_was_found() -> None:
    """The bars and the announcement then have nowhere to go, and that must not matter."""
    screen, terminal = os.openpty()
    with running(
        [sys.executable, "-c", UNTIL_STOPPED],
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
    ) as process:
        assert first_line(process.stdout) == "ready\n"
        os.close(terminal)
        os.close(screen)
        process.send_signal(signal.SIGHUP)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert rest == "written\n"


def test_what_was_found_before_a_stop_is_still_to_be_compared() -> None:
    """Who asks from now on is told of a stop that comes later, and not of one that was before."""
    stop = StopFlag()
    from_the_beginning = stop.from_now()
    assert not from_the_beginning()
    stop.set()
    assert from_the_beginning()
    assert not stop.from_now()()
