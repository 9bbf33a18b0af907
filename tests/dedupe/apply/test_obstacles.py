"""A dry run promises nothing that the pass refuses: each is asked, and they agree."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library
from support.processes import run_to_end

from dupscan.dedupe.apply import obstacles
from dupscan.model.plan import State

Apply = Callable[..., tuple[str, str]]


BOTH = """
import sys
from dupscan.cli import run
for really in ((), ("--yes",)):
    run(["apply", sys.argv[1], "-q", *really])
    print("--", file=sys.stderr)
"""


@pytest.fixture
def both(unprivileged: list[str]) -> Apply:
    """Dry run and pass of a plan, by a user whom permissions bind; returns what each refuses."""

    def run(plan: Path, **environment: str) -> tuple[str, str]:
        done = run_to_end(
            [*unprivileged, sys.executable, "-c", BOTH, str(plan)],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        dry, real, rest = done.stderr.split("--\n")
        assert rest == ""
        return dry, real

    return run


@pytest.mark.parametrize("action", ["quarantine", "hardlink", "trash"])
def test_nothing_is_in_the_way_of_a_usual_library(
    sandbox: Library, both: Apply, action: str, tmp_path: Path
) -> None:
    assert both(sandbox.planned(action), HOME=str(tmp_path)) == ("", "")


def test_a_folder_that_is_read_only(sandbox: Library, both: Apply) -> None:
    sandbox.add("sub/c.jpg")
    (sandbox.folder / "b.jpg").unlink()
    plan = sandbox.planned()
    (sandbox.folder / "sub").chmod(0o555)

    dry, real = both(plan)

    (sandbox.folder / "sub").chmod(0o755)
    assert "no permission to write to its folder" in dry
    assert "no permission; may you write to its folder?" in real


@pytest.mark.parametrize("name", ["a.jpg", "b.jpg"])
def test_a_file_that_may_not_be_read(sandbox: Library, both: Apply, name: str) -> None:
    plan = sandbox.planned()
    (sandbox.folder / name).chmod(0)

    for told in both(plan):
        assert "you may not read it, so it cannot be compared" in told
        assert ("its keeper" in told) == (name == "a.jpg")


def test_a_read_only_file_is_not_blamed_on_its_folder(
    sandbox: Library, both: Apply, tmp_path: Path
) -> None:
    plan = sandbox.planned("trash")
    (sandbox.folder / "b.jpg").chmod(0o444)

    for told in both(plan, HOME=str(tmp_path)):
        assert "the file is read-only, and the trash takes no such file" in told
        assert "folder" not in told


def test_a_home_that_is_not_there_has_no_trash(
    sandbox: Library, both: Apply, tmp_path: Path
) -> None:
    plan = sandbox.planned("trash")

    for told in both(plan, HOME=str(tmp_path / "nowhere")):
        assert f"there is no trash, because there is no home folder {tmp_path}/nowhere" in told
    assert (sandbox.folder / "b.jpg").exists()


@pytest.mark.parametrize("kind", ["file", "read-only"])
def test_a_trash_that_cannot_be_made(
    sandbox: Library, both: Apply, tmp_path: Path, kind: str
) -> None:
    plan, data = sandbox.planned("trash"), tmp_path / "data"
    if kind == "file":
        data.write_text("a file where the trash's folder should be")
    else:
        data.mkdir(0o555)

    for told in both(plan, HOME=str(tmp_path), XDG_DATA_HOME=str(data)):
        assert f"the trash {data}/Trash is not there and cannot be made" in told
    assert (sandbox.folder / "b.jpg").exists()


@pytest.mark.parametrize("kind", ["file", "link", "read-only"])
def test_a_quarantine_that_cannot_be_made(
    sandbox: Library, both: Apply, tmp_path: Path, kind: str
) -> None:
    plan, quarantine = sandbox.planned(), sandbox.folder / ".dupscan-quarantine"
    if kind == "file":
        quarantine.write_text("mine")
    elif kind == "link":
        quarantine.symlink_to(tmp_path)
    else:
        quarantine.mkdir(0o555)
        sandbox.folder.chmod(0o755)

    dry, real = both(plan)

    assert dry.startswith("refused: ")
    assert real.startswith("refused: ")
    assert (sandbox.folder / "b.jpg").exists()


def test_a_keeper_with_nearly_as_many_links_as_its_file_system_allows(
    sandbox: Library, tmp_path: Path
) -> None:
    """Room for one more link, and two rows."""
    limit = os.pathconf(sandbox.folder, "PC_LINK_MAX")
    if not 127 < limit < 100_000:
        pytest.skip(f"a file may have {limit:,} links here")
    sandbox.add("c.jpg")
    for number in range(1, limit - 1):
        os.link(sandbox.folder / "a.jpg", tmp_path / str(number))
    plan = sandbox.planned("hardlink")

    dry, real = (sandbox.apply(plan, really=really).states for really in (False, True))

    assert dry == [State.WOULD, State.REFUSED]
    assert real == [State.DONE, State.REFUSED]
    [*_, words] = sandbox.apply(plan, really=False).outcomes
    assert words.words == "the keeper has as many hard links as its file system allows"


def test_the_kinds_of_file_systems_are_known_by_device() -> None:
    device = os.stat("/proc").st_dev
    assert obstacles._file_systems()[f"{os.major(device)}:{os.minor(device)}"] == "proc"


def test_where_the_journal_cannot_be_written_the_dry_run_says_so(
    sandbox: Library, both: Apply
) -> None:
    plan = sandbox.planned()
    sandbox.papers.chmod(0o555)

    dry, real = both(plan)

    sandbox.papers.chmod(0o755)
    assert "cannot write the journal" in dry
    assert dry == real
