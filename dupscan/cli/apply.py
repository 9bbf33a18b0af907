"""``dupscan apply``: a plan in, files changed and a journal out, or only what would be done."""

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
  0    done, or in a dry run: all of it could be done
  2    wrong usage, or a plan that makes no sense; nothing was touched
  3    the journal cannot be written, or another pass has it
  4    finished, but something was refused
  130  interrupted; the same command goes on from there
"""


@click.command(
    "apply", short_help="Carry out a plan; a dry run without --yes.", epilog=EXAMPLES + EXIT_CODES
)
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--yes", "really", is_flag=True, help="Do it; else it is only said.")
@options.protect
@pass_commands.options
def apply_command(
    *, plan: Path, really: bool, protect: tuple[str, ...], as_json: bool, quiet: bool
) -> int:
    """Carry out a plan, row by row. Without --yes nothing is changed: it says what would be done.

    PLAN is plan.csv, after you took out or set to `keep` what is to stay. Before each row its files
    are seen to be those of the plan, and to be the same still, byte by byte for `file`. What does
    not fit is refused, with the reason, and the rest goes on. A journal beside the plan has what
    `dupscan undo` needs.
    """
    with pass_commands.looking_on(quiet=quiet or as_json, all_told=not really) as around:
        passed = passes.apply_plan(plan, around, really=really, protect=protect)
    return pass_commands.end(
        passed, as_json=as_json, quiet=quiet, words=_words(passed, really=really)
    )


def _words(passed: passes.PassSummary, *, really: bool) -> list[str]:
    """The last lines but for the counts."""
    freed = bytes_in_words(passed.freed)
    if not really and not passed.states[State.WOULD]:
        return ["Nothing was changed, and nothing would be"]
    if not really:
        return [f"Nothing was changed; with --yes {freed} {_FREED.get(passed.action, 'are freed')}"]
    lines = []
    if passed.states[State.DONE]:
        lines.append(f"{freed} {_FREED.get(passed.action, 'freed')}")
    if passed.journal is not None and (
        passed.states[State.DONE] or passed.states[State.DONE_BEFORE]
    ):
        journal = shlex.quote(file_names.shown(str(passed.journal)))
        if passed.action is not Action.DELETE:
            lines.append(f"To put everything back: dupscan undo {journal}")
        if passed.action is Action.QUARANTINE:
            lines.append(f"To empty the quarantine for good: dupscan purge {journal}")
    return lines


_FREED = {
    Action.QUARANTINE: "are free once the quarantine is emptied",
    Action.TRASH: "are free once the waste basket is emptied",
}
