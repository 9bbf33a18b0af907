"""A plan that was edited into nonsense is refused as a whole, before any file is touched.

Examples are a group that loses all its copies, a keeper that is removed in another row, and a path
that somebody typed in. Each refusal names the row.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import plans

from dupscan.dedupe.plan_file import read_plan, write_plan
from dupscan.errors import PlanError

Tamper = Callable[[Callable[[dict[str, Any]], None]], None]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A plan on disk: of four equal files three may go, and those of a second folder are theirs."""
    library = tmp_path / "library"
    library.mkdir()
    for name in "abcd":
        (library / f"{name}.jpg").write_bytes(b"the same")
    rows = [
        plans.row_of(number, library / f"{name}.jpg", library / "a.jpg", group=1)
        for number, name in enumerate("bcd", start=1)
    ]
    return write_plan(plans.plan_of(rows, [library]), tmp_path / "plan.csv")[0]


@pytest.fixture
def tamper(table: Path) -> Tamper:
    """Change the identities, as whoever can write the file could."""

    def run(change: Callable[[dict[str, Any]], None]) -> None:
        path = table.with_suffix(".json")
        whole = json.loads(path.read_text())
        change(whole)
        path.write_text(json.dumps(whole))

    return run


def refuse(path: Path) -> str:
    with pytest.raises(PlanError) as error:
        read_plan(path)
    return str(error.value)


def test_as_it_was_written_it_makes_sense(table: Path) -> None:
    assert [row.number for row in read_plan(table).plan.rows] == [1, 2, 3]


def test_a_row_that_somebody_added(table: Path) -> None:
    header, *rows = plans.cells_of(table)
    plans.save_cells(table, [header, *rows, ["4", *rows[0][1:]]], "utf-8")
    assert "row 4 (line 5): there is no such row in the plan" in refuse(table)


def test_a_row_that_somebody_copied(table: Path) -> None:
    plans.save_cells(table, [*plans.cells_of(table), plans.cells_of(table)[1]], "utf-8")
    assert "row 1 (line 5): is there twice, first in line 2" in refuse(table)


@pytest.mark.parametrize("column", ["path", "keeper", "action", "verdict", "group", "size"])
def test_a_cell_that_somebody_changed(table: Path, column: str) -> None:
    plans.edit(table, 2, **{column: "99"})
    assert f'row 2 (line 3): {column} is "99", but "' in refuse(table)


def test_a_path_that_somebody_changed_in_both_files(table: Path, tamper: Tamper) -> None:
    tamper(lambda whole: whole["rows"][1]["target"].update(path="/etc/passwd"))
    plans.edit(table, 2, path="/etc/passwd")
    assert 'row 2: path "/etc/passwd" lies outside the scanned folders' in refuse(table)
    tamper(lambda whole: whole["header"].update(roots=[{"path": "/etc/../etc"}]))
    assert 'row 2: path "/etc/passwd" lies outside the scanned folders' in refuse(table)


def test_a_path_that_climbs_out_of_the_library(table: Path, tamper: Tamper) -> None:
    path = f"{table.parent}/library/../other/b.jpg"
    tamper(lambda whole: whole["rows"][0]["target"].update(path=path))
    plans.edit(table, 1, path=path)
    assert "is not a normalised absolute path" in refuse(table)


def test_a_keeper_that_is_also_a_target(table: Path, tamper: Tamper) -> None:
    """Though every row by itself is right: all four have the same bytes."""

    def chain(whole: dict[str, Any]) -> None:
        whole["rows"][2]["keeper"] = whole["rows"][0]["target"]

    tamper(chain)
    assert 'row 1: "' in refuse(table)
    assert 'b.jpg" is also the keeper of row 3' in refuse(table)


def test_a_keeper_that_is_also_a_target_under_another_name(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"the same")
    row = plans.row_of(1, tmp_path / "b.jpg", tmp_path / "a.jpg")
    table, _ = write_plan(plans.plan_of([row], [tmp_path]), tmp_path / "plan.csv")
    (tmp_path / "b.jpg").unlink()
    (tmp_path / "b.jpg").hardlink_to(tmp_path / "a.jpg")
    plan = plans.plan_of([plans.row_of(1, tmp_path / "b.jpg", tmp_path / "a.jpg")], [tmp_path])
    with pytest.raises(PlanError, match="is also the keeper of row 1"):
        write_plan(plan, table)
    assert [row] == list(read_plan(table).plan.rows)


def test_a_group_with_nothing_left(table: Path, tamper: Tamper) -> None:
    def ring(whole: dict[str, Any]) -> None:
        first, second, third = whole["rows"]
        first["keeper"], second["keeper"] = second["target"], third["target"]
        third["keeper"] = first["target"]

    tamper(ring)
    assert "group 1: no file would be left" in refuse(table)


def test_an_action_nobody_knows(table: Path, tamper: Tamper) -> None:
    tamper(lambda whole: whole["header"].update(action="shred"))
    refused = refuse(table)
    assert "Invalid enum value 'shred' - at `$.action`" in refused
    assert "make the plan again" in refused


def test_an_action_that_was_made_a_stronger_one(table: Path, tamper: Tamper) -> None:
    tamper(lambda whole: whole["header"].update(action="delete"))
    assert 'row 1 (line 2): action is "quarantine", but "delete" in the plan' in refuse(table)


def test_pictures_that_only_look_alike_are_not_linked(table: Path, tamper: Tamper) -> None:
    def link(whole: dict[str, Any]) -> None:
        whole["header"]["action"] = "hardlink"
        whole["rows"][1]["verdict"] = "similar"

    tamper(link)
    assert "row 2: has the verdict similar, and hardlink is for equal bytes only" in refuse(table)


def test_a_row_that_is_gone_from_the_identities(table: Path, tamper: Tamper) -> None:
    tamper(lambda whole: whole["rows"].pop(1))
    assert "row 2 (line 3): there is no such row in the plan" in refuse(table)


def test_what_was_declined_and_is_wanted_all_the_same(tmp_path: Path) -> None:
    row = plans.row_of(1, "/p/b.jpg", "/p/a.jpg", declined=plans.declined("Live Photo with b.mov"))
    table, _ = write_plan(plans.plan_of([row]), tmp_path / "plan.csv")
    plans.edit(table, 1, decision="remove")
    assert "row 1 (line 2): was declined (Live Photo with b.mov)" in refuse(table)


def test_a_thousand_mistakes_are_counted_and_twenty_told(tmp_path: Path) -> None:
    rows = [plans.row_of(number, f"/p/{number}", f"/k/{number}") for number in range(1, 1001)]
    table, _ = write_plan(plans.plan_of(rows, ["/p", "/k"]), tmp_path / "plan.csv")
    header, *lines = plans.cells_of(table)
    plans.save_cells(table, [header, *([line[0], "?", *line[2:]] for line in lines)], "utf-8")
    first, *lines = refuse(table).splitlines()
    assert first == f"plan {table}: 1,000 mistakes"
    assert lines[0] == '  row 1 (line 2): decision is "?"; it must be remove, keep or swap'
    assert lines[20] == "  and 980 more"
    assert lines[21].startswith(
        "Nothing was changed. In the table only the decision may be changed"
    )
    assert len(lines) == 22
