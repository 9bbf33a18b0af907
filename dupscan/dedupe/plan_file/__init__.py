"""Plan ⇄ disk: a table that a person may edit, and beside it what a spreadsheet would spoil.

``plan.csv`` says what is proposed, a row a line; a person deletes lines, or sets ``remove`` to
``keep``. ``plan.json`` holds by what each file is known again, by the number of the row. Only the
two together are a plan, and they are believed only while they agree. Kept apart from what decides
and from what acts: nothing here opens a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dupscan.dedupe.plan_file import csv_table, json_identities, user_edits, validation
from dupscan.errors import JournalNotWritten, PlanError
from dupscan.model.plan import Plan, Row
from dupscan.system import atomic
from dupscan.text import file_names
from dupscan.text.user_files import refusal

__all__ = ["ReadPlan", "read_plan", "write_plan"]

_OPTION = "plan"
_PLAN_AGAIN = "Nothing was changed. Make the plan again with dupscan plan"
_WAY_OUT = (
    "Nothing was changed. In the table only the decision may be changed, from remove to keep, and "
    "whole rows deleted. Mend these rows, or make the plan again with dupscan plan"
)


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan as a person left it."""

    plan: Plan
    """With the rows that are to be carried out, and no other."""
    kept: int
    """Proposed rows that are not carried out: set to keep, deleted from the table, or of a
    companion whose picture stays."""
    declined: int
    """Rows that never were proposed."""


def write_plan(plan: Plan, path: Path) -> tuple[Path, Path]:
    """Write the table `path` and the identities beside it, whole or not at all; return both paths.

    Changes those two files only, and replaces only what is a plan already. Raises PlanError when
    `path` does not end in .csv, its folder is not there, something else is in the way, or the plan
    contradicts itself; JournalNotWritten when the disk is full or the like.
    """
    shown = file_names.shown(str(path))
    if path.suffix.lower() != ".csv":
        raise PlanError(f"-o {shown}: the name of a plan must end in .csv")
    if not path.parent.is_dir():
        folder = file_names.shown(str(path.parent))
        raise PlanError(f"-o {shown}: there is no folder {folder}; make it, or choose another")
    beside = path.with_suffix(json_identities.SUFFIX)
    for file, mark in ((path, csv_table.MARK), (beside, json_identities.MARK)):
        if not atomic.is_replaceable(file, mark):
            raise PlanError(
                f"{file_names.shown(str(file))} is no plan as dupscan writes them, and is not "
                "replaced; choose another name with -o"
            )
    if mistakes := validation.contradictions(plan):
        raise _refusal(path, mistakes, "Nothing was written. This is a mistake of dupscan itself")
    writers = {
        path.name: partial(csv_table.write, plan),
        beside.name: partial(json_identities.write, plan),
    }
    try:
        atomic.write_together(path.parent, writers)
    except OSError as error:
        raise JournalNotWritten(
            f"cannot write the plan to {shown}: {error.strerror}; make room there or choose "
            "another place with -o"
        ) from error
    return path, beside


def read_plan(path: Path) -> ReadPlan:
    """Read a plan again, by the path of either of its files; its rows are those to be carried out.

    Read-only. Both files are read and understood whole first. Raises PlanError, with all the
    mistakes there are, when one of them is missing or damaged, or they make no sense together.
    """
    table, identities = _both_files(path)
    plan = json_identities.read(identities)
    if mistakes := validation.contradictions(plan):
        raise _refusal(identities, mistakes, _PLAN_AGAIN)
    wanted, mistakes = user_edits.rows_to_remove(plan, csv_table.read(table))
    if mistakes:
        raise _refusal(table, mistakes, _WAY_OUT)
    rows = tuple(row for row in plan.rows if _is_carried_out(row, wanted))
    declined = sum(bool(row.declined) for row in plan.rows)
    kept = len(plan.rows) - declined - len(rows)
    return ReadPlan(replace(plan, rows=rows), kept, declined)


def _is_carried_out(row: Row, wanted: frozenset[int]) -> bool:
    """Whether a row is to be carried out; a companion stays where its picture does."""
    return row.number in wanted and (row.goes_with is None or row.goes_with in wanted)


def _both_files(path: Path) -> tuple[Path, Path]:
    """The table and the identities, of which one was named; both are there."""
    if path.suffix.lower() not in (".csv", json_identities.SUFFIX):
        raise PlanError(
            f"{file_names.shown(str(path))}: no plan; name the table that dupscan plan wrote, "
            "which ends in .csv"
        )
    is_table = path.suffix.lower() == ".csv"
    pair = (
        path if is_table else path.with_suffix(".csv"),
        path.with_suffix(json_identities.SUFFIX) if is_table else path,
    )
    if missing := [one for one in pair if not one.exists()]:
        shown = " and ".join(file_names.shown(str(one)) for one in missing)
        raise PlanError(
            f"{shown}: not there; a plan is a table and its .json of the same name in one folder. "
            "Put them there again, or make the plan again with dupscan plan"
        )
    return pair


def _refusal(path: Path, mistakes: Sequence[str], way_out: str) -> PlanError:
    """All the mistakes in the words in which other handwritten files are refused."""
    return PlanError(str(refusal(path, _OPTION, mistakes, way_out)))
