"""Reference folders and protected folders: nothing in these folders is ever changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.fixture
def reference(acting: Library) -> Path:
    """A reference folder beside the library, with newer copies of what is there, and two equal."""
    folder = acting.folder.with_name("reference")
    folder.mkdir()
    for name in ("x.jpg", "y.jpg"):
        (folder / name).write_bytes((acting.folder / "a.jpg").read_bytes())
    return folder


@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_the_rules_say_only_what_is_outside_goes(
    acting: Library, reference: Path, action: str
) -> None:
    acting.scan(references=(str(reference),))
    before = [(path.name, path.read_bytes(), path.stat()) for path in sorted(reference.iterdir())]
    rules = (f"not-under:{reference}", "oldest", "shortest-path")

    told = acting.apply(acting.plan(action, keep=rules))

    assert told.states == [State.DONE, State.DONE]
    for (name, content, status), path in zip(before, sorted(reference.iterdir()), strict=True):
        assert (name, content, status.st_mtime_ns) == (
            *(path.name, path.read_bytes()),
            path.stat().st_mtime_ns,
        )
        assert not path.is_symlink()


@pytest.mark.parametrize("action", ACTIONS)
def test_what_has_moved_into_one_since_the_scan_is_left_alone(
    acting: Library, reference: Path, action: str
) -> None:
    """Its path leads there by a link, and it is the file of the plan."""
    for name in ("a.jpg", "b.jpg"):
        (acting.folder / name).unlink()
    acting.add("sub/c.jpg")
    acting.scan(references=(str(reference),))
    plan = acting.plan(action)
    (acting.folder / "sub").rename(reference / "sub")
    (acting.folder / "sub").symlink_to(reference / "sub")

    for really in (False, True):
        assert acting.apply(plan, really=really).states == [State.REFUSED]
    assert os.listdir(reference / "sub") == ["c.jpg"]
    assert not (reference / "sub" / "c.jpg").is_symlink()
    assert (reference / "sub" / "c.jpg").stat().st_nlink == 1


@pytest.mark.parametrize("action", ACTIONS)
def test_protection_that_was_asked_for_after_the_plan_holds(acting: Library, action: str) -> None:
    (acting.folder / "b.jpg").unlink()
    acting.add("family/c.jpg")
    plan, before = acting.planned(action), acting.tree()
    (acting.folder / "by a link").symlink_to("family")
    link = acting.folder / "by a link"

    for folder in (acting.folder / "family", acting.folder, link, acting.folder.parent):
        for really in (False, True):
            told = acting.apply(plan, really=really, protect=(str(folder),))
            assert told.states == [State.REFUSED]
            assert "protected now" in told.words
    link.unlink()
    assert before == acting.tree()
    (acting.folder / "fam").mkdir()
    assert acting.apply(plan, protect=(str(acting.folder / "fam"),)).states == [State.DONE]
