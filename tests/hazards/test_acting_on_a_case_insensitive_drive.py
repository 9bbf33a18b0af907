"""A drive on which a.jpg and A.JPG are one file, but each spelling has an inode number of its own.

A scan sees one name. A plan that was edited by hand, or comes from elsewhere, may contain both
spellings. Neither spelling may be removed in favour of the other: they are the same file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.processes import running

from dupscan.dedupe.plan_file import write_plan
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile, Plan, Row, State
from dupscan.settings import FingerprintSettings, MatchSettings

if TYPE_CHECKING:
    from support.acted_on import Library

SUPPORT = Path(__file__).resolve().parent.parent / "support"


@pytest.fixture
def drive(acting: Library, tmp_path: Path) -> Iterator[Path]:
    """The library with a single picture, shown as such a drive shows it."""
    (acting.folder / "b.jpg").unlink()
    if not os.access("/dev/fuse", os.R_OK | os.W_OK) or not shutil.which("fusermount3"):
        pytest.skip("needs FUSE: Debian's package fuse3, and /dev/fuse open to this user")
    pytest.importorskip("mfusepy", reason="needs mfusepy, of the extra test")
    place = tmp_path / "drive"
    place.mkdir()
    command = [sys.executable, str(SUPPORT / "passing_disk.py"), str(acting.folder), str(place)]
    with running(
        [*command, "--fold"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(SUPPORT.parent.parent)},
    ) as server:
        assert server.stdout is not None
        if server.stdout.readline() != b"mounted\n":
            pytest.skip("this system lets no file system be mounted")
        yield place
        subprocess.run(["fusermount3", "-u", "-z", str(place)], check=False, capture_output=True)


def identity(path: Path) -> HashedFile:
    status = path.stat()
    told = (status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino)
    return HashedFile(str(path), *told, hashlib.sha256(path.read_bytes()).digest())


def test_a_scan_sees_one_picture(acting: Library, drive: Path) -> None:
    assert (drive / "A.JPG").exists()
    acting.scan(drive)
    assert len(acting.plan().read_text(encoding="utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize("action", ["delete", "symlink", "hardlink", "quarantine"])
def test_one_spelling_is_not_given_up_for_the_other(
    acting: Library, drive: Path, action: str
) -> None:
    real = acting.folder / "a.jpg"
    content = real.read_bytes()
    row = Row(
        number=1,
        group=1,
        verdict=Verdict.FILE,
        target=identity(drive / "A.JPG"),
        keeper=identity(drive / "a.jpg"),
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
    table, _ = write_plan(plan, acting.papers / "forged.csv")

    told = acting.apply(table)

    assert told.states == [State.REFUSED]
    [left] = [path for path in acting.folder.rglob("*") if path.is_file()]
    assert content == left.read_bytes()
    assert left.name.casefold() == "a.jpg"
    assert not left.is_symlink()
