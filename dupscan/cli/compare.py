"""``dupscan compare``: two pictures in, every measure of the pair and the verdict out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import output_errors
from dupscan.comparison import Comparison, Measure, compare, wording, write_difference
from dupscan.comparison.json_object import as_object
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Picture
from dupscan.settings.toml_file import TOP
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

EXAMPLES = """\b
Examples:
  dupscan compare one.jpg other.jpg
  dupscan compare one.jpg other.jpg --diff map.png   where do they differ?
  dupscan compare one.jpg other.jpg --radius 14      what would a wider scan say?
  dupscan compare one.jpg other.jpg --json

"""
EXIT_CODES = """\b
Exit codes:
  0    the same picture: verdict file, pixels or picture
  1    different, or only similar
  2    wrong usage or settings, or a file that is not there
  3    a file that cannot be read as a picture, or a map that cannot be written
  130  interrupted
"""

Row = tuple[str, ...]


@click.command(
    "compare",
    short_help="Print every measure of two pictures, and the verdict.",
    epilog=EXAMPLES + EXIT_CODES,
)
@click.argument("one", metavar="A", type=click.Path())
@click.argument("other", metavar="B", type=click.Path())
@click.option(
    *("--diff", "map_file"),
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw both side by side, and a map of where they differ.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@options.cutoffs
@click.pass_context
def compare_command(
    context: click.Context,
    /,
    *,
    one: str,
    other: str,
    map_file: Path | None,
    as_json: bool,
    **_: Any,
) -> int:
    """Print every measure of two pictures, and what a scan would call them.

    Nothing is changed. A verdict is `file` (the same bytes), `pixels` (exactly the same picture in
    another file), `picture` (re-encoded, resized, turned) or `similar` (edited, or much alike).
    """
    meant = _meant(context)
    compared = compare(one, other, meant)
    if map_file is not None:
        write_difference(compared, map_file, meant.fingerprint)
    with output_errors(f"{file_names.shown(one)} and {file_names.shown(other)} were compared"):
        if as_json:
            click.echo(json.dumps(as_object(compared)))
        else:
            _print_table(compared, (one, other), map_file)
    is_same = compared.verdict is not None and compared.verdict.at_least(Verdict.PICTURE)
    return errors.EXIT_DONE if is_same else errors.EXIT_DIFFERENT


def _meant(context: click.Context) -> settings.CompareSettings:
    """The settings that were meant by what was typed, and by what a file has for the rest."""
    typed, in_file = options.stated(context)
    slices = {
        "fingerprint": options.slice_of(
            settings.FingerprintSettings, "fingerprint", typed, in_file
        ),
        "match": options.slice_of(settings.MatchSettings, "match", typed, in_file),
    }
    return options.slice_of(settings.CompareSettings, TOP, {**typed, **slices}, in_file)


# -- for people ------------------------------------------------------------------------------------


def _print_table(compared: Comparison, typed: Sequence[str], map_file: Path | None) -> None:
    """The two files, the measures, and at the end what they add up to."""
    for which, path in zip(("first", "second"), typed, strict=True):
        click.echo(f"{which:<6}  {file_names.shown(path)}")
    for rows in (_rows_of_files(compared), _rows_of_measures(compared)):
        click.echo("")
        for line in _set(list(rows)):
            click.echo(line)
    click.echo("")
    for note in wording.notes(compared):
        click.echo(note)
    if map_file is not None:
        click.echo(f"Map: {file_names.shown(str(map_file))}")
    click.echo(wording.headline(compared))


def _rows_of_files(compared: Comparison) -> Iterator[Row]:
    one, other = compared.one, compared.other
    yield "", "first", "second"
    for label, describe in (
        ("size", lambda picture: bytes_in_words(picture.file.size)),
        ("format", _format),
        ("dimensions", lambda picture: f"{picture.info.width} × {picture.info.height}"),
        ("taken", lambda picture: picture.info.captured or "-"),
        ("changed", lambda picture: _time(picture.file.mtime_ns)),
    ):
        yield label, describe(one), describe(other)


def _format(picture: Picture) -> str:
    info = picture.info
    pages = f", {info.frames} frames" if info.frames > 1 else ""
    return f"{info.format}, {info.bit_depth}-bit {info.channels}{pages}"


def _time(mtime_ns: int) -> str:
    """A time of change where one is, to the second."""
    try:
        return str(datetime.fromtimestamp(mtime_ns // 10**9, UTC).astimezone().replace(tzinfo=None))
    except (OverflowError, ValueError, OSError):  # a clock that was wrong once
        return "at no time a calendar has"


def _rows_of_measures(compared: Comparison) -> Iterator[Row]:
    yield "measure", "value", "cutoff", ""
    yield "bytes", wording.bytes_of(compared)
    yield "pixels", wording.pixels_of(compared)
    for measure in compared.measures:
        yield (
            wording.LABELS[measure.name],
            wording.value_of(measure),
            wording.cutoff_of(measure),
            _standing(measure),
        )
    if compared.counts_rms is not None:
        yield "RMS in counts", f"{compared.counts_rms:,.4g} pixels a bin", "none", ""
    yield "view", wording.view_of(compared)


def _standing(measure: Measure) -> str:
    needed_for = f", for {measure.verdict.value}" if measure.verdict is not None else ""
    return f"{'within' if measure.is_within else 'beyond'}{needed_for}"


def _set(rows: list[Row]) -> Iterator[str]:
    """Rows as lines in columns; one of two cells runs across the rest."""
    most = max(map(len, rows))
    widths = [
        max(len(row[at]) for row in rows if len(row) == most or at == 0) for at in range(most)
    ]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join(cells).rstrip()
