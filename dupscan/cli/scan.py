"""``dupscan scan``: folders in, a report out, and a summary in one line."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import output_errors
from dupscan.pipeline import ScanOutcome, scan
from dupscan.progress import for_stream
from dupscan.settings.toml_file import TOP
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

STOPPING = b"\nStopping: what was found so far is being written. Ctrl-C again to quit at once.\n"
REPORT = settings.ReportSettings()

EXAMPLES = """\b
Examples:
  dupscan scan ~/Pictures
  dupscan scan /mnt/backup -o ~/duplicates --exclude '*.gif'
  dupscan scan /mnt/new --reference /mnt/archive     which new pictures does the archive have?
  dupscan scan ~/Pictures --settings mine.toml       options from a file

"""
EXIT_CODES = """\b
Exit codes:
  0    done
  2    wrong usage or settings, or a folder that is not there
  3    could not finish (disk full, another scan is running, a --store that cannot be used);
       earlier reports are untouched
  4    with --strict: done, but something was unreadable
  130  interrupted; what was found so far is written and marked incomplete,
       unless Ctrl-C was pressed twice
"""


@click.command("scan", epilog=EXAMPLES + EXIT_CODES)
@click.argument("roots", nargs=-1, required=True, metavar="ROOT...", type=click.Path())
@click.option(
    *("-o", "--output", "folder"),
    type=click.Path(path_type=Path),
    default=REPORT.folder,
    show_default=True,
    metavar="DIR",
    help="Folder for the report.",
)
@options.comma_list(
    *("--format", "formats", REPORT.formats),
    f"Report files to write, from {', '.join(settings.FORMATS)}.",
)
@click.option(
    *("--reference", "references"),
    multiple=True,
    type=click.Path(),
    metavar="DIR",
    help="Scan this folder too; its pictures are only ever keepers. Repeatable.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out files and folders that match, as in .gitignore. Repeatable.",
)
@click.option(
    "--hidden",
    is_flag=True,
    help="Look into hidden folders, thumbnail caches and trash folders too.",
)
@click.option("--follow-symlinks", is_flag=True, help="Follow symbolic links to files and folders.")
@click.option("--one-file-system", is_flag=True, help="Stay on the file system of each root.")
@options.one_of(
    *("--index", settings.INDEXES, options.MATCH.index),
    "Index that finds near hashes: a BK-tree, or multi-index tables; auto is the tree for up to "
    f"{settings.MOST_IN_TREE} pictures. All find the same.",
)
@options.cutoffs
@click.option(
    *("--store", "file"),
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File that keeps fingerprints for the next scan.  [default: in your cache folder]",
)
@click.option(
    *("--no-store", "kept"),
    flag_value=False,
    default=True,
    help="Keep no fingerprints, and use none from earlier scans.",
)
@click.option(
    "--workers",
    type=int,
    default=0,
    metavar="N",
    help="Worker processes.  [default: one for each core]",
)
@click.option(
    "--nice",
    is_flag=True,
    help="Run with the lowest priority for processor and disk.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if anything was unreadable.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Print no progress and no summary.")
@click.option("-v", "--verbose", is_flag=True, help="Print each unreadable file and its reason.")
@click.pass_context
def scan_command(
    context: click.Context, /, *, strict: bool, as_json: bool, quiet: bool, verbose: bool, **_: Any
) -> int:
    """Find the duplicate pictures below each ROOT and write a report.

    Your files are not changed. The report is three files: report.html to look at,
    duplicates.csv for spreadsheets, report.json for programs.
    """
    stop = StopFlag()
    progress = for_stream(sys.stderr, quiet=quiet)

    def announce() -> None:
        # Straight to the terminal: a signal may come while a line is being written there.
        with suppress(OSError):
            os.write(sys.stderr.fileno(), b"" if quiet else STOPPING)

    with stop.listening(announce):
        outcome = scan(_settings(context), progress=progress, stop=stop)
        with output_errors(f"the report is in {file_names.shown(str(outcome.files[0].parent))}"):
            _print_results(outcome, as_json=as_json, quiet=quiet, verbose=verbose)
    if not outcome.report.header.complete:
        return errors.EXIT_INTERRUPTED
    return errors.EXIT_UNREADABLE if strict and outcome.report.failures else errors.EXIT_DONE


def _settings(context: click.Context) -> settings.ScanSettings:
    """Make the settings of a scan from the typed options and the settings file."""
    typed, in_file = options.stated(context)
    slices = {
        "walk": options.slice_of(settings.WalkSettings, "walk", typed, in_file),
        "fingerprint": options.slice_of(
            settings.FingerprintSettings, "fingerprint", typed, in_file
        ),
        "match": options.slice_of(settings.MatchSettings, "match", typed, in_file),
        "store": options.slice_of(settings.StoreSettings, "store", typed, in_file),
        "report": options.slice_of(settings.ReportSettings, "report", typed, in_file),
    }
    return options.slice_of(settings.ScanSettings, TOP, {**typed, **slices}, in_file)


def _print_results(outcome: ScanOutcome, *, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Print the results of a scan whose report is written."""
    if verbose:
        for failure in outcome.report.failures:
            click.echo(
                f"{file_names.shown(failure.path)}: {file_names.shown(failure.reason)}", err=True
            )
    if as_json:
        click.echo(json.dumps(_summary(outcome)))
    elif not quiet:
        _print_summary(outcome)


def _print_summary(outcome: ScanOutcome) -> None:
    """Print a line for each kind that was passed over or left out, then the summary in one line."""
    report, counts = outcome.report, outcome.report.counts
    for kind, number in report.passed_over.items():
        click.echo(f"  passed over: {number:,} × {kind}")
    for reason, number in report.left_out.items():
        click.echo(f"  left out: {number:,} × {reason}")
    click.echo(f"Report: {file_names.shown(str(outcome.files[0]))}")
    click.echo(
        f"{'' if report.header.complete else 'INCOMPLETE: '}"
        f"{counts.files:,} files, {counts.pictures:,} pictures, {counts.groups:,} groups, "
        f"{counts.duplicates:,} duplicates, {bytes_in_words(counts.reclaimable)} reclaimable, "
        f"{counts.unreadable:,} unreadable, {counts.passed_over:,} passed over, "
        f"{f'{counts.not_reached:,} not reached, ' if counts.not_reached else ''}"
        f"{report.header.seconds:.1f} s"
    )


def _summary(outcome: ScanOutcome) -> dict[str, Any]:
    report = outcome.report
    return {
        "scan_id": report.header.scan_id,
        "complete": report.header.complete,
        "report": [file_names.shown(str(file)) for file in outcome.files],
        **asdict(report.counts),
        "seconds": report.header.seconds,
        "passed_over_by_kind": report.passed_over,
        "left_out": report.left_out,
    }
