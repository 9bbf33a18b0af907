"""Only one room of the program may change files of the user; Python's audit hook reports the rest.

``tests/test_walls.py`` checks the same by reading the source. The audit hook sees the calls that
really happen, so none of them can stay hidden.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from support.processes import run_to_end

HEAR = """
import json, os, sys, traceback

log = sys.argv[1]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    "os.rename", "os.remove", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.chmod",
    "os.chown", "os.utime", "os.truncate", "os.setxattr", "os.removexattr", "shutil.move",
    "shutil.rmtree", "shutil.copyfile",
}
heard = []


def listen(event, arguments):
    if event == "open":
        if not isinstance(arguments[2], int) or not arguments[2] & WRITES:
            return
    elif event not in CHANGES:
        return
    files = [frame.f_code.co_filename for frame, _ in traceback.walk_stack(sys._getframe(1))]
    rooms = [name for name in files if f"{os.sep}dupscan{os.sep}" in name and "<" not in name]
    if rooms:  # Python itself writes what it compiled
        heard.append(rooms[0].rpartition(f"{os.sep}dupscan{os.sep}")[2])


sys.addaudithook(listen)
from dupscan.cli import run
code = run(sys.argv[2:])
with open(log, "w") as file:
    json.dump([code, heard], file)
"""


@pytest.fixture
def library(tmp_path: Path, originals: Path) -> Path:
    for folder in ("a", "b"):
        (tmp_path / "library" / folder).mkdir(parents=True)
        shutil.copy(originals / "coffee.jpg", tmp_path / "library" / folder / "coffee.jpg")
    return tmp_path / "library"


def rooms_heard(library: Path, *command: str) -> tuple[int, set[str]]:
    """Run a command; its exit code, and the rooms that asked for a change of any file."""
    log = library.parent / "heard.json"
    script = [sys.executable, "-c", HEAR, str(log), *command]
    run_to_end(script, check=True, cwd=library.parent, capture_output=True)
    code, rooms = json.loads(log.read_text())
    return code, set(rooms)


def state_of(library: Path) -> dict[str, tuple[int, ...]]:
    return {
        str(path): (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        for path in sorted(library.rglob("*"))
        if (status := os.lstat(path))
    }


def test_no_command_but_those_that_act_changes_a_file(library: Path) -> None:
    """Not even the time of a status change of any file or folder of the library is another."""
    before = state_of(library)
    for command in (
        ("scan", "library", "--quiet"),
        ("plan", "dupscan-report", "--quiet"),
        ("apply", "plan.csv", "--quiet"),
        ("compare", "library/a/coffee.jpg", "library/b/coffee.jpg"),
    ):
        code, rooms = rooms_heard(library, *command)
        assert code == 0
        assert [one for one in rooms if one.startswith("dedupe/")] == []
        assert before == state_of(library), command


@pytest.mark.parametrize("action", ["quarantine", "hardlink"])
def test_apply_and_undo_change_files_by_file_ops_only(library: Path, action: str) -> None:
    rooms_heard(library, "scan", "library", "--quiet")
    rooms_heard(library, "plan", "dupscan-report", "--action", action, "--quiet")
    before = state_of(library)
    for command in (("apply", "plan.csv", "--yes", "-q"), ("undo", "JOURNAL", "-q")):
        journal = next((str(path) for path in library.parent.glob("*.journal")), "")
        _, rooms = rooms_heard(
            library, *(journal if word == "JOURNAL" else word for word in command)
        )
        # The list of passes has a private folder of its own, far from the pictures.
        ours = ("dedupe/file_ops/", "dedupe/journal/", "system/private_folders.py")
        outside = [one for one in rooms if not one.startswith(ours)]
        assert outside == []
        if command[0] == "apply":
            assert any(one.startswith("dedupe/file_ops/") for one in rooms)
            assert before != state_of(library)
