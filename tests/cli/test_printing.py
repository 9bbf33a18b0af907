"""What is printed is harmless, whatever names are in it."""

from __future__ import annotations

import pytest

from dupscan.cli import run
from dupscan.cli.pass_commands import _context
from dupscan.cli.printing import print_line, print_message
from dupscan.model.plan import Outcome, State
from dupscan.text import file_names

EVIL = "\x1b[2Ja\rb\nc\u202egpj\x07\x9b"
SHOWN = "\\x1b[2Ja\\rb\\nc\\u202egpj\\x07\\x9b"


def test_nothing_is_an_empty_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_line("")
    print_message("")
    assert capsys.readouterr() == ("\n", "\n")


def test_a_line_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_line(f"café × {EVIL}")
    print_line(EVIL, err=True)
    assert capsys.readouterr() == (f"café × {SHOWN}\n", f"{SHOWN}\n")


def test_a_message_keeps_its_lines_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    print_message("two mistakes\n  \x1b[31mone\n  other")
    assert capsys.readouterr().err == "two mistakes\n  \\x1b[31mone\n  other\n"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("every_row", [True, False])
def test_the_words_of_an_outcome_are_harmless(
    capsys: pytest.CaptureFixture[str], state: State, *, every_row: bool
) -> None:
    """Some hold a path as the system gave it."""
    with _context(quiet=False, every_row=every_row) as context:
        context.on_outcome(Outcome(1, f"/p/{EVIL}", state, f"its place is taken by {EVIL}"))
    printed = "".join(capsys.readouterr())
    assert SHOWN in printed or not (every_row or state is State.REFUSED)
    assert all(map(file_names.is_harmless, printed.split("\n")))
    assert printed.count("\n") <= 1


@pytest.mark.parametrize(
    "arguments",
    [
        [EVIL],
        ["scan", f"/{EVIL}"],
        ["scan", ".", f"--{EVIL}"],
        ["scan", ".", "--radius", EVIL],
        ["scan", ".", "--store", EVIL, "--no-store"],
        ["scan", ".", "--exclude", f"!{EVIL}"],
        ["scan", ".", "--settings", EVIL],
        ["scan", ".", "--not-duplicates", EVIL],
        ["plan", EVIL],
        ["apply", EVIL],
        ["undo", EVIL],
        ["purge", EVIL],
        ["passes", EVIL],
        ["compare", EVIL, EVIL],
        ["calibrate", EVIL],
        ["store", EVIL],
        ["store", "info", "--store", EVIL],
        ["store", "prune", "--store", EVIL],
    ],
    ids=lambda words: " ".join(words).replace(EVIL, "EVIL"),
)
def test_an_error_is_harmless(
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    assert run(arguments) not in (0, 1)
    out, err = capsys.readouterr()
    assert out == ""
    assert err
    assert all(map(file_names.is_harmless, err.split("\n")))
