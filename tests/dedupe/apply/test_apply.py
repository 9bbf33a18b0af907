"""Rows of a plan carried out one after the other, each as before or fully acted on."""

from __future__ import annotations

import os

import pytest
from support.acted_on import Library

from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


def test_a_plan_without_rows_does_nothing(sandbox: Library) -> None:
    (sandbox.folder / "b.jpg").unlink()
    before = sandbox.tree()

    result = sandbox.act()

    assert result.outcomes == []
    assert before == sandbox.tree()


def test_a_hard_link_is_the_keepers_own_file(sandbox: Library) -> None:
    result = sandbox.act("hardlink")

    assert result.states == [State.DONE]
    assert result.words == f"linked to {sandbox.folder}/a.jpg"
    assert (sandbox.folder / "a.jpg").samefile(sandbox.folder / "b.jpg")
    assert sorted(sandbox.tree()) == ["a.jpg", "b.jpg"]


def test_a_symbolic_link_leads_to_the_keeper_wherever_the_library_is_moved(
    sandbox: Library,
) -> None:
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("deep/er/c.jpg")

    result = sandbox.act("symlink")

    assert result.states == [State.DONE]
    assert os.readlink(sandbox.folder / "deep" / "er" / "c.jpg") == "../../a.jpg"
    moved = sandbox.folder.rename(sandbox.folder.with_name("moved"))
    assert (moved / "deep" / "er" / "c.jpg").read_bytes() == (moved / "a.jpg").read_bytes()


def test_what_is_deleted_is_gone_and_its_bytes_are_counted(sandbox: Library) -> None:
    size = (sandbox.folder / "b.jpg").stat().st_size

    result = sandbox.act("delete")

    assert result.states == [State.DONE]
    assert size == result.summary.freed
    assert list(sandbox.tree()) == ["a.jpg"]


def test_what_goes_to_quarantine_keeps_its_marks(sandbox: Library) -> None:
    target = sandbox.folder / "b.jpg"
    target.chmod(0o604)
    os.utime(sandbox.folder / "a.jpg", ns=(10**18, 10**18))
    os.utime(target, ns=(10**18, 10**18 + 1))
    before = sandbox.tree()["b.jpg"]

    result = sandbox.act()

    assert result.states == [State.DONE]
    [place] = sandbox.quarantined()
    assert before == sandbox.tree()[str(place.relative_to(sandbox.folder))]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_second_run_finds_all_of_it_done(sandbox: Library, action: str) -> None:
    plan = sandbox.planned(action)
    sandbox.apply(plan)
    before = sandbox.tree()

    result = sandbox.apply(plan)

    assert result.states == [State.DONE_BEFORE]
    assert result.summary.freed == 0
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_one_row_that_is_refused_holds_up_no_other(sandbox: Library, action: str) -> None:
    for name in ("c.jpg", "d.jpg"):
        sandbox.add(name)
    plan = sandbox.planned(action)
    (sandbox.folder / "c.jpg").write_bytes(b"another picture")

    result = sandbox.apply(plan)

    assert sorted(result.states, key=str) == [State.DONE, State.DONE, State.REFUSED]
    assert (sandbox.folder / "c.jpg").read_bytes() == b"another picture"


@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_refused_is_tried_again(sandbox: Library, action: str) -> None:
    plan = sandbox.planned(action)
    (sandbox.folder / "a.jpg").rename(sandbox.folder / "away.jpg")
    assert sandbox.apply(plan).states == [State.REFUSED]

    (sandbox.folder / "away.jpg").rename(sandbox.folder / "a.jpg")

    assert sandbox.apply(plan).states == [State.DONE]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_row_that_a_person_set_to_keep_is_kept(sandbox: Library, action: str) -> None:
    sandbox.add("c.jpg")
    plan = sandbox.planned(action)
    lines = plan.read_text("utf-8-sig").splitlines(keepends=True)
    lines[1] = lines[1].replace('"remove"', "keep").replace(",remove,", ",keep,")
    plan.write_text("".join(lines))
    [kept_row] = {1, 2} - {row.number for row in read_plan(plan).plan.rows}
    before = sandbox.tree()

    result = sandbox.apply(plan)

    assert result.summary.kept == kept_row == 1
    assert result.states == [State.DONE]
    changed = {name for name in before if sandbox.tree().get(name) != before[name]}
    assert len(changed) <= 1 or action == "hardlink"


@pytest.mark.parametrize("changed", ["bytes", "time", "bytes and not time", "gone", "folder"])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_that_is_not_as_the_scan_saw_it_is_left_alone(
    sandbox: Library, action: str, changed: str
) -> None:
    plan, target = sandbox.planned(action), sandbox.folder / "b.jpg"
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
    before = sandbox.tree()

    assert sandbox.apply(plan).states == [State.REFUSED]

    assert before == sandbox.tree()


def test_a_pipe_in_the_place_of_a_picture_does_not_hold_up_the_pass(sandbox: Library) -> None:
    plan = sandbox.planned()
    (sandbox.folder / "b.jpg").unlink()
    os.mkfifo(sandbox.folder / "b.jpg")

    result = sandbox.apply(plan)

    assert result.states == [State.REFUSED]
    assert "no regular file" in result.words


def test_a_stop_between_two_rows_leaves_the_rest_for_the_next_run(sandbox: Library) -> None:
    for name in ("c.jpg", "d.jpg"):
        sandbox.add(name)
    plan = sandbox.planned("hardlink")

    first = sandbox.apply(plan, stop_after=1)
    second = sandbox.apply(plan)

    assert (first.states, first.summary.complete) == ([State.DONE], False)
    assert second.states == [State.DONE_BEFORE, State.DONE, State.DONE]
