"""Pictures that only look the same: never linked, and compared again before they are moved.

czkawka can hard-link pictures that are only similar: one picture is destroyed, and only its name
remains.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from support.acted_on import Library

from dupscan.dedupe.plan_file import read_plan, write_plan
from dupscan.errors import PlanError, SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, State

WEAKER = ["pixels", "picture", "similar"]


@pytest.fixture
def library(sandbox: Library) -> Library:
    """``a.jpg``, and versions of it in ``v``: the same pixels, saved anew, and captioned."""
    (sandbox.folder / "b.jpg").unlink()
    (sandbox.folder / "v").mkdir()
    with Image.open(sandbox.folder / "a.jpg") as photo:
        photo.save(sandbox.folder / "v" / "picture.jpg", quality=70)
        ImageDraw.Draw(photo).rectangle((20, 260, 240, 300), fill="white")
        photo.save(sandbox.folder / "v" / "similar.jpg", quality=70)
    content = (sandbox.folder / "a.jpg").read_bytes()
    comment = b"\xff\xfe\x00\x06    "  # a blank one, which says nothing
    (sandbox.folder / "v" / "pixels.jpg").write_bytes(content[:2] + comment + content[2:])
    return sandbox


def only(library: Library, verdict: str, **settings: Any) -> Path:
    """A plan for one of the versions; the others are taken away."""
    for path in (library.folder / "v").iterdir():
        if path.stem != verdict:
            path.unlink()
    keep = (f"not-under:{library.folder}/v",)
    return library.planned(verdict=verdict, keep=keep, **settings)


@pytest.mark.parametrize("verdict", WEAKER)
def test_they_go_to_quarantine_when_asked_for_and_come_back(library: Library, verdict: str) -> None:
    plan = only(library, verdict)
    before = library.tree()

    result = library.apply(plan)

    assert result.states == [State.DONE]
    assert [verdict] == [path.stem for path in library.quarantined()]
    assert library.undo(result.journal).states == [State.DONE]
    assert before == library.tree()


@pytest.mark.parametrize("verdict", WEAKER)
@pytest.mark.parametrize("edited", ["target", "keeper"])
def test_one_that_was_edited_and_has_its_old_time_is_found_out(
    library: Library, verdict: str, edited: str
) -> None:
    plan = only(library, verdict)
    path = library.folder / ("a.jpg" if edited == "keeper" else f"v/{verdict}.jpg")
    spoil(path)
    before = library.tree()

    result = library.apply(plan)

    assert result.states == [State.REFUSED]
    assert "was changed since the scan" in result.words
    assert before == library.tree()


@pytest.mark.parametrize("verdict", WEAKER)
@pytest.mark.parametrize("how", ["edited", "gone", "linked"])
def test_a_purge_looks_at_the_keeper_again(library: Library, verdict: str, how: str) -> None:
    result = library.apply(only(library, verdict))
    keeper = library.folder / "a.jpg"
    if how == "edited":
        spoil(keeper)
    else:
        keeper.unlink()
    if how == "linked":
        os.link(library.quarantined()[0], keeper)

    assert library.purge(result.journal).states == [State.REFUSED]

    assert len(library.quarantined()) == 1


@pytest.mark.parametrize("verdict", WEAKER)
def test_a_purge_goes_on_where_the_keeper_holds(library: Library, verdict: str) -> None:
    result = library.apply(only(library, verdict))

    assert library.purge(result.journal).states == [State.DONE]

    assert sorted(library.tree()) == ["a.jpg", "v"]
    assert library.undo(result.journal).states == [State.REFUSED]


@pytest.mark.parametrize("verdict", WEAKER)
@pytest.mark.parametrize("action", ["hardlink", "symlink", "reflink"])
def test_they_are_never_linked(library: Library, verdict: str, action: str) -> None:
    """One of two merely similar pictures would be gone, and its name stay."""
    library.scan()
    with pytest.raises(SettingsError, match=action):
        library.plan(action, verdict=verdict)


@pytest.mark.parametrize("verdict", WEAKER)
@pytest.mark.parametrize("action", ["hardlink", "symlink", "reflink"])
def test_nor_by_a_plan_that_somebody_edited(library: Library, verdict: str, action: str) -> None:
    plan = only(library, verdict)
    forge(plan, "quarantine", action)
    before = library.tree()

    for really in (False, True):
        with pytest.raises(PlanError, match="is for equal bytes only"):
            library.apply(plan, really=really)
    assert before == library.tree()


@pytest.mark.parametrize("action", ["hardlink", "symlink", "delete"])
def test_nor_by_one_that_calls_them_the_same_file(library: Library, action: str) -> None:
    """Size and digest are forged as well: bytes are compared before anything is done."""
    plan = read_plan(only(library, "picture")).plan
    [row] = plan.rows
    os.truncate(row.target.path, row.keeper.size)
    status = os.stat(row.target.path)
    keepers = {"size": row.keeper.size, "digest": row.keeper.digest}
    target = replace(row.target, mtime_ns=status.st_mtime_ns, **keepers)
    forged = replace(row, verdict=Verdict.FILE, target=target)
    table, _ = write_plan(
        replace(plan, action=Action(action), rows=(forged,)), library.papers / "forged.csv"
    )
    before = library.tree()

    result = library.apply(table)

    assert result.states == [State.REFUSED]
    assert "its bytes are not those of its keeper" in result.words
    assert before == library.tree()


@pytest.mark.parametrize("verdict", WEAKER)
def test_they_are_deleted_only_by_who_says_so_in_so_many_words(
    library: Library, verdict: str
) -> None:
    library.scan()
    with pytest.raises(SettingsError, match="delete"):
        library.plan("delete", verdict=verdict)


@pytest.mark.parametrize("verdict", WEAKER)
@pytest.mark.parametrize("edited", ["", "a.jpg", "v"])
def test_who_does_say_so_has_both_looked_at_first(
    library: Library, verdict: str, edited: str
) -> None:
    plan = only(library, verdict, action="delete", delete_even=verdict)
    if edited:
        spoil(library.folder / (edited if edited == "a.jpg" else f"v/{verdict}.jpg"))
    before = library.tree()

    result = library.apply(plan)

    assert result.states == [State.REFUSED if edited else State.DONE]
    assert before["a.jpg"] == library.tree()["a.jpg"]
    assert (before == library.tree()) == bool(edited)


def spoil(path: Path) -> None:
    """Change one byte of a picture, and nothing that a look at its status shows."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(status.st_size // 2)
        byte = file.read(1)[0]
        file.seek(status.st_size // 2)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def forge(plan: Path, was: str, now: str) -> None:
    """Write something else into both files of a plan."""
    for path in (plan, plan.with_suffix(".json")):
        path.write_text(path.read_text("utf-8-sig").replace(was, now), "utf-8")
