"""A plan goes to disk as two files that belong together, and comes back as a person left it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import plans

from dupscan.dedupe.plan_file import ReadPlan, read_plan, write_plan
from dupscan.errors import JournalNotWritten, PlanError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Plan

Save = Callable[[Plan], Path]


def refuse(path: Path) -> str:
    with pytest.raises(PlanError) as error:
        read_plan(path)
    return str(error.value)


def numbers(read: ReadPlan) -> list[int]:
    return [row.number for row in read.plan.rows]


def test_a_plan_of_nothing_is_read_as_that(save: Save) -> None:
    nothing = plans.plan_of([], roots=[])
    assert ReadPlan(nothing, 0, 0) == read_plan(save(nothing))


def test_what_was_written_comes_back_but_for_what_was_declined(three: Plan, save: Save) -> None:
    expected = ReadPlan(replace(three, rows=three.rows[:2]), kept=0, declined=1)
    table = save(three)
    assert expected == read_plan(table)
    assert expected == read_plan(table.with_suffix(".json"))


def test_files_that_are_there_come_back_with_their_identities(save: Save, tmp_path: Path) -> None:
    folder = tmp_path / "caf\udce9\n=1"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(b"the same")
    plan = plans.plan_of([plans.row_of(1, folder / "b.jpg", folder / "a.jpg")], [tmp_path])
    assert plan == read_plan(save(plan)).plan


def test_a_row_set_to_keep_or_deleted_is_not_carried_out(three: Plan, save: Save) -> None:
    table = save(three)
    plans.edit(table, 1, decision="keep")
    assert (numbers(read_plan(table)), read_plan(table).kept) == ([2], 1)
    plans.save_cells(table, plans.cells_of(table)[:1], "utf-8-sig")
    assert (numbers(read_plan(table)), read_plan(table).kept) == ([], 2)


def test_a_companion_stays_where_its_picture_does(save: Save) -> None:
    picture = plans.row_of(1, "/p/b.jpg", "/p/a.jpg")
    sidecar = plans.row_of(
        2,
        "/p/b.xmp",
        "/p/a.jpg",
        goes_with=1,
        target=plans.identity_of("/p/b.xmp", digest=b""),
    )
    table = save(plans.plan_of([picture, sidecar]))
    assert numbers(read_plan(table)) == [1, 2]
    plans.edit(table, 1, decision="keep")
    assert (numbers(read_plan(table)), read_plan(table).kept) == ([], 2)
    plans.edit(table, 1, decision="remove")
    plans.edit(table, 2, decision="keep")
    assert numbers(read_plan(table)) == [1]


def test_rows_come_in_the_order_of_their_numbers_however_the_table_is_sorted(
    three: Plan, save: Save
) -> None:
    table = save(three)
    header, *rows = plans.cells_of(table)
    plans.save_cells(table, [header, *reversed(rows)], "utf-8-sig")
    assert numbers(read_plan(table)) == [1, 2]


@pytest.mark.parametrize("gone", ["plan.csv", "plan.json"])
def test_half_a_plan_is_refused(three: Plan, save: Save, gone: str) -> None:
    table = save(three)
    (table.parent / gone).unlink()
    assert refuse(table).startswith(f"{table.parent / gone}: not found; a plan is a table and")
    assert refuse(table) == refuse(table.with_suffix(".json"))


def test_what_is_neither_of_the_two_is_refused(tmp_path: Path) -> None:
    assert "which ends in .csv" in refuse(tmp_path)
    assert "which ends in .csv" in refuse(tmp_path / "journal.txt")


def test_both_files_are_private_and_nothing_else_is_left(three: Plan, save: Save) -> None:
    table = save(three)
    files = sorted(table.parent.iterdir())
    assert [table, table.with_suffix(".json")] == files
    assert {0o600} == {file.stat().st_mode & 0o777 for file in files}


def test_an_earlier_plan_is_replaced(three: Plan, save: Save) -> None:
    save(three)
    assert numbers(read_plan(save(plans.plan_of([])))) == []


@pytest.mark.parametrize("name", ["plan.csv", "plan.json"])
def test_a_file_of_the_user_is_not_replaced(three: Plan, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("my own plans")
    with pytest.raises(PlanError, match="is not replaced; choose another name with -o"):
        write_plan(three, tmp_path / "plan.csv")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["my own plans"]


@pytest.mark.parametrize("name", ["plan", "plan.json", "plan.csv.gz", ".csv"])
def test_a_plan_is_a_csv(three: Plan, tmp_path: Path, name: str) -> None:
    with pytest.raises(PlanError, match=r"must end in \.csv"):
        write_plan(three, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(three: Plan, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=f"there is no folder {tmp_path / 'new'}"):
        write_plan(three, tmp_path / "new" / "plan.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_a_link_to_nowhere_in_the_way_is_left(three: Plan, tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    (tmp_path / "b.csv").symlink_to(tmp_path / "nowhere")
    for name in ("a.csv", "b.csv"):
        with pytest.raises(PlanError, match="is not replaced"):
            write_plan(three, tmp_path / name)


def test_a_disk_that_takes_nothing_is_told(three: Plan, tmp_path: Path) -> None:
    with pytest.raises(JournalNotWritten, match="choose another place with -o"):
        write_plan(three, tmp_path / f"{'x' * 248}.csv")  # too long with a temporary suffix
    assert list(tmp_path.iterdir()) == []


def test_a_plan_against_itself_is_not_written(three: Plan, tmp_path: Path) -> None:
    wrong = replace(three.rows[0], verdict=Verdict.PICTURE)
    plan = replace(three, action=Action.HARDLINK, rows=(wrong,))
    words = "row 1: has the verdict picture, and hardlink is for equal bytes only"
    with pytest.raises(PlanError, match=words):
        write_plan(plan, tmp_path / "plan.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_table_beside_another_plan_is_refused(three: Plan, save: Save, tmp_path: Path) -> None:
    table = save(three)
    mine = table.read_bytes()
    save(plans.plan_of([plans.row_of(1, "/p/y.jpg", "/p/x.jpg")]))
    table.write_bytes(mine)
    assert 'row 1 (line 2): path is "/p/b.jpg", but "/p/y.jpg" in the plan' in refuse(table)
    assert "row 2 (line 3): there is no such row in the plan" in refuse(table)
