"""Names that share one file: to link the names "again" frees nothing, nor does deleting one name.

When every name of a file was moved away, ``undo`` must bring back every name.
"""

from __future__ import annotations

import os

import pytest
from support.acted_on import Library

from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.fixture
def library(sandbox: Library) -> Library:
    """``a.jpg``, and a copy of it that has two names of one spelling in two folders."""
    os.utime(sandbox.folder / "a.jpg", ns=(10**18, 10**18))
    for folder in ("one", "two"):
        (sandbox.folder / folder).mkdir()
        os.link(sandbox.folder / "b.jpg", sandbox.folder / folder / "x.jpg")
    (sandbox.folder / "b.jpg").unlink()
    return sandbox


@pytest.mark.parametrize("action", ACTIONS)
def test_names_of_the_keeper_are_no_targets(sandbox: Library, action: str) -> None:
    (sandbox.folder / "b.jpg").unlink()
    os.link(sandbox.folder / "a.jpg", sandbox.folder / "b.jpg")
    before = sandbox.tree()

    result = sandbox.act(action)

    assert result.outcomes == []
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_has_a_row_for_each_of_its_names(library: Library, action: str) -> None:
    plan = library.planned(action)
    names = [os.path.relpath(row.target.path, library.folder) for row in read_plan(plan).plan.rows]
    assert names == ["one/x.jpg", "two/x.jpg"]
    size = (library.folder / "one" / "x.jpg").stat().st_size

    result = library.apply(plan)

    assert result.states == [State.DONE, State.DONE]
    assert size == result.summary.freed


@pytest.mark.parametrize("action", ["quarantine", "hardlink", "symlink"])
def test_each_name_comes_back(library: Library, action: str) -> None:
    before = library.tree()
    result = library.act(action)
    assert before != library.tree()

    assert {State.DONE} == set(library.undo(result.journal).states)

    assert before == library.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_target_linked_to_its_keeper_since_the_scan_is_left_alone(
    sandbox: Library, action: str
) -> None:
    plan = sandbox.planned(action)
    (sandbox.folder / "b.jpg").unlink()
    os.link(sandbox.folder / "a.jpg", sandbox.folder / "b.jpg")
    before = sandbox.tree()

    for really in (False, True):
        result = sandbox.apply(plan, really=really)
        assert result.states == [State.REFUSED]
        assert "it is the keeper's own file already" in result.words
    assert before == sandbox.tree()
