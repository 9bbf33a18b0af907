"""Each quarantine carries a copy of its journal, so that a lost journal is no loss."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.acted_on import Library
from support.processes import PATIENCE, running

from dupscan.dedupe.journal import Journal, Step
from dupscan.errors import JournalBusy, PlanError
from dupscan.model.plan import State


def copy_of(sandbox: Library) -> Path:
    [copy] = sandbox.copies()
    return copy


@pytest.mark.parametrize("action", ["hardlink", "trash", "delete"])
def test_a_pass_without_a_quarantine_makes_no_copy(sandbox: Library, action: str) -> None:
    sandbox.act(action)
    assert sandbox.copies() == []


def test_the_copy_is_the_journal_byte_for_byte_and_private(sandbox: Library) -> None:
    sandbox.add("c.jpg")
    journal = sandbox.act().journal

    copy = copy_of(sandbox)

    assert copy.read_bytes() == journal.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.name == journal.name.removeprefix("plan-")


@pytest.mark.parametrize("way", ["undo", "purge"])
def test_nothing_of_it_is_left_once_the_quarantine_is_empty(sandbox: Library, way: str) -> None:
    journal = sandbox.act().journal
    getattr(sandbox, way)(journal)
    assert not (sandbox.folder / ".dupscan-quarantine").exists()


def test_where_all_rows_are_refused_no_quarantine_is_left(sandbox: Library) -> None:
    plan = sandbox.planned()
    (sandbox.folder / "a.jpg").write_bytes(b"edited")
    assert sandbox.apply(plan).states == [State.REFUSED]
    assert not (sandbox.folder / ".dupscan-quarantine").exists()


@pytest.mark.parametrize("way", ["undo", "purge"])
def test_a_lost_journal_is_no_loss(sandbox: Library, way: str) -> None:
    sandbox.act().journal.unlink()

    result = getattr(sandbox, way)(copy_of(sandbox))

    assert result.states == [State.DONE]
    assert (sandbox.folder / "b.jpg").exists() == (way == "undo")
    assert not (sandbox.folder / ".dupscan-quarantine").exists()


def test_a_pass_goes_on_after_its_journal_was_lost(sandbox: Library) -> None:
    sandbox.add("c.jpg")
    plan = sandbox.planned()
    journal = sandbox.apply(plan, stop_after=1).journal
    before = journal.read_bytes()
    journal.unlink()

    result = sandbox.apply(plan)

    assert result.states == [State.DONE_BEFORE, State.DONE]
    assert journal.read_bytes().startswith(before)
    assert sandbox.undo(journal).states == [State.DONE, State.DONE]


def test_by_its_copy_the_journal_itself_is_used_while_it_is_there(sandbox: Library) -> None:
    journal = sandbox.act().journal

    assert sandbox.undo(copy_of(sandbox)).journal == journal

    assert sandbox.undo(journal).states == []


def test_a_journal_that_was_moved_learns_what_its_copy_was_used_for(sandbox: Library) -> None:
    sandbox.add("c.jpg")
    journal = sandbox.act().journal
    moved = journal.rename(sandbox.papers / "moved.journal")
    sandbox.undo(copy_of(sandbox), stop_after=1)

    result = sandbox.undo(moved)

    assert result.states == [State.DONE]
    with Journal(moved, read_only=True) as read:
        assert len(list(read.entries(Step.UNDONE))) == 2


def test_what_a_copy_put_back_to_the_last_is_not_missed_by_a_moved_journal(
    sandbox: Library,
) -> None:
    """The copy went with the emptied quarantine."""
    moved = sandbox.act().journal.rename(sandbox.papers / "moved.journal")
    sandbox.undo(copy_of(sandbox))

    assert sandbox.undo(moved).states == [State.DONE]
    assert (sandbox.folder / "b.jpg").exists()


@pytest.mark.parametrize("lost", [1, 40, 400])
def test_a_copy_that_is_behind_is_brought_up_to_date(sandbox: Library, lost: int) -> None:
    """A kill came between a line of the journal and the same line of the copy."""
    sandbox.add("c.jpg")
    plan = sandbox.planned()
    journal = sandbox.apply(plan).journal
    copy = copy_of(sandbox)
    os.truncate(copy, copy.stat().st_size - lost)

    sandbox.apply(plan)

    assert copy.read_bytes() == journal.read_bytes()


def test_each_quarantine_of_a_pass_has_the_whole_journal(sandbox: Library) -> None:
    """Two drives, say: by the copy on one of them all is put back that is there."""
    other = sandbox.folder.parent / "other"
    other.mkdir()
    (other / "c.jpg").write_bytes((sandbox.folder / "a.jpg").read_bytes())
    sandbox.scan(sandbox.folder, other)
    journal = sandbox.apply(sandbox.plan()).journal
    [there] = (other / ".dupscan-quarantine").glob("*.journal")
    assert there.read_bytes() == copy_of(sandbox).read_bytes() == journal.read_bytes()
    journal.unlink()

    assert sandbox.undo(there).states == [State.DONE, State.DONE]

    assert (other / "c.jpg").exists()
    assert not list(sandbox.folder.parent.rglob(".dupscan-quarantine"))


def test_a_copy_that_went_another_way_is_named(sandbox: Library) -> None:
    sandbox.add("c.jpg")
    plan = sandbox.planned()
    journal = sandbox.apply(plan).journal
    copy = copy_of(sandbox)
    copy.write_bytes(copy.read_bytes().replace(b'"begun": "2', b'"begun": "3', 1))

    with pytest.raises(PlanError, match="tell of different passes") as refusal:
        sandbox.undo(journal)

    assert str(copy) in str(refusal.value)
    assert len(sandbox.quarantined()) == 2


def test_a_copy_that_another_pass_uses_is_not_written(sandbox: Library) -> None:
    journal = sandbox.act().journal
    moved = journal.rename(sandbox.papers / "moved.journal")
    with Journal(copy_of(sandbox)), pytest.raises(JournalBusy):
        Journal(moved)


@pytest.mark.parametrize("seed", range(2))
def test_a_pass_that_was_killed_is_undone_by_the_copy_alone(sandbox: Library, seed: int) -> None:
    """The process is killed, and then the journal is lost."""
    for number in range(80):
        sandbox.add(f"{number:03}.jpg")
    before = sandbox.tree()
    plan = sandbox.planned()
    command = [sys.executable, "-m", "dupscan", "apply", str(plan), "--yes", "-q"]
    with running(command, stderr=subprocess.DEVNULL) as process:
        while len(sandbox.quarantined()) <= 30 * seed:
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    [journal] = sandbox.papers.glob("*.journal")
    journal.unlink()

    result = sandbox.undo(copy_of(sandbox))

    assert set(result.states) == {State.DONE}
    assert before == sandbox.tree()
