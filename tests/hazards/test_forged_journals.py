"""Forged and damaged journals, plans and reports lead to no file that no honest pass would touch.

Undo and purge move and remove the files that a journal names. A program that believes it unlinks
any file of the machine for whoever can write to the journal; as root, it even grants privileges.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.acted_on import Library, PassResult

from dupscan.dedupe.file_ops.attributes import FileAttributes, granted
from dupscan.dedupe.file_ops.directory_entry import DirectoryEntry
from dupscan.errors import PlanError

Forge = Callable[..., Path]
OTHER_USER = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file that the library has nothing to do with."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path = folder / "thesis.txt"
    path.write_text("years of work")
    return path


@pytest.fixture
def forge(sandbox: Library) -> Forge:
    """Carry out a plan, and change the fields of the journal's first act."""

    def change(action: str = "quarantine", *, step: str = "", **fields: Any) -> Path:
        journal = sandbox.act(action).journal
        for copy in sandbox.copies():
            copy.unlink()
        head, first, *rest = journal.read_text().splitlines()
        act = json.loads(first)
        for name, value in fields.items():
            if isinstance(value, dict):
                act[name] |= value
            else:
                act[name] = value
        lines = [head, json.dumps(act)]
        lines += [json.dumps({"act": act["act"], "step": step})] if step else rest
        journal.write_text("\n".join(lines) + "\n")
        return journal

    return change


def attempts(sandbox: Library, journal: Path) -> list[Callable[[], PassResult]]:
    return [
        lambda: sandbox.undo(journal),
        lambda: sandbox.purge(journal),
        lambda: sandbox.apply(sandbox.papers / "plan.csv"),
    ]


def test_an_act_beyond_the_scanned_folder_is_refused(
    sandbox: Library, forge: Forge, victim: Path
) -> None:
    journal = forge(
        target={"path": str(victim)}, place=str(victim), folder=victim.parent.stat().st_ino
    )
    for attempt in attempts(sandbox, journal):
        with pytest.raises(PlanError, match="outside of what was scanned"):
            attempt()
    assert victim.read_text() == "years of work"


@pytest.mark.parametrize("step", ["intended", "undoing", "purging"])
def test_an_act_that_is_half_done_is_checked_before_it_is_recovered(
    sandbox: Library, forge: Forge, victim: Path, step: str
) -> None:
    journal = forge(step=step, place=str(victim))
    with pytest.raises(PlanError, match="`place` is not its place"):
        sandbox.undo(journal)
    assert victim.read_text() == "years of work"


@pytest.mark.parametrize("name", ["../elsewhere/thesis.txt", "thesis.txt", ".dupscan-0-1.tmp"])
def test_a_temporary_name_of_another_shape_is_refused(
    sandbox: Library, forge: Forge, victim: Path, name: str
) -> None:
    journal = forge(temporary=name)
    with pytest.raises(PlanError, match="`temporary`"):
        sandbox.undo(journal)
    assert victim.exists()


def test_a_path_with_detours_is_refused(sandbox: Library, forge: Forge, victim: Path) -> None:
    detour = os.path.join(sandbox.folder, "..", "elsewhere", victim.name)
    with pytest.raises(PlanError, match="no plain absolute path"):
        sandbox.undo(forge(target={"path": detour}))


@needs_root
@pytest.mark.parametrize("paper", ["plan.csv", "plan.json", "journal", "report.json"])
def test_papers_of_another_user_or_open_to_others_are_refused(sandbox: Library, paper: str) -> None:
    plan = sandbox.planned()
    journal = sandbox.apply(plan).journal
    path = journal if paper == "journal" else sandbox.papers / paper

    def use() -> object:
        if paper == "journal":
            return sandbox.undo(journal)
        return sandbox.plan(name="again") if paper == "report.json" else sandbox.apply(plan)

    os.chown(path, OTHER_USER, OTHER_USER)
    with pytest.raises(PlanError, match="belongs to another user"):
        use()
    os.chown(path, 0, 0)
    path.chmod(0o666)
    with pytest.raises(PlanError, match=r"written to by other users \(mode 0666\)"):
        use()


def test_a_journal_behind_a_link_is_refused(sandbox: Library) -> None:
    journal = sandbox.act().journal
    moved = journal.rename(journal.with_suffix(".moved"))
    journal.symlink_to(moved)
    with pytest.raises(PlanError, match="symbolic link"):
        sandbox.undo(journal)


def test_no_record_grants_an_owner_or_a_privilege(tmp_path: Path) -> None:
    held = tmp_path / "a"
    held.touch(mode=0o644)
    recorded = FileAttributes(
        0o6755, 1234, 1234, 0, 0, {"security.capability": b"\1", "user.stars": b"5"}
    )
    given = granted(recorded, held.stat())
    assert (given.uid, given.gid) == (held.stat().st_uid, held.stat().st_gid)
    assert not given.mode & (stat.S_ISUID | stat.S_ISGID)
    assert given.attributes == {"user.stars": b"5"}


def test_a_name_with_a_separator_leads_to_no_other_folder(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        entry = DirectoryEntry(descriptor, "a", str(tmp_path / "a"))
        for name in ("../b", "b/c", "..", ""):
            with pytest.raises(ValueError, match="no name of a file"):
                entry.beside(name)
    finally:
        os.close(descriptor)


def test_only_what_lies_in_a_trash_loses_its_trashinfo(
    sandbox: Library, forge: Forge, victim: Path
) -> None:
    """The journal says where the trash has put a file; the note of a file that is gone goes."""
    info = victim.parent.parent / "info" / "gone.trashinfo"
    info.parent.mkdir()
    info.write_text("[Trash Info]")
    journal = forge("hardlink")
    with journal.open("a") as file:
        found = str(victim.parent / "gone")
        file.write(json.dumps({"act": 1, "step": "undone", "found": found}) + "\n")
    sandbox.undo(journal)
    assert info.exists()
