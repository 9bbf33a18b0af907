"""Two passes at the same time: the same plan twice, or two plans that want each other's keeper.

The first pass is a real process that stops between the check and the action, which is the worst
moment, until the second pass has ended. So no result depends on which pass is faster.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.processes import running

from dupscan.errors import JournalBusy
from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

Begin = Callable[[Path], "subprocess.Popen[str]"]

STEP_BY_STEP = """
import sys
from pathlib import Path
from dupscan.dedupe import passes
from dupscan.dedupe.journal import Journal
from dupscan.workers.executor import InLine

class Stepping(Journal):
    def intend(self, entry):
        super().intend(entry)
        print("about to act", flush=True)
        sys.stdin.readline()

passes.Journal = Stepping
context = passes.PassContext(executor=InLine())
passed = passes.apply_plan(Path(sys.argv[1]), dry_run=False, context=context)
print({state.value: count for state, count in passed.states.items()})
"""


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begin a pass in a process of its own, and return once it is about to act."""
    with ExitStack() as everyone:

        def start(plan: Path) -> subprocess.Popen[str]:
            command = [sys.executable, "-c", STEP_BY_STEP, str(plan)]
            pipe = subprocess.PIPE
            one = everyone.enter_context(running(command, stdin=pipe, stdout=pipe, text=True))
            assert one.stdout is not None
            assert one.stdout.readline() == "about to act\n"
            return one

        yield start


def test_the_same_plan_is_carried_out_by_one_of_them(acting: Library, begin: Begin) -> None:
    plan = acting.planned("delete")
    first = begin(plan)

    with pytest.raises(JournalBusy, match="another pass is at work"):
        acting.apply(plan)

    assert first.communicate("go on\n")[0] == "{'done': 1}\n"
    assert list(acting.tree()) == ["a.jpg"]


def test_what_is_being_done_is_not_undone_or_purged_meanwhile(
    acting: Library, begin: Begin
) -> None:
    first = begin(acting.planned("quarantine"))
    [journal] = acting.papers.glob("*.journal")

    for command in (acting.undo, acting.purge):
        with pytest.raises(JournalBusy, match="another pass is at work"):
            command(journal)

    assert first.communicate("go on\n")[0] == "{'done': 1}\n"
    assert len(acting.quarantined()) == 1


@pytest.mark.parametrize("action", ["delete", "hardlink", "symlink", "quarantine"])
def test_plans_that_want_each_others_keeper_never_get_both(
    acting: Library, begin: Begin, action: str
) -> None:
    """Each is right by itself; together they would leave two links to nothing, or nothing."""
    content = acting.add("c.jpg").read_bytes()
    for seconds, name in enumerate(("a.jpg", "b.jpg", "c.jpg"), 10**9):
        os.utime(acting.folder / name, (seconds, seconds))
    acting.scan()
    one, other = (acting.plan(action, rule, keep=(rule,)) for rule in ("oldest", "newest"))
    first = begin(one)

    told = acting.apply(other)

    assert told.states == [State.REFUSED] * 2
    assert told.words.count("another pass is at work on it") == 2
    assert "{'done': 2}\n" in first.communicate("go on\n" * 2)[0]
    assert acting.apply(other).states == [State.REFUSED] * 2
    assert content == (acting.folder / "a.jpg").read_bytes()
    assert not (acting.folder / "a.jpg").is_symlink()
