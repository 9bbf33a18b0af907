"""A journal followed back: everything that can be put back is, and nothing is written over."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress

import pytest
from support.acted_on import Library

from dupscan.errors import PlanError
from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink"]
LINKS = ["hardlink", "symlink"]


@pytest.fixture
def marked(sandbox: Library) -> Library:
    """The library, with a target that has a mode, times and attributes of its own."""
    os.utime(sandbox.folder / "a.jpg", ns=(10**18, 10**18))
    target = sandbox.folder / "b.jpg"
    target.chmod(0o604)
    with suppress(OSError, AttributeError):  # where there are no such attributes
        os.setxattr(target, "user.rating", b"five stars")
        os.setxattr(target, "user.bytes", b"\0\xff\n")
    os.utime(target, ns=(11 * 10**17, 11 * 10**17 + 123_456_789))
    return sandbox


def test_without_a_journal_the_error_says_where_to_find_it(sandbox: Library) -> None:
    with pytest.raises(PlanError, match="there is no journal"):
        sandbox.undo(sandbox.papers / "plan-0.journal")


@pytest.mark.parametrize("action", ACTIONS)
def test_contents_names_times_modes_and_attributes_come_back(marked: Library, action: str) -> None:
    before = marked.tree()
    result = marked.act(action)
    assert before != marked.tree()

    undone = marked.undo(result.journal)

    assert undone.states == [State.DONE]
    assert before == marked.tree()
    assert (marked.folder / "b.jpg").stat().st_nlink == 1


@pytest.mark.parametrize("action", ACTIONS)
def test_undone_twice_it_is_undone_once(marked: Library, action: str) -> None:
    before = marked.tree()
    result = marked.act(action)
    marked.undo(result.journal)

    assert marked.undo(result.journal).outcomes == []
    assert before == marked.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_after_an_undo_the_plan_can_be_applied_again_and_undone_again(
    marked: Library, action: str
) -> None:
    """An undone link may have another inode than the plan knows: it is refused then."""
    before = marked.tree()
    plan = marked.planned(action)
    journal = marked.apply(plan).journal
    marked.undo(journal)

    [again] = marked.apply(plan).states

    assert again is State.DONE or (again is State.REFUSED and before == marked.tree())
    marked.undo(journal)
    assert before == marked.tree()


def test_what_is_deleted_is_said_to_be_gone_and_where_its_keeper_is(sandbox: Library) -> None:
    result = sandbox.act("delete")

    undone = sandbox.undo(result.journal)

    assert undone.states == [State.REFUSED]
    assert f"its keeper is {sandbox.folder}/a.jpg" in undone.words


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_came_to_its_place_since_is_not_written_over(
    sandbox: Library, action: str, kind: str
) -> None:
    result = sandbox.act(action)
    place = sandbox.folder / "b.jpg"
    place.unlink(missing_ok=True)
    if kind == "file":
        place.write_bytes(b"came since")
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("elsewhere")
    before = sandbox.tree()

    undone = sandbox.undo(result.journal)

    assert undone.states == [State.REFUSED]
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", LINKS)
def test_a_keeper_that_was_edited_since_is_no_copy_of_the_target(
    sandbox: Library, action: str
) -> None:
    result = sandbox.act(action)
    (sandbox.folder / "a.jpg").write_bytes(b"edited")
    before = sandbox.tree()

    undone = sandbox.undo(result.journal)

    assert undone.states == [State.REFUSED]
    assert "no longer has the bytes that this file had" in undone.words
    assert before == sandbox.tree()


def test_a_hard_link_outlives_its_keeper_and_is_undone_all_the_same(marked: Library) -> None:
    before = marked.tree()["b.jpg"]
    result = marked.act("hardlink")
    (marked.folder / "a.jpg").unlink()

    assert marked.undo(result.journal).states == [State.DONE]

    assert {"b.jpg": before} == marked.tree()


def test_a_symbolic_link_whose_keeper_is_gone_stays(sandbox: Library) -> None:
    result = sandbox.act("symlink")
    (sandbox.folder / "a.jpg").unlink()

    assert sandbox.undo(result.journal).states == [State.REFUSED]
    assert (sandbox.folder / "b.jpg").is_symlink()


def test_a_folder_that_was_removed_since_is_made_again(sandbox: Library) -> None:
    (sandbox.folder / "b.jpg").unlink()
    content = sandbox.add("folder/deeper/c.jpg").read_bytes()
    result = sandbox.act()
    shutil.rmtree(sandbox.folder / "folder")

    assert sandbox.undo(result.journal).states == [State.DONE]

    assert content == (sandbox.folder / "folder" / "deeper" / "c.jpg").read_bytes()


def test_nothing_is_left_of_the_quarantine(sandbox: Library) -> None:
    result = sandbox.act()
    sandbox.undo(result.journal)
    assert sorted(sandbox.tree()) == ["a.jpg", "b.jpg"]


def test_what_somebody_took_out_of_the_quarantine_is_said(sandbox: Library) -> None:
    result = sandbox.act()
    [place] = sandbox.quarantined()
    place.unlink()

    undone = sandbox.undo(result.journal)

    assert undone.states == [State.REFUSED]
    assert not (sandbox.folder / "b.jpg").exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_where_files_were_named_as_roots_they_come_back(sandbox: Library, action: str) -> None:
    """The root itself is what went."""
    other = sandbox.add("folder/c.jpg")
    before = sandbox.tree()
    sandbox.scan(sandbox.folder / "a.jpg", other)
    result = sandbox.apply(sandbox.plan(action))
    assert result.states == [State.DONE]

    assert sandbox.undo(result.journal).states == [State.DONE]

    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stop_between_two_acts_leaves_the_rest_for_the_next_run(
    sandbox: Library, action: str
) -> None:
    for name in ("c.jpg", "d.jpg"):
        sandbox.add(name)
    before = sandbox.tree()
    result = sandbox.act(action)

    first = sandbox.undo(result.journal, stop_after=1)
    second = sandbox.undo(result.journal)

    assert (len(first.outcomes), first.summary.complete) == (1, False)
    assert second.states == [State.DONE, State.DONE]
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ["quarantine", "symlink", "hardlink"])
def test_where_single_files_were_scanned_they_come_back_too(sandbox: Library, action: str) -> None:
    before = sandbox.tree()
    sandbox.scan(sandbox.folder / "a.jpg", sandbox.folder / "b.jpg")
    result = sandbox.apply(sandbox.plan(action))
    assert result.states == [State.DONE]
    assert sandbox.undo(result.journal).states == [State.DONE]
    assert before == sandbox.tree()


def test_a_journal_that_lost_its_lines_says_that_there_is_more(sandbox: Library) -> None:
    sandbox.scan()
    result = sandbox.apply(sandbox.plan())
    first, *_ = result.journal.read_bytes().splitlines(keepends=True)
    result.journal.write_bytes(first)
    undone = sandbox.undo(result.journal)
    assert undone.states == [State.REFUSED]
    assert "the journal knows nothing" in undone.words
