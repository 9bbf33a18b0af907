"""Runs in turn, what they took, and the tables that tell it.

Machines differ, and one machine differs from hour to hour; so what is compared runs alternately in
one go, and what counts is the ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO, TypeVar

from benchmarks.stages import stage_seconds

Taken = TypeVar("Taken")

DROP_CACHES = Path("/proc/sys/vm/drop_caches")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command."""

    seconds: float
    """From the start of the process to its end."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds of each stage, where the command is one of :func:`dupscan_scan`."""
    output: str = ""
    """What it wrote to standard output."""


def run(command: Sequence[str]) -> Run:
    """Run a command to its end, with a cache folder of its own that is thrown away.

    Raises RuntimeError with what it said, when it fails.
    """
    with (
        tempfile.TemporaryDirectory() as cache,
        tempfile.TemporaryFile("w+", errors="replace") as output,
        tempfile.TemporaryFile("w+", errors="replace") as said,
    ):
        environment = {**os.environ, "XDG_CACHE_HOME": cache}
        clock = time.monotonic()
        code = subprocess.run(  # noqa: S603 (our own commands)
            command, stdout=output, stderr=said, env=environment, check=False
        ).returncode
        seconds = time.monotonic() - clock
        printed, told = _whole(output), _whole(said)
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{told}")
    return Run(seconds, stage_seconds(told.splitlines()), printed)


def _whole(file: TextIO) -> str:
    file.seek(0)
    return file.read()


def dupscan_scan(
    root: Path, report: Path, *options: str, door: str = "benchmarks.stages"
) -> tuple[str, ...]:
    """The command that scans a folder tree with the dupscan that this process would import.

    It tells its stages. `door` is the module that is run.
    """
    return (sys.executable, "-m", door, "scan", str(root), "-o", str(report), *options)


def alternate(
    ways: Mapping[str, Callable[[], Taken]],
    rounds: int,
    before: Callable[[], None] = lambda: None,
) -> dict[str, list[Taken]]:
    """Do each way once, then each once more, so many times; `before` comes before each."""
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
            before()
            taken[name].append(way())
    return taken


def median(taken: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(taken)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of what theirs is to ours, round by round.

    >>> ratio([1, 2, 4], [3, 6, 4])
    3.0
    """
    return median([other / max(own, 1e-9) for own, other in zip(ours, theirs, strict=True)])


def in_seconds(taken: Sequence[float]) -> tuple[str, str]:
    """The median, and all of them.

    >>> in_seconds([2.5, 1.0, 12.25])
    ('2.50', '2.50 1.00 12.2')
    """
    return _three_digits(median(taken)), " ".join(map(_three_digits, taken))


def _three_digits(seconds: float) -> str:
    return (
        f"{seconds:.2f}"
        if seconds < 10
        else f"{seconds:.1f}"
        if seconds < 100
        else f"{seconds:.0f}"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table.

    >>> table(("a", "b"), [("1", "2")])
    ['| a | b |', '|---|---|', '| 1 | 2 |']
    """
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return [lines[0], f"|{'---|' * len(head)}", *lines[1:]]


def forget(folder: Path) -> None:
    """Have the contents of all files below a folder read from the disk next time.

    Programs stay in memory, and so do names and sizes of files; see :func:`forget_everything`.
    """
    os.sync()  # what is not yet written cannot be let go
    for parent, _, names in os.walk(folder):
        for name in names:
            with _opened(os.path.join(parent, name)) as handle:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def _opened(path: str) -> Iterator[int]:
    handle = os.open(path, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def forget_everything() -> None:
    """Have everything read from the disk next time, names, sizes and programs too; for root."""
    os.sync()
    DROP_CACHES.write_text("3\n", encoding="ascii")
