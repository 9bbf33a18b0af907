"""Folders in a path that are symbolic links, or became symbolic links after the scan."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State
from dupscan.text.file_names import QUARANTINE

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_folder_that_leads_out_of_the_library_by_now(
    acting: Library, tmp_path: Path, action: str
) -> None:
    """The very file, moved to another place and reached by a link: it is nobody's to act on."""
    acting.add("folder/c.jpg")
    (acting.folder / "b.jpg").unlink()
    plan = acting.planned(action)
    (acting.folder / "folder").rename(tmp_path / "elsewhere")
    (acting.folder / "folder").symlink_to(tmp_path / "elsewhere")
    before = acting.tree()

    for really in (False, True):
        told = acting.apply(plan, really=really)
        assert told.states == [State.REFUSED]
        assert "outside of what was scanned" in told.words
    assert before == acting.tree()
    assert os.listdir(tmp_path / "elsewhere") == ["c.jpg"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_folder_that_leads_to_the_keepers_own_by_now(acting: Library, action: str) -> None:
    """Its duplicate is the keeper itself then."""
    (acting.folder / "b.jpg").unlink()
    acting.add("copy/a.jpg")
    plan = acting.planned(action)
    (acting.folder / "copy").rename(acting.folder / "renamed")
    (acting.folder / "copy").symlink_to(".")
    before = acting.tree()

    for really in (False, True):
        assert acting.apply(plan, really=really).states == [State.REFUSED]
    assert before == acting.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_folder_that_moved_within_the_library(acting: Library, action: str) -> None:
    """It is the same file still, and what is done to it is undone there."""
    (acting.folder / "b.jpg").unlink()
    acting.add("folder/c.jpg")
    plan = acting.planned(action)
    (acting.folder / "folder").rename(acting.folder / "renamed")
    (acting.folder / "folder").symlink_to("renamed")
    before = acting.tree()

    told = acting.apply(plan)

    assert told.states == [State.DONE]
    assert before["a.jpg"] == acting.tree()["a.jpg"]
    if action == "symlink":
        assert (acting.folder / "a.jpg").samefile(acting.folder / "renamed" / "c.jpg")
    if action != "delete":
        assert acting.undo(told.journal).states == [State.DONE]
        assert before == acting.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_links_that_the_scan_followed_lead_out_and_are_left_alone(
    acting: Library, tmp_path: Path, action: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (acting.folder / "b.jpg").rename(elsewhere / "b.jpg")
    (acting.folder / "folder").symlink_to(elsewhere)
    acting.scan(follow_symlinks=True)
    before = acting.tree()

    told = acting.apply(acting.plan(action, keep=(f"under:{acting.folder}/a.jpg",)))

    assert State.DONE not in told.states
    assert before == acting.tree()
    assert os.listdir(elsewhere) == ["b.jpg"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_link_to_a_file_is_no_target_and_no_keeper(acting: Library, action: str) -> None:
    (acting.folder / "b.jpg").unlink()
    (acting.folder / "0.jpg").symlink_to("a.jpg")
    before = acting.tree()
    acting.scan(follow_symlinks=True)

    told = acting.apply(acting.plan(action))

    assert told.outcomes == []
    assert before == acting.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_library_that_is_itself_reached_by_a_link(
    acting: Library, tmp_path: Path, action: str
) -> None:
    (tmp_path / "photos").symlink_to(acting.folder)
    before = acting.tree()
    acting.scan(tmp_path / "photos")
    plan = acting.plan(action)
    assert str(tmp_path / "photos" / "b.jpg") == read_plan(plan).plan.rows[0].target.path

    told = acting.apply(plan)

    assert told.states == [State.DONE]
    if action == "symlink":
        assert os.readlink(acting.folder / "b.jpg") == "a.jpg"
    if action != "delete":
        assert acting.undo(told.journal).states == [State.DONE]
        assert before == acting.tree()


@pytest.mark.parametrize("deeper", [False, True])
def test_a_quarantine_that_leads_elsewhere(acting: Library, tmp_path: Path, deeper: bool) -> None:
    plan = acting.planned()
    (tmp_path / "elsewhere").mkdir()
    place = acting.folder / QUARANTINE
    if deeper:
        place.mkdir()
        place /= read_plan(plan).plan.plan_id
    place.symlink_to(tmp_path / "elsewhere")

    told = acting.apply(plan)

    assert told.states == [State.REFUSED]
    assert (acting.folder / "b.jpg").is_file()
    assert os.listdir(tmp_path / "elsewhere") == []


def test_an_undo_does_not_follow_a_link_out_of_the_library(acting: Library, tmp_path: Path) -> None:
    """The folder that the picture was in is another one now, of somebody else perhaps."""
    (acting.folder / "b.jpg").unlink()
    acting.add("folder/c.jpg")
    told = acting.act()
    (tmp_path / "elsewhere").mkdir()
    (acting.folder / "folder").rmdir()
    (acting.folder / "folder").symlink_to(tmp_path / "elsewhere")

    undone = acting.undo(told.journal)

    assert undone.states == [State.REFUSED]
    assert os.listdir(tmp_path / "elsewhere") == []
    assert len(acting.quarantined()) == 1
