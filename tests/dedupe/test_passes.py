"""The whole pass that acts: report, plan, a person's edits, apply, undo, purge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import plans
from support.acted_on import Library
from support.executors import Answering

from dupscan.dedupe import passes
from dupscan.dedupe.passes import PassContext, QuarantineSize
from dupscan.dedupe.plan_file import read_plan
from dupscan.errors import JournalNotWritten, PlanError, SettingsError
from dupscan.model.plan import Outcome, State
from dupscan.settings import PlanSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.workers.executor import Lost


def test_from_a_report_without_duplicates_nothing_comes(sandbox: Library) -> None:
    (sandbox.folder / "b.jpg").unlink()
    plan = sandbox.planned()

    assert read_plan(plan).plan.rows == ()
    result = sandbox.apply(plan)

    assert (result.outcomes, result.summary.complete, result.summary.freed) == ([], True, 0)
    assert sandbox.undo(result.journal).outcomes == []


def test_a_plan_reads_the_report_and_changes_nothing_else(sandbox: Library) -> None:
    sandbox.scan()
    before = sandbox.tree()

    plan = sandbox.plan()

    assert before == sandbox.tree()
    assert {"plan.csv", "plan.json", "report.json"} == {
        path.name for path in sandbox.papers.glob("[!.]*")
    }
    [row] = read_plan(plan).plan.rows
    assert (row.target.path, row.keeper.path) == (
        str(sandbox.folder / "b.jpg"),
        str(sandbox.folder / "a.jpg"),
    )


def test_a_report_that_is_not_there_and_settings_that_make_no_sense(sandbox: Library) -> None:
    with pytest.raises(PlanError):
        sandbox.plan()
    sandbox.scan()
    with pytest.raises(SettingsError):
        sandbox.plan("shred")
    assert [path.name for path in sandbox.papers.glob("[!.]*")] == ["report.json"]


def test_there_and_back_and_there_for_good(sandbox: Library) -> None:
    before = sandbox.tree()
    plan = sandbox.planned()

    assert sandbox.apply(plan, really=False).states == [State.WOULD]
    first = sandbox.apply(plan)
    assert sandbox.undo(first.journal).states == [State.DONE]
    assert before == sandbox.tree()
    again = sandbox.apply(plan)
    assert (again.states, again.journal) == ([State.DONE], first.journal)
    assert sandbox.purge(again.journal).states == [State.DONE]
    assert list(sandbox.tree()) == ["a.jpg"]


def test_a_call_that_does_not_say_so_changes_nothing(sandbox: Library) -> None:
    plan, before = sandbox.planned("delete"), sandbox.tree()

    summary = passes.apply_plan(plan)

    assert (dict(summary.states), summary.journal) == ({State.WOULD: 1}, None)
    assert before == sandbox.tree()
    assert list(sandbox.papers.glob("*.journal")) == []


def test_nothing_is_printed(sandbox: Library, capfd: pytest.CaptureFixture[str]) -> None:
    plan = sandbox.planned()
    passes.apply_plan(plan)
    journal = passes.apply_plan(plan, dry_run=False).journal
    assert journal is not None
    passes.undo(journal)
    passes.apply_plan(plan, dry_run=False)
    passes.purge(journal)
    assert capfd.readouterr() == ("", "")


def test_a_pass_tells_of_each_row_at_once_and_may_be_stopped_between_two(
    sandbox: Library,
) -> None:
    sandbox.add("c.jpg")
    plan = sandbox.planned()
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


def test_the_size_of_a_quarantine_is_what_a_purge_frees(sandbox: Library) -> None:
    size = (sandbox.folder / "b.jpg").stat().st_size
    journal = sandbox.act().journal

    assert passes.quarantine_size(journal) == QuarantineSize(files=1, size=size)
    assert passes.purge(journal).freed == size
    assert passes.quarantine_size(journal) == QuarantineSize(files=0, size=0)


def test_states_and_bytes_are_counted(sandbox: Library) -> None:
    size = sandbox.add("c.jpg").stat().st_size
    plan = sandbox.planned("delete")
    (sandbox.folder / "c.jpg").write_bytes(b"edited")

    summary = sandbox.apply(plan).summary

    assert dict(summary.states) == {State.DONE: 1, State.REFUSED: 1}
    assert (size, 0, True) == (summary.freed, summary.kept, summary.complete)


def test_the_journal_lies_beside_the_plan_for_its_user_only(sandbox: Library) -> None:
    plan = sandbox.planned()
    journal = sandbox.apply(plan).journal

    assert journal.parent == plan.parent
    assert journal.stat().st_mode & 0o777 == 0o600
    assert read_plan(plan).plan.plan_id in journal.name
    assert all(json.loads(line) for line in journal.read_bytes().splitlines())


def test_a_plan_that_makes_no_sense_is_refused_before_anything_is_touched(sandbox: Library) -> None:
    sandbox.add("c.jpg")
    plan = sandbox.planned("delete")
    plan.write_text(plan.read_text("utf-8-sig").replace(f"{sandbox.folder}/c.jpg", "/etc/passwd"))
    before = sandbox.tree()

    for really in (False, True):
        with pytest.raises(PlanError, match="row"):
            sandbox.apply(plan, really=really)

    assert before == sandbox.tree()
    assert list(sandbox.papers.glob("*.journal")) == []


def test_where_no_journal_can_be_written_nothing_is_done(sandbox: Library) -> None:
    plan, before = sandbox.planned("delete"), sandbox.tree()
    plan_id = read_plan(plan).plan.plan_id
    (sandbox.papers / f"plan-{plan_id}.journal").mkdir()

    with pytest.raises((JournalNotWritten, PlanError)):
        sandbox.apply(plan)

    assert before == sandbox.tree()


def test_a_worker_that_is_lost_leaves_its_picture_where_it_is(sandbox: Library) -> None:
    """What could not be looked at again is not what the plan says."""
    content = (sandbox.folder / "b.jpg").read_bytes()
    (sandbox.folder / "b.jpg").write_bytes(content[:2] + b"\xff\xfe\x00\x06    " + content[2:])
    plan, before = sandbox.planned(verdict="pixels"), sandbox.tree()

    losing = Answering(lambda _: Lost("its worker was lost"))
    outcomes: list[Outcome] = []
    context = PassContext(on_outcome=outcomes.append, executor=losing)
    passes.apply_plan(plan, dry_run=False, context=context)

    assert [outcome.state for outcome in outcomes] == [State.REFUSED]
    assert "its worker was lost" in outcomes[0].words
    assert before == sandbox.tree()


def test_pictures_are_looked_at_again_in_worker_processes(sandbox: Library) -> None:
    content = (sandbox.folder / "b.jpg").read_bytes()
    (sandbox.folder / "b.jpg").write_bytes(content[:2] + b"\xff\xfe\x00\x06    " + content[2:])
    plan = sandbox.planned(verdict="pixels")

    summary = passes.apply_plan(plan, dry_run=False)

    assert dict(summary.states) == {State.DONE: 1}


def test_a_plan_is_written_where_it_was_asked_for(sandbox: Library, tmp_path: Path) -> None:
    sandbox.scan()
    output = tmp_path / "other.csv"
    plan = passes.make_plan(sandbox.papers / "report.json", PlanSettings(output=output))
    assert plan == read_plan(output).plan


def test_a_swap_in_the_table_is_carried_out_by_the_next_plan(sandbox: Library) -> None:
    plan = sandbox.planned()
    plans.edit(plan, 1, decision="swap")

    sandbox.plan()
    sandbox.plan()  # it is remembered

    sandbox.apply(plan)
    assert [path.name for path in sandbox.folder.glob("*.jpg")] == ["b.jpg"]


def test_a_plan_whose_pass_was_interrupted_is_not_replaced(sandbox: Library) -> None:
    plan = sandbox.planned()
    journal = sandbox.apply(plan).journal
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))

    with pytest.raises(PlanError, match="was interrupted"):
        sandbox.plan()

    assert sandbox.apply(plan).states == [State.DONE_BEFORE]
    sandbox.plan()
