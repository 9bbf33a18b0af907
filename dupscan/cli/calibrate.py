"""``dupscan calibrate``: labelled pictures in, the cutoffs that suit them out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.calibration import CalibrateSettings, calibrate
from dupscan.calibration.output_files import check_place, write_whole
from dupscan.cli import options
from dupscan.cli.output import output_errors
from dupscan.progress import for_stream
from dupscan.settings.toml_file import TOP
from dupscan.text import file_names

DEFAULT = CalibrateSettings("")
OUTPUT = Path("dupscan-settings.toml")

EXAMPLES = """\b
Examples:
  dupscan calibrate known                            a sub-folder for the versions of each picture
  dupscan calibrate known --plot cutoffs.png
  dupscan calibrate ~/Pictures --labels labels.csv   columns path and group, if you like transform
  dupscan calibrate known --edited crop,caption      transforms that make another picture
  dupscan scan ~/Pictures --settings dupscan-settings.toml

"""
EXIT_CODES = """\b
Exit codes:
  0    done
  2    wrong usage, labels that make no sense, or something in the way of a file
  3    could not finish, or not write a file
  130  interrupted; nothing was written
"""


@click.command(
    "calibrate",
    short_help="Find the cutoffs that suit pictures whose duplicates are known.",
    epilog=EXAMPLES + EXIT_CODES,
)
@click.argument("folder", metavar="DIR", type=click.Path())
@options.file("--labels", "Table of labels, or a manifest.json.  [default: sub-folders are groups]")
@click.option(
    "--edited",
    metavar="LIST",
    callback=lambda _, __, typed: tuple(filter(None, map(str.strip, (typed or "").split(",")))),
    help="Transforms that make a similar picture, and not the same.",
)
@options.number(
    *("--false-positives", DEFAULT.false_positives, "RATE"),
    "Share of the near pairs of different pictures that may be called the same.",
)
@options.number(
    *("--false-similar", DEFAULT.false_similar, "RATE"),
    "Share of them that may be called anything.",
)
@click.option(
    *("--pairs", "pairs_per_group"),
    type=int,
    default=DEFAULT.pairs_per_group,
    show_default=True,
    metavar="N",
    help="Pairs that are measured of each group, and of each two groups, at most.",
)
@options.number("--radius", DEFAULT.radius, "BITS", "Bits of 64 up to which pairs are near.")
@options.file("--settings", "Settings of today, in a TOML file.")
@click.option(
    *("-o", "--output"),
    type=click.Path(path_type=Path),
    default=OUTPUT,
    show_default=True,
    metavar="FILE",
    help="Settings file to write; takes the place of one of ours only.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw distributions, ROC curves and cutoffs. Wants dupscan[plot].",
)
@click.option(
    "--workers",
    type=int,
    default=0,
    metavar="N",
    help="Worker processes.  [default: one for each core]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Print no progress and no tables.")
@click.pass_context
def calibrate_command(
    context: click.Context,
    /,
    *,
    output: Path,
    plot: Path | None,
    as_json: bool,
    quiet: bool,
    **_: Any,
) -> int:
    """Find the cutoffs that suit the pictures in DIR, whose duplicates you know.

    Each sub-folder of DIR holds the versions of one picture; pictures beside them have none. Your
    files are not changed. What is proposed is written as a settings file for `dupscan scan`.
    """
    from dupscan.calibration import json_object, tables  # noqa: PLC0415
    from dupscan.calibration import plot as figure  # noqa: PLC0415 (all take a moment)

    check_place(output, tables.MARK, "--output")
    if plot is not None:
        check_place(plot, figure.MARK, "--plot")
        figure.require()
    found = calibrate(_meant(context), progress=for_stream(sys.stderr, quiet=quiet))
    write_whole(output, tables.in_settings_file(found).encode())
    if plot is not None:
        write_whole(plot, figure.drawn(found))
    with output_errors(f"the settings are in {file_names.shown(str(output))}"):
        if as_json:
            click.echo(json.dumps(json_object.recorded(found)))
        elif not quiet:
            for line in tables.in_words(found):
                click.echo(line)
            click.echo("")
            for words, path in (("Settings", output), ("Figure", plot)):
                if path is not None:
                    click.echo(f"{words}: {file_names.shown(str(path))}")
    return errors.EXIT_DONE


def _meant(context: click.Context) -> CalibrateSettings:
    """The settings that were meant by what was typed; a file tells those of today."""
    typed, in_file = options.stated(context)
    slices = {
        "fingerprint": options.slice_of(settings.FingerprintSettings, "fingerprint", {}, in_file),
        "match": options.slice_of(settings.MatchSettings, "match", {}, in_file),
    }
    return options.slice_of(CalibrateSettings, TOP, {**typed, **slices}, in_file)
