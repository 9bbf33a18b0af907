"""Files and folders that operations leave: recognised, and removed where nothing else is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.dedupe.apply.leftovers import is_our_link, tidy_up_all
from dupscan.dedupe.apply.preconditions import open_directory_entry
from dupscan.dedupe.journal import Journal, Step
from dupscan.text.file_names import QUARANTINE


def tidy(journal: Path) -> None:
    with Journal(journal) as opened:
        tidy_up_all(opened)


def test_where_nothing_was_left_nothing_is_removed(sandbox: Library) -> None:
    journal = sandbox.act().journal
    sandbox.undo(journal)
    before = sandbox.tree()

    tidy(journal)

    assert before == sandbox.tree()


def test_empty_folders_that_a_kill_left_are_removed_and_others_stay(sandbox: Library) -> None:
    journal = sandbox.act().journal
    [quarantined] = sandbox.quarantined()
    sandbox.undo(journal)
    quarantined.parent.mkdir(parents=True)
    theirs = sandbox.folder / QUARANTINE / "theirs.txt"
    theirs.write_text("of the user")

    tidy(journal)

    assert [theirs] == list((sandbox.folder / QUARANTINE).iterdir())


@pytest.mark.parametrize("action", ["hardlink", "symlink"])
def test_a_link_of_ours_is_told_from_another_file(sandbox: Library, action: str) -> None:
    journal = sandbox.act(action).journal
    target = sandbox.folder / "b.jpg"
    with Journal(journal, read_only=True) as opened:
        [entry] = opened.entries(Step.DONE)
    with open_directory_entry(str(target)) as name:
        assert is_our_link(entry, name.look())
        target.unlink()
        os.symlink("elsewhere.jpg", target)
        assert not is_our_link(entry, name.look())
