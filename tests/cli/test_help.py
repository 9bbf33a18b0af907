"""What the command says of itself."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import click
import pytest

import dupscan
from dupscan.cli import commands, run

Printed = pytest.CaptureFixture[str]
Command = Callable[..., subprocess.CompletedProcess[str]]


def commands_in(group: click.Group, *before: str) -> dict[tuple[str, ...], click.Command]:
    """All the commands of a group and of the groups in it, by what is typed to reach them."""
    found: dict[tuple[str, ...], click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        assert one is not None
        is_group = isinstance(one, click.Group)
        found |= commands_in(one, *before, name) if is_group else {(*before, name): one}
    return found


COMMANDS = dict(sorted(commands_in(commands).items()))


def test_nothing_typed_shows_how_to_start(capsys: Printed) -> None:
    assert run([]) == 2
    printed = "".join(capsys.readouterr())
    assert "dupscan scan ~/Pictures" in printed


@pytest.mark.parametrize(
    ("command", "codes"),
    [("scan", (0, 2, 3, 4, 130)), ("compare", (0, 1, 2, 3, 130)), ("store", (0, 2, 3))],
)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_has_examples_and_exit_codes(
    capsys: Printed, option: str, command: str, codes: tuple[int, ...]
) -> None:
    assert run([command, option]) == 0

    text = capsys.readouterr().out

    assert re.search(rf"Examples:\n +dupscan {command} \S", text)
    listed = re.findall(r"^ +(\d+) +\w", text.partition("Exit codes:")[2], flags=re.MULTILINE)
    assert list(codes) == [int(code) for code in listed]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_names_the_default_of_every_option_that_has_one(
    capsys: Printed, command: tuple[str, ...]
) -> None:
    run([*command, "--help"])
    described = re.findall(r"(?m)^  (-.+(?:\n   .+)*)", capsys.readouterr().out)
    undescribed = []
    options = [one for one in COMMANDS[command].params if isinstance(one, click.Option)]
    for option in options:
        if isinstance(option.default, int | float | str):
            text = next(one for one in described if option.opts[-1] in one)
            if "default:" not in " ".join(text.split()) and not option.is_flag:
                undescribed.append(option.opts)

    assert len(described) == len([*options, "--help"])
    assert undescribed == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_option_says_what_it_is_for(command: tuple[str, ...]) -> None:
    options = [one for one in COMMANDS[command].params if isinstance(one, click.Option)]
    assert [option.opts for option in options if not option.help] == []


def test_version(capsys: Printed) -> None:
    assert run(["--version"]) == 0
    assert f"dupscan {dupscan.__version__}\n" == capsys.readouterr().out


def test_the_module_and_the_command_are_one_door(run_command: Command) -> None:
    done = run_command("--version")

    assert (0, f"dupscan {dupscan.__version__}\n", "") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )


def test_an_unknown_command_is_named(capsys: Printed) -> None:
    assert run(["shred", "everything"]) == 2
    assert "shred" in capsys.readouterr().err
