"""What must hold for the plan of any report, because somebody deletes by it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupscan.dedupe.plan import ALLOWED, RULES, decide, matches
from dupscan.model.changes import Change
from dupscan.model.files import FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import PictureInfo
from dupscan.model.plan import Action, Row
from dupscan.model.report import Companion, CompanionKind
from dupscan.model.saved_report import Edge, Member, ReportedGroup, SavedReport
from dupscan.settings import FingerprintSettings, MatchSettings, PlanSettings

Groups = list[ReportedGroup]
PROTECTED, WANTED, TOP = map(str, Path(__file__).parents[:3])
"""Folders that are there, each in the next; the pictures in them are not."""
CHANGES = {
    "file": Change.SAME_BYTES,
    "pixels": Change.SAME_PIXELS,
    "picture": Change.RE_ENCODED,
    "similar": Change.CROPPED,
}
STRENGTHS = [verdict.value for verdict in Verdict]


@st.composite
def groups(draw: st.DrawFn, *, plain: bool = False) -> Groups:
    """A few groups with random matches; `plain` members have nothing that a safeguard looks at."""
    found = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        size = draw(st.integers(2, 6))
        contents = [draw(st.integers(0, 3)) for _ in range(size)]
        members = tuple(
            draw_member(draw, number, place, content, plain=plain)
            for place, content in enumerate(contents)
        )
        found.append(ReportedGroup(number, members, "", draw_edges(draw, contents)))
    return found


def draw_member(draw: st.DrawFn, number: int, place: int, content: int, *, plain: bool) -> Member:
    """A member with a path of its own; all that has equal bytes has equal details too."""
    folder = draw(st.sampled_from((PROTECTED, WANTED, TOP)))
    path = f"{folder}/{number}-{place}-{'abcdef'[place]}.jpg"
    flag = st.booleans() if not plain else st.just(False)
    file = FileEntry(
        path=path,
        size=1000 + content,
        mtime_ns=draw(st.integers(0, 3)),
        device=draw(st.integers(1, 2)),
        inode=100 * number + place,
        links=2,
        aliases=(f"{draw(st.sampled_from((PROTECTED, WANTED, TOP)))}/{number}-{place}-z",)
        if draw(flag)
        else (),
        reference=draw(flag) and draw(flag),
        symbolic_link=draw(flag) and draw(flag),
    )
    more = not plain and content % 2 == 0
    info = PictureInfo("JPEG", 400, 300, gps=more, rating=content if more else None)
    beside: tuple[Companion, ...] = ()
    if draw(flag):
        kind = draw(st.sampled_from(CompanionKind))
        beside = (Companion(f"{path}.side", 9, 0, 1, 7, kind, shared=draw(flag)),)
    digest = f"{number}-{content}".encode()
    return Member(file, digest, info, info.pixels, beside)


def draw_edges(draw: st.DrawFn, contents: list[int]) -> dict[tuple[int, int], Edge]:
    """Matches: those of equal contents, which share all others; each with the first at least."""
    strengths: dict[tuple[int, ...], str | None] = {}
    for a, b in combinations(sorted(set(contents)), 2):
        choices = [*STRENGTHS[1:], *([] if contents[0] in (a, b) else [None])]
        strengths[a, b] = draw(st.sampled_from(choices))
    edges = {}
    for one, other in combinations(range(len(contents)), 2):
        key = tuple(sorted((contents[one], contents[other])))
        strength = "file" if contents[one] == contents[other] else strengths[key]
        if strength is not None:
            edges[one, other] = Edge(Verdict(strength), (CHANGES[strength],))
    return edges


@st.composite
def settings(draw: st.DrawFn) -> PlanSettings:
    """Settings that make sense."""
    action = draw(st.sampled_from(Action))
    verdict = "file" if action.links else draw(st.sampled_from(STRENGTHS))
    rules = [rule.replace("DIR", WANTED) for rule in RULES]
    return PlanSettings(
        action=action.value,
        verdict=verdict,
        keep=tuple(draw(st.lists(st.sampled_from(rules), max_size=3))),
        protect=(PROTECTED,) if draw(st.booleans()) else (),
        allow=tuple(draw(st.lists(st.sampled_from(ALLOWED), unique=True))),
        delete_even=verdict if action is Action.DELETE else None,
    )


def rows_of(found: Groups, meant: PlanSettings) -> tuple[Row, ...]:
    report = SavedReport("scan", True, (TOP,), FingerprintSettings(), MatchSettings(), iter(found))
    return decide(report, meant).rows


def pictures(rows: tuple[Row, ...]) -> list[Row]:
    """The rows of pictures that go."""
    return [row for row in rows if not row.declined and row.goes_with is None]


@given(groups(), settings())
def test_every_target_matches_its_keeper_directly_as_strongly_as_asked(
    found: Groups, meant: PlanSettings
) -> None:
    for row in pictures(rows_of(found, meant)):
        group = found[row.group - 1]
        places = {
            name: place
            for place, member in enumerate(group.members)
            for name in (member.file.path, *member.file.aliases)
        }
        a, b = sorted((places[row.target.path], places[row.keeper.path]))
        assert group.edges[a, b].verdict is row.verdict
        assert row.verdict.at_least(Verdict(meant.verdict))


@given(groups(), settings())
def test_no_keeper_goes_and_no_name_goes_twice(found: Groups, meant: PlanSettings) -> None:
    rows = [row for row in rows_of(found, meant) if not row.declined]
    targets = [row.target.path for row in rows]

    assert len(targets) == len(set(targets))
    assert set(targets).isdisjoint(row.keeper.path for row in rows)


@given(groups(), settings())
def test_of_every_content_that_goes_one_with_its_bytes_or_its_keeper_stays(
    found: Groups, meant: PlanSettings
) -> None:
    rows = pictures(rows_of(found, meant))
    going = {row.target.path for row in rows}

    for group in found:
        assert any(member.file.path not in going for member in group.members)
    for row in rows:
        assert row.keeper.path not in going
        assert row.verdict is not Verdict.FILE or row.keeper.digest == row.target.digest


@given(groups(), settings())
def test_references_links_and_what_is_protected_never_go(
    found: Groups, meant: PlanSettings
) -> None:
    rows = rows_of(found, meant)
    going = {row.target.path for row in rows if not row.declined}
    keepers = {row.keeper.path for row in rows if not row.declined}
    for file in (member.file for group in found for member in group.members):
        names = {file.path, *file.aliases}
        is_protected = any(name.startswith(f"{PROTECTED}/") for name in names)
        if file.reference or file.symbolic_link or (meant.protect and is_protected):
            assert names.isdisjoint(going)
        if file.symbolic_link:
            assert file.path not in keepers


@given(groups(), settings())
def test_all_the_names_of_a_target_go_or_none(found: Groups, meant: PlanSettings) -> None:
    going = {row.target.path for row in rows_of(found, meant) if not row.declined}
    for member in (member for group in found for member in group.members):
        names = {member.file.path, *member.file.aliases}
        assert names <= going or names.isdisjoint(going)


@given(groups(), settings())
def test_companions_go_behind_a_picture_that_goes_and_only_when_files_move(
    found: Groups, meant: PlanSettings
) -> None:
    rows = rows_of(found, meant)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        if row.goes_with is not None:
            picture = rows[row.goes_with - 1]
            assert Action(meant.action).moves
            assert row.number > picture.number
            assert not picture.declined
            assert picture.goes_with is None
            assert picture.group == row.group


@given(groups(), settings(), st.randoms())
def test_the_same_report_gives_the_same_rows_in_whatever_order_its_matches_stand(
    found: Groups, meant: PlanSettings, random: Any
) -> None:
    shuffled = []
    for group in found:
        edges = list(group.edges.items())
        random.shuffle(edges)
        shuffled.append(replace(group, edges=dict(edges)))

    assert rows_of(shuffled, meant) == rows_of(found, meant)


@given(groups(), settings())
def test_it_makes_no_difference_whether_matches_are_listed_or_asked_for(
    found: Groups, meant: PlanSettings
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matches, "_MOST_LISTED", -1)
        asked = rows_of(found, meant)

    assert rows_of(found, meant) == asked


@given(groups(plain=True), st.sampled_from(STRENGTHS))
def test_equal_bytes_go_whatever_weaker_verdict_is_asked_for(found: Groups, weaker: str) -> None:
    strict, lax = (
        {row.target.path for row in pictures(rows_of(found, PlanSettings(verdict=verdict)))}
        for verdict in ("file", weaker)
    )

    assert strict <= lax


@given(groups(), settings())
def test_every_member_is_a_keeper_a_target_declined_with_a_reason_or_the_first(
    found: Groups, meant: PlanSettings
) -> None:
    rows = rows_of(found, meant)
    named = {row.target.path for row in rows} | {row.keeper.path for row in rows}
    for group in found:
        unnamed = [one for one in group.members if one.file.path not in named]
        assert len(unnamed) <= 1
