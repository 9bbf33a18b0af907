"""Stop a long scan early without losing the results so far.

The first Ctrl-C, SIGTERM or hang-up of the terminal only sets a flag. Every stage reads the flag
between two items, and the scan reports the results so far. A second signal ends the program at
once.
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
    """A flag that is set once, when the user wants the scan to end early."""

    def __init__(self) -> None:
        self.is_set = False

    def set(self) -> None:
        """Set the flag: the stages are to end."""
        self.is_set = True

    def from_now(self) -> Callable[[], bool]:
        """Return a function that is True if the flag was set after this call.

        A later stage uses it to compare the files that were found before the stop.
        """
        was_set = self.is_set
        return lambda: self.is_set and not was_set

    @contextmanager
    def listening(self, announce: Callable[[], None]) -> Iterator[None]:
        """Handle signals within a block: the first sets the flag and calls `announce`.

        A second signal raises KeyboardInterrupt. Works in the main thread only.
        """

        def stop(signum: int, frame: FrameType | None) -> None:
            if self.is_set:
                raise KeyboardInterrupt
            self.set()
            announce()

        # Under nohup, SIGHUP is ignored so that the scan outlives its terminal: it stays ignored.
        heard = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
        before = [(one, signal.signal(one, stop)) for one in heard]
        try:
            yield
        finally:
            for one, handler in before:
                signal.signal(one, handler)
