"""What a kill left half done is brought to a clear end by the next pass, whichever that is.

A kill is an exception here that nothing catches, at each line of the journal; what a kill between
two calls leaves is made by hand.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.dedupe.apply import apply_rows
from dupscan.dedupe.apply.purge import purge_entries
from dupscan.dedupe.apply.undo import undo_entries
from dupscan.dedupe.journal import Entry, Journal, Step, journal_path
from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


class Killed(BaseException):
    """Raised where a kill is meant."""


class DyingAt(Journal):
    """A journal whose pass dies before or after a step is written."""

    step: Step
    after: bool

    def intend(self, entry: Entry) -> None:
        self._written(Step.INTENDED, lambda: super(DyingAt, self).intend(entry))

    def record(self, entry: Entry, step: Step, **details: str) -> None:
        self._written(step, lambda: super(DyingAt, self).record(entry, step, **details))

    def _written(self, step: Step, write: object) -> None:
        if step is self.step and not self.after:
            raise Killed
        assert callable(write)
        write()
        if step is self.step:
            raise Killed


def die(plan_file: Path, command: str, step: Step, *, after: bool) -> Path:
    """Begin a pass that dies, and return its journal."""
    plan = read_plan(plan_file).plan
    place = journal_path(plan_file, plan.plan_id)
    with DyingAt(place, plan) as journal:
        journal.step, journal.after = step, after
        passes = {
            "apply": apply_rows(plan, journal, lambda pairs: [""] * len(pairs)),
            "undo": undo_entries(journal),
            "purge": purge_entries(journal, lambda pairs: [""] * len(pairs)),
        }
        with pytest.raises(Killed):
            list(passes[command])
    return place


MOMENTS = [(Step.INTENDED, False), (Step.INTENDED, True), (Step.DONE, False), (Step.DONE, True)]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("step", "after"), MOMENTS)
def test_a_pass_that_died_is_carried_on(
    sandbox: Library, action: str, step: Step, after: bool
) -> None:
    sandbox.add("c.jpg")
    plan = sandbox.planned(action)
    die(plan, "apply", step, after=after)

    result = sandbox.apply(plan)

    assert set(result.states) <= {State.DONE, State.DONE_BEFORE}
    assert not [name for name in sandbox.tree() if name.endswith(".tmp")]
    content = (sandbox.folder / "a.jpg").read_bytes()
    for name in ("b.jpg", "c.jpg"):
        path = sandbox.folder / name
        assert path.exists() == (action in ("hardlink", "symlink"))
        assert not path.exists() or content == path.read_bytes()


@pytest.mark.parametrize("action", ACTIONS[:-1])
@pytest.mark.parametrize(("step", "after"), MOMENTS)
def test_a_pass_that_died_is_undone(sandbox: Library, action: str, step: Step, after: bool) -> None:
    sandbox.add("c.jpg")
    before = sandbox.tree()
    journal = die(sandbox.planned(action), "apply", step, after=after)

    undone = sandbox.undo(journal)

    assert set(undone.states) <= {State.DONE}
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS[:-1])
@pytest.mark.parametrize("step", [Step.UNDOING, Step.UNDONE])
@pytest.mark.parametrize("after", [False, True])
def test_an_undo_that_died_is_carried_on(
    sandbox: Library, action: str, step: Step, after: bool
) -> None:
    sandbox.add("c.jpg")
    before = sandbox.tree()
    plan = sandbox.planned(action)
    sandbox.apply(plan)
    journal = die(plan, "undo", step, after=after)

    undone = sandbox.undo(journal)

    assert set(undone.states) <= {State.DONE}
    assert before == sandbox.tree()


@pytest.mark.parametrize("step", [Step.PURGING, Step.PURGED])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("then", ["purge", "undo"])
def test_a_purge_that_died_is_carried_on_or_what_is_left_is_undone(
    sandbox: Library, step: Step, after: bool, then: str
) -> None:
    plan = sandbox.planned()
    sandbox.apply(plan)
    was_purged = step is Step.PURGED
    journal = die(plan, "purge", step, after=after)

    result = sandbox.purge(journal) if then == "purge" else sandbox.undo(journal)

    assert set(result.states) <= ({State.DONE} if then == "purge" or not was_purged else set(State))
    names = {"a.jpg"} if then == "purge" or was_purged else {"a.jpg", "b.jpg"}
    assert names == {path.name for path in sandbox.folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("then", ["apply", "undo"])
def test_a_link_under_its_temporary_name_is_taken_away(sandbox: Library, then: str) -> None:
    plan, before = sandbox.planned("hardlink"), sandbox.tree()
    journal = die(plan, "apply", Step.INTENDED, after=True)
    temporary = sandbox.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp"
    os.link(sandbox.folder / "a.jpg", temporary)

    result = sandbox.apply(plan) if then == "apply" else sandbox.undo(journal)

    assert set(result.states) <= {State.DONE}
    assert before.keys() == sandbox.tree().keys()


@pytest.mark.parametrize("action", ["hardlink", "symlink"])
@pytest.mark.parametrize("then", ["apply", "undo"])
def test_names_that_were_exchanged_are_exchanged_back(
    sandbox: Library, action: str, then: str
) -> None:
    """The link is in place, and what was there has the temporary name still."""
    plan, before = sandbox.planned(action), sandbox.tree()
    journal = die(plan, "apply", Step.INTENDED, after=True)
    target = sandbox.folder / "b.jpg"
    target.rename(sandbox.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp")
    if action == "hardlink":
        os.link(sandbox.folder / "a.jpg", target)
    else:
        target.symlink_to("a.jpg")

    result = sandbox.apply(plan) if then == "apply" else sandbox.undo(journal)

    assert set(result.states) <= {State.DONE}
    assert before.keys() == sandbox.tree().keys()
    if then == "undo":
        assert before == sandbox.tree()


def test_what_came_to_the_place_of_a_half_deleted_file_is_kept_with_it(sandbox: Library) -> None:
    plan = sandbox.planned("delete")
    die(plan, "apply", Step.INTENDED, after=True)
    target = sandbox.folder / "b.jpg"
    content = target.read_bytes()
    aside = target.rename(sandbox.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp")
    target.write_bytes(b"came since")

    result = sandbox.apply(plan)

    assert State.REFUSED in result.states
    assert str(aside) in result.words
    assert (b"came since", content) == (target.read_bytes(), aside.read_bytes())


def test_a_picture_edited_at_both_names_keeps_both(sandbox: Library) -> None:
    """Killed between link and exchange, and then both files were changed by their user."""
    plan = sandbox.planned("hardlink")
    die(plan, "apply", Step.INTENDED, after=True)
    temporary = sandbox.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp"
    os.link(sandbox.folder / "a.jpg", temporary)
    (sandbox.folder / "a.jpg").unlink()
    (sandbox.folder / "a.jpg").write_bytes(b"saved anew")
    (sandbox.folder / "b.jpg").write_bytes(b"edited")

    sandbox.apply(plan)

    assert (sandbox.folder / "a.jpg").read_bytes() == b"saved anew"
    assert (sandbox.folder / "b.jpg").read_bytes() == b"edited"
    assert temporary.exists()


def test_what_cannot_be_recovered_yet_is_left_open_for_later(
    sandbox: Library, tmp_path: Path
) -> None:
    """The folder is away, perhaps with its drive."""
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("drive/c.jpg")
    plan, before = sandbox.planned("hardlink"), sandbox.tree()
    journal = die(plan, "apply", Step.DONE, after=False)
    (sandbox.folder / "drive").rename(tmp_path / "away")

    assert sandbox.undo(journal).states == [State.REFUSED]
    assert sandbox.apply(plan).states == [State.REFUSED]
    (sandbox.folder / "drive").mkdir()
    assert sandbox.undo(journal).states == [State.REFUSED]
    (sandbox.folder / "drive").rmdir()
    (tmp_path / "away").rename(sandbox.folder / "drive")

    assert sandbox.undo(journal).states == [State.DONE]
    assert before == sandbox.tree()


def test_a_file_in_quarantine_whose_folder_was_removed_comes_back(sandbox: Library) -> None:
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("folder/c.jpg")
    before = sandbox.tree()["folder/c.jpg"]
    journal = die(sandbox.planned(), "apply", Step.DONE, after=False)
    (sandbox.folder / "folder").rmdir()

    assert sandbox.undo(journal).states == [State.DONE]

    assert before == sandbox.tree()["folder/c.jpg"]
