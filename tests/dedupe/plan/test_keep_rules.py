"""The rules of ``--keep``, and which of them is said to have decided."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from dupscan.dedupe.plan import RULES
from dupscan.dedupe.plan.keep_rules import is_open, parse_rules
from dupscan.model.plan import Plan, Row
from dupscan.model.report import FolderQuestion
from dupscan.model.saved_report import Member, ReportedGroup

MakeMember = Callable[..., Member]
MakeGroup = Callable[..., ReportedGroup]
MakePlan = Callable[..., Plan]

DECIDED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "pixels": (
        {"width": 4032, "height": 3024},
        {"width": 1600, "height": 1200},
        "4032 × 3024 over 1600 × 1200",
    ),
    "format": ({"format": "PNG", "encoding": 100}, {}, "lossless PNG over JPEG"),
    "metadata": (
        {"captured": "2026-11-22T09:41:00", "gps": True},
        {"rating": 0},
        "has more metadata: capture time, GPS",
    ),
    "quality": ({"encoding": 95}, {"encoding": 70}, "less compressed, 95 over 70 of 100"),
    "oldest": ({"mtime_ns": 0}, {}, "the older file, of 1970-01-01 00:00:00, the other of 2001-"),
    "newest": ({"mtime_ns": 2 * 10**18}, {}, "the newer file, of 2033-05-18 03:33:20, the other"),
    "largest": ({"size": 2000}, {}, "the larger file, 2.0 kB over 1.0 kB"),
    "smallest": ({"size": 10}, {}, "the smaller file, 10 B, the other 1.0 kB"),
    "shortest-path": ({"path": "/p/b"}, {"path": "/p/aa"}, "the shorter path"),
    "longest-path": ({"path": "/p/bb"}, {"path": "/p/a"}, "the longer path"),
    "report": ({"path": "/p/z"}, {"path": "/p/a"}, "the report's keeper: less compressed"),
    "under:DIR": ({"path": "/p/x/b"}, {}, "under /p/x"),
    "not-under:DIR": ({"path": "/p/b"}, {"path": "/p/x/a"}, "not under /p/x"),
}
EVERYTHING = tuple("gps captured pixels bit-depth alpha frames rating".split())


def keeper_row(
    member: MakeMember, group: MakeGroup, plan: MakePlan, rule: str, *, backwards: bool
) -> Row:
    """What a plan with one rule says of two members, in either order of the report."""
    kept, other, _ = DECIDED[rule]
    two = [member(**{"path": "/p/b", **kept}), member(**{"path": "/p/a", **other})]
    one = group(two[::-1] if backwards else two, "pixels")
    keep = (rule.replace("DIR", "/p/x"),)
    [row] = plan(one, verdict="pixels", keep=keep, allow=EVERYTHING).rows
    return row


@pytest.mark.parametrize(
    ("rule", "backwards"), [*product(RULES, (False,)), *product(RULES[:-1], (True,))]
)
def test_each_rule_keeps_what_it_says_and_says_why(
    member: MakeMember, group: MakeGroup, plan: MakePlan, rule: str, backwards: bool
) -> None:
    row = keeper_row(member, group, plan, rule, backwards=backwards)
    kept, _, words = DECIDED[rule]

    assert kept.get("path", "/p/b") == row.keeper.path
    assert row.declined == ()
    assert row.kept.startswith(words)


def test_rules_are_asked_in_their_order(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    one = group(
        [
            member("/p/a", "same", mtime_ns=5),
            member("/p/b", "same", mtime_ns=3),
            member("/p/c", "same", mtime_ns=3),
            member("/p/x/dd", "same", mtime_ns=9),
        ]
    )
    rows = plan(one, keep=("not-under:/p/x", "oldest", "shortest-path")).rows

    assert {"/p/b"} == {row.keeper.path for row in rows}
    assert [(row.target.path, row.kept) for row in rows] == [
        ("/p/c", "first in the report's order"),
        ("/p/a", "the older file, of 1970-01-01 00:00:00, the other of 1970-01-01 00:00:00"),
        ("/p/x/dd", "not under /p/x"),
    ]


def test_formats_rank_from_raw_data_to_few_colours(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    formats = [
        *({"format": "RAW"}, {"format": "PNG", "encoding": 100}, {"format": "HEIF"}),
        *({"format": "JPEG"}, {"format": "AVIF"}, {"format": "WEBP"}),
        {"format": "PNG", "encoding": 60, "channels": "P"},
    ]
    members = [member(f"/p/{place}", **one) for place, one in enumerate(formats)]
    made = plan(
        group(reversed(members), "pixels"), verdict="pixels", keep=("format",), allow=("raw-pair",)
    )

    assert {"/p/0"} == {row.keeper.path for row in made.rows}
    assert [row.target.path for row in made.rows] == [
        "/p/1",
        "/p/2",
        "/p/3",
        "/p/4",
        "/p/5",
        "/p/6",
    ]
    assert made.rows[-1].kept == "RAW over PNG of few colours"


def test_an_enlarged_picture_does_not_have_more_pixels(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    enlarged = member("/p/a", width=8000, height=6000, true_pixels=100 * 75)
    one = group([enlarged, member("/p/b")], "picture")
    [row] = plan(one, verdict="picture", keep=("pixels",)).rows

    assert (row.target.path, row.keeper.path) == ("/p/a", "/p/b")
    assert row.kept == "400 × 300 over 8000 × 6000, which was enlarged"


def test_a_rating_of_no_stars_says_nothing(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    one = group([member("/p/a", rating=0), member("/p/b", rating=3)], "pixels")
    [row] = plan(one, verdict="pixels", keep=("metadata",)).rows

    assert (row.keeper.path, row.kept) == ("/p/b", "has more metadata: rating")


def test_a_time_no_calendar_has_is_told(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    one = group([member("/p/a", "same", mtime_ns=10**30), member("/p/b", "same")])
    [row] = plan(one, keep=("oldest",)).rows

    assert row.kept.endswith("the other of an impossible time")


def test_words_that_people_wrote_count_as_metadata(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    one = group([member("/p/a"), member("/p/b", notes="0" * 16)], "pixels")

    [row] = plan(one, verdict="pixels", keep=("metadata",)).rows
    assert (row.keeper.path, row.kept) == ("/p/b", "has more metadata: notes")


def test_dates_of_a_save_and_labels_count_as_metadata(
    member: MakeMember, group: MakeGroup, plan: MakePlan
) -> None:
    more = member("/p/b", captured="2003", captured_is_guess=True, labels="label Red")
    one = group([member("/p/a"), more], "pixels")

    [row] = plan(one, verdict="pixels", keep=("metadata",)).rows
    assert (row.keeper.path, row.kept) == ("/p/b", "has more metadata: date, labels")


def test_a_question_is_open_until_a_rule_tells_the_two_folders_apart() -> None:
    question = FolderQuestion("/p/Summer", "/p/Holiday", 120)
    for typed, expected in (
        ((), True),
        (("oldest", "under:/p"), True),
        (("under:/p/Summer",), False),
        (("oldest", "not-under:/p/Summer"), False),
    ):
        assert is_open(question, parse_rules(typed)) is expected
