"""All that dupscan makes is for its user alone, whatever the umask is.

A report says what is in somebody's pictures. And in a report's folder that anybody may write to,
anybody may put another ``report.json``, by which the next plan would be made.
"""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dupscan.cli import run

Run = Callable[..., None]


@pytest.fixture(params=[0o000, 0o022], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """A process with this umask."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command that must succeed, in a place of its own, with a home of its own."""
    (tmp_path / "home").mkdir(mode=0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: None if run([*map(str, arguments)]) == 0 else pytest.fail("no 0")


def open_to_others(below: Path) -> list[str]:
    """All below a folder that anybody but its owner has a right to, links aside."""
    found = [below, *below.rglob("*")]
    return [
        f"{path} {stat.S_IMODE(path.lstat().st_mode):o}"
        for path in found
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a matter of POSIX")
@pytest.mark.usefixtures("umask")
def test_all_that_is_made_is_private(command: Run, originals: Path, tmp_path: Path) -> None:
    library = tmp_path / "library" / "album"
    library.mkdir(parents=True, mode=0o755)
    for name in ("a.jpg", "b.jpg"):
        shutil.copy(originals / "rocket.jpg", library / name)
    made = tmp_path / "made"
    scan = ("scan", tmp_path / "library", "--workers", 1, "-q")

    command(*scan, "-o", made / "reports" / "today", "--store", made / "stores" / "my" / "s.sqlite")
    command(*scan, "-o", made / "again")  # with the usual store
    assert open_to_others(made) == []
    command("plan", made / "again", "-o", made / "plan.csv", "-q")
    command("apply", made / "plan.csv", "--yes", "-q")

    places = [made, tmp_path / "home", tmp_path / "library" / ".dupscan-quarantine"]
    assert all(place.is_dir() for place in places)
    pictures = set(library.parent.rglob("*.jpg"))  # a move leaves the modes of a picture
    found = [line for place in places for line in open_to_others(place)]
    assert [line for line in found if Path(line.rpartition(" ")[0]) not in pictures] == []
    assert list((tmp_path / "home").rglob("fingerprints.sqlite"))
    assert list((tmp_path / "home").rglob("passes/*"))
