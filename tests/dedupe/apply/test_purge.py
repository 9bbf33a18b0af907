"""A quarantine emptied for good, each file while its keeper still holds the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State
from dupscan.text.file_names import QUARANTINE

if TYPE_CHECKING:
    from support.acted_on import Library


def test_a_journal_without_a_quarantine_has_nothing_to_empty(acting: Library) -> None:
    told = acting.act("hardlink")
    before = acting.tree()

    assert acting.purge(told.journal).outcomes == []

    assert before == acting.tree()


def test_what_is_in_quarantine_goes_with_its_folders(acting: Library) -> None:
    told = acting.act()
    [size] = [path.stat().st_size for path in acting.quarantined()]

    purged = acting.purge(told.journal)

    assert purged.states == [State.DONE]
    assert size == purged.passed.freed
    assert list(acting.tree()) == ["a.jpg"]
    assert acting.purge(told.journal).outcomes == []


def test_afterwards_an_undo_says_that_it_is_gone(acting: Library) -> None:
    told = acting.act()
    acting.purge(told.journal)

    undone = acting.undo(told.journal)

    assert undone.states == [State.REFUSED]
    assert "it was purged, and is gone for good" in undone.words


def test_nor_is_the_plan_carried_out_again(acting: Library) -> None:
    plan = acting.planned()
    acting.purge(acting.apply(plan).journal)

    assert acting.apply(plan).states == [State.DONE_BEFORE]


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
    acting: Library, change: Callable[[Path, Path], None]
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (acting.folder / name).unlink()
    keeper = acting.add("kept/x.jpg")
    acting.add("other/x.jpg")
    acting.scan()
    told = acting.apply(acting.plan(keep=(f"under:{keeper.parent}",)))
    [place] = acting.quarantined()
    content = place.read_bytes()
    change(keeper, place)

    purged = acting.purge(told.journal)

    assert purged.states == [State.REFUSED]
    assert "its keeper" in purged.words
    assert str(keeper) in purged.words
    assert content == place.read_bytes()


def test_a_file_that_somebody_put_there_stays(acting: Library) -> None:
    told = acting.act()
    [place] = acting.quarantined()
    stranger = place.with_name("mine.jpg")
    stranger.write_bytes(b"mine")

    assert acting.purge(told.journal).states == [State.DONE]

    assert stranger.read_bytes() == b"mine"


@pytest.mark.parametrize("how", ["replaced", "edited"])
def test_a_file_that_is_another_by_now_stays(acting: Library, how: str) -> None:
    told = acting.act()
    [place] = acting.quarantined()
    if how == "replaced":
        place.unlink()
    place.write_bytes(b"another")

    assert acting.purge(told.journal).states == [State.REFUSED]

    assert place.read_bytes() == b"another"


def test_what_was_undone_is_not_purged(acting: Library) -> None:
    before = acting.tree()
    told = acting.act()
    acting.undo(told.journal)

    assert acting.purge(told.journal).outcomes == []

    assert before == acting.tree()


def test_a_name_of_a_file_that_has_others_frees_nothing(acting: Library, tmp_path: Path) -> None:
    os.utime(acting.folder / "a.jpg", ns=(10**18, 10**18))
    os.link(acting.folder / "b.jpg", tmp_path / "outside.jpg")
    told = acting.act()
    assert told.states == [State.DONE]

    purged = acting.purge(told.journal)

    assert (purged.states, purged.passed.freed) == ([State.DONE], 0)
    assert (tmp_path / "outside.jpg").exists()


def test_a_stop_between_two_files_leaves_the_rest_for_the_next_run(acting: Library) -> None:
    for name in ("c.jpg", "d.jpg"):
        acting.add(name)
    told = acting.act()

    first = acting.purge(told.journal, stop_after=1)
    second = acting.purge(told.journal)

    assert (len(first.outcomes), first.passed.complete) == (1, False)
    assert second.states == [State.DONE, State.DONE]
    assert not (acting.folder / QUARANTINE).exists()
