"""``dupscan calibrate``: propose cutoffs from pictures whose duplicates are known."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import OutputFile, print_result
from dupscan.progress import for_stream
from dupscan.text import file_names

DEFAULT = settings.CalibrateSettings()

EPILOG = """\b
Examples:
  dupscan calibrate known                            each sub-folder has the versions of a picture
  dupscan calibrate known --plot cutoffs.png
  dupscan calibrate ~/Pictures --labels labels.csv   columns path and group, maybe transform
  dupscan calibrate known --edited crop,caption      transforms that make another picture
  dupscan scan ~/Pictures --settings dupscan-settings.toml

\b
Exit codes:
  0    done
  2    wrong usage, wrong labels, or another file where an output belongs
  3    could not finish, or could not write a file
  130  interrupted; nothing was written
"""


@click.command("calibrate", short_help="Find the cutoffs for your pictures.", epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=options.NamedPath())
@options.file("--labels", words="Table of labels, CSV or JSON.  [default: sub-folders are groups]")
@options.comma_list(
    *("--edited", "edited", DEFAULT.edited),
    "Transforms whose results are similar, and not the same picture.",
)
@options.number(
    *("--false-positives", DEFAULT.false_positives, "RATE"),
    "Share of the near pairs of different pictures that may be called picture.",
)
@options.number(
    *("--false-similar", DEFAULT.false_similar, "RATE"),
    "Share of the near pairs of different pictures that may be called picture or similar.",
)
@click.option(
    *("--pairs", "pairs_per_group"),
    type=int,
    default=DEFAULT.pairs_per_group,
    show_default=True,
    metavar="N",
    help="Largest number of pairs that are measured of each group, and of each two groups.",
)
@options.number(
    "--radius", DEFAULT.radius, "BITS", "Pairs up to this hash distance are near, bits of 64."
)
@options.file("--settings", words="The settings that you use today, a TOML file.")
@options.file(
    *("-o", "--output"),
    default=Path("dupscan-settings.toml"),
    words="Settings file to write. It replaces only a file that dupscan wrote.",
)
@options.file(
    *("--plot", "plot_file"),
    metavar="OUT.png",
    words="Draw the distribution of each measure, and its cutoffs. Needs dupscan[plot].",
)
@options.workers
@options.as_json
@click.option("-q", "--quiet", is_flag=True, help="Print no progress and no tables.")
@click.pass_context
def calibrate_command(
    context: click.Context,
    /,
    *,
    folder: str,
    output: Path,
    plot_file: Path | None,
    as_json: bool,
    quiet: bool,
    **_: Any,
) -> int:
    """Find the cutoffs for pictures like those in DIR, whose duplicates you know.

    Each sub-folder of DIR has the versions of one picture. Pictures beside the sub-folders have no
    duplicates. Your files are not changed. The proposed cutoffs are written to a settings file for
    `dupscan scan`.
    """
    from dupscan.calibration import calibrate, json_object, plot, tables  # noqa: PLC0415 (slow)

    if plot_file is not None and plot_file.absolute() == output.absolute():
        options.refuse_together("--output", "--plot", "both name one file")
    outputs = [OutputFile("--output", output, tables.MARK)]
    if plot_file is not None:
        outputs.append(OutputFile("--plot", plot_file, plot.MARK))
        plot.require_matplotlib()
    for file in outputs:
        file.check()
    progress = for_stream(sys.stderr, quiet=quiet)
    found = calibrate(
        folder, options.settings_of(settings.CalibrateSettings, context), progress=progress
    )
    contents = [tables.settings_file(found).encode()]
    if plot_file is not None:
        contents.append(plot.draw(found))
    for file, content in zip(outputs, contents, strict=True):
        file.write(content)
    names = zip(("Settings", "Figure"), outputs, strict=False)
    written = (f"{name}: {file_names.shown(str(file.path))}" for name, file in names)
    print_result(
        f"the settings are in {file_names.shown(str(output))}",
        lambda: json_object.as_object(found),
        chain(tables.in_words(found), ("",), written),
        as_json=as_json,
        quiet=quiet,
    )
    return errors.EXIT_DONE
