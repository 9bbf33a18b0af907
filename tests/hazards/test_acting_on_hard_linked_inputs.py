"""Names that share one file: to link the names "again" frees nothing, nor does deleting one name.

When every name of a file was moved away, ``undo`` must bring back every name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.fixture
def library(acting: Library) -> Library:
    """``a.jpg``, and a copy of it that has two names of one spelling in two folders."""
    os.utime(acting.folder / "a.jpg", ns=(10**18, 10**18))
    for folder in ("one", "two"):
        (acting.folder / folder).mkdir()
        os.link(acting.folder / "b.jpg", acting.folder / folder / "x.jpg")
    (acting.folder / "b.jpg").unlink()
    return acting


@pytest.mark.parametrize("action", ACTIONS)
def test_names_of_the_keeper_are_no_targets(acting: Library, action: str) -> None:
    (acting.folder / "b.jpg").unlink()
    os.link(acting.folder / "a.jpg", acting.folder / "b.jpg")
    before = acting.tree()

    told = acting.act(action)

    assert told.outcomes == []
    assert before == acting.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_has_a_row_for_each_of_its_names(library: Library, action: str) -> None:
    plan = library.planned(action)
    names = [os.path.relpath(row.target.path, library.folder) for row in read_plan(plan).plan.rows]
    assert names == ["one/x.jpg", "two/x.jpg"]
    size = (library.folder / "one" / "x.jpg").stat().st_size

    told = library.apply(plan)

    assert told.states == [State.DONE, State.DONE]
    assert size == told.passed.freed


@pytest.mark.parametrize("action", ["quarantine", "hardlink", "symlink"])
def test_each_name_comes_back(library: Library, action: str) -> None:
    before = library.tree()
    told = library.act(action)
    assert before != library.tree()

    assert {State.DONE} == set(library.undo(told.journal).states)

    assert before == library.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_linked_to_its_keeper_since_the_scan_is_left_alone(
    acting: Library, action: str
) -> None:
    plan = acting.planned(action)
    (acting.folder / "b.jpg").unlink()
    os.link(acting.folder / "a.jpg", acting.folder / "b.jpg")
    before = acting.tree()

    for really in (False, True):
        told = acting.apply(plan, really=really)
        assert told.states == [State.REFUSED]
        assert "it is the keeper's own file already" in told.words
    assert before == acting.tree()
