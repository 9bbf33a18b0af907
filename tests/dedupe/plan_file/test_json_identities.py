"""The identities come back exactly, and from nothing but what we wrote."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from support.json_places import NOTHING_LIKE_IT, Place, changed, places, shown, without

from dupscan.dedupe.plan_file import json_identities
from dupscan.errors import PlanError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, HashedFile, Plan, Reason, Row
from dupscan.settings import FingerprintSettings, MatchSettings

Save = Callable[[Plan], Path]
paths = some.binary(min_size=1, max_size=60).map(
    lambda name: "/" + os.fsdecode(name.replace(b"\0", b"").replace(b"/", b""))
)
counts = some.integers(0, 2**63 - 1)
numbers = some.integers(1, 2**63 - 1)
inodes = some.integers(0, 2**64)
times = some.integers(-(2**80), 2**80)
digests = some.just(b"") | some.binary(min_size=32, max_size=32)
files = some.builds(HashedFile, paths, counts, times, inodes, inodes, digests)
rows = some.builds(
    Row,
    *(numbers, numbers, some.sampled_from(Verdict), files, files, some.text(), some.text(), counts),
    goes_with=some.none() | numbers,
    beside=some.lists(paths).map(tuple),
    declined=some.lists(some.builds(Declined, some.sampled_from(Reason), some.text())).map(tuple),
)
plans_of_any_kind = some.builds(
    Plan,
    some.from_regex("[0-9a-f]{12}", fullmatch=True),
    *(some.text(), some.text(), some.text(), some.sampled_from(Action)),
    some.lists(paths).map(tuple),
    some.builds(FingerprintSettings, max_pixels=some.integers(1, 10**12)),
    some.builds(MatchSettings, radius=some.integers(0, 32)),
    some.lists(rows).map(tuple),
)


def refuse(path: Path) -> str:
    with pytest.raises(PlanError) as error:
        json_identities.read(path)
    assert str(error.value).startswith(f"plan {path}: ")
    return str(error.value)


def change(path: Path, place: str, value: Any) -> None:
    """Set what stands at a place such as ``rows.0.target.size``."""
    whole = inner = json.loads(path.read_text())
    *outer, last = [int(name) if name.isdigit() else name for name in place.split(".")]
    for name in outer:
        inner = inner[name]
    inner[last] = value
    path.write_text(json.dumps(whole))


@given(plans_of_any_kind)
def test_any_plan_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, plan: Plan
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    with path.open("wb") as file:
        json_identities.write(plan, file)
    assert plan == json_identities.read(path)


def test_it_begins_with_what_it_is_and_has_a_row_a_line(three: Plan, save: Save) -> None:
    lines = save(three).with_suffix(".json").read_bytes().splitlines()
    assert json_identities.MARK in lines[1]
    assert sum(line.startswith(b'{"row": ') for line in lines) == 3


def test_a_keeper_of_many_is_held_once(three: Plan, save: Save) -> None:
    first, second, _ = json_identities.read(save(three).with_suffix(".json")).rows
    assert first.keeper is second.keeper


def test_laid_out_anew_it_is_the_same(three: Plan, save: Save) -> None:
    path = save(three).with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()), sort_keys=True))
    assert three == json_identities.read(path)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("format", "dupscan-report", "is no plan; make one of a report with dupscan plan"),
        ("format_version", 1, "of format version 1, and this dupscan reads 3"),
        ("header.action", "shred", "damaged (Invalid enum value 'shred' - at `$.action`)"),
        ("header.action", ["delete"], "- at `$.action`)"),
        ("header.plan_id", "../../a", "- at `$.plan_id`)"),
        ("header.plan_id", "", "damaged ("),
        ("header.match.radius", 99, "damaged (--radius 99"),
        ("header.match.new", 1, "damaged (unknown field `new` - at `$.match`)"),
        ("header.roots", None, "damaged ("),
        (
            "rows.1.verdict",
            "same",
            "damaged (row 2 of the file: Invalid enum value 'same'",
        ),
        ("rows.1.target.size", "22", "Expected `int`, got `str` - at `$.target.size`"),
        ("rows.1.target.inode", True, "Expected `int`, got `bool` - at `$.target.inode`"),
        ("rows.1.target.mtime_ns", 1.5, "Expected `int`, got `float` - at `$.target.mtime_ns`"),
        ("rows.1.target.digest", "xyz", "damaged ("),
        ("rows.1.target.path", None, "damaged ("),
        ("rows.1.target.path_bytes", "%", "damaged ("),
        ("rows.1.declined", "", "Expected `array`, got `str` - at `$.declined`"),
        (
            "rows.1.declined",
            [{"word": "lazy", "text": ""}],
            "value 'lazy' - at `$.declined[0].word`",
        ),
        ("rows.1.declined", [{"word": "gps", "text": 7}], "got `int` - at `$.declined[0].text`"),
        ("rows.1.keeper", {}, "missing required field `path` - at `$.keeper`"),
        ("rows.1", 7, "damaged ("),
        ("rows", 7, "damaged ("),
        ("header", 7, "damaged ("),
    ],
)
def test_what_we_would_not_write_is_refused(
    three: Plan, save: Save, place: str, value: Any, words: str
) -> None:
    path = save(three).with_suffix(".json")
    change(path, place, value)
    assert words in refuse(path)


def test_any_damaged_field_is_refused_by_its_place(three: Plan, save: Save) -> None:
    path = save(three).with_suffix(".json")
    content = json.loads(path.read_text())
    content["rows"][0]["beside"] = [{"path": "/p/b.xmp"}]
    content["rows"][0]["declined"] = [{"word": "gps", "text": "has GPS"}]
    for outer in (("header",), ("rows", 0)):
        inner = content[outer[0]] if len(outer) == 1 else content["rows"][0]
        for place in places(inner):
            path.write_text(json.dumps(changed(content, (*outer, *place), NOTHING_LIKE_IT)))
            assert shown(place) in refuse(path)
            if isinstance(place[-1], str):
                path.write_text(json.dumps(without(content, (*outer, *place))))
                assert f"field `{place[-1]}`" in refuse(path)
        for place in [(), *(one for one in places(inner) if isinstance(at(inner, one), dict))]:
            path.write_text(json.dumps(changed(content, (*outer, *place, "new"), 1)))
            assert "unknown field `new`" in refuse(path)


def at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '"format"', "{}", '{"rows": []}', "[" * 9])
def test_what_is_no_plan_at_all_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content)
    assert "damaged (" in refuse(path)


def test_a_plan_cut_anywhere_is_refused(three: Plan, save: Save) -> None:
    path = save(three).with_suffix(".json")
    whole = path.read_bytes().rstrip()
    for length in range(0, len(whole), 23):
        path.write_bytes(whole[:length])
        assert "damaged (" in refuse(path)


def test_a_picture_in_place_of_a_plan_is_refused(originals: Path) -> None:
    assert "damaged (" in refuse(originals / "coffee.jpg")


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refuse(tmp_path / "plan.json")
