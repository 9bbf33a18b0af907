"""``dupscan apply``, ``undo`` and ``purge``: passes over a plan or a journal, row by row."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dupscan import errors
from dupscan.cli.options import Command, NamedPath, as_json, protect, refuse_together
from dupscan.cli.output import INCOMPLETE, output_errors, print_result, stop_on_ctrl_c
from dupscan.cli.printing import print_line
from dupscan.dedupe import passes
from dupscan.dedupe.passes import PassContext, PassSummary
from dupscan.model.plan import Action, Outcome, State
from dupscan.progress import for_stream
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words, counted

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
  dupscan undo --last                  the pass that was begun last; `dupscan passes` lists all
  dupscan undo plan-*.journal          several, the latest first

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
  dupscan purge --last                 the pass that was begun last; `dupscan passes` lists all

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
    return _finish([summary], as_json=as_json, quiet=quiet, lines=lines)


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


def _naming_journals(command: Command) -> Command:
    """Add the ways to name the journals of a pass."""
    last = click.option("--last", is_flag=True, help="Take the pass that was begun last.")
    journals = click.argument(
        "journals", nargs=-1, metavar="JOURNAL...", type=NamedPath(path_type=Path)
    )
    return journals(last(command))


@click.command("undo", short_help="Put back what apply did.", epilog=UNDO_EPILOG)
@_naming_journals
@_printing
def undo_command(*, journals: tuple[Path, ...], last: bool, as_json: bool, quiet: bool) -> int:
    """Put back what `dupscan apply` did, by its journal, the latest row first.

    Files in quarantine or trash go back to their places; a link becomes a file of its own
    again, with the mode and times that it had. No newer file is overwritten. Files that cannot
    come back, such as deleted or purged ones, are named with the reason. If a journal is
    lost, its copy in the quarantine will do.
    """
    chosen = _chosen(journals, last=last)
    with _context(quiet=quiet or as_json) as context:
        done = _one_by_one(passes.undo, chosen, context)
    return _finish(done, as_json=as_json, quiet=quiet, lines=[])


@click.command("purge", short_help="Empty a quarantine for good.", epilog=PURGE_EPILOG)
@_naming_journals
@click.option(
    "--yes",
    is_flag=True,
    help="Do not ask. Without a terminal purge never asks: it deletes at once.",
)
@_printing
def purge_command(
    *, journals: tuple[Path, ...], last: bool, yes: bool, as_json: bool, quiet: bool
) -> int:
    """Delete for good what `dupscan apply` put into quarantine, by its journal.

    Each file is deleted only after its keeper was checked again, byte by byte for the verdict
    `file`. Nothing brings the files back after that.
    """
    chosen = _chosen(journals, last=last)
    if not yes and sys.stdin.isatty() and not _is_confirmed(chosen):
        print_line("Nothing was deleted.", err=True)
        return errors.EXIT_DONE
    with _context(quiet=quiet or as_json) as context:
        done = _one_by_one(passes.purge, chosen, context)
    freed = f"{bytes_in_words(sum(one.freed for one in done))} freed"
    return _finish(done, as_json=as_json, quiet=quiet, lines=[freed])


def _chosen(journals: Sequence[Path], *, last: bool) -> list[Path]:
    """Return the journals that were named, each once, the pass that was begun last first.

    Raises UsageError if none was named, or one is no journal, before anything is done.
    """
    if journals and last:
        refuse_together("JOURNAL", "--last", "each names the pass")
    if last:
        record = passes.last_pass((".",))
        print_line(f"The last pass: {record.journal}", err=True)
        return [record.journal]
    if not journals:
        raise errors.UsageError(
            "which pass? Name its journal, or type --last; dupscan passes lists them"
        )
    records = {passes.original_of(one): passes.record_of(one) for one in journals}
    return sorted(records, key=lambda one: records[one].begun, reverse=True)


def _one_by_one(
    run: Callable[..., PassSummary], journals: Sequence[Path], context: PassContext
) -> list[PassSummary]:
    """Run a pass for each journal until it is to stop, and return the summaries."""
    return [run(journal, context=context) for journal in journals if not context.stopped()]


def _is_confirmed(journals: Sequence[Path]) -> bool:
    """Ask the person at the terminal, with the number and size of the files; True if yes."""
    sizes = [passes.quarantine_size(journal) for journal in journals]
    files = counted(sum(one.files for one in sizes), "file")
    size = bytes_in_words(sum(one.size for one in sizes))
    try:
        return click.confirm(f"Delete {files} from quarantine for good, {size}?", err=True)
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
        line = f"{prefix}{outcome.path}: {outcome.words}"
        if outcome.state is State.REFUSED:
            progress.say(line) if not (quiet or every_row) else print_line(line, err=True)
        elif every_row and not quiet:
            with output_errors("nothing was changed"):
                print_line(line)

    with stop_on_ctrl_c(STOPPING) as stop:
        yield PassContext(on_outcome=show, progress=progress, stop=stop)


def _finish(
    summaries: Sequence[PassSummary], *, as_json: bool, quiet: bool, lines: list[str]
) -> int:
    """Print the summary of some passes, after some `lines`, and return the exit code."""
    states = sum((one.states for one in summaries), Counter[State]())
    complete = all(one.complete for one in summaries)
    kept = sum(one.kept for one in summaries)
    print_result(
        "the pass is done",
        lambda: _json_object(summaries, states),
        [*lines, f"{'' if complete else 'INCOMPLETE: '}{_counts(states, kept)}"],
        as_json=as_json,
        quiet=quiet,
    )
    if not complete:
        return errors.EXIT_INTERRUPTED
    return errors.EXIT_UNREADABLE if states[State.REFUSED] else errors.EXIT_DONE


def _counts(states: Counter[State], kept: int) -> str:
    """Say how many rows there are of each state, such as ``12 done, 1 refused``."""
    parts = [f"{states[state]:,} {state.value}" for state in State if states[state]]
    if kept:
        parts.append(f"{kept:,} taken out of the plan")
    return ", ".join(parts) or "nothing to do"


def _json_object(summaries: Sequence[PassSummary], states: Counter[State]) -> dict[str, Any]:
    journals = [file_names.shown(str(one.journal)) for one in summaries if one.journal]
    return {
        "complete": all(one.complete for one in summaries),
        "scan_complete": all(one.scan_complete for one in summaries),
        "done": states[State.DONE],
        "would_be_done": states[State.WOULD],
        "done_before": states[State.DONE_BEFORE],
        "refused": states[State.REFUSED],
        "kept": sum(one.kept for one in summaries),
        "freed": sum(one.freed for one in summaries if not one.frees_later),
        "freed_once_emptied": sum(one.freed for one in summaries if one.frees_later),
        "journal": journals[0] if len(journals) == 1 else None,
        "journals": journals,
    }
