"""Write and read a plan: a table that a person may edit, and a file of exact identities beside it.

``plan.csv`` has one line for each row; a person deletes lines, or changes ``remove`` to ``keep``.
``plan.json`` has, under the same row numbers, everything by which a file is recognised and that a
spreadsheet would spoil. Only both files together are a plan, and only as long as they agree.
Nothing here opens a picture.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dupscan.dedupe.plan_file import csv_table, json_identities, user_edits, validation
from dupscan.dedupe.plan_file.earlier_edits import read_earlier
from dupscan.errors import JournalNotWritten, PlanError
from dupscan.model.plan import Plan, Row
from dupscan.system import atomic, ownership
from dupscan.text import file_names
from dupscan.text.user_files import refusal

__all__ = ["ReadPlan", "read_earlier", "read_plan", "write_plan"]

_OPTION = "plan"
_PLAN_AGAIN = "Nothing was changed. Make the plan again with dupscan plan"
_WAY_OUT = (
    "Nothing was changed. In the table only the decision may be changed, from remove to keep, and "
    "whole rows deleted. Correct these rows, or make the plan again with dupscan plan"
)


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan with the edits that a person made to its table."""

    plan: Plan
    """The plan with only the rows that are to be carried out."""
    kept: int
    """Number of proposed rows that are not carried out: set to keep, deleted from the table, or
    the row of a companion whose picture stays."""
    declined: int
    """Number of declined rows, which were never proposed."""


def write_plan(plan: Plan, path: Path) -> tuple[Path, Path]:
    """Write the table `path` and the identities beside it, and return both paths.

    Decisions of an earlier plan of this name must be in `plan` already, see :func:`read_earlier`.
    Both files are written whole or not at all. No other file is changed, and an existing file is
    replaced only if it is a plan. Raises PlanError if `path` does not end in .csv, if its folder
    does not exist, if a file that is no plan has the name, or if the plan contradicts itself;
    JournalNotWritten if the files cannot be written, for instance because the disk is full.
    """
    shown = file_names.shown(str(path))
    if path.suffix.lower() != ".csv":
        raise PlanError(f"-o {shown}: the name of a plan must end in .csv, as in plan.csv")
    if not path.parent.is_dir():
        folder = file_names.shown(str(path.parent))
        raise PlanError(f"-o {shown}: there is no folder {folder}; make it, or choose another")
    beside = path.with_suffix(json_identities.SUFFIX)
    for file, is_ours in (
        (path, atomic.is_replaceable(path, csv_table.MARK) or csv_table.is_table(path)),
        (beside, atomic.is_replaceable(beside, json_identities.MARK)),
    ):
        if not is_ours:
            raise PlanError(
                f"{file_names.shown(str(file))} exists, is not a plan written by dupscan, and is "
                "not replaced; choose another name with -o"
            )
    if mistakes := validation.contradictions(plan):
        raise _refusal(
            path, mistakes, "Nothing was written. This is a bug in dupscan; please report it"
        )
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
    """Read the rows of a plan that are to be carried out; `path` is either of its two files.

    Read-only. Both files are read and checked whole. Raises PlanError, which lists all mistakes, if
    a file is missing or damaged, or if the two files contradict each other.
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
    """True if a row is to be carried out; the row of a companion only if its picture's row is."""
    return row.number in wanted and (row.goes_with is None or row.goes_with in wanted)


def _both_files(path: Path) -> tuple[Path, Path]:
    """Return the paths of the table and of the identities, given the path of either.

    Raises PlanError if one of them does not exist.
    """
    if path.suffix.lower() not in (".csv", json_identities.SUFFIX):
        raise PlanError(
            f"{file_names.shown(str(path))}: not a plan; name the table that dupscan plan wrote, "
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
            f"{shown}: not found; a plan is a table and a .json file of the same name in the same "
            "folder. Put both there, or make the plan again with dupscan plan"
        )
    for one in pair:
        if words := ownership.why_not_trusted(os.lstat(one)):
            raise PlanError(f"the plan {file_names.shown(str(one))} {words}")
    return pair


def _refusal(path: Path, mistakes: Sequence[str], way_out: str) -> PlanError:
    """Return an error that lists all mistakes, as for the other files that a person writes."""
    return PlanError(str(refusal(path, _OPTION, mistakes, way_out)))
