"""Sidecar files and films: they move with their picture, and return with it.

A companion that another file needs too stays where it is.
"""

from __future__ import annotations

import os

import pytest
from support.acted_on import Library

from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State


@pytest.fixture
def library(sandbox: Library) -> Library:
    """``a.jpg``, and in a folder a copy of it that has a sidecar."""
    (sandbox.folder / "b.jpg").unlink()
    sandbox.add("folder/IMG_1.jpg")
    (sandbox.folder / "folder" / "IMG_1.xmp").write_text("five stars")
    return sandbox


def test_a_picture_with_a_sidecar_stays_unless_asked(library: Library) -> None:
    assert library.act().outcomes == []


def test_a_sidecar_goes_with_its_picture_and_comes_back(library: Library) -> None:
    before = library.tree()

    result = library.act(allow=("sidecar",))

    assert result.states == [State.DONE, State.DONE]
    assert [path.name for path in library.quarantined()] == ["IMG_1.jpg", "IMG_1.xmp"]
    assert {State.DONE} == set(library.undo(result.journal).states)
    assert before == library.tree()


def test_it_is_not_purged_before_its_picture(library: Library) -> None:
    result = library.act(allow=("sidecar",))
    (library.folder / "a.jpg").rename(library.folder / "moved.jpg")

    assert library.purge(result.journal).states == [State.REFUSED, State.REFUSED]

    assert len(library.quarantined()) == 2


def test_the_last_of_its_content_is_not_purged_at_all(library: Library) -> None:
    """The picture has a keeper, the sidecar has none."""
    result = library.act(allow=("sidecar",))

    assert library.purge(result.journal).states == [State.DONE, State.REFUSED]

    assert [path.name for path in library.quarantined()] == ["IMG_1.xmp"]
    assert library.quarantined()[0].read_text() == "five stars"


def test_where_the_picture_is_refused_its_sidecar_stays(library: Library) -> None:
    plan = library.planned(allow=("sidecar",))
    (library.folder / "folder" / "IMG_1.jpg").write_bytes(b"edited")
    before = library.tree()

    for really in (False, True):
        result = library.apply(plan, really=really)
        assert result.states == [State.REFUSED, State.REFUSED]
        assert "its picture stays, so this companion stays too" in result.words
    assert before == library.tree()


def test_where_the_sidecar_was_edited_its_picture_stays_with_it(library: Library) -> None:
    plan = library.planned(allow=("sidecar",))
    sidecar = library.folder / "folder" / "IMG_1.xmp"
    sidecar.write_text("one star, after all")

    assert library.apply(plan).states == [State.REFUSED, State.REFUSED]

    assert sidecar.read_text() == "one star, after all"


def test_a_sidecar_that_another_file_of_the_folder_needs_stays(library: Library) -> None:
    (library.folder / "folder" / "IMG_1.png").write_bytes(
        (library.originals / "coins.png").read_bytes()
    )

    result = library.act(allow=("sidecar",))

    assert result.states == [State.DONE]
    assert {"folder/IMG_1.png", "folder/IMG_1.xmp"} <= library.tree().keys()


def test_the_film_of_a_live_photo_goes_along(sandbox: Library) -> None:
    for folder in ("one", "two"):
        sandbox.add(f"{folder}/IMG_2.jpg", "rocket.jpg")
        (sandbox.folder / folder / "IMG_2.MOV").write_bytes(b"a film of " + folder.encode())
    before = sandbox.tree()

    result = sandbox.act(allow=("live-photo",))

    assert result.states == [State.DONE] * 3
    assert sorted(p.name for p in sandbox.quarantined()) == ["IMG_2.MOV", "IMG_2.jpg", "b.jpg"]
    assert {State.DONE} == set(sandbox.undo(result.journal).states)
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ["hardlink", "symlink"])
def test_a_link_keeps_its_name_and_so_its_sidecar(library: Library, action: str) -> None:
    result = library.act(action, allow=("sidecar",))

    assert result.states == [State.DONE]
    assert {"folder/IMG_1.jpg", "folder/IMG_1.xmp"} <= library.tree().keys()


def test_a_sidecar_is_never_deleted(library: Library) -> None:
    assert library.act("delete", allow=("sidecar",)).outcomes == []
    assert {"folder/IMG_1.jpg", "folder/IMG_1.xmp"} <= library.tree().keys()


def test_a_sidecar_that_the_keeper_needs_too_stays(sandbox: Library) -> None:
    """Two names of one stem in one folder: the keeper is a TIFF-named copy of the JPEG."""
    os.rename(sandbox.folder / "b.jpg", sandbox.folder / "a.jpeg")
    (sandbox.folder / "a.xmp").write_text("whose?")

    plan = sandbox.planned(allow=("sidecar",))

    targets = [row.target.path for row in read_plan(plan).plan.rows]
    assert str(sandbox.folder / "a.xmp") not in targets
    sandbox.apply(plan)
    assert "a.xmp" in sandbox.tree()


@pytest.fixture
def album(library: Library) -> Library:
    """The same, and beside the keeper a sidecar with the same words."""
    (library.folder / "a.xmp").write_text("five stars")
    return library


def test_an_equal_sidecar_goes_with_its_picture_and_is_purged(album: Library) -> None:
    """A Takeout has its words beside each copy in an album."""
    before = album.tree()
    result = album.act()
    assert result.states == [State.DONE, State.DONE]
    assert {State.DONE} == set(album.undo(result.journal).states)
    assert before == album.tree()
    again = album.act()
    assert album.purge(again.journal).states == [State.DONE, State.DONE]
    assert (album.folder / "a.xmp").read_text() == "five stars"


def test_an_equal_sidecar_is_deleted_with_its_picture(album: Library) -> None:
    assert album.act("delete").states == [State.DONE, State.DONE]
    assert not (album.folder / "folder" / "IMG_1.xmp").exists()
    assert (album.folder / "a.xmp").read_text() == "five stars"


@pytest.mark.parametrize("action", ["quarantine", "trash", "delete"])
@pytest.mark.parametrize("change", ["edited", "gone"])
def test_a_picture_stays_where_the_keepers_sidecar_is_not_equal_any_more(
    album: Library, action: str, change: str
) -> None:
    plan = album.planned(action)
    words = album.folder / "a.xmp"
    words.unlink()
    if change == "edited":
        words.write_text("four stars")
    before = album.tree()

    assert album.apply(plan).states == [State.REFUSED, State.REFUSED]

    assert before == album.tree()


def test_a_sidecar_of_the_same_size_with_other_words_keeps_its_picture(library: Library) -> None:
    (library.folder / "a.xmp").write_text("four stars")
    for action in ("quarantine", "delete"):
        assert library.act(action).outcomes == []
