"""``dupscan scan``: folders in, a report out, and a summary in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import output_errors, print_result, question_in_words, stop_on_ctrl_c
from dupscan.cli.printing import print_line
from dupscan.pipeline import ScanOutcome, scan
from dupscan.progress import for_stream
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words, counted, safe_and_look_first

STOPPING = "\nStopping: what was found so far is being written. Ctrl-C again to quit at once.\n"
REPORT = settings.ReportSettings()

EPILOG = """\b
Examples:
  dupscan scan ~/Pictures
  dupscan scan /mnt/backup -o ~/duplicates --exclude '*.gif'
  dupscan scan /mnt/new --reference /mnt/archive     which new pictures does the archive have?
  dupscan scan ~/Pictures --settings mine.toml       options from a file

\b
Exit codes:
  0    done
  2    wrong usage or settings, or a folder that is not there
  3    could not finish (disk full, another scan is running, a --store that cannot be used);
       earlier reports are untouched
  4    with --strict: done, but something was unreadable
  130  interrupted; what was found so far is written and marked incomplete,
       unless Ctrl-C was pressed twice
"""


@click.command("scan", epilog=EPILOG)
@click.argument("roots", nargs=-1, required=True, metavar="ROOT...", type=options.NamedPath())
@options.file(
    *("-o", "--output", "folder"),
    default=REPORT.folder,
    metavar="DIR",
    words="Folder for the report.",
)
@options.comma_list(
    *("--format", "formats", REPORT.formats),
    f"Report files to write, from {', '.join(settings.FORMATS)}.",
)
@click.option(
    *("--reference", "references"),
    multiple=True,
    type=options.NamedPath(),
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
@options.file(
    *("--store", "file"),
    words="File that keeps fingerprints for the next scan.  [default: in your cache folder]",
)
@click.option(
    *("--no-store", "kept"),
    flag_value=False,
    default=True,
    help="Keep no fingerprints, and use none from earlier scans.",
)
@options.workers
@click.option("--nice", is_flag=True, help="Run with the lowest priority for processor and disk.")
@click.option("--strict", is_flag=True, help="Exit with 4 if anything was unreadable.")
@options.as_json
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
    options.refuse_quiet_and_verbose(quiet=quiet, verbose=verbose)
    progress = for_stream(sys.stderr, quiet=quiet)
    with stop_on_ctrl_c("" if quiet else STOPPING) as stop:
        wanted = options.settings_of(settings.ScanSettings, context)
        outcome = scan(wanted, progress=progress, stop=stop)
        safe = f"the report is in {file_names.shown(str(outcome.files[0].parent))}"
        with output_errors(safe):
            for failure in outcome.report.failures if verbose else ():
                print_line(f"{failure.path}: {failure.reason}", err=True)
        print_result(safe, lambda: _summary(outcome), _lines(outcome), as_json=as_json, quiet=quiet)
    if not outcome.report.header.complete:
        return errors.EXIT_INTERRUPTED
    return errors.EXIT_UNREADABLE if strict and outcome.report.failures else errors.EXIT_DONE


def _lines(outcome: ScanOutcome) -> Iterator[str]:
    """Yield a line for each kind of file that was not compared, then the summary in one line."""
    report, counts = outcome.report, outcome.report.counts
    for failed, number in report.unreadable.items():
        yield f"  unreadable: {number:,} × {failed.value}"
    for kind, number in report.passed_over.items():
        yield f"  passed over: {number:,} × {kind}"
    for reason, number in report.left_out.items():
        yield f"  left out: {number:,} × {reason}"
    yield from map(question_in_words, report.header.questions)
    yield f"Report: {file_names.shown(str(outcome.files[0]))}"
    if counts.duplicates:
        yield f"Reclaimable: {safe_and_look_first(counts.safe, counts.look_first)}"
    yield (
        f"{'' if report.header.complete else 'INCOMPLETE: '}"
        f"{counted(counts.files, 'file')}, {counted(counts.pictures, 'picture')}, "
        f"{counted(counts.groups, 'group')}, {counted(counts.duplicates, 'duplicate')}, "
        f"{bytes_in_words(counts.reclaimable)} reclaimable, "
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
        "unreadable_by_kind": {kind.value: number for kind, number in report.unreadable.items()},
        "passed_over_by_kind": report.passed_over,
        "left_out": report.left_out,
    }
