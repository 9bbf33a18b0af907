"""What a plan would do, without doing it."""

from __future__ import annotations

import os

import pytest
from support.acted_on import Library, Tree

from dupscan.model.plan import State

WOULD = {
    "quarantine": "would be moved to ",
    "hardlink": "would be linked to ",
    "symlink": "would be a symbolic link to ",
    "delete": "would be deleted for good; ",
    "trash": "would be moved to the trash; ",
}


def everything(sandbox: Library) -> tuple[Tree, list[str]]:
    """The library, and the names of the papers."""
    return sandbox.tree(), sorted(os.listdir(sandbox.papers))


@pytest.mark.parametrize("action", WOULD)
def test_it_says_what_would_be_done_and_changes_nothing(sandbox: Library, action: str) -> None:
    plan = sandbox.planned(action)
    before = everything(sandbox)

    result = sandbox.apply(plan, really=False)

    assert result.states == [State.WOULD]
    assert result.words.startswith(WOULD[action])
    assert f"{sandbox.folder}/a.jpg" in result.words
    assert result.summary.journal is None
    assert before == everything(sandbox)


def test_it_names_the_very_place_in_the_quarantine(sandbox: Library) -> None:
    plan = sandbox.planned()
    said = sandbox.apply(plan, really=False).words

    sandbox.apply(plan)

    assert said == f"would be moved to {sandbox.quarantined()[0]}; {sandbox.folder}/a.jpg is kept"


def test_what_was_done_before_is_not_counted_again(sandbox: Library) -> None:
    plan = sandbox.planned("hardlink")
    sandbox.apply(plan)
    before = everything(sandbox)

    result = sandbox.apply(plan, really=False)

    assert (result.states, result.summary.freed) == ([State.DONE_BEFORE], 0)
    assert before == everything(sandbox)


def test_a_line_that_a_kill_cut_short_stays_for_the_pass_to_see(sandbox: Library) -> None:
    """Not even the journal is changed by a look."""
    plan = sandbox.planned("hardlink")
    journal = sandbox.apply(plan).journal
    with journal.open("ab") as file:
        file.write(b'{"act": 2, "ro')
    before = journal.read_bytes()

    assert sandbox.apply(plan, really=False).states == [State.DONE_BEFORE]

    assert before == journal.read_bytes()


@pytest.mark.parametrize("name", ["a.jpg", "b.jpg"])
@pytest.mark.parametrize("change", ["gone", "edited", "link"])
def test_what_would_be_refused_is_told(sandbox: Library, name: str, change: str) -> None:
    plan, path = sandbox.planned(), sandbox.folder / name
    if change == "edited":
        path.write_bytes(b"edited")
    else:
        path.unlink()
    if change == "link":
        path.symlink_to("elsewhere")

    result = sandbox.apply(plan, really=False)

    assert (result.states, result.summary.freed) == ([State.REFUSED], 0)
    assert (name == "a.jpg") == result.words.startswith("its keeper ")


def test_a_pass_and_its_rehearsal_agree(sandbox: Library) -> None:
    for number in range(4):
        sandbox.add(f"{number}/x.jpg")
    plan = sandbox.planned("hardlink")
    (sandbox.folder / "1" / "x.jpg").write_bytes(b"edited")
    (sandbox.folder / "2" / "x.jpg").unlink()

    wished = sandbox.apply(plan, really=False)
    done = sandbox.apply(plan)

    assert [state is State.WOULD for state in wished.states] == [
        state is State.DONE for state in done.states
    ]
    assert wished.summary.freed == done.summary.freed
