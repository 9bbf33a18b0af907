"""What a person did to the table is understood, and everything else is told with its place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support import plans

from dupscan.dedupe.plan_file import csv_table
from dupscan.dedupe.plan_file.csv_table import COLUMNS, Line
from dupscan.dedupe.plan_file.user_edits import rows_to_remove
from dupscan.model.matches import Verdict
from dupscan.model.plan import Declined, Plan, Reason


def lines_of(plan: Plan, numbers: Sequence[int] = (1, 2, 3), **changed: str) -> list[Line]:
    """The lines of some rows as they were written; `changed` cells are those of the first."""
    lines = [list(csv_table.cells_of(plan, plan.rows[number - 1])) for number in numbers]
    for column, cell in changed.items():
        lines[0][COLUMNS.index(column)] = cell
    return [Line(at, tuple(cells)) for at, cells in enumerate(lines, start=2)]


def mistakes(plan: Plan, lines: list[Line]) -> list[str]:
    chosen, found = rows_to_remove(plan, lines)
    assert not (chosen and found)
    return found


def test_an_empty_table_wants_nothing(three: Plan) -> None:
    assert (frozenset(), []) == rows_to_remove(three, [])


def test_what_was_proposed_is_wanted_and_what_was_declined_is_not(three: Plan) -> None:
    assert (frozenset({1, 2}), []) == rows_to_remove(three, lines_of(three))


@pytest.mark.parametrize("decision", ["keep", "Keep", " KEEP\u00a0", "'keep"])
def test_a_row_may_be_set_to_keep(three: Plan, decision: str) -> None:
    assert (frozenset({2}), []) == rows_to_remove(three, lines_of(three, decision=decision))


@pytest.mark.parametrize("decision", ["Remove", " REMOVE "])
def test_a_row_may_be_set_back_to_remove(three: Plan, decision: str) -> None:
    assert (frozenset({1, 2}), []) == rows_to_remove(three, lines_of(three, decision=decision))


@pytest.mark.parametrize("decision", ["", "no", "declined", "kee", "remove!", "TRUE"])
def test_any_other_decision_is_a_mistake(three: Plan, decision: str) -> None:
    expected = f'row 1 (line 2): decision is "{decision.lower()}"; it must be remove, keep or swap'
    assert [expected] == mistakes(three, lines_of(three, decision=decision))


def test_what_was_declined_cannot_be_removed_by_hand(three: Plan) -> None:
    found = mistakes(three, lines_of(three, [3], decision="remove"))
    assert found == [
        (
            "row 3 (line 2): was declined (below --protect) and cannot be set to remove; leave it "
            "declined, or make the plan again with other options"
        )
    ]
    assert (frozenset(), []) == rows_to_remove(three, lines_of(three, [3], decision="keep"))
    assert "must stay declined" in mistakes(three, lines_of(three, [3], decision=""))[0]


@pytest.mark.parametrize(
    ("words", "verdict", "way_out"),
    [
        (("gps",), Verdict.FILE, "--allow gps"),
        (("sidecar", "frames", "sidecar"), Verdict.PICTURE, "--allow sidecar,frames"),
        (("not-strong-enough",), Verdict.SIMILAR, "--verdict similar"),
        (("sidecar", "would-lose-companion"), Verdict.FILE, "other options"),
    ],
)
def test_what_was_declined_is_told_with_the_way_out(
    words: Sequence[str], verdict: Verdict, way_out: str
) -> None:
    declined = tuple(Declined(Reason(word), "why") for word in words)
    plan = plans.plan_of([plans.row_of(1, "/p/b", "/p/a", verdict=verdict, declined=declined)])
    [found] = mistakes(plan, lines_of(plan, [1], decision="remove"))
    assert found.endswith(f"make the plan again with {way_out}")


@pytest.mark.parametrize("column", [one for one in COLUMNS if one not in ("row", "decision")])
@pytest.mark.parametrize("number", [1, 3])
def test_any_other_cell_that_was_changed_is_told(three: Plan, column: str, number: int) -> None:
    lines = lines_of(three, [number], **{column: "77"})
    was = dict(zip(COLUMNS, lines_of(three, [number])[0].cells, strict=True))[column]
    expected = f'row {number} (line 2): {column} is "77", but "{was}" in the plan'
    assert [expected] == mistakes(three, lines)


def test_long_paths_are_told_where_they_differ() -> None:
    folder = "/p/" + "long/" * 30
    plan = plans.plan_of([plans.row_of(1, folder + "b.jpg", folder + "a.jpg")])
    found = mistakes(plan, lines_of(plan, [1], path=folder + "c.jpg"))
    assert found == [
        'row 1 (line 2): path is "…long/long/long/c.jpg", but "…long/long/long/b.jpg" in the plan'
    ]


def test_a_row_that_is_not_in_the_plan_is_told(three: Plan) -> None:
    for number, words in (("4", "row 4 (line 2): there is no such row"), ("", "line 2: has no")):
        assert mistakes(three, lines_of(three, row=number))[0].startswith(words)


def test_a_row_twice_is_told_with_both_places(three: Plan) -> None:
    found = mistakes(three, lines_of(three, [1, 2, 1]))
    assert found == ["row 1 (line 4): is there twice, first in line 2"]


def test_one_column_sorted_without_the_others_is_refused(three: Plan) -> None:
    """The decisions then stand beside other files than they were made for."""
    lines = lines_of(three)
    decisions = sorted(line.cells[1] for line in lines)
    mixed = [
        Line(line.line_number, (line.cells[0], decision, *line.cells[2:]))
        for line, decision in zip(lines, decisions, strict=True)
    ]
    assert mistakes(three, mixed)


def test_all_mistakes_are_told_at_once(three: Plan) -> None:
    lines = lines_of(three, decision="?", path="/q", keeper="/r")
    assert len(mistakes(three, [*lines, lines[1]])) == 4
