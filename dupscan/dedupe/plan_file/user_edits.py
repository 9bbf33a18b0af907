"""Compare an edited table with its plan: find the rows to carry out, and the mistakes.

A mistake found here was made by a person or a spreadsheet, and is reported with its line in the
table. :mod:`dupscan.dedupe.plan_file.validation` checks the plan without the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from dupscan.dedupe.plan_file import csv_cells, csv_table
from dupscan.dedupe.plan_file.csv_table import Line
from dupscan.model.plan import Plan, Reason, Row
from dupscan.text.user_files import shortened

_DECISION = csv_table.COLUMNS.index("decision")
_SWAP_NEEDS_A_PLAN = (
    "swap keeps the other of the two files; run dupscan plan again, with the same -o: it takes "
    "over what you decided here. Then look at the new plan, and apply that"
)
_BEFORE = 15
"""Characters shown before the first one in which two texts differ."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions of a table, by the numbers of the rows. Rows that were deleted have none."""

    remove: frozenset[int]
    keep: frozenset[int]
    """Rows that say ``keep``, declined rows among them."""
    swap: Mapping[int, int]
    """Rows whose target is to be kept in place of the keeper, with the number of the line."""
    mistakes: tuple[str, ...]


def rows_to_remove(plan: Plan, lines: Iterable[Line]) -> tuple[frozenset[int], list[str]]:
    """Return the numbers of the rows that the table says to remove, and all mistakes in the table.

    A row that is not in the table is not removed. If there is any mistake, no row is. A swap is a
    mistake too: only a new plan can decide by what the report says of the other file.
    """
    found = read_decisions(plan, lines)
    mistakes = [
        *found.mistakes,
        *(
            f"row {number} (line {line:,}): {_SWAP_NEEDS_A_PLAN}"
            for number, line in found.swap.items()
        ),
    ]
    return (frozenset() if mistakes else found.remove), mistakes


def read_decisions(plan: Plan, lines: Iterable[Line]) -> Decisions:
    """Return what a person decided in the table of a plan, and all mistakes in the table."""
    rows = {row.number: row for row in plan.rows}
    seen: dict[int, int] = {}
    mistakes: list[str] = []
    decided: dict[str, dict[int, int]] = {
        one: {} for one in (csv_table.REMOVE, csv_table.KEEP, csv_table.SWAP)
    }
    for line in lines:
        number = csv_cells.whole_number(line.cells[0])
        row = None if number is None else rows.get(number)
        if number is None or row is None:
            mistakes.append(_unknown_row(line))
        elif number in seen:
            mistakes.append(f"{_location(line)}: is there twice, first in line {seen[number]:,}")
        else:
            seen[number] = line.line_number
            expected = csv_table.cells_of(plan, row)
            decision = csv_cells.normalised(line.cells[_DECISION]).casefold()
            decided.get(decision, {})[number] = line.line_number
            if line.cells == expected:
                continue
            mistakes += (f"{_location(line)}: {words}" for words in _changed_cells(expected, line))
            if words := _decision_mistake(row, decision):
                mistakes.append(f"{_location(line)}: {words}")
    return Decisions(
        remove=frozenset(decided[csv_table.REMOVE]),
        keep=frozenset(decided[csv_table.KEEP]),
        swap=decided[csv_table.SWAP],
        mistakes=tuple(mistakes),
    )


def _decision_mistake(row: Row, decision: str) -> str:
    """Return in words why a decision is not allowed for this row; "" if it is."""
    if decision == csv_table.KEEP:
        return ""
    if decision == csv_table.SWAP:
        its = "goes with its picture, so swap the picture"
        return "" if row.goes_with is None else its
    if not row.declined:
        if decision == csv_table.REMOVE:
            return ""
        return f'decision is "{shortened(decision)}"; it must be remove, keep or swap'
    if decision == csv_table.DECLINED:
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
