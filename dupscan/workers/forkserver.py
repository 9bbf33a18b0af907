"""Start worker processes from one server process that has imported all their modules.

This module imports little, so that the command line can start the server before all else: the
server imports the modules of the workers while this process imports its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker, util
from multiprocessing.context import BaseContext

from dupscan.errors import WorkersLost

FOR_A_SCAN = (
    "dupscan.stages.fingerprinting",
    "dupscan.stages.candidates",
    "dupscan.stages.full_decode",
    "scipy.fftpack",
)
"""Modules with the functions that the workers of a scan run; ImageHash imports the last one when it
computes its first hash."""
_LONGEST_FOLDER = 70
"""Bytes of a folder's path with which that of a socket in it stays within the 107 bytes that Linux
allows; other systems allow fewer."""
_LATE_START = "dupscan.workers.late_start"
"""Room that the server imports first, so that workers which start too late print nothing."""


def start_server(preload: tuple[str, ...]) -> BaseContext:
    """Start the server unless it runs; return the context that starts processes from it.

    Processes can be started safely while this process has threads. The server imports the modules
    in `preload`; only the first call decides them. The server ends with this process. Windows has
    no such server: there each worker is started afresh, and imports its modules itself. Raises
    WorkersLost if the path of the folder for temporary files is too long for a socket.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_LATE_START, *preload])
    resource_tracker.ensure_running()  # before, because its start lets signals through again
    with _without_signals():  # the server and its workers inherit the mask
        try:
            forkserver.ensure_running()
        except OSError as error:
            folder = os.path.dirname(util.get_temp_dir())
            if len(os.fsencode(folder)) <= _LONGEST_FOLDER:
                raise
            raise WorkersLost(
                f"worker processes cannot be started: {folder}, the folder for temporary files, "
                "has too long a path for their socket; set TMPDIR to a shorter one"
            ) from error
    return context


@contextmanager
def _without_signals() -> Iterator[None]:
    """Block the signals of a terminal, for this process and for processes started in the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
