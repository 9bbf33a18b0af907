"""``dupscan apply``, ``undo`` and ``purge``: passes over a plan or a journal, row by row."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dupscan import errors
from dupscan.cli.options import Command, NamedPath, as_json, protect
from dupscan.cli.output import INCOMPLETE, output_errors, print_result, stop_on_ctrl_c
from dupscan.dedupe import passes
from dupscan.dedupe.passes import PassContext, PassSummary
from dupscan.model.plan import Action, Outcome, State
from dupscan.progress import for_stream
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

STOPPING = "\nStopping after this row; press Ctrl-C again to stop at once.\n"
_PREFIXES = {State.REFUSED: "refused: "}
"""Beginnings of the lines for rows, by state."""
_FREED = {
    Action.QUARANTINE: "are free once the quarantine is emptied",
    Action.TRASH: "are free once the trash is emptied",
}

APPLY_EPILOG = """\b
Examples:
  dupscan apply plan.csv               what would be done? Nothing is changed
  dupscan apply plan.csv --yes         do it
  dupscan apply plan.csv --yes         once more after a Ctrl-C or a power cut: goes on from there
  dupscan undo plan-3f2a….journal      put everything back

\b
Exit codes:
  0    done, or in a dry run: every row could be done
  2    wrong usage, or a plan that makes no sense; nothing was changed
  3    the journal cannot be written, or another pass has it open
  4    finished, but some rows were refused
  130  interrupted; the same command goes on from there
"""
UNDO_EPILOG = """\b
Examples:
  dupscan undo plan-3f2a….journal

\b
Exit codes:
  0    everything is back
  2    wrong usage, or no journal
  3    the journal cannot be written, or another pass has it open
  4    finished, but some rows were refused: their files were deleted, or changed since
  130  interrupted; the same command goes on from there
"""
PURGE_EPILOG = """\b
Examples:
  dupscan purge plan-3f2a….journal

\b
Exit codes:
  0    the quarantine of this journal is empty, or you answered no
  2    wrong usage, or no journal
  3    the journal cannot be written, or another pass has it open
  4    finished, but some files were refused: their keepers changed
  130  interrupted; the same command goes on from there
"""


def _printing(command: Command) -> Command:
    """Add the options that all these commands have."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Print only the refused rows.")
    return as_json(quiet(command))


@click.command(
    "apply", short_help="Carry out a plan; a dry run without --yes.", epilog=APPLY_EPILOG
)
@click.argument("plan", metavar="PLAN", type=NamedPath(path_type=Path))
@click.option(
    "--yes", is_flag=True, help="Change the files; without it, only say what would be done."
)
@protect
@_printing
def apply_command(
    *, plan: Path, yes: bool, protect: tuple[str, ...], as_json: bool, quiet: bool
) -> int:
    """Carry out a plan, row by row. Without --yes, only say what would be done.

    PLAN is plan.csv, after you removed the rows that are to stay, or set them to `keep`. Before
    each row dupscan checks that its files are still those of the plan, and still duplicates, byte
    by byte for the verdict `file`. A row that fails a check is refused, with the reason, and the
    next row follows. A journal beside the plan has all that `dupscan undo` needs.
    """
    with _context(quiet=quiet or as_json, every_row=not yes) as context:
        summary = passes.apply_plan(plan, dry_run=not yes, protect=protect, context=context)
    lines = _lines_of_apply(summary, dry_run=not yes)
    if not summary.scan_complete:
        lines.insert(0, INCOMPLETE)
    return _finish(summary, as_json=as_json, quiet=quiet, lines=lines)


def _lines_of_apply(summary: PassSummary, *, dry_run: bool) -> list[str]:
    """Return the lines that are printed before the counts: bytes, and what to type next."""
    freed = bytes_in_words(summary.freed)
    if dry_run and not summary.states[State.WOULD]:
        return ["Nothing was changed, and nothing would be"]
    if dry_run:
        return [
            f"Nothing was changed; with --yes {freed} {_FREED.get(summary.action, 'are freed')}"
        ]
    lines = []
    if summary.states[State.DONE]:
        lines.append(f"{freed} {_FREED.get(summary.action, 'freed')}")
    if summary.journal is not None and (
        summary.states[State.DONE] or summary.states[State.DONE_BEFORE]
    ):
        journal = shlex.quote(file_names.shown(str(summary.journal)))
        if summary.action is not Action.DELETE:
            lines.append(f"To put everything back: dupscan undo {journal}")
        if summary.action is Action.QUARANTINE:
            lines.append(f"To empty the quarantine for good: dupscan purge {journal}")
    return lines


