"""A person's edits of the table: the rows to carry out, and the mistakes.

A mistake here is made by a person or a spreadsheet and has a line in the table;
:mod:`dupscan.dedupe.plan_file.validation` looks at the plan alone. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from dupscan.dedupe.plan_file import csv_cells, csv_table
from dupscan.dedupe.plan_file.csv_table import Line
from dupscan.model.plan import Action, Plan, Row
from dupscan.text.user_files import shortened

_DECISION = csv_table.COLUMNS.index("decision")
_BEFORE = 15
"""Characters told before the one in which two texts begin to differ."""


def rows_to_remove(plan: Plan, lines: Iterable[Line]) -> tuple[frozenset[int], list[str]]:
    """The numbers of the rows that the table says to remove, and every mistake in it.

    A row that is not in the table is not wanted. Where there is a mistake, nothing is.
    """
    rows = {row.number: row for row in plan.rows}
    seen: dict[int, int] = {}
    chosen: set[int] = set()
    mistakes: list[str] = []
    for line in lines:
        number = csv_cells.whole_number(line.cells[0])
        row = None if number is None else rows.get(number)
        if number is None or row is None:
            mistakes.append(_unknown_row(line))
        elif number in seen:
            mistakes.append(f"{_location(line)}: is there twice, first in line {seen[number]:,}")
        else:
            seen[number] = line.line_number
            expected = csv_table.cells_of(plan.action, row)
            if line.cells == expected and not row.declined:
                chosen.add(number)
                continue
            decision = csv_cells.normalised(line.cells[_DECISION]).casefold()
            if decision == csv_table.REMOVE:
                chosen.add(number)
            mistakes += (f"{_location(line)}: {words}" for words in _changed_cells(expected, line))
            if words := _decision_mistake(row, decision, plan.action):
                mistakes.append(f"{_location(line)}: {words}")
    return (frozenset() if mistakes else frozenset(chosen)), mistakes


def _decision_mistake(row: Row, decision: str, action: Action) -> str:
    """Why a decision is none, or may not be made here."""
    if not row.declined:
        if decision in (csv_table.REMOVE, csv_table.KEEP):
            return ""
        return f'decision is "{shortened(decision)}"; it must be remove or keep'
    if decision in (csv_table.DECLINED, csv_table.KEEP):
        return ""
    if decision == csv_table.REMOVE:
        return (
            f"was declined ({shortened(row.why_declined)}) and cannot be set to remove; make the "
            f"plan again with what allows it, such as --allow or a weaker --verdict for "
            f"{action.value}"
        )
    return f'decision is "{shortened(decision)}"; it must stay declined'


def _changed_cells(expected: tuple[str, ...], line: Line) -> Iterator[str]:
    """What was changed besides the decision."""
    for column, was, cell in zip(csv_table.COLUMNS, expected, line.cells, strict=True):
        if column != "decision" and not csv_cells.is_same(column, was, cell):
            now, before = _excerpts(csv_cells.normalised(cell), csv_cells.normalised(was))
            yield f'{column} is "{now}", and "{before}" in the plan'


def _excerpts(one: str, other: str) -> tuple[str, str]:
    """Two texts as they are told, from just before where they begin to differ."""
    alike = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )
    start = max(0, alike - _BEFORE)
    dots = "…" if start else ""
    return dots + shortened(one[start:]), dots + shortened(other[start:])


def _unknown_row(line: Line) -> str:
    if not csv_cells.normalised(line.cells[0]):
        return f"line {line.line_number:,}: has no row number"
    return f"{_location(line)}: there is no such row in the plan"


def _location(line: Line) -> str:
    return f"row {shortened(csv_cells.normalised(line.cells[0]))} (line {line.line_number:,})"
