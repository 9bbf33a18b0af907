"""The benchmark that kills and interferes: it sees what it is there to see."""

from __future__ import annotations

import doctest
import importlib
import os
import sys
from pathlib import Path

import pytest
from support.processes import run_to_end

pytest.importorskip("benchmarks.acts")

ROOT = Path(__file__).resolve().parent.parent.parent
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks, and /proc")


def run(folder: Path, script: str) -> str:
    """What a script prints, in a process that has no threads to fork with."""
    start = f"folder = __import__('pathlib').Path({str(folder)!r})\n"
    done = run_to_end(
        [sys.executable, "-c", start + script],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@LINUX
def test_the_examples_are_right() -> None:
    assert doctest.testmod(importlib.import_module("benchmarks.acts.__main__")).failed == 0


@LINUX
def test_an_operation_that_deletes_first_and_links_then_is_found_out(tmp_path: Path) -> None:
    """As several other tools do it: killed between the two, nothing is left of the duplicate."""
    script = """
import os, random
from benchmarks.acts import kills, runs
from dupscan.dedupe import file_ops
from dupscan.model.plan import Action

def delete_then_link(*, keeper, target, temporary):
    os.unlink(target.name, dir_fd=target.folder)
    os.link(keeper.path, target.path)

file_ops.hard_link = delete_then_link
story = runs.Story(Action.HARDLINK, "apply")
number = runs.count_calls(story, folder).index("unlink") + 1
print(kills.kill_at(story, runs.Blow(number), folder, random.Random(1)).oddities)
"""
    assert "'library/2021/copy.jpg' was Seen(" in run(tmp_path, script)


@LINUX
def test_an_operation_that_forgets_which_one_was_to_stay_is_found_out(tmp_path: Path) -> None:
    script = """
import os, random
from benchmarks.acts import kills, runs
from dupscan.dedupe import file_ops
from dupscan.model.plan import Action

def delete_both(*, target, temporary, keeper):
    os.unlink(target.path)
    os.unlink(keeper.path)

file_ops.delete = delete_both
story = runs.Story(Action.DELETE, "apply")
number = runs.count_calls(story, folder).index("unlink") + 2
print(kills.kill_at(story, runs.Blow(number), folder, random.Random(1)).losses)
"""
    assert "lost: 'library/2020/" in run(tmp_path, script)


@LINUX
def test_an_operation_that_writes_over_what_came_meanwhile_is_found_out(tmp_path: Path) -> None:
    script = """
import os
from benchmarks.acts import adversary, runs
from dupscan.dedupe import file_ops
from dupscan.model.plan import Action

def link_and_replace(*, keeper, target, temporary):
    os.link(keeper.path, target.path + "x")
    os.replace(target.path + "x", target.path)

file_ops.hard_link = link_and_replace
story = runs.Story(Action.HARDLINK, "apply")
number = runs.count_calls(story, folder, single=True).index("replace") + 1
deed = adversary.Interference(story, "replaces the target", number)
print(adversary.interfere(deed, folder).losses)
"""
    assert run(tmp_path, script) == "('what the other program wrote',)\n"


@LINUX
def test_nothing_is_lost_to_a_program_that_interferes(tmp_path: Path) -> None:
    """A few of the thousands of interferences that the benchmark tries."""
    script = """
from benchmarks.acts import adversary
from benchmarks.acts.__main__ import plan_interferences
from benchmarks.acts.runs import STORIES

stories = [one for one in STORIES if not (one.is_old_kernel or one.action.value == "reflink")]
for deed in plan_interferences(stories, 50, folder):
    found = adversary.interfere(deed, folder)
    assert not (deed.is_promised and found.losses + found.half), found
"""
    assert run(tmp_path, script) == ""
