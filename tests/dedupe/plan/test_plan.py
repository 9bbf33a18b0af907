"""Report and settings → plan: who goes for whom, and what is said of those that stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dupscan.dedupe.plan import ALLOWED
from dupscan.errors import PlanError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, Plan, Reason, Row
from dupscan.model.report import Companion
from dupscan.model.saved_report import Member, ReportedGroup

MakeMember = Callable[..., Member]
MakeGroup = Callable[..., ReportedGroup]
MakePlan = Callable[..., Plan]
MakeCompanion = Callable[..., Companion]
PathToText = Callable[[Plan], dict[str, str]]
OnlyRow = Callable[[Plan], Row]


def test_no_groups_give_no_rows(plan: MakePlan) -> None:
    made = plan()

    assert made.rows == ()
    assert (made.scan_id, made.action, made.roots) == ("scan", Action.QUARANTINE, ("/p",))


def test_a_copy_is_a_target_of_the_reports_keeper(
    member: MakeMember, group: MakeGroup, plan: MakePlan, only_row: OnlyRow
) -> None:
    row = only_row(plan(group([member("/p/b", "same"), member("/p/a", "same")])))

    assert (row.target.path, row.keeper.path, row.declined) == ("/p/a", "/p/b", ())
    assert (row.number, row.group, row.freed) == (1, 1, 1000)
    assert row.kept == "the report's keeper: less compressed"
    assert Verdict.FILE is row.verdict
    assert row.explanation == "the same bytes"


def test_each_set_of_equal_bytes_has_its_own_keeper(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText, declined: PathToText
) -> None:
    members = [member(f"/p/{name}", name[0]) for name in ("a1", "a2", "b1", "b2")]
    edges = {(a, b): "picture" for a in range(4) for b in range(a + 1, 4)}
    edges |= {(0, 1): "file", (2, 3): "file"}
    made = plan(group(members, edges=edges))

    assert proposed(made) == {"/p/a2": "/p/a1", "/p/b2": "/p/b1"}
    assert declined(made) == {"/p/b1": "only picture (--verdict picture would take it)"}


def test_with_another_keeper_only_what_matches_it_goes(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText, declined: PathToText
) -> None:
    members = [member("/p/best"), member("/p/x/wanted"), member("/p/other")]
    one = group(members, edges={(0, 1): "picture", (0, 2): "picture"})
    made = plan(one, verdict="picture", keep=("under:/p/x",))

    assert proposed(made) == {"/p/best": "/p/x/wanted"}
    reason = "matches best, which goes itself, and no picture that is kept"
    assert {"/p/other": reason} == declined(made)


def test_the_strongest_match_among_those_kept_is_the_keeper(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText
) -> None:
    gps = member("/p/b", "same", gps=True)
    members = [member("/p/a"), gps, member("/p/c", "same", gps=True)]
    edges = {(0, 1): "picture", (0, 2): "picture", (1, 2): "file"}

    assert proposed(plan(group(members, edges=edges), verdict="picture")) == {"/p/c": "/p/b"}


def test_the_explanation_says_what_the_target_is_to_the_keeper(
    member: MakeMember, group: MakeGroup, plan: MakePlan, only_row: OnlyRow
) -> None:
    """Also where the keeper is not the one that the report has."""
    one = group([member("/p/long-name"), member("/p/b")], "picture")
    row = only_row(plan(one, verdict="picture", keep=("shortest-path",)))

    assert row.target.path == "/p/long-name"
    assert row.explanation == "double size, re-encoded"


@pytest.mark.parametrize(
    ("of_target", "word", "reason"),
    [
        ({"reference": True}, "reference-folder", "in a reference folder"),
        (
            {"symbolic_link": True},
            "symbolic-link",
            "a symbolic link; the file itself lies elsewhere",
        ),
        ({"inode": 7}, "same-file", "another name of the keeper's own file"),
        ({"aliases": ("/p/a",)}, "same-file", "another name of the keeper's own file"),
        (
            {"size": 999},
            "contradiction",
            "the report contradicts itself: the same bytes have two sizes or digests; scan again",
        ),
    ],
)
def test_what_never_goes(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    only_row: OnlyRow,
    of_target: dict[str, Any],
    word: str,
    reason: str,
) -> None:
    keeper = member("/p/a", "same", inode=7, reference=True)
    row = only_row(plan(group([keeper, member("/p/b", "same", **of_target)]), allow=ALLOWED))

    assert row.declined == (Declined(Reason(word), reason),)
    assert row.why_declined == reason


def test_a_reference_is_kept_whatever_the_rules_say(
    member: MakeMember, group: MakeGroup, plan: MakePlan, only_row: OnlyRow
) -> None:
    members = [member("/p/a", "same"), member("/ref/b", "same", reference=True)]
    row = only_row(plan(group(members), keep=("under:/p", "oldest")))

    assert (row.target.path, row.keeper.path) == ("/p/a", "/ref/b")
    assert row.kept == "in a reference folder"


def test_nothing_goes_for_a_symbolic_link(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText, declined: PathToText
) -> None:
    link = {"symbolic_link": True, "reference": True}
    members = [member("/p/a", "same", **link), member("/p/b", "same")]
    made = plan(group(members))

    assert proposed(made) == {}
    assert list(declined(made)) == ["/p/a"]


def test_a_group_of_symbolic_links_is_left_alone(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText
) -> None:
    members = [member(f"/p/{name}", "same", symbolic_link=True) for name in "abc"]

    assert proposed(plan(group(members))) == {}


def test_links_are_not_made_across_file_systems(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText, declined: PathToText
) -> None:
    one = group([member("/p/a", "same"), member("/p/b", "same", device=2)])

    for action in ("hardlink", "reflink", "symlink"):
        assert "on another file system" in declined(plan(one, action=action))["/p/b"]
    assert proposed(plan(one, action="quarantine")) == {"/p/b": "/p/a"}


# -- names and companions --------------------------------------------------------------------------


def test_each_name_of_a_target_has_a_row(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    target = member("/p/b", "same", aliases=("/p/c", "/p/d"))
    made = plan(group([member("/p/a", "same"), target]))

    assert [row.target.path for row in made.rows] == ["/p/b", "/p/c", "/p/d"]
    assert [row.freed for row in made.rows] == [1000, 0, 0]
    assert len({row.target.inode for row in made.rows}) == 1


def test_a_picture_with_one_protected_name_keeps_them_all(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    target = member("/p/b", "same", aliases=("/p/safe/c",))
    made = plan(group([member("/p/a", "same"), target]), protect=("/p/safe",))

    assert declined(made) == {"/p/b": "protected by --protect /p/safe"}


def test_sidecars_go_behind_their_picture(
    member: MakeMember, companion: MakeCompanion, group: MakeGroup, plan: MakePlan
) -> None:
    beside = (companion("/p/b.xmp"), companion("/p/b.mov", "live-photo"))
    members = [member("/p/a", "same"), member("/p/b", "same", companions=beside)]
    one, two = group(members), group([member("/p/c", "2"), member("/p/d", "2")], number=2)
    made = plan(one, two, allow=("sidecar", "live-photo"))

    assert [(row.target.path, row.goes_with) for row in made.rows] == [
        ("/p/b", None),
        ("/p/b.xmp", 1),
        ("/p/b.mov", 1),
        ("/p/d", None),
    ]
    assert (
        made.rows[1].target.digest,
        made.rows[1].freed,
        made.rows[1].explanation,
    ) == (b"", 50, "goes with b")


def test_a_companion_goes_with_the_name_that_it_lies_beside(
    member: MakeMember, companion: MakeCompanion, group: MakeGroup, plan: MakePlan
) -> None:
    target = member(
        "/p/b", "same", aliases=("/q/c",), companions=(companion("/q/c.xmp"), companion("/p/b.xmp"))
    )
    made = plan(group([member("/p/a", "same"), target]), allow=("sidecar",))

    assert [(row.target.path, row.goes_with) for row in made.rows] == [
        ("/p/b", None),
        ("/p/b.xmp", 1),
        ("/q/c", None),
        ("/q/c.xmp", 3),
    ]


def test_companions_that_others_need_stay(
    member: MakeMember, companion: MakeCompanion, group: MakeGroup, plan: MakePlan
) -> None:
    beside = (
        companion("/p/shared.xmp", shared=True),
        companion("/p/of-the-keeper.xmp"),
        companion("/p/raw.nef", "raw-pair"),
        companion("/p/kept.thm"),
        companion("/p/own.xmp"),
    )
    keeper = member("/p/a", "same", companions=(beside[1],))
    one = group([keeper, member("/p/b", "same", companions=beside)])
    two = group([member("/p/kept.thm", "2"), member("/p/x", "2")], number=2)
    made = plan(one, two, allow=("sidecar", "raw-pair"))

    assert [row.target.path for row in made.rows] == ["/p/b", "/p/own.xmp", "/p/x"]
    assert [row.number for row in made.rows] == [1, 2, 3]


def test_a_sidecar_that_is_a_keeper_by_another_name_stays(
    member: MakeMember, companion: MakeCompanion, group: MakeGroup, plan: MakePlan
) -> None:
    target = member("/p/b", "same", companions=(companion("/p/b.thm"),))
    one = group([member("/p/a", "same"), target])
    two = group([member("/p/c", "2", inode=77), member("/p/d", "2")], number=2)
    made = plan(one, two, allow=("sidecar",))

    assert [row.target.path for row in made.rows] == ["/p/b", "/p/d"]


@pytest.mark.parametrize("action", ["hardlink", "reflink", "symlink"])
def test_nothing_goes_along_with_a_name_that_stays(
    member: MakeMember,
    companion: MakeCompanion,
    group: MakeGroup,
    plan: MakePlan,
    only_row: OnlyRow,
    action: str,
) -> None:
    target = member("/p/b", "same", companions=(companion("/p/b.xmp"),))
    row = only_row(plan(group([member("/p/a", "same"), target]), action=action, allow=("sidecar",)))

    assert (row.target.path, row.declined) == ("/p/b", ())


def test_what_has_a_sidecar_is_not_deleted(
    member: MakeMember,
    companion: MakeCompanion,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
) -> None:
    target = member("/p/b", "same", companions=(companion("/p/b.xmp"),))
    made = plan(group([member("/p/a", "same"), target]), action="delete", allow=("sidecar",))

    reason = "delete would lose b.xmp; quarantine or trash it"
    assert {"/p/b": reason} == declined(made)


# -- reports that contradict themselves ------------------------------------------------------------


def test_a_keeper_that_another_group_would_drop_is_refused(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    a, b, c = (member(f"/p/{name}", "same") for name in "abc")

    with pytest.raises(PlanError, match="/p/b is a keeper and would be removed too; scan again"):
        plan(group([a, b]), group([b, c], number=2))


def test_a_name_that_two_groups_would_drop_is_refused(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    a, b, c = (member(f"/p/{name}", "same") for name in "abc")

    with pytest.raises(PlanError, match="/p/c would be removed twice"):
        plan(group([a, c]), group([b, c], number=2))
