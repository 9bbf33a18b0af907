"""Progress of a long command: bars on a terminal, a log line now and then elsewhere.

A stage opens a :class:`Meter`, advances it, and closes it. Progress goes to standard error;
standard output is for results.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import NoReturn, Protocol, TextIO

from tqdm import tqdm

from dupscan.text import file_names
from dupscan.text.units import counted

EVERY = 30.0
"""Seconds between two log lines of one stage."""
_BYTES = "B"


class Meter(Protocol):
    """Progress of one stage."""

    def advance(self, amount: int) -> None:
        """Count `amount` more units as done."""
        ...


class Progress(Protocol):
    """Opens a meter for each stage; prints lines without spoiling the bar."""

    def stage(self, name: str, total: int | None, unit: str) -> AbstractContextManager[Meter]:
        """Open the meter of a stage with `total` units, None if unknown; unit ``"B"`` is bytes."""
        ...

    def say(self, line: str) -> None:
        """Print one line, which may hold a file name in any form."""
        ...


def for_stream(stream: TextIO, *, quiet: bool) -> Progress:
    """Return bars if `stream` is a terminal, else log lines; nothing at all when `quiet`."""
    if quiet:
        return Silence()
    return Bars(stream) if stream.isatty() else Lines(stream)


class Silence:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Meter]:
        """See :class:`Progress`."""
        yield _Deaf()

    def say(self, line: str) -> None:
        """See :class:`Progress`."""


class _Deaf:
    def advance(self, amount: int) -> None:
        """See :class:`Meter`."""


class Bars:
    """Bars of tqdm with the rate and the time left."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Meter]:
        """See :class:`Progress`."""
        in_bytes = unit == _BYTES
        bar: tqdm[NoReturn] = tqdm(
            desc=f"{name:<12}",
            total=total,
            unit=unit if in_bytes else f" {unit}",
            unit_scale=in_bytes,
            file=self._stream,
            dynamic_ncols=True,
            smoothing=0.05,
        )
        with bar:
            yield _Bar(bar)

    def say(self, line: str) -> None:
        """See :class:`Progress`."""
        with suppress(OSError):  # a terminal that went away must not end the scan
            tqdm.write(file_names.shown(line), file=self._stream)


class _Bar:
    def __init__(self, bar: tqdm[NoReturn]) -> None:
        self._bar = bar

    def advance(self, amount: int) -> None:
        """See :class:`Meter`."""
        self._bar.update(amount)


class Lines:
    """Log lines: one every `every` seconds of a stage, and one at its end."""

    def __init__(self, stream: TextIO = sys.stderr, every: float = EVERY) -> None:
        self._stream = stream
        self._every = every

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Meter]:
        """See :class:`Progress`."""
        meter = _Line(self, name, total, unit, self._every)
        yield meter
        self.say(f"{name}: {meter.figures()}, done")

    def say(self, line: str) -> None:
        """See :class:`Progress`."""
        with suppress(OSError):  # nor must a full disk under the log
            print(file_names.shown(line), file=self._stream, flush=True)


class _Line:
    def __init__(self, lines: Lines, name: str, total: int | None, unit: str, every: float) -> None:
        self._lines, self._name, self._total, self._unit = lines, name, total, unit
        self._every = every
        self._done = 0
        self._started = self._spoken = time.monotonic()

    def advance(self, amount: int) -> None:
        """See :class:`Meter`."""
        self._done += amount
        now = time.monotonic()
        if now - self._spoken >= self._every:
            self._spoken = now
            self._lines.say(f"{self._name}: {self.figures()}{self._time_left(now)}")

    def figures(self) -> str:
        """Return the units done, the total and the rate, in words."""
        in_bytes = self._unit == _BYTES

        def written(number: float) -> str:
            if in_bytes:
                return tqdm.format_sizeof(number, "B")
            return counted(round(number), self._unit.removesuffix("s"))

        rate = self._done / max(time.monotonic() - self._started, 1e-3)
        of_total = f" of {written(self._total)}" if self._total is not None else ""
        return f"{written(self._done)}{of_total}, {written(rate)}/s"

    def _time_left(self, now: float) -> str:
        if not self._total or not self._done:
            return ""
        left = (self._total - self._done) * (now - self._started) / self._done
        return f", {tqdm.format_interval(left)} left"
