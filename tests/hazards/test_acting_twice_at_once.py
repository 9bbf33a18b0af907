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

import pytest
from support.acted_on import Library
from support.processes import PATIENCE, first_line, running

from dupscan.errors import JournalBusy
from dupscan.model.plan import State

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
summary = passes.apply_plan(Path(sys.argv[1]), dry_run=False, context=context)
print({state.value: count for state, count in summary.states.items()})
"""


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begin a pass in a process of its own, and return once it is about to act."""
    with ExitStack() as everyone:

        def start(plan: Path) -> subprocess.Popen[str]:
            command = [sys.executable, "-c", STEP_BY_STEP, str(plan)]
            pipe = subprocess.PIPE
            one = everyone.enter_context(running(command, stdin=pipe, stdout=pipe, text=True))
            assert first_line(one.stdout) == "about to act\n"
            return one

        yield start


def test_the_same_plan_is_carried_out_by_one_of_them(sandbox: Library, begin: Begin) -> None:
    plan = sandbox.planned("delete")
    first = begin(plan)

    with pytest.raises(JournalBusy, match="another pass is at work"):
        sandbox.apply(plan)

    assert first.communicate("go on\n", PATIENCE)[0] == "{'done': 1}\n"
    assert list(sandbox.tree()) == ["a.jpg"]


def test_what_is_being_done_is_not_undone_or_purged_meanwhile(
    sandbox: Library, begin: Begin
) -> None:
    first = begin(sandbox.planned("quarantine"))
    [journal] = sandbox.papers.glob("*.journal")

    for command in (sandbox.undo, sandbox.purge):
        with pytest.raises(JournalBusy, match="another pass is at work"):
            command(journal)

    assert first.communicate("go on\n", PATIENCE)[0] == "{'done': 1}\n"
    assert len(sandbox.quarantined()) == 1


@pytest.mark.parametrize("action", ["delete", "hardlink", "symlink", "quarantine"])
def test_plans_that_want_each_others_keeper_never_get_both(
    sandbox: Library, begin: Begin, action: str
) -> None:
    """Each is right by itself; together they would leave two links to nothing, or nothing."""
    content = sandbox.add("c.jpg").read_bytes()
    for seconds, name in enumerate(("a.jpg", "b.jpg", "c.jpg"), 10**9):
        os.utime(sandbox.folder / name, (seconds, seconds))
    sandbox.scan()
    one, other = (sandbox.plan(action, rule, keep=(rule,)) for rule in ("oldest", "newest"))
    first = begin(one)

    result = sandbox.apply(other)

    assert result.states == [State.REFUSED] * 2
    assert result.words.count("another pass is at work on it") == 2
    assert "{'done': 2}\n" in first.communicate("go on\n" * 2, PATIENCE)[0]
    assert sandbox.apply(other).states == [State.REFUSED] * 2
    assert content == (sandbox.folder / "a.jpg").read_bytes()
    assert not (sandbox.folder / "a.jpg").is_symlink()
