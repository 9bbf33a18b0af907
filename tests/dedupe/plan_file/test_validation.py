"""A plan that would lose a picture, or touch what it should not, is refused with the row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support import plans

from dupscan.dedupe.plan_file.validation import contradictions
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Plan


def test_a_plan_of_nothing_makes_sense() -> None:
    assert contradictions(plans.plan_of([], roots=[])) == []


def test_a_plan_of_copies_makes_sense_for_any_action(three: Plan) -> None:
    for action in Action:
        assert contradictions(replace(three, action=action)) == []


def test_what_was_declined_may_say_what_it_likes() -> None:
    row = plans.row_of(
        1, "../b.jpg", "../b.jpg", declined=plans.declined("no"), verdict=Verdict.SIMILAR
    )
    assert contradictions(plans.plan_of([row], roots=[], action=Action.SYMLINK)) == []


def test_a_file_that_is_its_own_keeper_is_told() -> None:
    found = contradictions(plans.plan_of([plans.row_of(1, "/p/a.jpg", "/p/a.jpg", group=9)]))
    assert [one.removesuffix(" of it") for one in found] == [
        'row 1: "/p/a.jpg" is also the keeper of row 1',
        "group 9: no file would be left",
    ]


def test_a_chain_is_told() -> None:
    rows = [plans.row_of(1, "/p/b", "/p/a", group=1), plans.row_of(2, "/p/c", "/p/b", group=1)]
    assert contradictions(plans.plan_of(rows)) == ['row 1: "/p/b" is also the keeper of row 2']


def test_two_that_keep_each_other_leave_nothing() -> None:
    rows = [plans.row_of(1, "/p/b", "/p/a", group=1), plans.row_of(2, "/p/a", "/p/b", group=1)]
    assert contradictions(plans.plan_of(rows))[-1] == "group 1: no file would be left"


def test_a_keeper_is_known_under_another_name() -> None:
    row = plans.row_of(1, "/p/b", "/p/a")
    row = replace(row, target=replace(row.target, inode=row.keeper.inode))
    assert contradictions(plans.plan_of([row])) == ['row 1: "/p/b" is also the keeper of row 1']
    elsewhere = replace(row, target=replace(row.target, device=5))
    assert contradictions(plans.plan_of([elsewhere])) == []


def test_where_the_system_tells_no_inodes_files_are_known_by_path() -> None:
    row = plans.row_of(1, "/p/b", "/p/a")
    row = replace(row, target=replace(row.target, inode=0), keeper=replace(row.keeper, inode=0))
    assert contradictions(plans.plan_of([row])) == []


def test_a_target_twice_is_told() -> None:
    rows = [plans.row_of(1, "/p/b", "/p/a"), plans.row_of(2, "/p/b", "/p/c")]
    expected = 'row 2: "/p/b" is a target twice, first in row 1'
    assert [expected] == contradictions(plans.plan_of(rows))


@pytest.mark.parametrize("path", ["/q/b.jpg", "/pp/b.jpg", "/b.jpg", "/P/b.jpg"])
def test_a_path_outside_of_the_roots_is_told(path: str) -> None:
    for row in (plans.row_of(1, path, "/p/a.jpg"), plans.row_of(1, "/p/a.jpg", path)):
        found = contradictions(plans.plan_of([row]))
        assert [f'"{path}" lies outside the scanned folders'] == [
            one.partition(" ")[2].partition(" ")[2].partition(" ")[2] for one in found
        ]


@pytest.mark.parametrize(
    "path", ["/p/../q/b", "/p/./b", "/p//b", "p/b", "", "/p/b/", "/p/\0", "/p/\ud800"]
)
def test_a_path_with_detours_is_none(path: str) -> None:
    row = plans.row_of(1, "/p/b", "/p/a")
    row = replace(row, target=replace(row.target, path=path))
    assert "is not a normalised absolute path" in contradictions(plans.plan_of([row]))[0]


def test_a_root_may_be_a_single_file_or_everything() -> None:
    row = plans.row_of(1, "/p/b.jpg", "/q/a.jpg")
    assert contradictions(plans.plan_of([row], roots=["/p/b.jpg", "/q"])) == []
    assert contradictions(plans.plan_of([row], roots=["/"])) == []


@pytest.mark.parametrize("action", [one for one in Action if one.links])
@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.FILE])
def test_links_are_for_equal_bytes(action: Action, verdict: Verdict) -> None:
    plan = plans.plan_of([plans.row_of(1, "/p/b", "/p/a", verdict=verdict)], action=action)
    expected = f"row 1: has the verdict {verdict.value}, and {action.value} is for equal bytes only"
    assert [expected] == contradictions(plan)


@pytest.mark.parametrize("changed", [{"digest": b"x" * 32}, {"size": 7}])
def test_the_same_file_has_the_same_bytes(changed: dict[str, Any]) -> None:
    row = plans.row_of(1, "/p/b", "/p/a")
    row = replace(row, target=replace(row.target, **changed))
    expected = "row 1: has the verdict file, and its digest or size is not that of its keeper"
    assert [expected] == contradictions(plans.plan_of([row]))
    assert contradictions(plans.plan_of([replace(row, verdict=Verdict.PIXELS)])) == []


def test_a_picture_without_a_digest_is_told() -> None:
    row = plans.row_of(1, "/p/b", "/p/a", verdict=Verdict.PIXELS)
    row = replace(row, keeper=replace(row.keeper, digest=b""))
    expected = "row 1: lacks the SHA-256 digest of its target or keeper"
    assert [expected] == contradictions(plans.plan_of([row]))


@pytest.mark.parametrize("numbers", [(1, 1), (2, 1)])
def test_numbers_that_do_not_rise_are_told(numbers: tuple[int, int]) -> None:
    rows = [plans.row_of(number, f"/p/{at}", "/p/a") for at, number in enumerate(numbers)]
    found = contradictions(plans.plan_of(rows))
    assert [f"row {numbers[1]}: comes after row {numbers[0]}"] == [
        one.partition(";")[0] for one in found
    ]


def with_companion(path: str = "/p/b.xmp") -> list[Any]:
    picture = plans.row_of(1, "/p/b.jpg", "/q/a.jpg")
    target = plans.identity_of(path, digest=b"")
    return [picture, plans.row_of(2, path, "/q/a.jpg", goes_with=1, target=target)]


@pytest.mark.parametrize("action", Action)
def test_a_companion_is_only_moved(action: Action) -> None:
    found = contradictions(plans.plan_of(with_companion(), ["/p", "/q"], action=action))
    expected = f"row 2: is a companion of a picture, and {action.value} is for pictures only"
    assert ([] if action.moves else [expected]) == found


def test_a_companion_stands_behind_its_picture() -> None:
    picture, sidecar = with_companion()
    for rows in (
        [sidecar],
        [replace(sidecar, goes_with=2)],
        [replace(picture, declined=plans.declined("no")), sidecar],
    ):
        found = contradictions(plans.plan_of(rows, ["/p", "/q"]))
        assert "which is not the row of a picture above" in found[0]


def test_a_companion_lies_beside_its_picture_or_below_a_root() -> None:
    alone = ["/p/b.jpg", "/q"]
    assert contradictions(plans.plan_of(with_companion(), alone)) == []
    found = contradictions(plans.plan_of(with_companion("/r/b.xmp"), alone))
    assert found == ['row 2: path "/r/b.xmp" lies outside the scanned folders']
