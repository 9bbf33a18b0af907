"""A picture that another program has open for writing: its content may change at any moment."""

from __future__ import annotations

import pytest
from support.acted_on import Library

from dupscan.model.plan import State

ACTIONS = ["hardlink", "symlink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", ["a.jpg", "b.jpg"])
def test_neither_keeper_nor_target_may_be_open_for_writing(
    sandbox: Library, action: str, name: str
) -> None:
    plan, before = sandbox.planned(action), sandbox.tree()

    with (sandbox.folder / name).open("r+b"):
        result = sandbox.apply(plan)

    assert result.states == [State.REFUSED]
    assert "open for writing" in result.words
    assert before == sandbox.tree()
    assert sandbox.apply(plan).states == [State.DONE]


@pytest.mark.parametrize("action", [*ACTIONS, "quarantine"])
def test_whoever_only_looks_at_one_is_in_nobodys_way(sandbox: Library, action: str) -> None:
    plan = sandbox.planned(action)

    with (sandbox.folder / "a.jpg").open("rb"), (sandbox.folder / "b.jpg").open("rb") as seen:
        assert sandbox.apply(plan).states == [State.DONE]
        assert seen.read() == (sandbox.folder / "a.jpg").read_bytes()


def test_what_is_written_while_it_goes_to_quarantine_goes_along(sandbox: Library) -> None:
    plan = sandbox.planned()

    with (sandbox.folder / "b.jpg").open("r+b") as file:
        result = sandbox.apply(plan)
        file.write(b"more")

    if result.states == [State.REFUSED]:
        assert (sandbox.folder / "b.jpg").read_bytes().startswith(b"more")
    else:
        [kept] = sandbox.quarantined()
        assert kept.read_bytes().startswith(b"more")
        assert sandbox.purge(result.journal).states == [State.REFUSED]
        assert kept.read_bytes().startswith(b"more")


def test_a_keeper_that_is_being_written_keeps_its_quarantine(sandbox: Library) -> None:
    result = sandbox.act()

    with (sandbox.folder / "a.jpg").open("r+b"):
        assert sandbox.purge(result.journal).states == [State.REFUSED]

    assert len(sandbox.quarantined()) == 1
