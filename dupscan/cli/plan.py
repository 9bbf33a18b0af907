"""``dupscan plan``: read a report, write a plan that a person can check and edit.

Changes no picture.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import output_errors
from dupscan.dedupe.passes import make_plan
from dupscan.dedupe.plan import ALLOWED, RULES
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, Plan, Reason, Row
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

PLAN = settings.PlanSettings()
VERDICTS = tuple(verdict.value for verdict in Verdict)

EXAMPLES = """\b
Examples:
  dupscan plan dupscan-report                          equal files, to quarantine
  dupscan plan dupscan-report --keep under:~/Photos,pixels,oldest
  dupscan plan dupscan-report --action hardlink -o links.csv
  dupscan plan dupscan-report --verdict picture --protect ~/Photos/family
  dupscan plan dupscan-report --verdict picture --allow sidecar,gps

"""
EXIT_CODES = """\b
Exit codes:
  0    done, even if there is nothing to do
  2    wrong usage or settings, or a report that cannot be used
  3    the plan could not be written; an earlier one is whole
  130  interrupted
"""


@click.command(
    "plan",
    short_help="Decide what is to be done with the duplicates of a report.",
    epilog=EXAMPLES + EXIT_CODES,
)
@click.argument("report", metavar="REPORT", type=click.Path(path_type=Path))
@options.one_of(
    *("--action", tuple(action.value for action in Action), PLAN.action),
    "What to do with the duplicates. Links are only for files with the same bytes.",
)
@options.one_of(
    *("--verdict", VERDICTS, PLAN.verdict),
    "Weakest verdict to act on; duplicates with a stronger verdict are included.",
)
@options.comma_list(
    *("--keep", "keep", PLAN.keep),
    "Rules that choose the copy to keep; the first rule that tells two copies apart decides: "
    f"{', '.join(RULES)}. Without such a rule the report's own keeper is kept.",
)
@options.protect
@options.comma_list(
    *("--allow", "allow", PLAN.allow),
    "Also take duplicates that have something that their keeper lacks, or that belong to other "
    "files: "
    f"{', '.join(ALLOWED)}.",
)
@click.option(
    "--delete-even",
    type=click.Choice(VERDICTS),
    help="With --action delete: also delete duplicates with this verdict or a stronger one, "
    "although no file with the same bytes is kept.",
)
@click.option(
    *("-o", "--output", "output"),
    type=click.Path(path_type=Path),
    default=PLAN.output,
    show_default=True,
    metavar="FILE.csv",
    help="Table to write the plan to. A .json file of the same name is written beside it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Print no summary.")
@click.pass_context
def plan_command(
    context: click.Context, /, *, report: Path, as_json: bool, quiet: bool, **_: Any
) -> int:
    """Decide what is to be done with the duplicates of REPORT, and write a plan.

    No picture is touched. REPORT is the folder of a scan's report, or the report.json in it. The
    plan is a table. Look at it in a spreadsheet, change `remove` to `keep` or delete whole rows
    where you disagree, and give it to `dupscan apply`. Declined duplicates are in the table too,
    with the reason.
    """
    typed, in_file = options.stated(context)
    chosen = options.slice_of(settings.PlanSettings, "plan", typed, in_file)
    plan = make_plan(report, chosen)
    with output_errors(f"the plan is in {file_names.shown(str(chosen.output))}"):
        if as_json:
            click.echo(json.dumps(_summary(plan, chosen.output)))
        elif not quiet:
            _print_summary(plan, chosen.output)
    return errors.EXIT_DONE


def _print_summary(plan: Plan, output: Path) -> None:
    """Print how many rows are proposed and declined, where the plan is, and what to type next."""
    going, declined = _proposed(plan), _declined(plan)
    for reason, number in declined.most_common():
        click.echo(f"  declined: {number:,} × {reason}")
    for verdict, number in _by_verdict(going).items():
        click.echo(f"  {plan.action.value}: {number:,} × {verdict}")
    if companions := _companions(plan):
        click.echo(f"  {plan.action.value}: {companions:,} × sidecar or film, with its picture")
    shown = file_names.shown(str(output))
    click.echo(f"Plan: {shown}")
    if not going:
        click.echo(f"Nothing to {plan.action.value}, {declined.total():,} declined")
        return
    click.echo(
        f"{len(going):,} to {plan.action.value}, {bytes_in_words(_freed(plan))} {_freeing(plan)}, "
        f"{declined.total():,} declined"
    )
    click.echo(f"Next, to see what would be done: dupscan apply {shlex.quote(shown)}")


def _summary(plan: Plan, output: Path) -> dict[str, Any]:
    going, declined = _proposed(plan), _declined(plan)
    return {
        "plan_id": plan.plan_id,
        "scan_id": plan.scan_id,
        "plan": file_names.shown(str(output)),
        "action": plan.action.value,
        "proposed": len(going),
        "proposed_by_verdict": _by_verdict(going),
        "companions": _companions(plan),
        "freed": _freed(plan),
        "declined": declined.total(),
        "declined_by_reason": dict(_declined_by_word(plan).most_common()),
    }


def _freeing(plan: Plan) -> str:
    """Return in words when the bytes are free: a file that was moved still takes up space."""
    if not plan.action.moves:
        return "freed"
    place = "trash" if plan.action is Action.TRASH else "quarantine"
    return f"free once the {place} is emptied"


def _proposed(plan: Plan) -> list[Row]:
    """Return the rows of pictures that are proposed; rows of companions are left out."""
    return [row for row in plan.rows if not row.declined and row.goes_with is None]


def _companions(plan: Plan) -> int:
    return sum(row.goes_with is not None for row in plan.rows)


def _freed(plan: Plan) -> int:
    return sum(row.freed for row in plan.rows if not row.declined)


def _by_verdict(rows: Iterable[Row]) -> dict[str, int]:
    """Count the rows of each verdict, the strongest verdict first."""
    found = Counter(row.verdict for row in rows)
    return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


def _declined(plan: Plan) -> Counter[str]:
    """Count the declined rows by their reasons, without the names and sizes of single files."""
    return Counter(_kind(row.declined) for row in plan.rows if row.declined)


def _declined_by_word(plan: Plan) -> Counter[str]:
    """Count the declined rows by the words of their reasons, such as ``frames,sidecar``."""
    return Counter(",".join(_words(row.declined)) for row in plan.rows if row.declined)


def _kind(declined: Sequence[Declined]) -> str:
    """Return the reasons of one row in words that fit other rows too.

    >>> _kind([Declined(Reason.FRAMES, "has 3 frames"), Declined(Reason.SIDECAR, "has a.xmp")])
    'without --allow frames,sidecar'
    """
    first = declined[0]
    if any(one.word is Reason.WOULD_LOSE_COMPANION for one in declined):
        return "delete would lose a sidecar or film; quarantine or trash it"
    if first.word is Reason.NO_MATCH:
        return "matches nothing that is kept"
    if first.word.can_be_allowed:
        return f"without --allow {','.join(_words(declined))}"
    return first.text


def _words(declined: Iterable[Declined]) -> list[str]:
    """Return the words of some reasons, each once."""
    return list(dict.fromkeys(one.word.value for one in declined))
