"""Rows of a plan carried out one after the other, each as before or fully acted on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


def test_a_plan_without_rows_does_nothing(acting: Library) -> None:
    (acting.folder / "b.jpg").unlink()
    before = acting.tree()

    told = acting.act()

    assert told.outcomes == []
    assert before == acting.tree()


def test_a_hard_link_is_the_keepers_own_file(acting: Library) -> None:
    told = acting.act("hardlink")

    assert told.states == [State.DONE]
    assert told.words == f"linked to {acting.folder}/a.jpg"
    assert (acting.folder / "a.jpg").samefile(acting.folder / "b.jpg")
    assert sorted(acting.tree()) == ["a.jpg", "b.jpg"]


def test_a_symbolic_link_leads_to_the_keeper_wherever_the_library_is_moved(
    acting: Library,
) -> None:
    (acting.folder / "b.jpg").unlink()
    acting.add("deep/er/c.jpg")

    told = acting.act("symlink")

    assert told.states == [State.DONE]
    assert os.readlink(acting.folder / "deep" / "er" / "c.jpg") == "../../a.jpg"
    moved = acting.folder.rename(acting.folder.with_name("moved"))
    assert (moved / "deep" / "er" / "c.jpg").read_bytes() == (moved / "a.jpg").read_bytes()


def test_what_is_deleted_is_gone_and_its_bytes_are_counted(acting: Library) -> None:
    size = (acting.folder / "b.jpg").stat().st_size

    told = acting.act("delete")

    assert told.states == [State.DONE]
    assert size == told.passed.freed
    assert list(acting.tree()) == ["a.jpg"]


def test_what_goes_to_quarantine_keeps_its_marks(acting: Library) -> None:
    target = acting.folder / "b.jpg"
    target.chmod(0o604)
    os.utime(acting.folder / "a.jpg", ns=(10**18, 10**18))
    os.utime(target, ns=(10**18, 10**18 + 1))
    before = acting.tree()["b.jpg"]

    told = acting.act()

    assert told.states == [State.DONE]
    [place] = acting.quarantined()
    assert before == acting.tree()[str(place.relative_to(acting.folder))]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_second_run_finds_all_of_it_done(acting: Library, action: str) -> None:
    plan = acting.planned(action)
    acting.apply(plan)
    before = acting.tree()

    told = acting.apply(plan)

    assert told.states == [State.DONE_BEFORE]
    assert told.passed.freed == 0
    assert before == acting.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_one_row_that_is_refused_holds_up_no_other(acting: Library, action: str) -> None:
    for name in ("c.jpg", "d.jpg"):
        acting.add(name)
    plan = acting.planned(action)
    (acting.folder / "c.jpg").write_bytes(b"another picture")

    told = acting.apply(plan)

    assert sorted(told.states, key=str) == [State.DONE, State.DONE, State.REFUSED]
    assert (acting.folder / "c.jpg").read_bytes() == b"another picture"


@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_refused_is_tried_again(acting: Library, action: str) -> None:
    plan = acting.planned(action)
    (acting.folder / "a.jpg").rename(acting.folder / "away.jpg")
    assert acting.apply(plan).states == [State.REFUSED]

    (acting.folder / "away.jpg").rename(acting.folder / "a.jpg")

    assert acting.apply(plan).states == [State.DONE]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_row_that_a_person_set_to_keep_is_kept(acting: Library, action: str) -> None:
    acting.add("c.jpg")
    plan = acting.planned(action)
    lines = plan.read_text("utf-8-sig").splitlines(keepends=True)
    lines[1] = lines[1].replace('"remove"', "keep").replace(",remove,", ",keep,")
    plan.write_text("".join(lines))
    [kept_row] = {1, 2} - {row.number for row in read_plan(plan).plan.rows}
    before = acting.tree()

    told = acting.apply(plan)

    assert told.passed.kept == kept_row == 1
    assert told.states == [State.DONE]
    changed = {name for name in before if acting.tree().get(name) != before[name]}
    assert len(changed) <= 1 or action == "hardlink"


@pytest.mark.parametrize("changed", ["bytes", "time", "bytes and not time", "gone", "folder"])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_that_is_not_as_the_scan_saw_it_is_left_alone(
    acting: Library, action: str, changed: str
) -> None:
    plan, target = acting.planned(action), acting.folder / "b.jpg"
    status = target.stat()
    if changed == "time":
        target.touch()
    elif changed == "gone":
        target.unlink()
    elif changed == "folder":
        target.unlink()
        target.mkdir()
    else:
        with target.open("r+b") as file:
            file.write(b"changed")
        if changed == "bytes and not time":
            os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    before = acting.tree()

    assert acting.apply(plan).states == [State.REFUSED]

    assert before == acting.tree()


def test_a_pipe_in_the_place_of_a_picture_does_not_hold_up_the_pass(acting: Library) -> None:
    plan = acting.planned()
    (acting.folder / "b.jpg").unlink()
    os.mkfifo(acting.folder / "b.jpg")

    told = acting.apply(plan)

    assert told.states == [State.REFUSED]
    assert "no regular file" in told.words


def test_a_stop_between_two_rows_leaves_the_rest_for_the_next_run(acting: Library) -> None:
    for name in ("c.jpg", "d.jpg"):
        acting.add(name)
    plan = acting.planned("hardlink")

    first = acting.apply(plan, stop_after=1)
    second = acting.apply(plan)

    assert (first.states, first.passed.complete) == ([State.DONE], False)
    assert second.states == [State.DONE_BEFORE, State.DONE, State.DONE]
