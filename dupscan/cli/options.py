"""Options that several commands share, and what is meant by them: defaults < file < typed.

Kept apart from the commands, so that an option is called, described and read the same in all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from dupscan import settings
from dupscan.settings import toml_file

Slice = TypeVar("Slice")
Door = TypeVar("Door", bound=Callable[..., Any])
Stated = Mapping[str, Mapping[str, object]]
"""Values that were stated, by section and key of a settings file."""

MATCH = settings.MatchSettings()
FINGERPRINT = settings.FingerprintSettings()

_TYPED = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT, ParameterSource.PROMPT)


def number(name: str, default: float, metavar: str, words: str) -> Callable[[Door], Door]:
    """An option for a number, whole where its default is."""
    return click.option(
        name, type=type(default), default=default, show_default=True, metavar=metavar, help=words
    )


def comma_list(
    name: str, field: str, default: tuple[str, ...], words: str
) -> Callable[[Door], Door]:
    """An option for a list with commas between, a tuple once it was read."""

    def parted(
        context: click.Context, option: click.Parameter, typed: str | None
    ) -> tuple[str, ...]:
        return tuple(one.strip() for one in (typed or "").split(",") if one.strip())

    return click.option(
        name,
        field,
        default=",".join(default) or None,
        show_default=True,
        metavar="LIST",
        callback=parted,
        help=words,
    )


def one_of(name: str, choices: tuple[str, ...], default: str, words: str) -> Callable[[Door], Door]:
    """An option for one of a few words."""
    return click.option(
        name, type=click.Choice(choices), default=default, show_default=True, help=words
    )


def protect(door: Door) -> Door:
    """The option for folders that nothing is changed in."""
    option = click.option(
        "--protect",
        multiple=True,
        type=click.Path(),
        metavar="DIR",
        help="Change nothing in this folder, whatever else is said. Can be repeated.",
    )
    return option(door)


def file(name: str, words: str) -> Callable[[Door], Door]:
    """An option for the path of a file."""
    return click.option(name, type=click.Path(path_type=Path), metavar="FILE", help=words)


def cutoffs(door: Door) -> Door:
    """The options that decide what counts as a duplicate, and how files are read."""
    options = (
        number(
            *("--radius", MATCH.radius, "BITS"),
            "Bits of 64 in which two perceptual hashes may differ.",
        ),
        one_of(
            *("--views", settings.VIEWS, MATCH.views),
            "Where to look for a picture: as it is, in all eight orientations, or cropped, framed "
            "and captioned as well.",
        ),
        number("--max-rms", MATCH.max_rms, "X", "Cutoff of the histogram RMS."),
        number(
            *("--max-difference", MATCH.max_difference, "LEVELS"),
            "The same picture: cutoff of the coarse aligned difference, in levels of 255.",
        ),
        number(
            *("--max-fine", MATCH.max_fine, "X"),
            "The same picture: cutoff of the fine aligned difference; re-encoding makes up to 1.",
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
            *("--min-detail", MATCH.min_detail, "LEVELS"),
            "Pictures with less to see are only compared by their bytes and pixels.",
        ),
        number(
            *("--max-pixels", FINGERPRINT.max_pixels, "N"),
            "Larger pictures are refused, not decoded.",
        ),
        number("--time-limit", FINGERPRINT.time_limit, "SECONDS", "Seconds for any single file."),
        file(
            "--not-duplicates",
            "Pairs that you told apart, two SHA-256 digests a line: never duplicates.",
        ),
        file("--settings", "Settings in a TOML file; what is typed here goes before them."),
    )
    return reduce(lambda inner, option: option(inner), reversed(options), door)


def stated(context: click.Context) -> tuple[dict[str, object], Stated]:
    """What was typed, by the name of its field; and what the settings file states, if there is one.

    Raises SettingsError for a settings file that cannot be read or makes no sense.
    """
    typed = {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) in _TYPED
    }
    path = context.params.get("settings")
    return typed, toml_file.read_settings(path) if path is not None else {}


def slice_of(
    kind: type[Slice], section: str, typed: Mapping[str, object], in_file: Stated
) -> Slice:
    """One slice of the settings: as typed, else as the file has it, else its own default.

    Raises SettingsError for a value that makes no sense.
    """
    wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    values = {**in_file.get(section, {}), **typed}
    return kind(**{name: value for name, value in values.items() if name in wanted})
