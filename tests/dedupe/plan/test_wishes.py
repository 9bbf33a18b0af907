"""Where files may be taken from, and which ones a person chose to keep in an earlier plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dupscan.errors import SettingsError
from dupscan.model.plan import Edits, Plan
from dupscan.model.saved_report import Member, ReportedGroup

MakeMember = Callable[..., Member]
MakeGroup = Callable[..., ReportedGroup]
MakePlan = Callable[..., Plan]
Tell = Callable[[Plan], Mapping[str, str]]


def chosen(*paths: str) -> Edits:
    return Edits(chosen=frozenset(paths))


# -- --only ----------------------------------------------------------------------------------------


def test_files_are_taken_from_the_named_folder_only(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell, declined: Tell
) -> None:
    """The report would keep the copy in the backup."""
    paths = ("/p/backup/a.jpg", "/p/photos/a.jpg", "/p/other/a.jpg")
    made = plan(group([member(path, "same") for path in paths]), only=("/p/backup",))

    assert proposed(made) == {"/p/backup/a.jpg": "/p/photos/a.jpg"}
    assert declined(made) == {"/p/other/a.jpg": "outside of --only /p/backup"}


def test_copies_within_the_named_folder_are_taken_for_each_other(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell
) -> None:
    made = plan(
        group([member(f"/p/backup/{name}.jpg", "same") for name in "ab"]), only=("/p/backup",)
    )

    assert proposed(made) == {"/p/backup/b.jpg": "/p/backup/a.jpg"}


def test_a_file_with_a_name_outside_of_the_folder_stays(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell
) -> None:
    """All its names would go."""
    linked = member("/p/backup/b.jpg", "same", aliases=("/p/photos/b.jpg",))
    made = plan(group([member("/p/x/a.jpg", "same"), linked]), only=("/p/backup",))

    assert proposed(made) == {}


def test_the_safeguards_hold_in_the_named_folder(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell, declined: Tell
) -> None:
    better = member("/p/backup/a.jpg", width=800, height=600)
    made = plan(
        group([better, member("/p/photos/a.jpg")], "picture"),
        only=("/p/backup",),
        verdict="picture",
    )

    assert proposed(made) == {}
    assert "has more pixels of its own" in declined(made)["/p/backup/a.jpg"]


@pytest.mark.parametrize("folder", ["/p/nowhere", "/p/back", "/q"])
def test_a_folder_that_holds_nothing_of_the_report_is_refused(
    member: MakeMember, group: MakeGroup, plan: MakePlan, folder: str
) -> None:
    with pytest.raises(SettingsError, match=f"--only {folder}: "):
        plan(group([member(f"/p/backup/{name}.jpg", "same") for name in "ab"]), only=(folder,))


# -- swap ------------------------------------------------------------------------------------------


def test_the_chosen_file_is_kept_and_the_former_keeper_goes(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell
) -> None:
    pair = group([member("/p/a.jpg", "same"), member("/p/b.jpg", "same")])

    assert proposed(plan(pair)) == {"/p/b.jpg": "/p/a.jpg"}
    assert proposed(plan(pair, edits=chosen("/p/b.jpg"))) == {"/p/a.jpg": "/p/b.jpg"}


def test_the_safeguards_hold_for_the_former_keeper(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell, declined: Tell
) -> None:
    pair = group([member("/p/a.jpg", gps=True), member("/p/b.jpg")], "pixels")
    made = plan(pair, edits=chosen("/p/b.jpg"), verdict="pixels")

    assert proposed(made) == {}
    assert declined(made) == {"/p/a.jpg": "has GPS, the keeper has not (--allow gps)"}
    allowed = plan(pair, edits=chosen("/p/b.jpg"), verdict="pixels", allow=("gps",))
    assert proposed(allowed) == {"/p/a.jpg": "/p/b.jpg"}


def test_a_declined_file_may_be_chosen(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell
) -> None:
    pair = group([member("/p/a.jpg"), member("/p/b.jpg", gps=True)], "pixels")

    assert proposed(plan(pair, verdict="pixels")) == {}
    assert proposed(plan(pair, edits=chosen("/p/b.jpg"), verdict="pixels")) == {
        "/p/a.jpg": "/p/b.jpg"
    }


def test_what_matches_the_former_keeper_only_stays(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell, declined: Tell
) -> None:
    edges = {(0, 1): "picture", (0, 2): "picture"}
    three = group([member(f"/p/{name}.jpg") for name in "abc"], edges=edges)
    made = plan(three, edits=chosen("/p/b.jpg"), verdict="picture")

    assert proposed(made) == {"/p/a.jpg": "/p/b.jpg"}
    reason = "matches a.jpg, which goes itself, and no picture that is kept"
    assert declined(made) == {"/p/c.jpg": reason}


def test_two_chosen_files_are_both_kept(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell, declined: Tell
) -> None:
    three = group([member(f"/p/{name}.jpg", "same") for name in "abc"])
    made = plan(three, edits=chosen("/p/b.jpg", "/p/c.jpg"))

    assert proposed(made) == {"/p/a.jpg": "/p/b.jpg"}
    assert declined(made) == {"/p/c.jpg": "you chose to keep it, by swap"}


def test_nothing_in_a_reference_or_protected_folder_goes_for_a_chosen_file(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: Tell
) -> None:
    kept: tuple[dict[str, Any], dict[str, Any]] = ({"reference": True}, {})
    for more, settings in zip(kept, ({}, {"protect": ("/p/a",)}), strict=True):
        pair = group([member("/p/a/a.jpg", "same", **more), member("/p/b.jpg", "same")])
        made = plan(pair, edits=chosen("/p/b.jpg"), **settings)
        assert proposed(made) == {}
