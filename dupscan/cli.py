"""argv → settings → pipeline → exit code. The only room that prints."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, fields
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

import click

import dupscan
from dupscan import errors, names, settings
from dupscan.interrupt import StopFlag
from dupscan.pipeline import ScanOutcome, scan
from dupscan.progress import for_stream
from dupscan.words import bytes_in_words

Slice = TypeVar("Slice")
Door = TypeVar("Door", bound=Callable[..., Any])

STOPPING = b"\nStopping: what was found so far is being written. Ctrl-C again to quit at once.\n"

MATCH = settings.MatchSettings()
FINGERPRINT = settings.FingerprintSettings()
REPORT = settings.ReportSettings()

EXAMPLES = """\b
Examples:
  dupscan scan ~/Pictures
  dupscan scan /mnt/backup -o ~/duplicates --exclude '*.gif'
  dupscan scan /mnt/new --reference /mnt/archive     what is in the archive already?

"""
EXIT_CODES = """\b
Exit codes:
  0    done
  2    wrong usage or settings, or a folder that is not there
  3    could not finish (disk full, another scan at work); earlier reports are whole
  4    with --strict: done, but something was unreadable
  130  interrupted; what was found so far is written and marked incomplete,
       unless Ctrl-C was pressed twice
"""


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; messages go to standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show a ×
    try:
        code = commands.main(arguments, prog_name="dupscan", standalone_mode=False)
        return int(code or errors.EXIT_DONE)
    except click.ClickException as error:
        error.show()
        return errors.EXIT_USAGE
    except errors.DupscanError as error:
        click.echo(f"dupscan: {error}", err=True)
        return error.exit_code
    except (OSError, EOFError, MemoryError) as error:  # too few files, threads or bytes allowed
        click.echo(
            f"dupscan: the system refused what a scan needs ({error or type(error).__name__}); "
            "are memory, open files or shared memory limited here? Try fewer --workers",
            err=True,
        )
        return errors.EXIT_CANNOT_FINISH
    except (KeyboardInterrupt, click.Abort):
        click.echo("dupscan: interrupted at once; this scan may have no report", err=True)
        return errors.EXIT_INTERRUPTED


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(dupscan.__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Find duplicate pictures in folder trees, and say how sure that is of each.

    \b
    Start with:
      dupscan scan ~/Pictures
    """


def _number(name: str, default: float, metavar: str, words: str) -> Callable[[Door], Door]:
    """An option for a number, whole where its default is."""
    return click.option(
        name, type=type(default), default=default, show_default=True, metavar=metavar, help=words
    )


@commands.command("scan", epilog=EXAMPLES + EXIT_CODES)
@click.argument("roots", nargs=-1, required=True, metavar="ROOT...", type=click.Path())
@click.option(
    *("-o", "--output", "folder"),
    type=click.Path(path_type=Path),
    default=REPORT.folder,
    show_default=True,
    metavar="DIR",
    help="Folder for the report.",
)
@click.option(
    "--format",
    "formats",
    default=",".join(REPORT.formats),
    show_default=True,
    metavar="LIST",
    help=f"Which files to write, of {', '.join(settings.FORMATS)}.",
)
@click.option(
    "--reference",
    "references",
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
    help="Look into hidden folders, thumbnail caches and waste baskets too.",
)
@click.option("--follow-symlinks", is_flag=True, help="Follow symbolic links to files and folders.")
@click.option("--one-file-system", is_flag=True, help="Stay on the file system of each root.")
@_number("--radius", MATCH.radius, "BITS", "Bits of 64 in which two perceptual hashes may differ.")
@_number("--max-rms", MATCH.max_rms, "X", "Cutoff of the histogram RMS.")
@_number(
    *("--max-difference", MATCH.max_difference, "LEVELS"),
    "Cutoff of the aligned difference, in levels from 0 to 255.",
)
@_number(
    *("--max-relative", MATCH.max_relative, "SHARE"),
    "Cutoff of the same as a share of the picture's contrast.",
)
@_number(
    *("--min-detail", MATCH.min_detail, "LEVELS"),
    "Plainer pictures are only compared by their bytes.",
)
@_number(
    *("--max-pixels", FINGERPRINT.max_pixels, "N"), "Larger pictures are refused, not decoded."
)
@_number("--time-limit", FINGERPRINT.time_limit, "SECONDS", "Seconds for any single file.")
@click.option(
    "--workers",
    type=int,
    default=0,
    metavar="N",
    help="Worker processes.  [default: one for each core]",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if anything was unreadable.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Print no progress and no summary.")
@click.option("-v", "--verbose", is_flag=True, help="Print each unreadable file and its reason.")
def scan_command(*, strict: bool, as_json: bool, quiet: bool, verbose: bool, **typed: Any) -> int:
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
        outcome = scan(_meant(**typed), progress=progress, stop=stop)
        _print_results(outcome, as_json=as_json, quiet=quiet, verbose=verbose)
    if not outcome.report.header.complete:
        return errors.EXIT_INTERRUPTED
    return errors.EXIT_UNREADABLE if strict and outcome.report.failures else errors.EXIT_DONE


def _print_results(outcome: ScanOutcome, *, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Tell what came of a scan whose report is written, if there is anybody to be told."""
    try:
        if verbose:
            for failure in outcome.report.failures:
                click.echo(f"{names.shown(failure.path)}: {names.shown(failure.reason)}", err=True)
        if as_json:
            click.echo(json.dumps(_summary(outcome)))
        elif not quiet:
            _print_summary(outcome)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise errors.CannotFinish(
                f"the report is in {outcome.files[0].parent}, but its summary cannot be printed: "
                f"{error.strerror}"
            ) from error


def _meant(
    *, roots: tuple[str, ...], folder: Path, formats: str, workers: int, **rest: Any
) -> settings.ScanSettings:
    """The settings that were meant by what was typed."""

    def slice_of(kind: type[Slice], **known: Any) -> Slice:
        wanted = {field.name for field in fields(kind)} & rest.keys()  # type: ignore[arg-type]
        return kind(**{name: rest[name] for name in wanted}, **known)

    return settings.ScanSettings(
        walk=slice_of(settings.WalkSettings, roots=roots),
        fingerprint=slice_of(settings.FingerprintSettings),
        match=slice_of(settings.MatchSettings),
        report=settings.ReportSettings(
            folder, tuple(name.strip() for name in formats.split(",") if name.strip())
        ),
        workers=workers,
    )


def _print_summary(outcome: ScanOutcome) -> None:
    """A line for each report file and each kind passed over, and the line that says it all."""
    report, counts = outcome.report, outcome.report.counts
    for kind, number in report.passed_over.items():
        click.echo(f"  passed over: {number:,} × {kind}")
    for reason, number in report.left_out.items():
        click.echo(f"  left out: {number:,} × {reason}")
    click.echo(f"Report: {names.shown(str(outcome.files[0]))}")
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
        "report": [names.shown(str(file)) for file in outcome.files],
        **asdict(report.counts),
        "seconds": report.header.seconds,
        "passed_over_by_kind": report.passed_over,
        "left_out": report.left_out,
    }
