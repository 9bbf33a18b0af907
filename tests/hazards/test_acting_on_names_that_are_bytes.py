"""File names with newlines, quotes and bytes that are not text, from the scan to the undo.

difPy and find-dups move files into one folder by their base name, and overwrite files of the same
name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

NAMES = (
    b"a folder\n/new\nline.jpg",
    b"\xff\xfe/caf\xe9.jpg",
    b"=HYPERLINK(1)/\"quoted\", 'twice'.jpg",
    b"-rf/--yes.jpg",
    "été/\u202egpj.exe.jpg".encode(),
    "e\u0301te\u0301/\u202egpj.exe.jpg".encode(),
    b" leading/trailing .jpg",
    b"n" * 251 + b".jpg",
    b"\t/\x1b[31mred.jpg",
    b".dupscan-0/.hidden.jpg",
)


@pytest.mark.parametrize("action", ["quarantine", "hardlink", "symlink", "delete"])
def test_every_name_goes_and_comes_back(acting: Library, action: str) -> None:
    os.utime(acting.folder / "a.jpg", ns=(10**18, 10**18))
    paths = [acting.add(name) for name in NAMES]
    before = acting.tree()
    acting.scan(hidden=True)
    plan = acting.plan(action)
    wished = acting.apply(plan, really=False)
    assert [State.WOULD] * (len(NAMES) + 1) == wished.states
    assert all(outcome.words.isprintable() for outcome in wished.outcomes)

    told = acting.apply(plan)

    assert [State.DONE] * (len(NAMES) + 1) == told.states
    assert before["a.jpg"] == acting.tree()["a.jpg"]
    kept = [path for path in paths if path.exists()]
    assert (len(paths) if action in ("hardlink", "symlink") else 0) == len(kept)
    assert all(path.samefile(acting.folder / "a.jpg") for path in kept)
    again = acting.apply(plan)
    assert {State.DONE_BEFORE} == set(again.states)
    if action != "delete":
        assert {State.DONE} == set(acting.undo(told.journal).states)
        assert before == acting.tree()


def test_one_base_name_in_many_folders_is_not_written_over(acting: Library) -> None:
    """Moved into one folder by base name, the second would be the end of the first."""
    for number in range(5):
        acting.add(f"{number}/IMG_0001.JPG", ["rocket.jpg", "coffee.jpg"][number % 2])
    before = acting.tree()

    told = acting.act()

    assert {State.DONE} == set(told.states)
    assert len(told.states) == len(acting.quarantined())
    assert {State.DONE} == set(acting.undo(told.journal).states)
    assert before == acting.tree()


def test_names_that_differ_in_case_only(acting: Library) -> None:
    for name in ("IMG.jpg", "img.jpg", "Img.JPG"):
        acting.add(name, "rocket.jpg")
    before = acting.tree()

    told = acting.act()

    assert told.states == [State.DONE] * 3
    assert {State.DONE} == set(acting.undo(told.journal).states)
    assert before == acting.tree()
