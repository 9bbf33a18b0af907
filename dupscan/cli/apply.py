"""``dupscan apply``: carries out a plan and writes a journal, or only says what would be done."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from dupscan.cli import options, pass_commands
from dupscan.dedupe import passes
from dupscan.model.plan import Action, State
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

EXAMPLES = """\b
Examples:
  dupscan apply plan.csv               what would be done? Nothing is changed
  dupscan apply plan.csv --yes         do it
  dupscan apply plan.csv --yes         once more after a Ctrl-C or a power cut: goes on from there
  dupscan undo plan-3f2a….journal      put everything back

"""
EXIT_CODES = """\b
Exit codes:
  0    done, or in a dry run: every row could be done
  2    wrong usage, or a plan that makes no sense; nothing was changed
  3    the journal cannot be written, or another pass has it open
  4    finished, but some rows were refused
  130  interrupted; the same command goes on from there
"""


@click.command(
    "apply", short_help="Carry out a plan; a dry run without --yes.", epilog=EXAMPLES + EXIT_CODES
)
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--yes", is_flag=True, help="Change the files; without it, only say what would be done."
)
@options.protect
@pass_commands.options
def apply_command(
    *, plan: Path, yes: bool, protect: tuple[str, ...], as_json: bool, quiet: bool
) -> int:
    """Carry out a plan, row by row. Without --yes, only say what would be done.

    PLAN is plan.csv, after you removed the rows that are to stay, or set them to `keep`. Before
    each row dupscan checks that its files are still those of the plan, and still duplicates, byte
    by byte for the verdict `file`. A row that fails a check is refused, with the reason, and the
    next row follows. A journal beside the plan has all that `dupscan undo` needs.
    """
    with pass_commands.terminal_context(quiet=quiet or as_json, every_row=not yes) as context:
        summary = passes.apply_plan(plan, dry_run=not yes, protect=protect, context=context)
    lines = _lines(summary, dry_run=not yes)
    return pass_commands.finish(summary, as_json=as_json, quiet=quiet, lines=lines)


def _lines(summary: passes.PassSummary, *, dry_run: bool) -> list[str]:
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


_FREED = {
    Action.QUARANTINE: "are free once the quarantine is emptied",
    Action.TRASH: "are free once the trash is emptied",
}
