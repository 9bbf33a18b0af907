"""dupscan's command line, which tells besides how long each stage took.

::

    python -m benchmarks.stages scan ~/Pictures

is ``dupscan scan ~/Pictures`` with one more line on standard error for each stage that ended; with
``--advances`` before ``scan``, for each step within a stage too. Light for a reason: worker
processes import it, as they do dupscan's own door.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dupscan.progress import Meter, Progress

SECONDS = "seconds of stage "
"""What a line begins with when a stage ended; then come the stage, a colon and the seconds."""
STEP = "step of stage "
"""And for each step: then come the stage, a colon and :func:`time.monotonic`."""
ADVANCES = "--advances"


class Stopwatch:
    """A progress that also notes how long each stage took."""

    def __init__(
        self,
        progress: Progress,
        ended: Callable[[str, float], None] = lambda name, seconds: None,
        advanced: Callable[[str], None] = lambda name: None,
    ) -> None:
        """`ended` is told of each stage and its seconds, `advanced` of each step in one."""
        self._progress = progress
        self._ended = ended
        self._advanced = advanced
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Meter]:
        """See :class:`dupscan.progress.Progress`."""
        clock = time.monotonic()
        with self._progress.stage(name, total, unit) as meter:
            yield _Steps(meter, partial(self._advanced, name))
        seconds = time.monotonic() - clock
        self.seconds[name] += seconds
        self._ended(name, seconds)

    def say(self, line: str) -> None:
        """See :class:`dupscan.progress.Progress`."""
        self._progress.say(line)


class _Steps:
    def __init__(self, meter: Meter, advanced: Callable[[], None]) -> None:
        self._meter = meter
        self._advanced = advanced

    def advance(self, amount: int) -> None:
        """See :class:`dupscan.progress.Meter`."""
        self._meter.advance(amount)
        self._advanced()


def stage_seconds(lines: Iterable[str]) -> dict[str, float]:
    """What such lines tell; a stage that comes twice is added up. Other lines are passed over.

    >>> stage_seconds(["walk: 3 files, done", "seconds of stage walk: 0.25"])
    {'walk': 0.25}
    """
    found: dict[str, float] = {}
    for line in lines:
        if line.startswith(SECONDS):
            name, _, seconds = line.removeprefix(SECONDS).rpartition(": ")
            found[name] = found.get(name, 0) + float(seconds)
    return found


def main() -> None:
    """Run dupscan's command line with a stopwatch."""
    from dupscan.__main__ import main as run  # noqa: PLC0415
    from dupscan.cli import scan  # noqa: PLC0415 (takes a moment, and workers do without)
    from dupscan.progress import for_stream  # noqa: PLC0415

    tells_steps = sys.argv[1:2] == [ADVANCES]

    def with_stopwatch(*arguments: Any, **words: Any) -> Stopwatch:
        progress = for_stream(*arguments, **words)

        def ended(name: str, seconds: float) -> None:
            progress.say(f"{SECONDS}{name}: {seconds:.4f}")

        def advanced(name: str) -> None:
            if tells_steps:
                progress.say(f"{STEP}{name}: {time.monotonic():.4f}")

        return Stopwatch(progress, ended, advanced)

    vars(scan)["for_stream"] = with_stopwatch
    sys.argv[: 1 + tells_steps] = ["dupscan"]
    run()


if __name__ == "__main__":
    main()
