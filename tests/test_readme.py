"""The README is executed: its sessions run, and it names every option and exit code there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from dupscan import errors
from dupscan.cli import compare, scan

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SESSIONS = re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL)


def without_times(text: str) -> str:
    """A session's output without what differs from run to run."""
    text = re.sub(r"\d[\d,.]*(?: \w+|[kMG]?B)/s", "RATE", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "DATE", text)
    return re.sub(r"[\d.]+ s$", "SECONDS", text, flags=re.MULTILINE)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.split()[2])
def test_a_session_in_the_readme_says_what_a_real_one_says(
    typed: Callable[[str], str], session: str
) -> None:
    prompt, _, expected = session.partition("\n")
    assert without_times(expected) == without_times(typed(prompt.removeprefix("$ ")))


def test_every_option_stands_in_the_readme_with_its_default() -> None:
    """An option that nobody can find is not there."""
    section = README.partition("## Options of `dupscan scan`")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (`[^|]+`) \|([^|]*)\|", section, flags=re.MULTILINE))
    for option in scan.scan_command.params:
        if not isinstance(option, click.Option):
            continue
        row = next((row for row in rows if all(f"`{name}" in row for name in option.opts)), None)
        assert row is not None, f"{option.opts} is missing"
        default = rows[row].strip().strip("`").replace(",", "") if row else ""
        if option.show_default:
            assert str(option.default).replace(",", "") in (default, f"{default}.0")


def test_every_option_of_compare_stands_in_the_readme() -> None:
    """Most of them are those of a scan."""
    options = [one for one in compare.compare_command.params if isinstance(one, click.Option)]
    missing = [name for one in options for name in one.opts if f"{name} " not in README]
    assert [name for name in missing if f"`{name}`" not in README] == []


def test_every_exit_code_stands_in_the_readme_and_in_the_help() -> None:
    """One table for both."""
    codes = {
        errors.EXIT_DONE,
        errors.EXIT_DIFFERENT,
        errors.EXIT_USAGE,
        errors.EXIT_CANNOT_FINISH,
        errors.EXIT_UNREADABLE,
        errors.EXIT_INTERRUPTED,
    }
    table = README.partition("## Exit codes")[2].partition("## ")[0]
    assert codes == {int(code) for code in re.findall(r"^\| (\d+) \|", table, flags=re.MULTILINE)}
    help_texts = scan.EXIT_CODES + compare.EXIT_CODES
    in_help = re.findall(r"^  (\d+) ", help_texts, flags=re.MULTILINE)
    assert codes == {int(code) for code in in_help}


def test_every_link_in_the_documents_leads_somewhere() -> None:
    """Relative links of the README and the documents."""
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    """What they do is run by .ci/run."""
    commands = re.findall(r"^    make (\w+)", README, flags=re.MULTILINE)
    assert commands == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}:", makefile, flags=re.MULTILINE) for name in commands)
