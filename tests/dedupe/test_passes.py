"""The whole pass that acts: report, plan, a person's edits, apply, undo, purge."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dupscan.dedupe import passes
from dupscan.dedupe.passes import PassContext, QuarantineSize
from dupscan.dedupe.plan_file import read_plan
from dupscan.errors import JournalNotWritten, PlanError, SettingsError
from dupscan.model.plan import Outcome, State
from dupscan.settings import PlanSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.workers.executor import InLine, Lost

if TYPE_CHECKING:
    from support.acted_on import Library


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, originals: Path) -> Library:
    """A library with one picture twice to plan for and act on: ``a.jpg`` is kept, not ``b.jpg``."""
    from support import acted_on

    return acted_on.make(tmp_path / "acting", originals, "a.jpg", "b.jpg")


def test_from_a_report_without_duplicates_nothing_comes(acting: Library) -> None:
    (acting.folder / "b.jpg").unlink()
    plan = acting.planned()

    assert read_plan(plan).plan.rows == ()
    told = acting.apply(plan)

    assert (told.outcomes, told.passed.complete, told.passed.freed) == ([], True, 0)
    assert acting.undo(told.journal).outcomes == []


def test_a_plan_reads_the_report_and_changes_nothing_else(acting: Library) -> None:
    acting.scan()
    before = acting.tree()

    plan = acting.plan()

    assert before == acting.tree()
    assert {"plan.csv", "plan.json", "report.json"} == {
        path.name for path in acting.papers.glob("[!.]*")
    }
    [row] = read_plan(plan).plan.rows
    assert (row.target.path, row.keeper.path) == (
        str(acting.folder / "b.jpg"),
        str(acting.folder / "a.jpg"),
    )


def test_a_report_that_is_not_there_and_settings_that_make_no_sense(acting: Library) -> None:
    with pytest.raises(PlanError):
        acting.plan()
    acting.scan()
    with pytest.raises(SettingsError):
        acting.plan("shred")
    assert [path.name for path in acting.papers.glob("[!.]*")] == ["report.json"]


def test_there_and_back_and_there_for_good(acting: Library) -> None:
    before = acting.tree()
    plan = acting.planned()

    assert acting.apply(plan, really=False).states == [State.WOULD]
    first = acting.apply(plan)
    assert acting.undo(first.journal).states == [State.DONE]
    assert before == acting.tree()
    again = acting.apply(plan)
    assert (again.states, again.journal) == ([State.DONE], first.journal)
    assert acting.purge(again.journal).states == [State.DONE]
    assert list(acting.tree()) == ["a.jpg"]


def test_a_call_that_does_not_say_so_changes_nothing(acting: Library) -> None:
    plan, before = acting.planned("delete"), acting.tree()

    summary = passes.apply_plan(plan)

    assert (dict(summary.states), summary.journal) == ({State.WOULD: 1}, None)
    assert before == acting.tree()
    assert list(acting.papers.glob("*.journal")) == []


def test_nothing_is_printed(acting: Library, capfd: pytest.CaptureFixture[str]) -> None:
    plan = acting.planned()
    passes.apply_plan(plan)
    journal = passes.apply_plan(plan, dry_run=False).journal
    assert journal is not None
    passes.undo(journal)
    passes.apply_plan(plan, dry_run=False)
    passes.purge(journal)
    assert capfd.readouterr() == ("", "")


def test_a_pass_tells_of_each_row_at_once_and_may_be_stopped_between_two(
    acting: Library,
) -> None:
    acting.add("c.jpg")
    plan = acting.planned()
    seen: list[Outcome] = []
    stop = StopFlag()

    def stop_after_one(outcome: Outcome) -> None:
        seen.append(outcome)
        stop.set()

    context = PassContext(on_outcome=stop_after_one, stop=stop)
    summary = passes.apply_plan(plan, dry_run=False, context=context)

    assert ([outcome.state for outcome in seen], summary.complete) == ([State.DONE], False)
    assert dict(passes.apply_plan(plan, dry_run=False).states) == {
        State.DONE_BEFORE: 1,
        State.DONE: 1,
    }


def test_the_size_of_a_quarantine_is_what_a_purge_frees(acting: Library) -> None:
    size = (acting.folder / "b.jpg").stat().st_size
    journal = acting.act().journal

    assert passes.quarantine_size(journal) == QuarantineSize(files=1, size=size)
    assert passes.purge(journal).freed == size
    assert passes.quarantine_size(journal) == QuarantineSize(files=0, size=0)


def test_states_and_bytes_are_counted(acting: Library) -> None:
    size = acting.add("c.jpg").stat().st_size
    plan = acting.planned("delete")
    (acting.folder / "c.jpg").write_bytes(b"edited")

    passed = acting.apply(plan).passed

    assert dict(passed.states) == {State.DONE: 1, State.REFUSED: 1}
    assert (size, 0, True) == (passed.freed, passed.kept, passed.complete)


def test_the_journal_lies_beside_the_plan_for_its_user_only(acting: Library) -> None:
    plan = acting.planned()
    journal = acting.apply(plan).journal

    assert journal.parent == plan.parent
    assert journal.stat().st_mode & 0o777 == 0o600
    assert read_plan(plan).plan.plan_id in journal.name
    assert all(json.loads(line) for line in journal.read_bytes().splitlines())


def test_a_plan_that_makes_no_sense_is_refused_before_anything_is_touched(acting: Library) -> None:
    acting.add("c.jpg")
    plan = acting.planned("delete")
    plan.write_text(plan.read_text("utf-8-sig").replace(f"{acting.folder}/c.jpg", "/etc/passwd"))
    before = acting.tree()

    for really in (False, True):
        with pytest.raises(PlanError, match="row"):
            acting.apply(plan, really=really)

    assert before == acting.tree()
    assert list(acting.papers.glob("*.journal")) == []


def test_where_no_journal_can_be_written_nothing_is_done(acting: Library) -> None:
    plan, before = acting.planned("delete"), acting.tree()
    plan_id = read_plan(plan).plan.plan_id
    (acting.papers / f"plan-{plan_id}.journal").mkdir()

    with pytest.raises((JournalNotWritten, PlanError)):
        acting.apply(plan)

    assert before == acting.tree()


def test_a_worker_that_is_lost_leaves_its_picture_where_it_is(acting: Library) -> None:
    """What could not be looked at again is not what the plan says."""
    content = (acting.folder / "b.jpg").read_bytes()
    (acting.folder / "b.jpg").write_bytes(content[:2] + b"\xff\xfe\x00\x06abcd" + content[2:])
    plan, before = acting.planned(verdict="pixels"), acting.tree()

    class Losing(InLine):
        def run(self, function: Any, tasks: Iterable[Any], *_: Any) -> Iterator[tuple[Any, Any]]:
            return ((task, Lost("its worker was lost")) for task in tasks)

    outcomes: list[Outcome] = []
    context = PassContext(on_outcome=outcomes.append, executor=Losing())
    passes.apply_plan(plan, dry_run=False, context=context)

    assert [outcome.state for outcome in outcomes] == [State.REFUSED]
    assert "its worker was lost" in outcomes[0].words
    assert before == acting.tree()


def test_pictures_are_looked_at_again_in_worker_processes(acting: Library) -> None:
    content = (acting.folder / "b.jpg").read_bytes()
    (acting.folder / "b.jpg").write_bytes(content[:2] + b"\xff\xfe\x00\x06abcd" + content[2:])
    plan = acting.planned(verdict="pixels")

    passed = passes.apply_plan(plan, dry_run=False)

    assert dict(passed.states) == {State.DONE: 1}


def test_a_plan_is_written_where_it_was_asked_for(acting: Library, tmp_path: Path) -> None:
    acting.scan()
    output = tmp_path / "other.csv"
    plan = passes.make_plan(acting.papers / "report.json", PlanSettings(output=output))
    assert plan == read_plan(output).plan
