"""The sessions in the documents are executed; options have their defaults there, and exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from dupscan import errors
from dupscan.cli import compare, scan

ROOT = Path(__file__).resolve().parent.parent
README, VERDICTS, COMMANDS = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "docs/verdicts.md", "docs/commands.md")
)
SESSIONS = re.findall(r"```console\n(.*?)```", README + VERDICTS, flags=re.DOTALL)


def without_times(text: str) -> str:
    """A session's output without what differs from run to run."""
    of_a_slow_stage = r"^[a-z ]+: .*/s(?:, .* left)?\n"  # said every 30 s, on a busy machine only
    text = re.sub(of_a_slow_stage, "", text, flags=re.MULTILINE)
    text = re.sub(r"\d[\d,.]*(?: \w+|[kMG]?B)/s", "RATE", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "DATE", text)
    return re.sub(r"[\d.]+ s$", "SECONDS", text, flags=re.MULTILINE)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.split()[2])
def test_a_session_in_a_document_prints_what_a_real_one_prints(
    typed: Callable[[str], str], session: str
) -> None:
    prompt, _, expected = session.partition("\n")
    assert without_times(expected) == without_times(typed(prompt.removeprefix("$ ")))


def test_every_option_of_scan_stands_in_the_commands_with_its_default() -> None:
    """An option that nobody can find is not there."""
    section = COMMANDS.partition("## `dupscan scan`")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (`[^|]+`) \|([^|]*)\|", section, flags=re.MULTILINE))
    for option in scan.scan_command.params:
        if not isinstance(option, click.Option):
            continue
        row = next((row for row in rows if all(f"`{name}" in row for name in option.opts)), None)
        assert row is not None, f"{option.opts} is missing"
        default = rows[row].strip().strip("`").replace(",", "") if row else ""
        if option.show_default:
            assert str(option.default).replace(",", "") in (default, f"{default}.0")


def test_every_exit_code_stands_in_the_commands_and_in_the_help() -> None:
    """One table for both."""
    codes = {
        errors.EXIT_DONE,
        errors.EXIT_DIFFERENT,
        errors.EXIT_USAGE,
        errors.EXIT_CANNOT_FINISH,
        errors.EXIT_UNREADABLE,
        errors.EXIT_INTERRUPTED,
    }
    table = COMMANDS.partition("## Exit codes")[2].partition("## ")[0]
    assert codes == {int(code) for code in re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE)}
    help_texts = scan.EPILOG + compare.EPILOG
    in_help = re.findall(r"^  (\d+) ", help_texts, flags=re.MULTILINE)
    assert codes == {int(code) for code in in_help}


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    """What they do is run by .ci/run."""
    commands = re.findall(r"^    make (\w+)", README, flags=re.MULTILINE)
    assert commands == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}:", makefile, flags=re.MULTILINE) for name in commands)
