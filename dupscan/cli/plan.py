"""``dupscan plan``: read a report, write a plan that a person can check and edit.

Changes no picture.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from dupscan import errors, settings
from dupscan.cli import options
from dupscan.cli.output import INCOMPLETE, print_result, question_in_words
from dupscan.dedupe.passes import make_plan
from dupscan.dedupe.plan import ALLOWED, RULES
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, Plan, Reason, Row
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words, counted, safe_and_look_first

PLAN = settings.PlanSettings()
VERDICTS = tuple(verdict.value for verdict in Verdict)
MOST_PAIRS = 10
"""Pairs of folders that the summary names."""

EPILOG = """\b
Examples:
  dupscan plan dupscan-report                          equal files, to quarantine
  dupscan plan dupscan-report --keep under:~/Photos,pixels,oldest
  dupscan plan dupscan-report --action hardlink -o links.csv
  dupscan plan dupscan-report --verdict picture --protect ~/Photos/family
  dupscan plan dupscan-report --verdict picture --allow sidecar,gps
  dupscan plan dupscan-report --only ~/Backup          take files from there only

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
@click.argument("report", metavar="REPORT", type=options.NamedPath(path_type=Path))
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
@click.option(
    "--only",
    multiple=True,
    type=options.NamedPath(),
    metavar="DIR",
    help="Take duplicates from this folder only; copies elsewhere are kept. Repeatable.",
)
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
@click.option(
    "--discard-edits",
    is_flag=True,
    help="Forget what you decided in an earlier plan of this name; else it is taken over.",
)
@options.as_json
@click.option("-q", "--quiet", is_flag=True, help="Print no summary.")
@click.option("-v", "--verbose", is_flag=True, help="Print each file that goes, with its keeper.")
@click.pass_context
def plan_command(
    context: click.Context,
    /,
    *,
    report: Path,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **_: Any,
) -> int:
    """Decide what is to be done with the duplicates of REPORT, and write a plan.

    No picture is touched. REPORT is the folder of a scan's report, or the report.json in it. The
    plan is a table. Look at it in a spreadsheet, change `remove` to `keep` or delete whole rows
    where you disagree, and give it to `dupscan apply`. Change it to `swap` to keep the other of the
    two files, and plan again: a new plan of the same name takes over what you decided. Declined
    duplicates are in the table too, with the reason.
    """
    options.refuse_quiet_and_verbose(quiet=quiet, verbose=verbose)
    if as_json and verbose:
        options.refuse_together("--json", "-v", "the rows are in the plan's own .json file")
    chosen = options.settings_of(settings.PlanSettings, context)
    plan = make_plan(report, chosen)
    print_result(
        f"the plan is in {file_names.shown(str(chosen.output))}",
        lambda: _summary(plan, chosen.output),
        _lines(plan, chosen.output, verbose=verbose),
        as_json=as_json,
        quiet=quiet,
    )
    return errors.EXIT_DONE


def _lines(plan: Plan, output: Path, *, verbose: bool) -> Iterator[str]:
    """Yield the totals, then what was declined, where the plan is, and what to type next."""
    found, action = _summary(plan, output), plan.action.value
    if not plan.complete:
        yield INCOMPLETE
    yield from _totals(plan)
    if companions := found["companions"]:
        yield f"  {action}: {companions:,} × sidecar or film, with its picture"
    reasons = Counter(_kind(row.declined) for row in plan.rows if row.declined)
    for reason, number in reasons.most_common():
        yield f"  declined: {number:,} × {reason}"
    if plan.edits:
        yield f"  your edits: {len(plan.edits.kept):,} × keep, {len(plan.edits.chosen):,} × swap"
    yield from _rows(plan) if verbose else ()
    yield from map(question_in_words, plan.questions)
    yield f"Plan: {found['plan']}"
    declined = f"{found['declined']:,} declined"
    if not found["proposed"]:
        yield f"Nothing to {action}, {declined}"
        return
    yield safe_and_look_first(found["safe"], found["look_first"])
    freed = f"{bytes_in_words(found['freed'])} {_freeing(plan)}"
    yield f"{found['proposed']:,} to {action}, {freed}, {declined}"
    yield f"Next, to see what would be done: dupscan apply {shlex.quote(found['plan'])}"


