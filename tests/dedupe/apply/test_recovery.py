"""What a kill left half done is brought to a clear end by the next pass, whichever that is.

A kill is an exception here that nothing catches, at each line of the journal; what a kill between
two calls leaves is made by hand.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.dedupe.apply import apply_rows
from dupscan.dedupe.apply.purge import purge_entries
from dupscan.dedupe.apply.undo import undo_entries
from dupscan.dedupe.journal import Entry, Journal, Step, journal_path
from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

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
    acting: Library, action: str, step: Step, after: bool
) -> None:
    acting.add("c.jpg")
    plan = acting.planned(action)
    die(plan, "apply", step, after=after)

    told = acting.apply(plan)

    assert set(told.states) <= {State.DONE, State.DONE_BEFORE}
    assert not [name for name in acting.tree() if name.endswith(".tmp")]
    content = (acting.folder / "a.jpg").read_bytes()
    for name in ("b.jpg", "c.jpg"):
        path = acting.folder / name
        assert path.exists() == (action in ("hardlink", "symlink"))
        assert not path.exists() or content == path.read_bytes()


@pytest.mark.parametrize("action", ACTIONS[:-1])
@pytest.mark.parametrize(("step", "after"), MOMENTS)
def test_a_pass_that_died_is_undone(acting: Library, action: str, step: Step, after: bool) -> None:
    acting.add("c.jpg")
    before = acting.tree()
    journal = die(acting.planned(action), "apply", step, after=after)

    undone = acting.undo(journal)

    assert set(undone.states) <= {State.DONE}
    assert before == acting.tree()


@pytest.mark.parametrize("action", ACTIONS[:-1])
@pytest.mark.parametrize("step", [Step.UNDOING, Step.UNDONE])
@pytest.mark.parametrize("after", [False, True])
def test_an_undo_that_died_is_carried_on(
    acting: Library, action: str, step: Step, after: bool
) -> None:
    acting.add("c.jpg")
    before = acting.tree()
    plan = acting.planned(action)
    acting.apply(plan)
    journal = die(plan, "undo", step, after=after)

    undone = acting.undo(journal)

    assert set(undone.states) <= {State.DONE}
    assert before == acting.tree()


@pytest.mark.parametrize("step", [Step.PURGING, Step.PURGED])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("then", ["purge", "undo"])
def test_a_purge_that_died_is_carried_on_or_what_is_left_is_undone(
    acting: Library, step: Step, after: bool, then: str
) -> None:
    plan = acting.planned()
    acting.apply(plan)
    was_purged = step is Step.PURGED
    journal = die(plan, "purge", step, after=after)

    told = acting.purge(journal) if then == "purge" else acting.undo(journal)

    assert set(told.states) <= ({State.DONE} if then == "purge" or not was_purged else set(State))
    names = {"a.jpg"} if then == "purge" or was_purged else {"a.jpg", "b.jpg"}
    assert names == {path.name for path in acting.folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("then", ["apply", "undo"])
def test_a_link_under_its_temporary_name_is_taken_away(acting: Library, then: str) -> None:
    plan, before = acting.planned("hardlink"), acting.tree()
    journal = die(plan, "apply", Step.INTENDED, after=True)
    temporary = acting.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp"
    os.link(acting.folder / "a.jpg", temporary)

    told = acting.apply(plan) if then == "apply" else acting.undo(journal)

    assert set(told.states) <= {State.DONE}
    assert before.keys() == acting.tree().keys()


@pytest.mark.parametrize("action", ["hardlink", "symlink"])
@pytest.mark.parametrize("then", ["apply", "undo"])
def test_names_that_were_exchanged_are_exchanged_back(
    acting: Library, action: str, then: str
) -> None:
    """The link is in place, and what was there has the temporary name still."""
    plan, before = acting.planned(action), acting.tree()
    journal = die(plan, "apply", Step.INTENDED, after=True)
    target = acting.folder / "b.jpg"
    target.rename(acting.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp")
    if action == "hardlink":
        os.link(acting.folder / "a.jpg", target)
    else:
        target.symlink_to("a.jpg")

    told = acting.apply(plan) if then == "apply" else acting.undo(journal)

    assert set(told.states) <= {State.DONE}
    assert before.keys() == acting.tree().keys()
    if then == "undo":
        assert before == acting.tree()


def test_what_came_to_the_place_of_a_half_deleted_file_is_kept_with_it(acting: Library) -> None:
    plan = acting.planned("delete")
    die(plan, "apply", Step.INTENDED, after=True)
    target = acting.folder / "b.jpg"
    content = target.read_bytes()
    aside = target.rename(acting.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp")
    target.write_bytes(b"came since")

    told = acting.apply(plan)

    assert State.REFUSED in told.states
    assert str(aside) in told.words
    assert (b"came since", content) == (target.read_bytes(), aside.read_bytes())


def test_a_picture_edited_at_both_names_keeps_both(acting: Library) -> None:
    """Killed between link and exchange, and then both files were changed by their user."""
    plan = acting.planned("hardlink")
    die(plan, "apply", Step.INTENDED, after=True)
    temporary = acting.folder / f".dupscan-{read_plan(plan).plan.plan_id}-1.tmp"
    os.link(acting.folder / "a.jpg", temporary)
    (acting.folder / "a.jpg").unlink()
    (acting.folder / "a.jpg").write_bytes(b"saved anew")
    (acting.folder / "b.jpg").write_bytes(b"edited")

    acting.apply(plan)

    assert (acting.folder / "a.jpg").read_bytes() == b"saved anew"
    assert (acting.folder / "b.jpg").read_bytes() == b"edited"
    assert temporary.exists()


def test_what_cannot_be_recovered_yet_is_left_open_for_later(
    acting: Library, tmp_path: Path
) -> None:
    """The folder is away, perhaps with its drive."""
    (acting.folder / "b.jpg").unlink()
    acting.add("drive/c.jpg")
    plan, before = acting.planned("hardlink"), acting.tree()
    journal = die(plan, "apply", Step.DONE, after=False)
    (acting.folder / "drive").rename(tmp_path / "away")

    assert acting.undo(journal).states == [State.REFUSED]
    assert acting.apply(plan).states == [State.REFUSED]
    (acting.folder / "drive").mkdir()
    assert acting.undo(journal).states == [State.REFUSED]
    (acting.folder / "drive").rmdir()
    (tmp_path / "away").rename(acting.folder / "drive")

    assert acting.undo(journal).states == [State.DONE]
    assert before == acting.tree()


def test_a_file_in_quarantine_whose_folder_was_removed_comes_back(acting: Library) -> None:
    (acting.folder / "b.jpg").unlink()
    acting.add("folder/c.jpg")
    before = acting.tree()["folder/c.jpg"]
    journal = die(acting.planned(), "apply", Step.DONE, after=False)
    (acting.folder / "folder").rmdir()

    assert acting.undo(journal).states == [State.DONE]

    assert before == acting.tree()["folder/c.jpg"]
