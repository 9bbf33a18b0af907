"""A FUSE drive that ignores the flags of ``renameat2``, renames anyway, and reports success.

A program that believes the two names were exchanged has lost one of the files. The drive also
shows a folder in a second place, and the system remembers its names for a second: a name that is
already gone still seems to exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support import fuse
from support.acted_on import Library

from dupscan.model.plan import State

ACTIONS = ["delete", "symlink", "hardlink", "reflink", "quarantine"]
Show = Callable[[Path, Path], object]


@pytest.fixture
def show() -> Iterator[Show]:
    """Show a folder a second time, in another place."""
    with ExitStack() as everything:
        yield lambda folder, place: everything.enter_context(
            fuse.shown("passing_disk.py", folder, place)
        )


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kept", ["real", "shown"])
def test_a_file_that_is_seen_twice_is_not_given_up_for_itself(
    sandbox: Library, show: Show, action: str, kept: str
) -> None:
    real = sandbox.add("real/c.jpg")
    for name in ("a.jpg", "b.jpg"):
        (sandbox.folder / name).unlink()
    content = real.read_bytes()
    show(real.parent, sandbox.folder / "shown")
    sandbox.scan()

    result = sandbox.apply(sandbox.plan(action, keep=(f"under:{sandbox.folder}/{kept}",)))

    assert State.DONE not in result.states
    assert not real.is_symlink()
    assert content == real.read_bytes()
    assert [path for path in real.parent.rglob("*") if path.is_file()] == [real]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_library_on_such_a_drive_is_whole_after_all_of_it(
    sandbox: Library, show: Show, action: str, tmp_path: Path
) -> None:
    """What cannot be done there is refused; what can be is undone."""
    behind = sandbox.folder
    content = (behind / "a.jpg").read_bytes()
    sandbox.folder = tmp_path / "shown"
    show(behind, sandbox.folder)

    result = sandbox.act(action)

    assert content == (behind / "a.jpg").read_bytes()
    if result.states == [State.REFUSED] or action != "delete":
        sandbox.undo(result.journal)
        assert content == (behind / "b.jpg").read_bytes()
        assert not (behind / "b.jpg").is_symlink()
        assert (behind / "b.jpg").stat().st_nlink == 1
        assert sorted(path.name for path in behind.glob("*")) == ["a.jpg", "b.jpg"]
