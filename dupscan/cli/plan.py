"""``dupscan plan``: a report and rules in, a plan to look at and edit out. Changes no picture."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import output_errors
from dupscan.dedupe.passes import make_plan
from dupscan.dedupe.plan import ALLOWED, RULES
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Plan, Row
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
    "What to do with the duplicates; links are for equal files only.",
)
@options.one_of(
    *("--verdict", VERDICTS, PLAN.verdict),
    "Which duplicates: those of this verdict, and all stronger ones.",
)
@options.comma_list(
    *("--keep", "keep", PLAN.keep),
    "Which copy is kept: rules in the order in which they are asked, of "
    f"{', '.join(RULES)}. The report's own keeper where no rule decides.",
)
@options.protect
@options.comma_list(
    *("--allow", "allow", PLAN.allow),
    "Take duplicates too that have what their keeper lacks, or belong to other files: "
    f"{', '.join(ALLOWED)}.",
)
@click.option(
    "--delete-even",
    type=click.Choice(VERDICTS),
    help="With --action delete: delete duplicates as weak as this, which have no equal copy.",
)
@click.option(
    *("-o", "--output", "output"),
    type=click.Path(path_type=Path),
    default=PLAN.output,
    show_default=True,
    metavar="FILE.csv",
    help="The plan; a .json file of that name goes beside it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Print no summary.")
@click.pass_context
def plan_command(
    context: click.Context, /, *, report: Path, as_json: bool, quiet: bool, **_: Any
) -> int:
    """Decide what is to be done with the duplicates of REPORT, and write it down.

    No picture is touched. REPORT is the folder of a scan's report, or the report.json in it. The
    plan is a table: look at it in a spreadsheet, set `remove` to `keep` or delete whole rows, and
    hand it to `dupscan apply`. What was declined stands in it with the reason.
    """
    typed, in_file = options.stated(context)
    meant = options.slice_of(settings.PlanSettings, "plan", typed, in_file)
    plan = make_plan(report, meant)
    with output_errors(f"the plan is in {file_names.shown(str(meant.output))}"):
        if as_json:
            click.echo(json.dumps(_summary(plan, meant.output)))
        elif not quiet:
            _print_summary(plan, meant.output)
    return errors.EXIT_DONE


def _print_summary(plan: Plan, output: Path) -> None:
    """What goes and what does not, where that is written, and what to type next."""
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
        "declined_by_reason": dict(declined.most_common()),
    }


def _freeing(plan: Plan) -> str:
    """When the bytes are free: what was moved away still takes its place."""
    return "free once that is emptied" if plan.action.moves else "freed"


def _proposed(plan: Plan) -> list[Row]:
    """The rows of pictures that go."""
    return [row for row in plan.rows if not row.declined and row.goes_with is None]


def _companions(plan: Plan) -> int:
    return sum(row.goes_with is not None for row in plan.rows)


def _freed(plan: Plan) -> int:
    return sum(row.freed for row in plan.rows if not row.declined)


def _by_verdict(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows are of each verdict, the strongest first."""
    found = Counter(row.verdict for row in rows)
    return {verdict.value: found[verdict] for verdict in Verdict if found[verdict]}


def _declined(plan: Plan) -> Counter[str]:
    """How many were declined for each reason, whatever the names and sizes in it."""
    return Counter(_kind(row.declined) for row in plan.rows if row.declined)


_ALLOWS = re.compile(r"\(--allow ([a-z-]+)\)(?=; |$)")


def _kind(reason: str) -> str:
    """A reason without what is said of one file only.

    >>> _kind("has 3 frames, the keeper 1 (--allow frames); has the sidecar a (--allow sidecar)")
    'without --allow frames,sidecar'
    """
    words = _ALLOWS.findall(reason)
    if "delete would lose" in reason:
        return "delete would lose a sidecar or film; quarantine or trash it"
    if words:
        return f"without --allow {','.join(dict.fromkeys(words))}"
    if reason.startswith(("matches only", "is kept rather")):
        return "matches nothing that is kept"
    return reason
