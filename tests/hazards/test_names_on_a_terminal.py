"""A file name may hold commands for the terminal; none of what dupscan prints may carry them out.

A name with an escape sequence clears the screen of who lists it, one with a line feed forges a line
of the output, and one with a direction override shows another suffix than it has.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dupscan.cli import run
from dupscan.text import file_names

EVIL = "\x1b[2Jx\nFORGED\r\u202egpj\x07\x9b"
"""Clears the screen, forges a line, turns the text around, rings the bell."""
Command = Callable[..., str]


@pytest.fixture
def command(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command, and return all that it printed, which must be harmless."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / f"home{EVIL}"))

    def run_it(*arguments: object) -> str:
        code = run(list(map(str, arguments)))
        out, err = capfd.readouterr()
        lines = [*out.split("\n"), *err.split("\n")]
        assert [line for line in lines if not file_names.is_harmless(line)] == [], arguments
        assert [line for line in lines if line.startswith("FORGED")] == [], arguments
        return f"{out}{err}(exit code {code})"

    return run_it


@contextmanager
def gone(path: Path) -> Iterator[None]:
    """Without a file for a while."""
    path.rename(path.with_name("away"))
    yield
    path.with_name("away").rename(path)


def test_an_error_cannot_be_forged_by_the_name_of_a_report(
    command: Command, originals: Path, tmp_path: Path
) -> None:
    report = tmp_path / f"report{EVIL}"
    report.write_text("no folder")
    assert "is no folder" in command("scan", originals, "-o", report)
    report.unlink()
    report.mkdir()
    (report / "report.html").write_text("not of dupscan")
    assert "was not written by dupscan" in command("scan", originals, "-o", report)


def test_every_command_prints_evil_names_harmlessly(
    command: Command, originals: Path, tmp_path: Path
) -> None:
    library = tmp_path / f"library{EVIL}"
    library.mkdir()
    for name in ("a", "b", "c"):
        shutil.copy(originals / "rocket.jpg", library / f"{name}{EVIL}.jpg")
    (library / f"broken{EVIL}.jpg").write_text("no picture")
    first, second, third = (library / f"{name}{EVIL}.jpg" for name in "abc")
    report, store = tmp_path / f"report{EVIL}", tmp_path / f"store{EVIL}"
    scan = ("scan", library, "-o", report, "--workers", "1", "--store", store)

    assert "1 group, 2 duplicates" in command(*scan, "-v")
    assert "FORGED" in command(*scan, "-v", "--exclude", f"{EVIL}*")
    assert "\\\\x1b" in command(*scan, "--json", "-q")
    assert "\\x1b" in command("store", "info", "--store", store)
    assert "Forgot" in command("store", "prune", "--store", store)
    assert "\\x1b" in command("compare", first, second)
    plan = tmp_path / f"plan{EVIL}.csv"
    assert "\\x1b" in command("plan", report, "-o", plan, "-v")
    with gone(second):
        assert "refused" in command("apply", plan)
    assert "would be moved to" in command("apply", plan)
    with gone(third):
        assert "refused" in command("apply", plan, "--yes")
    assert "done" in command("apply", plan, "--yes")
    (journal,) = tmp_path.glob("*.journal")
    assert "\\x1b" in command("passes")
    second.write_bytes(b"in the way")
    assert "refused" in command("undo", "--last")
    assert "\\x1b" in command("passes", tmp_path)
    assert "already" in command("undo", journal) or "refused" in command("undo", journal)
    first.unlink()
    assert "FORGED" in command("purge", journal, "--yes")
