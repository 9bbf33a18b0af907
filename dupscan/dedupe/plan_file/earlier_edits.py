"""Take over what a person decided in an earlier plan, before a new plan has its name. Read-only.

An hour of work may be in the table. So its decisions are read and go into the new plan, and a table
that holds more than decisions is not replaced at all.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dupscan.dedupe.plan_file import csv_table, json_identities, user_edits
from dupscan.dedupe.plan_file.user_edits import Decisions
from dupscan.errors import PlanError
from dupscan.model.plan import Edits, Plan
from dupscan.text import file_names
from dupscan.text.user_files import refusal

_WAY_OUT = (
    "What you decided there would be lost with the new plan. Choose another name with -o, or add "
    "--discard-edits"
)


def read_earlier(path: Path) -> Plan | None:
    """Return the plan whose table is `path`, with all the decisions that a person made there.

    None if there is no such plan. Raises PlanError, with the way out, if the decisions cannot all
    be taken over: a file of the plan is missing or damaged, cells were changed, columns were added.
    """
    identities = path.with_suffix(json_identities.SUFFIX)
    if not csv_table.is_table(path):
        return None
    shown = file_names.shown(str(path))
    if not identities.exists():
        beside = file_names.shown(str(identities))
        raise PlanError(f"{shown} is a plan, and {beside} is not beside it. {_WAY_OUT}")
    try:
        plan = json_identities.read(identities)
        found = user_edits.read_decisions(plan, csv_table.read(path))
        added = csv_table.added_columns(path)
    except PlanError as error:
        raise PlanError(f"{error}. {_WAY_OUT}") from error
    if found.mistakes:
        raise PlanError(str(refusal(path, "plan", found.mistakes, _WAY_OUT)))
    if added:
        columns = ", ".join(map(file_names.shown, added))
        raise PlanError(f"{shown} has columns of your own ({columns}). {_WAY_OUT}")
    return _with_edits(plan, found)


def _with_edits(plan: Plan, found: Decisions) -> Plan:
    """Return a plan with the decisions in its table, and earlier ones of files without a row."""
    here = {row.target.path for row in plan.rows}
    kept = {path for path in plan.edits.kept if path not in here}
    for row in plan.rows:
        was_to_go = not row.declined or row.target.path in plan.edits.kept
        is_deleted = row.number not in found.remove and row.number not in found.swap
        if row.number in found.keep or (was_to_go and is_deleted):
            kept.add(row.target.path)
    swapped = [row for row in plan.rows if row.number in found.swap]
    chosen = plan.edits.chosen - {row.keeper.path for row in swapped}
    chosen |= {row.target.path for row in swapped}
    return replace(plan, edits=Edits(frozenset(kept), chosen))
