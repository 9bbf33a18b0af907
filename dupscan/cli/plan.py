"""``dupscan plan``: read a report, write a plan that a person can check and edit.

Changes no picture.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import print_result, question_in_words
from dupscan.dedupe.passes import make_plan
from dupscan.dedupe.plan import ALLOWED, RULES
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, Plan, Reason
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

PLAN = settings.PlanSettings()
VERDICTS = tuple(verdict.value for verdict in Verdict)

EPILOG = """\b
Examples:
  dupscan plan dupscan-report                          equal files, to quarantine
  dupscan plan dupscan-report --keep under:~/Photos,pixels,oldest
  dupscan plan dupscan-report --action hardlink -o links.csv
  dupscan plan dupscan-report --verdict picture --protect ~/Photos/family
  dupscan plan dupscan-report --verdict picture --allow sidecar,gps

\b
Exit codes:
  0    done, even if there is nothing to do
  2    wrong usage or settings, or a report that cannot be used
  3    the plan could not be written; an earlier one is whole
  130  interrupted
"""


@click.command(
    "plan", short_help="Decide what is to be done with the duplicates of a report.", epilog=EPILOG
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
    f"files: {', '.join(ALLOWED)}.",
)
@click.option(
    "--delete-even",
    type=click.Choice(VERDICTS),
    help="With --action delete: also delete duplicates with this verdict or a stronger one, "
    "although no file with the same bytes is kept.",
)
@options.file(
    *("-o", "--output"),
    default=PLAN.output,
    metavar="FILE.csv",
    words="Table to write the plan to. A .json file of the same name is written beside it.",
)
@options.as_json
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
    chosen = options.settings_of(settings.PlanSettings, context)
    plan = make_plan(report, chosen)
    print_result(
        f"the plan is in {file_names.shown(str(chosen.output))}",
        lambda: _summary(plan, chosen.output),
        _lines(plan, chosen.output),
        as_json=as_json,
        quiet=quiet,
    )
    return errors.EXIT_DONE


def _lines(plan: Plan, output: Path) -> Iterator[str]:
    """Yield how many rows are proposed and declined, where the plan is, and what to type next."""
    found, action = _summary(plan, output), plan.action.value
    reasons = Counter(_kind(row.declined) for row in plan.rows if row.declined)
    for reason, number in reasons.most_common():
        yield f"  declined: {number:,} × {reason}"
    for verdict, number in found["proposed_by_verdict"].items():
        yield f"  {action}: {number:,} × {verdict}"
    if companions := found["companions"]:
        yield f"  {action}: {companions:,} × sidecar or film, with its picture"
    yield from map(question_in_words, plan.questions)
    yield f"Plan: {found['plan']}"
    declined = f"{found['declined']:,} declined"
    if not found["proposed"]:
        yield f"Nothing to {action}, {declined}"
        return
    freed = f"{bytes_in_words(found['freed'])} {_freeing(plan)}"
    yield f"{found['proposed']:,} to {action}, {freed}, {declined}"
    yield f"Next, to see what would be done: dupscan apply {shlex.quote(found['plan'])}"


def _summary(plan: Plan, output: Path) -> dict[str, Any]:
    """Return the numbers of rows. Companions are counted apart from the pictures they go with."""
    going = [row for row in plan.rows if not row.declined and row.goes_with is None]
    words = Counter(",".join(_words(row.declined)) for row in plan.rows if row.declined)
    verdicts = Counter(row.verdict for row in going)
    return {
        "plan_id": plan.plan_id,
        "scan_id": plan.scan_id,
        "plan": file_names.shown(str(output)),
        "action": plan.action.value,
        "proposed": len(going),
        "proposed_by_verdict": {one.value: verdicts[one] for one in Verdict if verdicts[one]},
        "companions": sum(row.goes_with is not None for row in plan.rows),
        "freed": sum(row.freed for row in plan.rows if not row.declined),
        "declined": words.total(),
        "declined_by_reason": dict(words.most_common()),
    }


def _freeing(plan: Plan) -> str:
    """Return in words when the bytes are free: a file that was moved still takes up space."""
    if not plan.action.moves:
        return "freed"
    place = "trash" if plan.action is Action.TRASH else "quarantine"
    return f"free once the {place} is emptied"


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
