"""A drive on which a.jpg and A.JPG are one file, but each spelling has an inode number of its own.

A scan sees one name. A plan that was edited by hand, or comes from elsewhere, may contain both
spellings. Neither spelling may be removed in favour of the other: they are the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import fuse
from support.acted_on import Library
from support.plans import identity_of

from dupscan.dedupe.plan_file import write_plan
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Plan, Row, State
from dupscan.settings import FingerprintSettings, MatchSettings


@pytest.fixture
def drive(sandbox: Library, tmp_path: Path) -> Iterator[Path]:
    """The library with a single picture, shown as such a drive shows it."""
    (sandbox.folder / "b.jpg").unlink()
    place = tmp_path / "drive"
    with fuse.shown("passing_disk.py", sandbox.folder, place, "--fold"):
        yield place


def test_a_scan_sees_one_picture(sandbox: Library, drive: Path) -> None:
    assert (drive / "A.JPG").exists()
    sandbox.scan(drive)
    assert len(sandbox.plan().read_text(encoding="utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize("action", ["delete", "symlink", "hardlink", "quarantine"])
def test_one_spelling_is_not_given_up_for_the_other(
    sandbox: Library, drive: Path, action: str
) -> None:
    real = sandbox.folder / "a.jpg"
    content = real.read_bytes()
    row = Row(
        number=1,
        group=1,
        verdict=Verdict.FILE,
        target=identity_of(drive / "A.JPG"),
        keeper=identity_of(drive / "a.jpg"),
        kept="",
        explanation="the same bytes",
        freed=0,
    )
    plan = Plan(
        plan_id="0123456789ab",
        scan_id="0",
        made="2026-11-22T00:00:00+00:00",
        version="0",
        action=Action(action),
        roots=(str(drive),),
        fingerprint=FingerprintSettings(),
        match=MatchSettings(),
        rows=(row,),
    )
    assert row.target.inode != row.keeper.inode
    table, _ = write_plan(plan, sandbox.papers / "forged.csv")

    result = sandbox.apply(table)

    assert result.states == [State.REFUSED]
    # Until a removed file's last descriptor is closed, libfuse keeps it as .fuse_hidden….
    [left] = [
        path
        for path in sandbox.folder.rglob("*")
        if path.is_file() and not path.name.startswith(".fuse_hidden")
    ]
    assert content == left.read_bytes()
    assert left.name.casefold() == "a.jpg"
    assert not left.is_symlink()
