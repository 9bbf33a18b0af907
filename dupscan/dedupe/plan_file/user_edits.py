"""Compare an edited table with its plan: find the rows to carry out, and the mistakes.

A mistake found here was made by a person or a spreadsheet, and is reported with its line in the
table. :mod:`dupscan.dedupe.plan_file.validation` checks the plan without the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from dupscan.dedupe.plan_file import csv_cells, csv_table
from dupscan.dedupe.plan_file.csv_table import Line
from dupscan.model.plan import Plan, Reason, Row
from dupscan.text.user_files import shortened

_DECISION = csv_table.COLUMNS.index("decision")
_BEFORE = 15
"""Characters shown before the first one in which two texts differ."""


def rows_to_remove(plan: Plan, lines: Iterable[Line]) -> tuple[frozenset[int], list[str]]:
    """Return the numbers of the rows that the table says to remove, and all mistakes in the table.

    A row that is not in the table is not removed. If there is any mistake, no row is.
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
            if words := _decision_mistake(row, decision):
                mistakes.append(f"{_location(line)}: {words}")
    return (frozenset() if mistakes else frozenset(chosen)), mistakes


def _decision_mistake(row: Row, decision: str) -> str:
    """Return in words why a decision is not allowed for this row; "" if it is."""
    if not row.declined:
        if decision in (csv_table.REMOVE, csv_table.KEEP):
            return ""
        return f'decision is "{shortened(decision)}"; it must be remove or keep'
    if decision in (csv_table.DECLINED, csv_table.KEEP):
        return ""
    if decision == csv_table.REMOVE:
        return (
            f"was declined ({shortened(row.why_declined)}) and cannot be set to remove; "
            f"{_way_out(row)}"
        )
    return f'decision is "{shortened(decision)}"; it must stay declined'


def _way_out(row: Row) -> str:
    """Return in words what a person may do about a declined row that is to be removed."""
    words = [reason.word for reason in row.declined]
    if Reason.NOT_STRONG_ENOUGH in words:
        return f"make the plan again with --verdict {row.verdict.value}"
    if all(word.can_be_allowed for word in words):
        allow = ",".join(dict.fromkeys(word.value for word in words))
        return f"make the plan again with --allow {allow}"
    return "leave it declined, or make the plan again with other options"


def _changed_cells(expected: tuple[str, ...], line: Line) -> Iterator[str]:
    """Yield in words each cell that was changed, except the decision."""
    for column, was, cell in zip(csv_table.COLUMNS, expected, line.cells, strict=True):
        if column != "decision" and not csv_cells.is_same(column, was, cell):
            now, before = _excerpts(csv_cells.normalised(cell), csv_cells.normalised(was))
            yield f'{column} is "{now}", but "{before}" in the plan'


def _excerpts(one: str, other: str) -> tuple[str, str]:
    """Return two texts shortened for a message, from just before their first difference."""
    alike = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )
    start = max(0, alike - _BEFORE)
    dots = "…" if start else ""
    return dots + shortened(one[start:]), dots + shortened(other[start:])


def _unknown_row(line: Line) -> str:
    """Return the mistake of a line whose row number is missing or unknown."""
    if not csv_cells.normalised(line.cells[0]):
        return f"line {line.line_number:,}: has no row number"
    return f"{_location(line)}: there is no such row in the plan"


def _location(line: Line) -> str:
    """Return row number and line number for a message."""
    return f"row {shortened(csv_cells.normalised(line.cells[0]))} (line {line.line_number:,})"
