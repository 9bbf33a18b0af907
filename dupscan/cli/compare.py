"""``dupscan compare``: print every measure of two pictures, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import OutputFile, print_result
from dupscan.comparison import Comparison, Measurement, compare, wording
from dupscan.comparison.json_object import as_object
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Picture
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

EPILOG = """\b
Examples:
  dupscan compare one.jpg other.jpg
  dupscan compare one.jpg other.jpg --diff map.png   draw where they differ
  dupscan compare one.jpg other.jpg --radius 14      the verdict of a wider scan
  dupscan compare one.jpg other.jpg --json

\b
Exit codes:
  0    the same picture: verdict file, pixels or picture
  1    different, or only similar
  2    wrong usage or settings, or a file that is not there
  3    a file that cannot be read as a picture, or a map that cannot be written
  130  interrupted
"""

Row = tuple[str, ...]


@click.command(
    "compare", short_help="Print every measure of two pictures, and the verdict.", epilog=EPILOG
)
@click.argument("first", metavar="A", type=options.NamedPath())
@click.argument("second", metavar="B", type=options.NamedPath())
@options.file(
    *("--diff", "map_file"),
    metavar="OUT.png",
    words="Draw both pictures side by side, and a map of where they differ.",
)
@options.as_json
@options.cutoffs
@click.pass_context
def compare_command(
    context: click.Context,
    /,
    *,
    first: str,
    second: str,
    map_file: Path | None,
    as_json: bool,
    **_: Any,
) -> int:
    """Print every measure of two pictures, and the verdict of a scan.

    No picture is changed. A verdict is `file` (the same bytes), `pixels` (exactly the same picture
    in another file), `picture` (re-encoded, resized, turned) or `similar` (edited, or very
    similar).
    """
    typed = options.settings_of(settings.CompareSettings, context)
    if map_file is None:
        compared = compare(first, second, typed)
    else:
        from dupscan.comparison import diff_picture  # noqa: PLC0415 (loads Pillow)

        inputs = first, second
        output = OutputFile("--diff", map_file, diff_picture.MARK, suffix=".png", inputs=inputs)
        output.check()
        compared = compare(first, second, typed)
        output.write(diff_picture.draw_difference(compared, typed.fingerprint))
    print_result(
        f"{file_names.shown(first)} and {file_names.shown(second)} were compared",
        lambda: as_object(compared),
        _lines(compared, (first, second), map_file),
        as_json=as_json,
    )
    is_same = compared.verdict is not None and compared.verdict.at_least(Verdict.PICTURE)
    return errors.EXIT_DONE if is_same else errors.EXIT_DIFFERENT


def _lines(compared: Comparison, typed: Sequence[str], map_file: Path | None) -> Iterator[str]:
    """Yield the two files, the measures, and at the end the verdict."""
    for which, path in zip(("first", "second"), typed, strict=True):
        yield f"{which:<6}  {file_names.shown(path)}"
    for rows in (_rows_of_files(compared), _rows_of_measures(compared)):
        yield from ("", *_set(list(rows)))
    yield from ("", *wording.notes(compared))
    if map_file is not None:
        yield f"Map: {file_names.shown(str(map_file))}"
    yield wording.headline(compared)


def _rows_of_files(compared: Comparison) -> Iterator[Row]:
    yield "", "first", "second"
    for label, describe in (
        ("size", lambda picture: bytes_in_words(picture.file.size)),
        ("format", _format),
        ("dimensions", lambda picture: f"{picture.info.width} × {picture.info.height}"),
        ("taken", lambda picture: picture.info.captured or "-"),
        ("changed", lambda picture: _time(picture.file.mtime_ns)),
        ("also holds", lambda picture: _held(picture) or "-"),
    ):
        told = describe(compared.first), describe(compared.second)
        if label != "also holds" or told != ("-", "-"):
            yield label, *told


def _format(picture: Picture) -> str:
    info = picture.info
    pages = f", {info.frames} frames" if info.frames > 1 else ""
    return f"{info.format}, {info.bit_depth}-bit {info.channels}{pages}"


def _held(picture: Picture) -> str:
    """Return what else is in the file, such as ``HDR gain map, film of 2.1 s, EXIF``."""
    names = dict.fromkeys(one.name for one in picture.info.embedded)
    return file_names.shown(", ".join(names))


def _time(mtime_ns: int) -> str:
    """Return a time of change in local time, to the second."""
    try:
        return str(datetime.fromtimestamp(mtime_ns // 10**9, UTC).astimezone().replace(tzinfo=None))
    except (OverflowError, ValueError, OSError):  # a clock that was wrong once
        return "out of range"


def _rows_of_measures(compared: Comparison) -> Iterator[Row]:
    yield "measure", "value", "cutoff", ""
    yield "bytes", wording.bytes_of(compared)
    yield "pixels", wording.pixels_of(compared)
    for measured in compared.measurements:
        yield (
            wording.LABELS[measured.name],
            wording.value_of(measured),
            wording.cutoff_of(measured),
            _standing(measured),
        )
    if compared.counts_rms is not None:
        yield "RMS in counts", f"{compared.counts_rms:,.4g} pixels a bin", "none", ""
    yield "view", wording.view_of(compared)


def _standing(measured: Measurement) -> str:
    needed_for = f", for {measured.verdict.value}" if measured.verdict is not None else ""
    return f"{'within' if measured.is_within else 'beyond'}{needed_for}"


def _set(rows: list[Row]) -> Iterator[str]:
    """Yield rows as lines in columns. In a row of two cells, the second goes to the end."""
    most = max(map(len, rows))
    widths = [
        max(len(row[at]) for row in rows if len(row) == most or at == 0) for at in range(most)
    ]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join(cells).rstrip()
