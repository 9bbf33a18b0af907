"""What must hold for the groups of any library, because somebody deletes by them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dupscan.group import contents, group
from dupscan.model import (
    DuplicateGroup,
    Evidence,
    FileEntry,
    Match,
    Picture,
    PictureInfo,
    Verdict,
)

Pair = tuple[int, int]


@dataclass(frozen=True)
class Library:
    """Pictures, and the matches that confirm found among their contents."""

    pictures: list[Picture]
    matches: list[Match]

    def content(self, number: int) -> int:
        """The first picture with the same bytes."""
        digest = self.pictures[number].digest
        return next(n for n, picture in enumerate(self.pictures) if picture.digest == digest)

    def is_reference(self, number: int) -> bool:
        return self.pictures[number].file.reference

    @property
    def pairs(self) -> set[Pair]:
        return {(match.a, match.b) for match in self.matches}

    def match_directly(self, one: int, other: int) -> bool:
        """Whether two pictures were confirmed to be duplicates: equal bytes, or a match."""
        a, b = sorted((self.content(one), self.content(other)))
        return a == b or (a, b) in self.pairs


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    """Few contents and many copies; any relation at all among the contents."""
    count = draw(st.integers(0, 14))
    pictures = [draw_picture(draw, number) for number in range(count)]
    possible = list(combinations(contents(pictures), 2))
    pairs = draw(st.sets(st.sampled_from(possible))) if possible else set()
    return Library(pictures, [draw_match(draw, pair) for pair in sorted(pairs)])


def draw_picture(draw: st.DrawFn, number: int) -> Picture:
    return Picture(
        file=FileEntry(
            path=f"/{number:02}.jpg",
            size=draw(st.integers(1, 3)),
            mtime_ns=draw(st.integers(0, 2)),
            device=1,
            inode=number,
            links=draw(st.integers(1, 2)),
            reference=draw(st.sampled_from([False, False, False, True])),
        ),
        digest=bytes([draw(st.integers(0, 9))]) * 32,
        phash=0,
        contrast=50.0,
        low_detail=False,
        greyscale=False,
        info=PictureInfo(draw(st.sampled_from(["JPEG", "RAW"])), draw(st.integers(1, 2)), 1),
        slot=number,
    )


def draw_match(draw: st.DrawFn, pair: Pair) -> Match:
    difference = float(draw(st.integers(0, 3)))
    evidence = Evidence(
        distance=2, histogram_rms=0.0, difference=difference, relative_difference=0.0
    )
    return Match(*pair, Verdict.SIMILAR, evidence)


def form(library: Library, matches: list[Match] | None = None) -> list[DuplicateGroup]:
    given = library.matches if matches is None else matches
    return group(library.pictures, given, lambda keeper, other, verdict, evidence: verdict.value)


@given(libraries())
def test_every_duplicate_matches_its_keeper_directly(library: Library) -> None:
    for one in form(library):
        for match in one.duplicates:
            assert one.keeper in (match.a, match.b)
            assert library.match_directly(match.a, match.b)


@given(libraries())
def test_only_equal_bytes_have_the_verdict_for_equal_bytes(library: Library) -> None:
    """Acting on `file` may link files to one another."""
    for one in form(library):
        for match in (*one.duplicates, *one.edges, *one.near):
            equal = library.content(match.a) == library.content(match.b)
            assert equal == (match.verdict is Verdict.FILE)


@given(libraries())
def test_no_picture_is_in_two_groups_or_twice_in_one(library: Library) -> None:
    """So no keeper is a duplicate elsewhere either, and no group can lose all its files."""
    members = [number for one in form(library) for number in one.members]
    assert len(members) == len(set(members))


@given(libraries())
def test_every_group_has_a_keeper_and_a_duplicate(library: Library) -> None:
    assert all(len(one.members) >= 2 for one in form(library))


@given(libraries())
def test_a_reference_is_never_a_duplicate(library: Library) -> None:
    duplicates = {number for one in form(library) for number in one.members[1:]}
    assert not any(map(library.is_reference, duplicates))


@given(libraries(), st.randoms(use_true_random=False))
def test_matches_in_any_order_form_the_same_groups(library: Library, chance: Random) -> None:
    shuffled = chance.sample(library.matches, len(library.matches))
    assert form(library) == form(library, shuffled)


@given(libraries())
def test_equal_bytes_are_always_in_one_group(library: Library) -> None:
    """All but references, which are kept; and a picture that is alone with references is in."""
    group_of = {number: at for at, one in enumerate(form(library)) for number in one.members}
    for numbers in contents(library.pictures).values():
        if len(numbers) > 1:
            found = {group_of.get(n) for n in numbers if not library.is_reference(n)}
            assert len(found) <= 1
            assert None not in found


@given(libraries())
def test_no_match_is_lost(library: Library) -> None:
    """Each is between two members, or makes one near a group, or is among references only."""
    told: set[Pair] = set()
    for one in form(library):
        inside = {library.content(number) for number in one.members}
        near = {library.content(n) for match in one.near for n in (match.a, match.b)} - inside
        edges = {(library.content(match.a), library.content(match.b)) for match in one.edges}
        told |= {(min(pair), max(pair)) for pair in (*edges, *product(inside, near))}
    kept = {library.content(n) for n in range(len(library.pictures)) if library.is_reference(n)}
    assert not {pair for pair in library.pairs - told if not set(pair) <= kept}


@given(libraries())
def test_what_is_near_is_not_in_the_group(library: Library) -> None:
    for one in form(library):
        for match in one.near:
            inside = {match.a, match.b} & set(one.members)
            assert len(inside) == 1
            assert match.partner(inside.pop()) not in one.members


@given(libraries())
def test_edges_are_confirmed_matches_between_members(library: Library) -> None:
    for one in form(library):
        for match in one.edges:
            assert {match.a, match.b} <= set(one.members)
            assert library.match_directly(match.a, match.b)


@given(libraries())
def test_a_lower_number_always_comes_first_in_a_match(library: Library) -> None:
    for one in form(library):
        assert all(match.a < match.b for match in (*one.duplicates, *one.edges, *one.near))