def _totals(plan: Plan) -> Iterator[str]:
    """Yield what goes by verdict, and by the folders of target and keeper, most bytes first."""
    going = _going(plan)
    verdicts, its_bytes = Counter(row.verdict for row in going), _bytes_by_verdict(plan)
    for verdict in Verdict:
        if number := verdicts[verdict]:
            freed = bytes_in_words(its_bytes[verdict])
            yield f"  {plan.action.value}: {number:,} × {verdict.value}, {freed}"
    base = _base(plan.roots)
    files: Counter[tuple[str, str]] = Counter()
    freed_by_pair: Counter[tuple[str, str]] = Counter()
    for row in going:
        pair = _folder(row.target.path, base), _folder(row.keeper.path, base)
        files[pair] += 1
        freed_by_pair[pair] += row.freed
    pairs = sorted(files, key=lambda pair: (-freed_by_pair[pair], -files[pair], pair))
    for pair in pairs[:MOST_PAIRS]:
        size = bytes_in_words(freed_by_pair[pair])
        yield f"  {pair[0]} → kept in {pair[1]}: {counted(files[pair], 'file')}, {size}"
    if len(pairs) > MOST_PAIRS:
        rest = pairs[MOST_PAIRS:]
        size = bytes_in_words(sum(freed_by_pair[pair] for pair in rest))
        more = counted(sum(files[pair] for pair in rest), "file")
        yield f"  and {len(rest):,} more: {more}, {size}"


def _rows(plan: Plan) -> Iterator[str]:
    """Yield a line for each file that goes, with the file that is kept and the reason."""
    for row in _going(plan):
        target, keeper = file_names.shown(row.target.path), file_names.shown(row.keeper.path)
        yield f"  {target}: {row.verdict.value} of {keeper}, kept: {row.kept}"


def _going(plan: Plan) -> list[Row]:
    """Return the rows of pictures that go: neither declined, nor set to keep by a person."""
    kept = plan.edits.kept
    return [
        row
        for row in plan.rows
        if not row.declined and row.goes_with is None and row.target.path not in kept
    ]


def _bytes_by_verdict(plan: Plan) -> Counter[Verdict]:
    """Return the bytes that become free, by verdict; a companion counts with its picture."""
    found: Counter[Verdict] = Counter()
    going = {row.number for row in _going(plan)}
    for row in plan.rows:
        if row.number in going or row.goes_with in going:
            found[row.verdict] += row.freed
    return found


def _base(roots: Sequence[str]) -> str:
    """Return the folder of all that was scanned, which folders are shown without."""
    try:
        return os.path.commonpath(roots)
    except ValueError:  # no roots, or on several drives
        return ""


def _folder(path: str, base: str) -> str:
    """Return the folder of a file as it is shown."""
    folder = os.path.dirname(path)
    if base and folder == base:
        return file_names.shown(os.path.basename(base) or base)
    return file_names.shown(folder.removeprefix(os.path.join(base, "")) if base else folder)


def _summary(plan: Plan, output: Path) -> dict[str, Any]:
    """Return the numbers of rows. Companions are counted apart from the pictures they go with."""
    going, freed = _going(plan), _bytes_by_verdict(plan)
    words = Counter(",".join(_words(row.declined)) for row in plan.rows if row.declined)
    verdicts = Counter(row.verdict for row in going)
    return {
        "plan_id": plan.plan_id,
        "scan_id": plan.scan_id,
        "scan_complete": plan.complete,
        "plan": file_names.shown(str(output)),
        "action": plan.action.value,
        "proposed": len(going),
        "proposed_by_verdict": {one.value: verdicts[one] for one in Verdict if verdicts[one]},
        "companions": sum(row.goes_with is not None for row in plan.rows),
        "freed": freed.total(),
        "freed_by_verdict": {one.value: freed[one] for one in Verdict if verdicts[one]},
        "safe": sum(size for verdict, size in freed.items() if verdict.is_safe),
        "look_first": sum(size for verdict, size in freed.items() if not verdict.is_safe),
        "declined": words.total(),
        "declined_by_reason": dict(words.most_common()),
        "kept_by_you": len(plan.edits.kept),
        "swapped_by_you": len(plan.edits.chosen),
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
