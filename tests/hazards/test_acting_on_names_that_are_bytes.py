"""File names with newlines, quotes and bytes that are not text, from the scan to the undo.

difPy and find-dups move files into one folder by their base name, and overwrite files of the same
name.
"""

from __future__ import annotations

import os

import pytest
from support.acted_on import Library

from dupscan.model.plan import State

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
def test_every_name_goes_and_comes_back(sandbox: Library, action: str) -> None:
    os.utime(sandbox.folder / "a.jpg", ns=(10**18, 10**18))
    paths = [sandbox.add(name) for name in NAMES]
    before = sandbox.tree()
    sandbox.scan(hidden=True)
    plan = sandbox.plan(action)
    wished = sandbox.apply(plan, really=False)
    assert [State.WOULD] * (len(NAMES) + 1) == wished.states
    assert all(outcome.words.isprintable() for outcome in wished.outcomes)

    result = sandbox.apply(plan)

    assert [State.DONE] * (len(NAMES) + 1) == result.states
    assert before["a.jpg"] == sandbox.tree()["a.jpg"]
    kept = [path for path in paths if path.exists()]
    assert (len(paths) if action in ("hardlink", "symlink") else 0) == len(kept)
    assert all(path.samefile(sandbox.folder / "a.jpg") for path in kept)
    again = sandbox.apply(plan)
    assert {State.DONE_BEFORE} == set(again.states)
    if action != "delete":
        assert {State.DONE} == set(sandbox.undo(result.journal).states)
        assert before == sandbox.tree()


def test_one_base_name_in_many_folders_is_not_written_over(sandbox: Library) -> None:
    """Moved into one folder by base name, the second would be the end of the first."""
    for number in range(5):
        sandbox.add(f"{number}/IMG_0001.JPG", ["rocket.jpg", "coffee.jpg"][number % 2])
    before = sandbox.tree()

    result = sandbox.act()

    assert {State.DONE} == set(result.states)
    assert len(result.states) == len(sandbox.quarantined())
    assert {State.DONE} == set(sandbox.undo(result.journal).states)
    assert before == sandbox.tree()


def test_names_that_differ_in_case_only(sandbox: Library) -> None:
    for name in ("IMG.jpg", "img.jpg", "Img.JPG"):
        sandbox.add(name, "rocket.jpg")
    before = sandbox.tree()

    result = sandbox.act()

    assert result.states == [State.DONE] * 3
    assert {State.DONE} == set(sandbox.undo(result.journal).states)
    assert before == sandbox.tree()
