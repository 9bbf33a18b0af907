"""Bars on a terminal, lines elsewhere, nothing when quiet."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import pytest
from support.processes import first_line

from dupscan.progress import Bars, Lines, Progress, for_stream

termios = pytest.importorskip("termios", reason="terminals as files are a matter of POSIX")


class Terminal:
    """A real terminal: what is written to `stream` appears on its screen."""

    def __init__(self) -> None:
        self._screen, end = os.openpty()
        termios.tcsetwinsize(end, (24, 100))
        self.stream = open(end, "w", encoding="utf-8")  # noqa: SIM115 (closed below)

    def read(self) -> str:
        """All that appeared by now."""
        self.stream.write("\a")  # a mark for the end
        self.stream.flush()
        seen = b""
        while not seen.endswith(b"\a"):
            seen += os.read(self._screen, 4096)
        return seen[:-1].decode()

    def close(self) -> None:
        self.stream.close()
        os.close(self._screen)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.close()


def run_stage(stream: TextIO, *steps: int, total: int | None = None, unit: str = "files") -> None:
    with for_stream(stream, quiet=False).stage("walk", total, unit) as meter:
        for step in steps:
            meter.advance(step)


def talk(progress: Progress) -> int:
    """Everything a scan does with its progress; returns how far it came."""
    done = 0
    with progress.stage("walk", 10, "files") as meter:
        for amount in (4, 6):
            meter.advance(amount)
            progress.say("Stopping.")
            done += amount
    return done


@contextmanager
def write_in_vain(stream: TextIO) -> Iterator[TextIO]:
    """A stream that takes nothing; what was written to it cannot even be closed away."""
    try:
        yield stream
    finally:
        with suppress(OSError):
            stream.close()


def test_a_stage_without_a_step_is_shown(terminal: Terminal) -> None:
    run_stage(terminal.stream)
    assert "walk" in terminal.read()


def test_a_terminal_gets_bars(terminal: Terminal) -> None:
    assert isinstance(for_stream(terminal.stream, quiet=False), Bars)


def test_a_bar_comes_to_its_end(terminal: Terminal) -> None:
    run_stage(terminal.stream, 3, 4, total=7)
    shown = terminal.read()
    assert "100%" in shown
    assert "7/7" in shown
    assert "files/s" in shown


def test_a_bar_of_bytes_is_told_in_large_units(terminal: Terminal) -> None:
    run_stage(terminal.stream, 2_500_000, total=2_500_000, unit="B")
    assert "2.50M/2.50M" in terminal.read()


def test_a_stage_of_unknown_length_counts(terminal: Terminal) -> None:
    run_stage(terminal.stream, 5, 6)
    assert "11 files" in terminal.read()


def test_a_line_goes_above_the_bar_and_stays(terminal: Terminal) -> None:
    progress = for_stream(terminal.stream, quiet=False)
    with progress.stage("walk", 2, "files") as meter:
        progress.say("Stopping.")
        meter.advance(2)
    lines = terminal.read().replace("\r\n", "\n").split("\n")
    assert "Stopping." in [line.rpartition("\r")[2].strip() for line in lines]


def test_a_bar_is_closed_when_its_stage_fails(terminal: Terminal) -> None:
    """What is printed next, such as the reason, begins on a line of its own."""
    with pytest.raises(OSError, match="broken"), Bars(terminal.stream).stage("x", 9, "files"):
        raise OSError("broken")
    assert terminal.read().endswith("\n")


def test_quiet_is_silence_on_a_terminal(terminal: Terminal) -> None:
    talk(for_stream(terminal.stream, quiet=True))
    assert terminal.read() == ""


def test_quiet_is_silence_elsewhere() -> None:
    log = io.StringIO()
    talk(for_stream(log, quiet=True))
    assert log.getvalue() == ""


def test_a_file_gets_one_line_a_stage(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+", encoding="utf-8") as log:
        run_stage(log, 3, 4, total=7)
        log.seek(0)
        (line,) = log.read().splitlines()
    assert line.startswith("walk: 7 files of 7 files, ")
    assert line.endswith("/s, done")


def test_a_pipe_gets_lines_that_are_there_at_once() -> None:
    reading, writing = os.pipe()
    with open(writing, "w", encoding="utf-8") as stream, open(reading, "rb") as screen:
        progress = for_stream(stream, quiet=False)
        assert isinstance(progress, Lines)
        progress.say("still there")
        assert first_line(screen) == b"still there\n"


def test_a_long_stage_tells_how_far_it_is() -> None:
    log = io.StringIO()
    with Lines(log, every=0).stage("fingerprint", 4_000_000, "B") as meter:
        meter.advance(1_000_000)
    first, last = log.getvalue().splitlines()
    assert first.startswith("fingerprint: 1.00MB of 4.00MB, ")
    assert first.endswith(" left")
    assert last.endswith("done")


def test_a_stage_of_unknown_length_tells_no_time_left() -> None:
    log = io.StringIO()
    with Lines(log, every=0).stage("walk", None, "files") as meter:
        meter.advance(1500)
    first, _ = log.getvalue().splitlines()
    assert first.startswith("walk: 1,500 files, ")
    assert "left" not in first


def test_a_stage_of_nothing_is_told_without_dividing_by_it() -> None:
    log = io.StringIO()
    with Lines(log, every=0).stage("compare", 0, "hashes") as meter:
        meter.advance(0)
    assert "compare: 0 hashes of 0 hashes" in log.getvalue()


def test_a_stage_that_failed_is_not_called_done() -> None:
    log = io.StringIO()
    with pytest.raises(OSError, match="broken"), Lines(log).stage("walk", 9, "files"):
        raise OSError("broken")
    assert "done" not in log.getvalue()


def test_thousands_of_steps_make_few_lines() -> None:
    log = io.StringIO()
    with Lines(log).stage("walk", None, "files") as meter:
        for _ in range(20_000):
            meter.advance(1)
    assert len(log.getvalue().splitlines()) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_under_the_log_does_not_end_the_scan() -> None:
    """The scan matters, the lines about it do not."""
    with write_in_vain(open("/dev/full", "w", encoding="utf-8")) as stream:
        assert talk(Lines(stream, every=0)) == 10


@pytest.mark.skipif(sys.platform == "win32", reason="pipes without readers are POSIX's")
def test_a_reader_that_goes_away_does_not_end_the_scan() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with write_in_vain(open(writing, "w", encoding="utf-8")) as stream:
        assert talk(Lines(stream, every=0)) == 10


def test_a_terminal_that_goes_away_does_not_end_the_scan() -> None:
    screen, end = os.openpty()
    with write_in_vain(open(end, "w", encoding="utf-8")) as stream:
        os.close(screen)
        assert talk(Bars(stream)) == 10


def test_a_line_with_an_evil_name_is_harmless_among_lines() -> None:
    stream = io.StringIO()
    Lines(stream).say("/p/a\x1b[2J\nFORGED\u202e.jpg: refused")
    assert stream.getvalue() == "/p/a\\x1b[2J\\nFORGED\\u202e.jpg: refused\n"


def test_a_line_with_an_evil_name_is_harmless_above_a_bar(terminal: Terminal) -> None:
    Bars(terminal.stream).say("/p/a\x1b[2J\nFORGED\u202e.jpg: refused")
    assert terminal.read().strip() == "/p/a\\x1b[2J\\nFORGED\\u202e.jpg: refused"
