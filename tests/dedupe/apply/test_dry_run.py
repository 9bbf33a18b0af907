"""What a plan would do, without doing it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library, Tree

WOULD = {
    "quarantine": "would be moved to ",
    "hardlink": "would be linked to ",
    "symlink": "would be a symbolic link to ",
    "delete": "would be deleted for good; ",
    "trash": "would be moved to the trash; ",
}


def everything(acting: Library) -> tuple[Tree, list[str]]:
    """The library, and the names of the papers."""
    return acting.tree(), sorted(os.listdir(acting.papers))


@pytest.mark.parametrize("action", WOULD)
def test_it_says_what_would_be_done_and_changes_nothing(acting: Library, action: str) -> None:
    plan = acting.planned(action)
    before = everything(acting)

    told = acting.apply(plan, really=False)

    assert told.states == [State.WOULD]
    assert told.words.startswith(WOULD[action])
    assert f"{acting.folder}/a.jpg" in told.words
    assert told.passed.journal is None
    assert before == everything(acting)


def test_it_names_the_very_place_in_the_quarantine(acting: Library) -> None:
    plan = acting.planned()
    said = acting.apply(plan, really=False).words

    acting.apply(plan)

    assert said == f"would be moved to {acting.quarantined()[0]}; {acting.folder}/a.jpg is kept"


def test_what_was_done_before_is_not_counted_again(acting: Library) -> None:
    plan = acting.planned("hardlink")
    acting.apply(plan)
    before = everything(acting)

    told = acting.apply(plan, really=False)

    assert (told.states, told.passed.freed) == ([State.DONE_BEFORE], 0)
    assert before == everything(acting)


def test_a_line_that_a_kill_cut_short_stays_for_the_pass_to_see(acting: Library) -> None:
    """Not even the journal is changed by a look."""
    plan = acting.planned("hardlink")
    journal = acting.apply(plan).journal
    with journal.open("ab") as file:
        file.write(b'{"act": 2, "ro')
    before = journal.read_bytes()

    assert acting.apply(plan, really=False).states == [State.DONE_BEFORE]

    assert before == journal.read_bytes()


@pytest.mark.parametrize("name", ["a.jpg", "b.jpg"])
@pytest.mark.parametrize("change", ["gone", "edited", "link"])
def test_what_would_be_refused_is_told(acting: Library, name: str, change: str) -> None:
    plan, path = acting.planned(), acting.folder / name
    if change == "edited":
        path.write_bytes(b"edited")
    else:
        path.unlink()
    if change == "link":
        path.symlink_to("elsewhere")

    told = acting.apply(plan, really=False)

    assert (told.states, told.passed.freed) == ([State.REFUSED], 0)
    assert (name == "a.jpg") == told.words.startswith("its keeper ")


def test_a_pass_and_its_rehearsal_agree(acting: Library) -> None:
    for number in range(4):
        acting.add(f"{number}/x.jpg")
    plan = acting.planned("hardlink")
    (acting.folder / "1" / "x.jpg").write_bytes(b"edited")
    (acting.folder / "2" / "x.jpg").unlink()

    wished = acting.apply(plan, really=False)
    done = acting.apply(plan)

    assert [state is State.WOULD for state in wished.states] == [
        state is State.DONE for state in done.states
    ]
    assert wished.passed.freed == done.passed.freed
