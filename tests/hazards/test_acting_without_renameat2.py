"""A FUSE drive that ignores the flags of ``renameat2``, renames anyway, and reports success.

A program that believes the two names were exchanged has lost one of the files. The drive also
shows a folder in a second place, and the system remembers its names for a second: a name that is
already gone still seems to exist.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.processes import end

from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

SUPPORT = Path(__file__).resolve().parent.parent / "support"
ACTIONS = ["delete", "symlink", "hardlink", "reflink", "quarantine"]
Show = Callable[[Path, Path], None]


@pytest.fixture
def show() -> Iterator[Show]:
    """Show a folder a second time, in another place."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK) or not shutil.which("fusermount3"):
        pytest.skip("needs FUSE: Debian's package fuse3, and /dev/fuse open to this user")
    pytest.importorskip("mfusepy", reason="needs mfusepy, of the extra test")
    shown: list[tuple[Path, subprocess.Popen[bytes]]] = []

    def run(folder: Path, place: Path) -> None:
        place.mkdir()
        server = subprocess.Popen(
            [sys.executable, str(SUPPORT / "passing_disk.py"), str(folder), str(place)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(SUPPORT.parent.parent)},
        )
        shown.append((place, server))
        assert server.stdout is not None
        if server.stdout.readline() != b"mounted\n":
            pytest.skip("this system lets no file system be mounted")

    yield run
    for place, server in shown:
        subprocess.run(["fusermount3", "-u", "-z", str(place)], check=False, capture_output=True)
        end(server)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kept", ["real", "shown"])
def test_a_file_that_is_seen_twice_is_not_given_up_for_itself(
    acting: Library, show: Show, action: str, kept: str
) -> None:
    real = acting.add("real/c.jpg")
    for name in ("a.jpg", "b.jpg"):
        (acting.folder / name).unlink()
    content = real.read_bytes()
    show(real.parent, acting.folder / "shown")
    acting.scan()

    told = acting.apply(acting.plan(action, keep=(f"under:{acting.folder}/{kept}",)))

    assert State.DONE not in told.states
    assert not real.is_symlink()
    assert content == real.read_bytes()
    assert [path for path in real.parent.rglob("*") if path.is_file()] == [real]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_library_on_such_a_drive_is_whole_after_all_of_it(
    acting: Library, show: Show, action: str, tmp_path: Path
) -> None:
    """What cannot be done there is refused; what can be is undone."""
    behind = acting.folder
    content = (behind / "a.jpg").read_bytes()
    acting.folder = tmp_path / "shown"
    show(behind, acting.folder)

    told = acting.act(action)

    assert content == (behind / "a.jpg").read_bytes()
    if told.states == [State.REFUSED] or action != "delete":
        acting.undo(told.journal)
        assert content == (behind / "b.jpg").read_bytes()
        assert not (behind / "b.jpg").is_symlink()
        assert (behind / "b.jpg").stat().st_nlink == 1
        assert sorted(path.name for path in behind.glob("*")) == ["a.jpg", "b.jpg"]
