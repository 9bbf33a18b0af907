"""A picture that another program has open for writing: its content may change at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["hardlink", "symlink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", ["a.jpg", "b.jpg"])
def test_neither_keeper_nor_target_may_be_open_for_writing(
    acting: Library, action: str, name: str
) -> None:
    plan, before = acting.planned(action), acting.tree()

    with (acting.folder / name).open("r+b"):
        told = acting.apply(plan)

    assert told.states == [State.REFUSED]
    assert "open for writing" in told.words
    assert before == acting.tree()
    assert acting.apply(plan).states == [State.DONE]


@pytest.mark.parametrize("action", [*ACTIONS, "quarantine"])
def test_whoever_only_looks_at_one_is_in_nobodys_way(acting: Library, action: str) -> None:
    plan = acting.planned(action)

    with (acting.folder / "a.jpg").open("rb"), (acting.folder / "b.jpg").open("rb") as seen:
        assert acting.apply(plan).states == [State.DONE]
        assert seen.read() == (acting.folder / "a.jpg").read_bytes()


def test_what_is_written_while_it_goes_to_quarantine_goes_along(acting: Library) -> None:
    plan = acting.planned()

    with (acting.folder / "b.jpg").open("r+b") as file:
        told = acting.apply(plan)
        file.write(b"more")

    if told.states == [State.REFUSED]:
        assert (acting.folder / "b.jpg").read_bytes().startswith(b"more")
    else:
        [kept] = acting.quarantined()
        assert kept.read_bytes().startswith(b"more")
        assert acting.purge(told.journal).states == [State.REFUSED]
        assert kept.read_bytes().startswith(b"more")


def test_a_keeper_that_is_being_written_keeps_its_quarantine(acting: Library) -> None:
    told = acting.act()

    with (acting.folder / "a.jpg").open("r+b"):
        assert acting.purge(told.journal).states == [State.REFUSED]

    assert len(acting.quarantined()) == 1
