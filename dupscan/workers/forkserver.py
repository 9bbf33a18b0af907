"""Start worker processes from one server process, which has everything that they need imported.

Light, so that the command line can start the server first of all: it imports what the workers need
while this process imports what it needs itself.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext

FOR_A_SCAN = (
    "dupscan.stages.fingerprinting",
    "dupscan.stages.candidates",
    "dupscan.stages.full_decode",
    "scipy.fftpack",
)
"""What the workers of a scan are asked to do is in these; ImageHash imports the last at its first
hash."""


def start_server(preload: tuple[str, ...]) -> BaseContext:
    """Start the server, unless it runs; return a way to start processes, safe beside threads.

    `preload` names the modules that it imports, for all the workers there will be: the first to
    come decides. The server goes when this process does. Where there can be none, as on Windows,
    each worker is started afresh, and imports for itself.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    resource_tracker.ensure_running()  # its start lets the signals through again
    with _without_signals():  # which the server and all it starts inherit
        forkserver.ensure_running()
    return context


@contextmanager
def _without_signals() -> Iterator[None]:
    """Hold back the terminal's signals: what is started meanwhile never gets them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
