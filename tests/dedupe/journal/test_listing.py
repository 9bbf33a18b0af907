"""Passes are found: by the list in the state folder, beside plans, and in quarantines."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.dedupe.journal import registry
from dupscan.dedupe.journal.listing import list_passes, original_of, record_of
from dupscan.dedupe.passes import last_pass
from dupscan.errors import PlanError, RootError
from dupscan.model.plan import Action, State


def forget() -> None:
    """Lose the list in the state folder."""
    shutil.rmtree(registry._folder())


def test_where_nothing_was_done_there_is_no_pass(tmp_path: Path) -> None:
    assert list_passes() == []
    assert list_passes([tmp_path]) == []
    with pytest.raises(PlanError, match="there is no pass"):
        last_pass()


def test_a_pass_is_listed_with_what_became_of_its_files(sandbox: Library) -> None:
    sandbox.add("c.jpg")
    sandbox.add("d.jpg")
    result = sandbox.act()
    size = (sandbox.folder / "a.jpg").stat().st_size

    [found] = list_passes()

    assert (found.journal, found.action) == (result.journal, Action.QUARANTINE)
    assert (found.done, found.undoable, found.undone, found.purged) == (3, 3, 0, 0)
    assert (found.quarantined_bytes, found.freed_bytes) == (3 * size, 0)
    assert found.begun.endswith("+00:00")
    sandbox.undo(result.journal, stop_after=1)
    sandbox.purge(result.journal, stop_after=1)
    [found] = list_passes()
    assert (found.done, found.undone, found.purged) == (1, 1, 1)
    assert (found.quarantined_bytes, found.freed_bytes) == (size, size)


def test_a_row_that_was_done_again_counts_once(sandbox: Library) -> None:
    plan = sandbox.planned()
    sandbox.undo(sandbox.apply(plan).journal)
    sandbox.apply(plan)

    [found] = list_passes()

    assert (found.done, found.undone) == (1, 0)


def test_what_was_deleted_cannot_be_undone(sandbox: Library) -> None:
    sandbox.act("delete")
    [found] = list_passes()
    assert (found.done, found.undoable, found.acted) == (1, 0, True)


def test_without_the_list_journals_are_found_in_the_folders_that_are_named(
    sandbox: Library,
) -> None:
    journal = sandbox.act().journal
    forget()

    assert list_passes() == []
    assert [one.journal for one in list_passes([sandbox.papers])] == [journal]
    [copy] = sandbox.copies()
    [by_copy] = list_passes([sandbox.folder])
    assert (by_copy.journal, by_copy.is_copy, by_copy.done) == (copy, True, 1)
    [both] = list_passes([sandbox.folder, sandbox.papers])
    assert (both.journal, both.is_copy) == (journal, False)


def test_where_the_list_cannot_be_written_a_pass_does_the_same(
    sandbox: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    result = sandbox.act()

    assert result.states == [State.DONE]
    assert list_passes() == []
    assert [one.journal for one in list_passes([sandbox.papers])] == [result.journal]


def test_a_damaged_entry_of_the_list_hides_no_other(sandbox: Library) -> None:
    journal = sandbox.act().journal
    (registry._folder() / "0123456789ab").write_bytes(b'{"format": "dupscan-jour')

    assert [one.journal for one in list_passes()] == [journal]


def test_a_lost_journal_is_listed_by_its_copy(sandbox: Library) -> None:
    sandbox.act().journal.unlink()

    [found] = list_passes()

    assert (found.is_copy, found.is_there, found.undoable) == (True, True, 1)
    assert [found.journal] == sandbox.copies()


def test_a_journal_that_is_gone_is_listed_as_gone(sandbox: Library) -> None:
    journal = sandbox.act("hardlink").journal
    journal.unlink()

    [found] = list_passes()

    assert (found.journal, found.is_there, found.done) == (journal, False, 0)
    with pytest.raises(PlanError, match="is not there; is its drive mounted"):
        last_pass()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RootError, match="nowhere: there is no such folder"):
        list_passes([tmp_path / "nowhere"])


def test_damaged_journals_and_other_files_are_no_passes(tmp_path: Path) -> None:
    (tmp_path / "a.journal").write_bytes(b"my diary")
    (tmp_path / "b.journal").mkdir()
    assert list_passes([tmp_path]) == []
    with pytest.raises(PlanError, match="is no journal"):
        record_of(tmp_path / "a.journal")


def test_the_last_pass_is_the_one_that_was_begun_last_and_changed_files(
    sandbox: Library,
) -> None:
    first = sandbox.act("hardlink").journal
    head, rest = first.read_bytes().split(b"\n", 1)
    first.write_bytes(head.replace(b'"begun": "2', b'"begun": "1') + b"\n" + rest)
    sandbox.add("c.jpg")
    second = sandbox.act().journal
    sandbox.act()  # finds nothing to do

    assert last_pass().journal == second
    sandbox.undo(second)
    assert last_pass().journal == second


def test_a_journal_without_a_copy_is_its_own_original(sandbox: Library) -> None:
    journal = sandbox.act("hardlink").journal
    assert original_of(journal) == journal
    assert original_of(sandbox.papers / "nowhere") == sandbox.papers / "nowhere"
