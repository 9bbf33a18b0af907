"""Reference folders and protected folders: nothing in these folders is ever changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.fixture
def reference(sandbox: Library) -> Path:
    """A reference folder beside the library, with newer copies of what is there, and two equal."""
    folder = sandbox.folder.with_name("reference")
    folder.mkdir()
    for name in ("x.jpg", "y.jpg"):
        (folder / name).write_bytes((sandbox.folder / "a.jpg").read_bytes())
    return folder


@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_the_rules_say_only_what_is_outside_goes(
    sandbox: Library, reference: Path, action: str
) -> None:
    sandbox.scan(references=(str(reference),))
    before = [(path.name, path.read_bytes(), path.stat()) for path in sorted(reference.iterdir())]
    rules = (f"not-under:{reference}", "oldest", "shortest-path")

    result = sandbox.apply(sandbox.plan(action, keep=rules))

    assert result.states == [State.DONE, State.DONE]
    for (name, content, status), path in zip(before, sorted(reference.iterdir()), strict=True):
        assert (name, content, status.st_mtime_ns) == (
            *(path.name, path.read_bytes()),
            path.stat().st_mtime_ns,
        )
        assert not path.is_symlink()


@pytest.mark.parametrize("action", ACTIONS)
def test_what_has_moved_into_one_since_the_scan_is_left_alone(
    sandbox: Library, reference: Path, action: str
) -> None:
    """Its path leads there by a link, and it is the file of the plan."""
    for name in ("a.jpg", "b.jpg"):
        (sandbox.folder / name).unlink()
    sandbox.add("sub/c.jpg")
    sandbox.scan(references=(str(reference),))
    plan = sandbox.plan(action)
    (sandbox.folder / "sub").rename(reference / "sub")
    (sandbox.folder / "sub").symlink_to(reference / "sub")

    for really in (False, True):
        assert sandbox.apply(plan, really=really).states == [State.REFUSED]
    assert os.listdir(reference / "sub") == ["c.jpg"]
    assert not (reference / "sub" / "c.jpg").is_symlink()
    assert (reference / "sub" / "c.jpg").stat().st_nlink == 1


@pytest.mark.parametrize("action", ACTIONS)
def test_protection_that_was_asked_for_after_the_plan_holds(sandbox: Library, action: str) -> None:
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("family/c.jpg")
    plan, before = sandbox.planned(action), sandbox.tree()
    (sandbox.folder / "by a link").symlink_to("family")
    link = sandbox.folder / "by a link"

    for folder in (sandbox.folder / "family", sandbox.folder, link, sandbox.folder.parent):
        for really in (False, True):
            result = sandbox.apply(plan, really=really, protect=(str(folder),))
            assert result.states == [State.REFUSED]
            assert "protected now" in result.words
    link.unlink()
    assert before == sandbox.tree()
    (sandbox.folder / "fam").mkdir()
    assert sandbox.apply(plan, protect=(str(sandbox.folder / "fam"),)).states == [State.DONE]
