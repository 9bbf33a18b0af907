"""A new plan of the same name takes over what a person decided, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import plans

from dupscan.dedupe.plan_file import read_earlier, read_plan, write_plan
from dupscan.errors import PlanError
from dupscan.model.plan import NO_EDITS, Edits, Plan

Save = Callable[[Plan], Path]


def edits_in(table: Path) -> Edits:
    earlier = read_earlier(table)
    assert earlier is not None
    return earlier.edits


def test_where_no_plan_is_there_are_no_edits(tmp_path: Path) -> None:
    assert read_earlier(tmp_path / "plan.csv") is None
    (tmp_path / "plan.csv").write_text("somebody's own table")
    assert read_earlier(tmp_path / "plan.csv") is None


def test_a_plan_that_nobody_edited_has_no_edits(three: Plan, save: Save) -> None:
    assert edits_in(save(three)) == NO_EDITS


def test_rows_that_say_keep_and_rows_that_were_deleted_are_edits(three: Plan, save: Save) -> None:
    table = save(three)
    plans.edit(table, 1, decision="keep")
    header, *rows = plans.cells_of(table)
    plans.save_cells(table, [header, *(row for row in rows if row[0] != "2")], "utf-8")

    assert edits_in(table) == Edits(kept=frozenset({"/p/b.jpg", "/p/c.jpg"}))


@pytest.mark.parametrize(("number", "path"), [(1, "/p/b.jpg"), (3, "/p/e.jpg")])
def test_a_row_that_says_swap_chooses_its_target(
    three: Plan, save: Save, number: int, path: str
) -> None:
    """A declined row may say so too."""
    table = save(three)
    plans.edit(table, number, decision=" Swap")

    assert edits_in(table) == Edits(chosen=frozenset({path}))


def test_apply_refuses_a_swap_and_says_what_to_do(three: Plan, save: Save) -> None:
    table = save(three)
    plans.edit(table, 2, decision="swap")

    with pytest.raises(PlanError, match=r"row 2 \(line 3\): swap .*; run dupscan plan again"):
        read_plan(table)


def test_a_swap_is_taken_back_by_a_swap(three: Plan, save: Save) -> None:
    """The row of the new plan has target and keeper the other way round."""
    table = save(replace(three, edits=Edits(chosen=frozenset({"/p/a.jpg"}))))
    plans.edit(table, 1, decision="swap")

    assert edits_in(table) == Edits(chosen=frozenset({"/p/b.jpg"}))


def test_edits_that_were_taken_over_stay_until_they_are_changed(three: Plan, save: Save) -> None:
    edits = Edits(frozenset({"/p/b.jpg", "/p/e.jpg", "/not/in this plan.jpg"}))
    table = save(replace(three, edits=edits))
    assert [row[1] for row in plans.cells_of(table)[1:]] == ["keep", "remove", "keep"]
    assert [row.number for row in read_plan(table).plan.rows] == [2]
    assert edits_in(table) == edits

    plans.edit(table, 1, decision="remove")

    assert "/p/b.jpg" not in edits_in(table).kept
    assert [row.number for row in read_plan(table).plan.rows] == [1, 2]


def test_a_table_that_a_spreadsheet_saved_is_known_and_replaced(three: Plan, save: Save) -> None:
    table = save(three)
    cells = plans.cells_of(table)
    cells[1][1] = "keep"
    plans.save_cells(table, cells, "utf-16", delimiter=";", quoting=1)

    assert edits_in(table) == Edits(kept=frozenset({"/p/b.jpg"}))
    write_plan(three, table)


def test_what_cannot_be_taken_over_is_never_replaced(three: Plan, save: Save) -> None:
    def refuse(table: Path, words: str) -> None:
        with pytest.raises(PlanError, match=words) as refusal:
            read_earlier(table)
        assert "Choose another name with -o, or add --discard-edits" in str(refusal.value)

    table = save(three)
    plans.edit(table, 1, path="/p/x.jpg")
    refuse(table, "path is")
    table = save(three)
    plans.edit(table, 1, decision="perhaps")
    refuse(table, 'decision is "perhaps"')
    table = save(three)
    header, *rows = plans.cells_of(table)
    plans.save_cells(table, [[*header, "my note"], [*rows[0], "ask grandma"], *rows[1:]], "utf-8")
    refuse(table, r"columns of your own \(my note\)")
    plans.save_cells(table, [header, [*rows[0], "ask grandma"], *rows[1:]], "utf-8")
    refuse(table, r"columns of your own \(number 12\)")
    table = save(three)
    table.with_suffix(".json").unlink()
    refuse(table, "plan.json is not beside it")
    table.with_suffix(".json").write_text("{}")
    refuse(table, "damaged")
