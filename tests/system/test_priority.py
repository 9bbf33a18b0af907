"""A nice scan lets everybody else go first, its workers too."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psutil
import pytest
from support.processes import run_to_end

NICE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from support import worker_functions
from dupscan.system.priority import be_nice
from dupscan.workers.forkserver import start_server
from dupscan.workers.pool import Processes

if __name__ == "__main__":
    start_server(())  # before: what was started then does not inherit it
    be_nice()
    executor = Processes(1, 60, prepare=be_nice)
    [(_, worker)] = executor.run(worker_functions.tell_priority, [0], lambda: False)
    print(json.dumps([worker_functions.tell_priority(0), worker]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the priorities")
def test_this_process_and_its_workers_come_last(tmp_path: Path) -> None:
    script = tmp_path / "nice.py"
    script.write_text(NICE)
    command = [sys.executable, str(script), str(Path(__file__).parent.parent)]
    printed = run_to_end(command, check=True, capture_output=True, text=True).stdout
    last = [19, int(psutil.IOPRIO_CLASS_IDLE)]
    assert [last, last] == json.loads(printed)
