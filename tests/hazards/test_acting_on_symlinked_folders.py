"""Folders in a path that are symbolic links, or became symbolic links after the scan."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State
from dupscan.text.file_names import QUARANTINE

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_folder_that_leads_out_of_the_library_by_now(
    sandbox: Library, tmp_path: Path, action: str
) -> None:
    """The very file, moved to another place and reached by a link: it is nobody's to act on."""
    sandbox.add("folder/c.jpg")
    (sandbox.folder / "b.jpg").unlink()
    plan = sandbox.planned(action)
    (sandbox.folder / "folder").rename(tmp_path / "elsewhere")
    (sandbox.folder / "folder").symlink_to(tmp_path / "elsewhere")
    before = sandbox.tree()

    for really in (False, True):
        result = sandbox.apply(plan, really=really)
        assert result.states == [State.REFUSED]
        assert "outside of what was scanned" in result.words
    assert before == sandbox.tree()
    assert os.listdir(tmp_path / "elsewhere") == ["c.jpg"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_folder_that_leads_to_the_keepers_own_by_now(sandbox: Library, action: str) -> None:
    """Its duplicate is the keeper itself then."""
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("copy/a.jpg")
    plan = sandbox.planned(action)
    (sandbox.folder / "copy").rename(sandbox.folder / "renamed")
    (sandbox.folder / "copy").symlink_to(".")
    before = sandbox.tree()

    for really in (False, True):
        assert sandbox.apply(plan, really=really).states == [State.REFUSED]
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_folder_that_moved_within_the_library(sandbox: Library, action: str) -> None:
    """It is the same file still, and what is done to it is undone there."""
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("folder/c.jpg")
    plan = sandbox.planned(action)
    (sandbox.folder / "folder").rename(sandbox.folder / "renamed")
    (sandbox.folder / "folder").symlink_to("renamed")
    before = sandbox.tree()

    result = sandbox.apply(plan)

    assert result.states == [State.DONE]
    assert before["a.jpg"] == sandbox.tree()["a.jpg"]
    if action == "symlink":
        assert (sandbox.folder / "a.jpg").samefile(sandbox.folder / "renamed" / "c.jpg")
    if action != "delete":
        assert sandbox.undo(result.journal).states == [State.DONE]
        assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_links_that_the_scan_followed_lead_out_and_are_left_alone(
    sandbox: Library, tmp_path: Path, action: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (sandbox.folder / "b.jpg").rename(elsewhere / "b.jpg")
    (sandbox.folder / "folder").symlink_to(elsewhere)
    sandbox.scan(follow_symlinks=True)
    before = sandbox.tree()

    result = sandbox.apply(sandbox.plan(action, keep=(f"under:{sandbox.folder}/a.jpg",)))

    assert State.DONE not in result.states
    assert before == sandbox.tree()
    assert os.listdir(elsewhere) == ["b.jpg"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_link_to_a_file_is_no_target_and_no_keeper(sandbox: Library, action: str) -> None:
    (sandbox.folder / "b.jpg").unlink()
    (sandbox.folder / "0.jpg").symlink_to("a.jpg")
    before = sandbox.tree()
    sandbox.scan(follow_symlinks=True)

    result = sandbox.apply(sandbox.plan(action))

    assert result.outcomes == []
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_library_that_is_itself_reached_by_a_link(
    sandbox: Library, tmp_path: Path, action: str
) -> None:
    (tmp_path / "photos").symlink_to(sandbox.folder)
    before = sandbox.tree()
    sandbox.scan(tmp_path / "photos")
    plan = sandbox.plan(action)
    assert str(tmp_path / "photos" / "b.jpg") == read_plan(plan).plan.rows[0].target.path

    result = sandbox.apply(plan)

    assert result.states == [State.DONE]
    if action == "symlink":
        assert os.readlink(sandbox.folder / "b.jpg") == "a.jpg"
    if action != "delete":
        assert sandbox.undo(result.journal).states == [State.DONE]
        assert before == sandbox.tree()


@pytest.mark.parametrize("deeper", [False, True])
def test_a_quarantine_that_leads_elsewhere(sandbox: Library, tmp_path: Path, deeper: bool) -> None:
    plan = sandbox.planned()
    (tmp_path / "elsewhere").mkdir()
    place = sandbox.folder / QUARANTINE
    if deeper:
        place.mkdir()
        place /= read_plan(plan).plan.plan_id
    place.symlink_to(tmp_path / "elsewhere")

    result = sandbox.apply(plan)

    assert result.states == [State.REFUSED]
    assert (sandbox.folder / "b.jpg").is_file()
    assert os.listdir(tmp_path / "elsewhere") == []


def test_an_undo_does_not_follow_a_link_out_of_the_library(
    sandbox: Library, tmp_path: Path
) -> None:
    """The folder that the picture was in is another one now, of somebody else perhaps."""
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("folder/c.jpg")
    result = sandbox.act()
    (tmp_path / "elsewhere").mkdir()
    (sandbox.folder / "folder").rmdir()
    (sandbox.folder / "folder").symlink_to(tmp_path / "elsewhere")

    undone = sandbox.undo(result.journal)

    assert undone.states == [State.REFUSED]
    assert os.listdir(tmp_path / "elsewhere") == []
    assert len(sandbox.quarantined()) == 1
