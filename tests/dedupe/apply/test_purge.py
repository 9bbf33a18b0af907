"""A quarantine emptied for good, each file while its keeper still holds the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.model.plan import State
from dupscan.text.file_names import QUARANTINE


def test_a_journal_without_a_quarantine_has_nothing_to_empty(sandbox: Library) -> None:
    result = sandbox.act("hardlink")
    before = sandbox.tree()

    assert sandbox.purge(result.journal).outcomes == []

    assert before == sandbox.tree()


def test_what_is_in_quarantine_goes_with_its_folders(sandbox: Library) -> None:
    result = sandbox.act()
    [size] = [path.stat().st_size for path in sandbox.quarantined()]

    purged = sandbox.purge(result.journal)

    assert purged.states == [State.DONE]
    assert size == purged.summary.freed
    assert list(sandbox.tree()) == ["a.jpg"]
    assert sandbox.purge(result.journal).outcomes == []


def test_afterwards_an_undo_says_that_it_is_gone(sandbox: Library) -> None:
    result = sandbox.act()
    sandbox.purge(result.journal)

    undone = sandbox.undo(result.journal)

    assert undone.states == [State.REFUSED]
    assert "it was purged, and is gone for good" in undone.words


def test_nor_is_the_plan_carried_out_again(sandbox: Library) -> None:
    plan = sandbox.planned()
    sandbox.purge(sandbox.apply(plan).journal)

    assert sandbox.apply(plan).states == [State.DONE_BEFORE]


def replace_by_another(keeper: Path, place: Path) -> None:
    keeper.write_bytes(b"another picture")


def change_a_byte(keeper: Path, place: Path) -> None:
    status = keeper.stat()
    with keeper.open("r+b") as file:
        file.seek(1000)
        file.write(b"?")
    os.utime(keeper, ns=(status.st_atime_ns, status.st_mtime_ns))


def remove(keeper: Path, place: Path) -> None:
    keeper.unlink()


def link_to_the_quarantine(keeper: Path, place: Path) -> None:
    keeper.unlink()
    os.link(place, keeper)


def point_to_the_quarantine(keeper: Path, place: Path) -> None:
    keeper.unlink()
    keeper.symlink_to(place)


def lead_the_folder_to_the_quarantine(keeper: Path, place: Path) -> None:
    keeper.parent.rename(keeper.parent.with_name("before"))
    keeper.parent.symlink_to(place.parent)


@pytest.mark.parametrize(
    "change",
    [
        replace_by_another,
        change_a_byte,
        remove,
        link_to_the_quarantine,
        point_to_the_quarantine,
        lead_the_folder_to_the_quarantine,
    ],
)
def test_where_the_keeper_does_not_hold_it_stays(
    sandbox: Library, change: Callable[[Path, Path], None]
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (sandbox.folder / name).unlink()
    keeper = sandbox.add("kept/x.jpg")
    sandbox.add("other/x.jpg")
    sandbox.scan()
    result = sandbox.apply(sandbox.plan(keep=(f"under:{keeper.parent}",)))
    [place] = sandbox.quarantined()
    content = place.read_bytes()
    change(keeper, place)

    purged = sandbox.purge(result.journal)

    assert purged.states == [State.REFUSED]
    assert "its keeper" in purged.words
    assert str(keeper) in purged.words
    assert content == place.read_bytes()


def test_a_file_that_somebody_put_there_stays(sandbox: Library) -> None:
    result = sandbox.act()
    [place] = sandbox.quarantined()
    stranger = place.with_name("mine.jpg")
    stranger.write_bytes(b"mine")

    assert sandbox.purge(result.journal).states == [State.DONE]

    assert stranger.read_bytes() == b"mine"


@pytest.mark.parametrize("how", ["replaced", "edited"])
def test_a_file_that_is_another_by_now_stays(sandbox: Library, how: str) -> None:
    result = sandbox.act()
    [place] = sandbox.quarantined()
    if how == "replaced":
        place.unlink()
    place.write_bytes(b"another")

    assert sandbox.purge(result.journal).states == [State.REFUSED]

    assert place.read_bytes() == b"another"


def test_what_was_undone_is_not_purged(sandbox: Library) -> None:
    before = sandbox.tree()
    result = sandbox.act()
    sandbox.undo(result.journal)

    assert sandbox.purge(result.journal).outcomes == []

    assert before == sandbox.tree()


def test_a_name_of_a_file_that_has_others_frees_nothing(sandbox: Library, tmp_path: Path) -> None:
    os.utime(sandbox.folder / "a.jpg", ns=(10**18, 10**18))
    os.link(sandbox.folder / "b.jpg", tmp_path / "outside.jpg")
    result = sandbox.act()
    assert result.states == [State.DONE]

    purged = sandbox.purge(result.journal)

    assert (purged.states, purged.summary.freed) == ([State.DONE], 0)
    assert (tmp_path / "outside.jpg").exists()


def test_a_stop_between_two_files_leaves_the_rest_for_the_next_run(sandbox: Library) -> None:
    for name in ("c.jpg", "d.jpg"):
        sandbox.add(name)
    result = sandbox.act()

    first = sandbox.purge(result.journal, stop_after=1)
    second = sandbox.purge(result.journal)

    assert (len(first.outcomes), first.summary.complete) == (1, False)
    assert second.states == [State.DONE, State.DONE]
    assert not (sandbox.folder / QUARANTINE).exists()
