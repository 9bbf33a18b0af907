"""The server that starts the workers: early, once, with all imported, deaf to the terminal."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.workers.forkserver import start_server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows starts each one afresh")

STARTED_EARLY = """
import json, os, signal, sys
sys.path.insert(0, sys.argv[1])
from support import worker_functions
from multiprocessing import forkserver
from dupscan.workers.forkserver import start_server
from dupscan.workers.pool import Processes

if __name__ == "__main__":
    start_server(("colorsys",))
    server = forkserver._forkserver._forkserver_pid
    os.kill(server, signal.SIGINT)
    results = [
        result
        for preload in (("colorsys",), ("wave",))
        for _, result in Processes(1, 60, preload).run(
            worker_functions.tell_server, ["colorsys"], lambda: False
        )
    ]
    print(json.dumps([server, results]))
"""


def test_workers_come_from_the_server_that_was_started_first(tmp_path: Path) -> None:
    """The Ctrl-C that it got meanwhile was not for it; what it imported, they have."""
    script = tmp_path / "early.py"
    script.write_text(STARTED_EARLY)
    command = [sys.executable, str(script), str(Path(__file__).parent.parent)]
    output = run_to_end(command, check=True, capture_output=True, text=True).stdout
    server, results = json.loads(output.splitlines()[-1])
    assert [[server, True], [server, True]] == results


def test_signals_get_through_to_this_process_again() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    start_server(())
    assert before == signal.pthread_sigmask(signal.SIG_BLOCK, [])


TRIES = """
from dupscan.errors import WorkersLost
from dupscan.workers.forkserver import start_server

try:
    start_server(())
except WorkersLost as error:
    print(error)
"""


def test_a_path_too_long_for_a_socket_is_told_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    output = run_to_end(
        [sys.executable, "-c", TRIES],
        env=os.environ | {"TMPDIR": str(folder)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert str(folder) in output
    assert "set TMPDIR to a shorter one" in output


ENDS_WHILE_WORKERS_START = """
import sys
sys.path.insert(0, sys.argv[1])
from support import worker_functions
from dupscan.workers.pool import Processes

if __name__ == "__main__":
    for _ in range(10):
        list(Processes(8, 60).run(worker_functions.tell_process, [0], lambda: False))
"""


def test_a_worker_that_starts_when_all_is_done_says_nothing(tmp_path: Path) -> None:
    """Eight workers for a single task: some find the pool gone, which costs nobody anything."""
    script = tmp_path / "ends.py"
    script.write_text(ENDS_WHILE_WORKERS_START)
    command = [sys.executable, str(script), str(Path(__file__).parent.parent)]
    assert run_to_end(command, check=True, capture_output=True, text=True).stderr == ""
