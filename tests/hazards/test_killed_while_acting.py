"""A ``kill -9`` or a power cut while files are linked, moved or deleted: each is as before or done.

dupeGuru, rmlint and find-dups delete a file first and make the link afterwards: a failure between
the two loses the file. The folders, the kills and the checks are those of
``python -m benchmarks.acts``, which kills thousands of times. The tests kill a few dozen times,
spread over all the system calls of a pass.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from support.processes import run_to_end

pytest.importorskip("benchmarks.acts")

KILLS = 60
ROOT = Path(__file__).resolve().parent.parent.parent
STORIES = (
    *(f"{action}: apply" for action in "hardlink symlink trash quarantine delete".split()),
    *(f"{action}: undo" for action in "hardlink symlink trash quarantine".split()),
    "quarantine: purge",
)

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks, and /proc")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a short run of the benchmark tells, in a process that has no threads to fork with."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "benchmarks.acts", "--folder", folder, "--kills", str(KILLS)]
    done = run_to_end(
        [*command, "--interferences", "0"],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_no_content_is_lost_whenever_a_pass_is_killed(table: str) -> None:
    assert [column(table, "all", name) for name in ("kills", "losses")] == [KILLS, 0]


def test_every_path_is_as_before_or_done_and_the_next_pass_brings_all_to_an_end(table: str) -> None:
    assert column(table, "all", "oddities") == 0


def test_the_journal_knows_of_every_row_that_was_said_to_be_done(table: str) -> None:
    assert column(table, "all", "lines lost") == 0


@pytest.mark.parametrize("story", STORIES)
def test_each_action_was_killed(table: str, story: str) -> None:
    assert column(table, story, "kills") > 0


@pytest.mark.parametrize("action", ["TRASH", "QUARANTINE"])
def test_a_killed_undo_comes_to_its_end_though_the_user_removed_the_emptied_folder(
    tmp_path: Path, action: str
) -> None:
    script = f"""
import random, sys
from pathlib import Path
from benchmarks.acts.kills import kill_at
from benchmarks.acts.runs import Action, Blow, Story, count_calls

story, folder = Story(Action.{action}, "undo"), Path(sys.argv[1])
move = count_calls(story, folder).index("renameat2") + 1
for call in (move - 1, move, move + 1):
    assert not (found := kill_at(story, Blow(call), folder, random.Random(call))).oddities, found
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = run_to_end(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def column(table: str, row: str, name: str) -> int:
    """A number of the first table."""
    header, *rows = [
        re.split(r" *\| *", line.strip("| ")) for line in table.splitlines() if line.startswith("|")
    ]
    [found] = [one for one in rows if one[0] == row][:1]
    return int(found[header.index(name)])
