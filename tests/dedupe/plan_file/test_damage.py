"""Whatever happens to the files of a plan, nothing is carried out that was not proposed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from support import plans

from dupscan.dedupe.plan_file import read_plan, write_plan
from dupscan.dedupe.plan_file.csv_table import COLUMNS
from dupscan.errors import PlanError
from dupscan.model.plan import Plan

many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
wounds = some.lists(
    some.tuples(some.integers(0, 10_000), some.integers(0, 9), some.binary(max_size=9)),
    min_size=1,
    max_size=3,
)
"""Where in a file, how many bytes are lost, and what stands there instead."""
cells = some.sampled_from(
    [
        "",
        "keep",
        "Remove",
        "declined",
        "1",
        "2",
        "3",
        "9",
        "1.0",
        "1E+00",
        "22",
        "/p/a.jpg",
        "/p/b.jpg",
    ]
) | some.text(max_size=9)
Saved = tuple[Plan, Path]


@pytest.fixture
def saved(three: Plan, tmp_path: Path) -> Saved:
    """A plan, and where it was written."""
    return three, write_plan(three, tmp_path / "plan.csv")[0]


def injure(content: bytes, wounds: list[tuple[int, int, bytes]]) -> bytes:
    for at, lost, instead in wounds:
        start = at % (len(content) + 1)
        content = content[:start] + instead + content[start + lost :]
    return content


def read_or_refuse(path: Path) -> Plan | None:
    with suppress(PlanError):
        return read_plan(path).plan
    return None


@many
@given(wounds)
def test_an_injured_table_never_proposes_more(
    saved: Saved, wounds: list[tuple[int, int, bytes]]
) -> None:
    plan, path = saved
    whole = path.read_bytes()
    path.write_bytes(injure(whole, wounds))
    found = read_or_refuse(path)
    path.write_bytes(whole)
    assert found is None or set(found.rows) <= set(plan.rows[:2])


@many
@given(wounds)
def test_injured_identities_are_read_or_refused(
    saved: Saved, wounds: list[tuple[int, int, bytes]]
) -> None:
    _, path = saved
    beside = path.with_suffix(".json")
    whole = beside.read_bytes()
    beside.write_bytes(injure(whole, wounds))
    found = read_or_refuse(path)
    beside.write_bytes(whole)
    assert found is None or {row.number for row in found.rows} <= {1, 2}


@many
@given(some.data())
def test_changed_cells_never_propose_more(saved: Saved, data: some.DataObject) -> None:
    plan, path = saved
    whole = path.read_bytes()
    lines = plans.cells_of(path)
    for _ in range(data.draw(some.integers(1, 4))):
        line = data.draw(some.sampled_from(lines[1:]))
        line[data.draw(some.integers(0, len(COLUMNS) - 1))] = data.draw(cells)
    plans.save_cells(path, lines, "utf-8-sig")
    found = read_or_refuse(path)
    path.write_bytes(whole)
    assert found is None or set(found.rows) <= set(plan.rows[:2])


@many
@given(some.data())
def test_any_choice_in_any_order_is_what_is_carried_out(
    tmp_path: Path, data: some.DataObject
) -> None:
    count = data.draw(some.integers(0, 12))
    rows = [
        plans.row_of(number, f"/p/t{number}", f"/p/k{number}") for number in range(1, count + 1)
    ]
    plan = plans.plan_of(rows)
    path = tmp_path / "any.csv"
    path.unlink(missing_ok=True)  # a table that was edited elsewhere is not replaced
    write_plan(plan, path)
    header, *lines = plans.cells_of(path)
    choices = [data.draw(some.sampled_from(["remove", "keep", None])) for _ in rows]
    chosen = [[line[0], one, *line[2:]] for line, one in zip(lines, choices, strict=True) if one]
    plans.save_cells(path, [header, *data.draw(some.permutations(chosen))], "utf-8", delimiter=";")
    expected = [row for row, one in zip(rows, choices, strict=True) if one == "remove"]
    found = read_plan(path)
    assert found.plan == replace(plan, rows=tuple(expected))
    assert (found.kept, found.declined) == (count - len(expected), 0)


@pytest.mark.parametrize("value", [None, True, -1, 1e300, 10**400, "x", [], {}, "\ud800", "\0"])
def test_any_value_in_any_place_is_read_or_refused(saved: Saved, value: Any) -> None:
    _, path = saved
    beside = path.with_suffix(".json")
    whole = beside.read_text()
    for change in places(json.loads(whole)):
        changed = json.loads(whole)
        change(changed, value)
        beside.write_text(json.dumps(changed))
        found = read_or_refuse(path)
        assert found is None or {row.number for row in found.rows} <= {1, 2}


def places(value: Any, outer: tuple[Any, ...] = ()) -> list[Callable[[Any, Any], None]]:
    """For each place in a value, what changes it there."""

    def change(whole: Any, new: Any) -> None:
        for key in outer[:-1]:
            whole = whole[key]
        whole[outer[-1]] = new

    pairs = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    inner = [one for key, each in pairs for one in places(each, (*outer, key))]
    return [change, *inner] if outer else inner
