"""Two passes at once: the same plan twice, or two plans that want each other's keeper.

The first pass is a real process that stands still between the check and the act, where it would be
worst, until the second has ended; so nothing depends on which is quicker.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from acted_on import Library

Dupscan = Callable[..., subprocess.CompletedProcess[str]]
Begin = Callable[[Path], "subprocess.Popen[str]"]

STEP_BY_STEP = """
import sys
from pathlib import Path
from dupscan import acting
from dupscan.journal import Journal
from dupscan.workers import InLine

class Stepping(Journal):
    def intend(self, entry):
        super().intend(entry)
        print("about to act", flush=True)
        sys.stdin.readline()

acting.Journal = Stepping
around = acting.Circumstances(executor=InLine())
passed = acting.apply_plan(Path(sys.argv[1]), around, really=True)
print({state.value: count for state, count in passed.states.items()})
"""


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begin a pass in a process of its own, and return once it is about to act."""
    everyone: list[subprocess.Popen[str]] = []

    def start(plan: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", STEP_BY_STEP, str(plan)]
        pipe = subprocess.PIPE
        everyone.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
        assert everyone[-1].stdout is not None
        assert everyone[-1].stdout.readline() == "about to act\n"
        return everyone[-1]

    yield start
    for one in everyone:
        one.kill()
        one.communicate()


def test_the_same_plan_is_carried_out_by_one_of_them(
    acting: Library, begin: Begin, dupscan: Dupscan
) -> None:
    plan = acting.planned("delete")
    first = begin(plan)

    second = dupscan("apply", plan, "--yes")

    assert second.returncode == 3
    assert "another pass is at work" in second.stderr
    assert "{'done': 1}\n" == first.communicate("go on\n")[0]
    assert ["a.jpg"] == list(acting.tree())


@pytest.mark.parametrize("command", ["undo", "purge"])
def test_what_is_being_done_is_not_undone_meanwhile(
    acting: Library, begin: Begin, dupscan: Dupscan, command: str
) -> None:
    first = begin(acting.planned("quarantine"))
    [journal] = acting.papers.glob("*.journal")

    second = dupscan(command, journal)

    assert second.returncode == 3
    assert "another pass is at work" in second.stderr
    assert "{'done': 1}\n" == first.communicate("go on\n")[0]
    assert 1 == len(acting.quarantined())


@pytest.mark.parametrize("action", ["delete", "hardlink", "symlink", "quarantine"])
def test_plans_that_want_each_others_keeper_never_get_both(
    acting: Library, begin: Begin, dupscan: Dupscan, action: str
) -> None:
    """Each is right by itself; together they would leave two links to nothing, or nothing."""
    content = acting.add("c.jpg").read_bytes()
    for seconds, name in enumerate(("a.jpg", "b.jpg", "c.jpg"), 10**9):
        os.utime(acting.folder / name, (seconds, seconds))
    acting.scan()
    one, other = (acting.plan(action, rule, keep=(rule,)) for rule in ("oldest", "newest"))
    first = begin(one)

    second = dupscan("apply", other, "--yes")

    assert "another pass is at work on it" in second.stderr
    assert "{'done': 2}\n" in first.communicate("go on\n" * 2)[0]
    assert dupscan("apply", other, "--yes").returncode == 4
    for path in acting.folder.glob("?.jpg"):
        assert content == path.read_bytes()
    assert any(not path.is_symlink() for path in acting.folder.glob("?.jpg"))
