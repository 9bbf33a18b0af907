"""A keeper that is edited, replaced or deleted after the scan, or between the check and the action.

Between the check and the action the journal is written to disk, which takes some milliseconds.
The tests let another program change the keeper at exactly that moment, in the same process, so
that no result depends on timing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.dedupe.apply import apply_rows
from dupscan.dedupe.apply.purge import purge_entries
from dupscan.dedupe.journal import Entry, Journal, Step, journal_path
from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import Outcome, State

Meddle = Callable[[Path], object]


def replace(keeper: Path) -> None:
    fresh = keeper.with_name("fresh")
    fresh.write_bytes(b"another picture")
    fresh.replace(keeper)


def edit(keeper: Path) -> None:
    keeper.write_bytes(b"an edited picture")


def edit_and_put_its_times_back(keeper: Path) -> None:
    status = keeper.stat()
    with keeper.open("r+b") as file:
        file.write(b"edited")
    os.utime(keeper, ns=(status.st_atime_ns, status.st_mtime_ns))


def swap_for_a_link(keeper: Path) -> None:
    keeper.rename(keeper.with_name("moved.jpg"))
    keeper.symlink_to(keeper.with_name("b.jpg"))


MEDDLING = [replace, edit, edit_and_put_its_times_back, Path.unlink, swap_for_a_link]
ACTIONS = ["hardlink", "symlink", "reflink", "delete"]


class MeddledWith(Journal):
    """A journal in whose time another program is at work on the keeper."""

    meddle: Meddle

    def intend(self, entry: Entry) -> None:
        super().intend(entry)
        self.meddle(Path(entry.keeper.path))

    def record(self, entry: Entry, step: Step, *, trash_path: str = "", words: str = "") -> None:
        super().record(entry, step, trash_path=trash_path, words=words)
        if step is Step.PURGING:
            self.meddle(Path(entry.keeper.path))


def carry_out(plan_file: Path, meddle: Meddle) -> list[Outcome]:
    """Apply a plan while another program meddles with each keeper."""
    plan = read_plan(plan_file).plan
    with MeddledWith(journal_path(plan_file, plan.plan_id), plan) as journal:
        journal.meddle = meddle
        return list(apply_rows(plan, journal, lambda pairs: [""] * len(pairs)))


@pytest.mark.parametrize("action", [*ACTIONS, "quarantine"])
@pytest.mark.parametrize("meddle", MEDDLING)
def test_since_the_scan(sandbox: Library, action: str, meddle: Meddle) -> None:
    plan = sandbox.planned(action)
    meddle(sandbox.folder / "a.jpg")
    before = sandbox.tree()

    result = sandbox.apply(plan)

    assert result.states == [State.REFUSED]
    assert f"its keeper {sandbox.folder}/a.jpg" in result.words or "its bytes" in result.words
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("meddle", MEDDLING)
def test_between_the_check_and_the_act(sandbox: Library, action: str, meddle: Meddle) -> None:
    """The target is the last that has the picture, and stays."""
    target = sandbox.folder / "b.jpg"
    before = target.read_bytes(), target.stat()

    [outcome] = carry_out(sandbox.planned(action), meddle)

    assert State.REFUSED is outcome.state
    assert not target.is_symlink()
    assert before[0] == target.read_bytes()
    assert before[1].st_mtime_ns == target.stat().st_mtime_ns
    assert not [name for name in sandbox.tree() if name.startswith(".dupscan-")]


@pytest.mark.parametrize("meddle", MEDDLING)
def test_between_the_check_and_the_purge(sandbox: Library, meddle: Meddle) -> None:
    result = sandbox.act()
    content = sandbox.quarantined()[0].read_bytes()

    with MeddledWith(result.journal) as journal:
        journal.meddle = meddle
        [outcome] = purge_entries(journal, lambda pairs: [""] * len(pairs))

    assert State.REFUSED is outcome.state
    assert [content] == [path.read_bytes() for path in sandbox.quarantined()]
