"""Stopping a long scan early without losing what it found.

The first Ctrl-C (or SIGTERM, or the terminal going away) only sets a flag, which every stage looks
at between two items; the scan then reports what it has. The second one ends the program at once.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class StopFlag:
    """Set once, when the user wants the scan to end early."""

    def __init__(self) -> None:
        self.is_set = False

    def set(self) -> None:
        """Ask the stages to end."""
        self.is_set = True

    def from_now(self) -> Callable[[], bool]:
        """Tell whether it was set since: what was found before a stop is still to be compared."""
        was_set = self.is_set
        return lambda: self.is_set and not was_set

    @contextmanager
    def listening(self, announce: Callable[[], None]) -> Iterator[None]:
        """Within this block the first signal sets the flag and calls `announce`.

        A second one raises KeyboardInterrupt. Works in the main thread only.
        """

        def stop(signum: int, frame: FrameType | None) -> None:
            if self.is_set:
                raise KeyboardInterrupt
            self.set()
            announce()

        # A scan started under nohup was told to outlive its terminal; leave that as it is.
        heard = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
        before = [(one, signal.signal(one, stop)) for one in heard]
        try:
            yield
        finally:
            for one, handler in before:
                signal.signal(one, handler)
