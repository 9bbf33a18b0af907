"""Options that several commands share, with one name and one help text in all of them.

A value that was typed wins over the settings file, which wins over the default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import reduce
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_type_hints

import click
from click.core import ParameterSource

from dupscan import settings
from dupscan.errors import UsageError
from dupscan.settings import toml_file

Settings = TypeVar("Settings")
Command = TypeVar("Command", bound=Callable[..., Any])
_InFile = Mapping[str, Mapping[str, object]]
"""Values of a settings file, by section and key."""

MATCH = settings.MatchSettings()
FINGERPRINT = settings.FingerprintSettings()

_TYPED = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT, ParameterSource.PROMPT)


class NamedPath(click.Path):
    """The type of an option or argument that names a file or folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path. Raises click.BadParameter for `""`, which is no path at all."""
        if value == "":
            self.fail('"" is no name; type one, such as . for the current folder', param, ctx)
        return super().convert(value, param, ctx)


def refuse_together(first: str, second: str, words: str) -> NoReturn:
    """Raise UsageError for two options that make no sense together."""
    raise UsageError(f"{first} and {second}: {words}; choose one of them")


def refuse_quiet_and_verbose(*, quiet: bool, verbose: bool) -> None:
    """Raise UsageError if both are typed."""
    if quiet and verbose:
        refuse_together("-q", "-v", "the first prints nothing, the second prints more")


def number(name: str, default: float, metavar: str, words: str) -> Callable[[Command], Command]:
    """Make an option for a number; a whole number if its default is one."""
    return click.option(
        name, type=type(default), default=default, show_default=True, metavar=metavar, help=words
    )


def comma_list(
    name: str, field: str, default: tuple[str, ...], words: str
) -> Callable[[Command], Command]:
    """Make an option for a comma-separated list; its value is a tuple."""

    def parted(
        context: click.Context, option: click.Parameter, typed: str | None
    ) -> tuple[str, ...]:
        found = tuple(one.strip() for one in (typed or "").split(",") if one.strip())
        if typed is not None and not found:
            raise click.BadParameter(
                f'"{typed}" holds no word; type at least one, or leave the option out',
                context,
                option,
            )
        return found

    return click.option(
        name,
        field,
        default=",".join(default) or None,
        show_default=True,
        metavar="LIST",
        callback=parted,
        help=words,
    )


def one_of(
    name: str, choices: tuple[str, ...], default: str, words: str
) -> Callable[[Command], Command]:
    """Make an option for one of a few words."""
    return click.option(
        name, type=click.Choice(choices), default=default, show_default=True, help=words
    )


def file(
    *names: str, words: str, metavar: str = "FILE", default: Path | None = None
) -> Callable[[Command], Command]:
    """Make an option for the path of a file or folder."""
    kind: Any = NamedPath(path_type=Path)
    shown: dict[str, Any] = {} if default is None else {"default": default, "show_default": True}
    return click.option(*names, type=kind, metavar=metavar, help=words, **shown)


protect = click.option(
    "--protect",
    multiple=True,
    type=NamedPath(),
    metavar="DIR",
    help="Change nothing in this folder, whatever the plan says. Repeatable.",
)
"""Folders in which nothing is changed."""
workers = click.option(
    "--workers",
    type=int,
    default=0,
    metavar="N",
    help="Number of worker processes.  [default: one for each core]",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def cutoffs(command: Command) -> Command:
    """Add the options that decide what counts as a duplicate, and how files are read."""
    options = (
        number(
            *("--radius", MATCH.radius, "BITS"),
            "Bits of 64 in which two perceptual hashes may differ.",
        ),
        one_of(
            *("--views", settings.VIEWS, MATCH.views),
            "Views to look up: the picture as it is, its eight orientations, or also cropped, "
            "framed and captioned versions.",
        ),
        number("--max-rms", MATCH.max_rms, "X", "Cutoff of the histogram RMS."),
        number(
            *("--max-difference", MATCH.max_difference, "LEVELS"),
            "The same picture: cutoff of the coarse aligned difference, in levels of 255.",
        ),
        number(
            *("--max-fine", MATCH.max_fine, "X"),
            "The same picture: cutoff of the fine aligned difference; re-encoding makes at most 1.",
        ),
        number(
            *("--min-agreement", MATCH.min_agreement, "SHARE"),
            "Similar pictures: share of the blocks with texture that must agree.",
        ),
        number(
            *("--max-colour", MATCH.max_colour, "LEVELS"),
            "Similar pictures: levels of chroma by which they may differ.",
        ),
        number(
            *("--max-letters", MATCH.max_letters, "X"),
            "The same picture: cutoff of the letters of documents, compared at full size.",
        ),
        number(
            *("--min-detail", MATCH.min_detail, "LEVELS"),
            "Pictures with less detail than this are compared by bytes and pixels only.",
        ),
        number(
            *("--max-pixels", FINGERPRINT.max_pixels, "N"),
            "Refuse larger pictures instead of decoding them.",
        ),
        number(
            "--time-limit", FINGERPRINT.time_limit, "SECONDS", "Seconds that one file may take."
        ),
        file(
            "--not-duplicates",
            words="Pairs that are no duplicates: a file with two SHA-256 digests on each line.",
        ),
        file(
            "--settings",
            words="Read settings from a TOML file; options typed here win over the file.",
        ),
    )
    return reduce(lambda inner, option: option(inner), reversed(options), command)


def settings_of(kind: type[Settings], context: click.Context) -> Settings:
    """Make the settings of a command and the settings inside them.

    Raises SettingsError for a value, or a settings file, that makes no sense.
    """
    typed = {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) in _TYPED
    }
    path = context.params.get("settings")
    return _made(kind, toml_file.TOP, typed, toml_file.read_settings(path) if path else {})


def _made(
    kind: type[Settings], section: str, typed: Mapping[str, object], in_file: _InFile
) -> Settings:
    """Make settings of one kind; the settings inside them get the options that are left."""
    kinds = get_type_hints(kind)
    own = {**in_file.get(section, {}), **typed}
    values = {name: value for name, value in own.items() if name in kinds}
    left = {name: value for name, value in typed.items() if name not in kinds}
    inner = {
        name: one for name, one in kinds.items() if isinstance(one, type) and is_dataclass(one)
    }
    return kind(**values, **{name: _made(one, name, left, in_file) for name, one in inner.items()})