@click.command("undo", short_help="Put back what apply did.", epilog=UNDO_EPILOG)
@click.argument("journal", metavar="JOURNAL", type=NamedPath(path_type=Path))
@_printing
def undo_command(*, journal: Path, as_json: bool, quiet: bool) -> int:
    """Put back what `dupscan apply` did, by its journal, the latest row first.

    Files in quarantine or trash go back to their places; a link becomes a file of its own
    again, with the mode, owner and times that it had. No newer file is overwritten. Files that
    cannot come back, such as deleted or purged ones, are named with the reason.
    """
    with _context(quiet=quiet or as_json) as context:
        summary = passes.undo(journal, context=context)
    return _finish(summary, as_json=as_json, quiet=quiet, lines=[])


@click.command("purge", short_help="Empty a quarantine for good.", epilog=PURGE_EPILOG)
@click.argument("journal", metavar="JOURNAL", type=NamedPath(path_type=Path))
@click.option(
    "--yes",
    is_flag=True,
    help="Do not ask. Without a terminal purge never asks: it deletes at once.",
)
@_printing
def purge_command(*, journal: Path, yes: bool, as_json: bool, quiet: bool) -> int:
    """Delete for good what `dupscan apply` put into quarantine, by its journal.

    Each file is deleted only after its keeper was checked again, byte by byte for the verdict
    `file`. Nothing brings the files back after that.
    """
    if not yes and sys.stdin.isatty() and not _is_confirmed(journal):
        click.echo("Nothing was deleted.", err=True)
        return errors.EXIT_DONE
    with _context(quiet=quiet or as_json) as context:
        summary = passes.purge(journal, context=context)
    freed = f"{bytes_in_words(summary.freed)} freed"
    return _finish(summary, as_json=as_json, quiet=quiet, lines=[freed])


def _is_confirmed(journal: Path) -> bool:
    """Ask the person at the terminal, with the number and size of the files; True if yes."""
    quarantined = passes.quarantine_size(journal)
    files = "1 file" if quarantined.files == 1 else f"{quarantined.files:,} files"
    question = f"Delete {files} from quarantine for good, {bytes_in_words(quarantined.size)}?"
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        return False


@contextmanager
def _context(*, quiet: bool, every_row: bool = False) -> Iterator[PassContext]:
    """Yield the context of a pass at a terminal, in which Ctrl-C ends the pass between two rows.

    Each refused row is printed as a line on standard error; with `every_row` each other row too, on
    standard output, unless `quiet`.
    """
    progress = for_stream(sys.stderr, quiet=quiet or every_row)

    def show(outcome: Outcome) -> None:
        prefix = _PREFIXES.get(outcome.state, "")
        line = f"{prefix}{file_names.shown(outcome.path)}: {outcome.words}"
        if outcome.state is State.REFUSED:
            progress.say(line) if not (quiet or every_row) else click.echo(line, err=True)
        elif every_row and not quiet:
            with output_errors("nothing was changed"):
                click.echo(line)

    with stop_on_ctrl_c(STOPPING) as stop:
        yield PassContext(on_outcome=show, progress=progress, stop=stop)


def _finish(summary: PassSummary, *, as_json: bool, quiet: bool, lines: list[str]) -> int:
    """Print the summary of a pass, after some `lines`, and return the exit code."""
    print_result(
        "the pass is done",
        lambda: _json_object(summary),
        [*lines, f"{'' if summary.complete else 'INCOMPLETE: '}{_counts(summary)}"],
        as_json=as_json,
        quiet=quiet,
    )
    if not summary.complete:
        return errors.EXIT_INTERRUPTED
    return errors.EXIT_UNREADABLE if summary.states[State.REFUSED] else errors.EXIT_DONE


def _counts(summary: PassSummary) -> str:
    """Say how many rows there are of each state, such as ``12 done, 1 refused``."""
    parts = [f"{summary.states[state]:,} {state.value}" for state in State if summary.states[state]]
    if summary.kept:
        parts.append(f"{summary.kept:,} taken out of the plan")
    return ", ".join(parts) or "nothing to do"


def _json_object(summary: PassSummary) -> dict[str, Any]:
    return {
        "complete": summary.complete,
        "scan_complete": summary.scan_complete,
        "done": summary.states[State.DONE],
        "would_be_done": summary.states[State.WOULD],
        "done_before": summary.states[State.DONE_BEFORE],
        "refused": summary.states[State.REFUSED],
        "kept": summary.kept,
        "freed": 0 if summary.frees_later else summary.freed,
        "freed_once_emptied": summary.freed if summary.frees_later else 0,
        "journal": file_names.shown(str(summary.journal)) if summary.journal else None,
    }
