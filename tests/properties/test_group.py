"""What must hold for the groups of any library, because somebody deletes by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupscan.group.stars import copies_by_first, group, group_by_strong_matches
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.views import FIXED, View

Pair = tuple[int, int]
MakePicture = Callable[..., Picture]
Libraries = st.DataObject


@dataclass(frozen=True)
class Library:
    """Pictures, the matches between pictures of different bytes, and what a person told apart."""

    pictures: list[Picture]
    matches: list[Match]
    apart: frozenset[tuple[bytes, bytes]]
    order: list[int]
    """All the pictures, in any order whatever: the best first."""

    def content(self, number: int) -> int:
        """The first picture with the same bytes."""
        digest = self.pictures[number].digest
        return next(n for n, picture in enumerate(self.pictures) if picture.digest == digest)

    def is_reference(self, number: int) -> bool:
        return self.pictures[number].file.reference

    def rank(self, number: int) -> tuple[object, ...]:
        return not self.is_reference(number), self.order[number]

    def best_of(self, number: int) -> tuple[object, ...]:
        """The rank of the best copy of a picture."""
        copies = copies_by_first(self.pictures)[self.content(number)]
        return min(map(self.rank, copies))  # type: ignore[type-var]

    @property
    def verdicts(self) -> dict[Pair, Verdict]:
        return {(match.a, match.b): match.verdict for match in self.matches}

    def verdict(self, one: int, other: int) -> Verdict | None:
        """What was confirmed of two pictures: equal bytes, a match, or nothing."""
        a, b = sorted((self.content(one), self.content(other)))
        return Verdict.FILE if a == b else self.verdicts.get((a, b))


@pytest.fixture(scope="session")
def libraries(picture_of: MakePicture) -> st.SearchStrategy[Library]:
    """Few different files and many copies; any relation at all among the different files."""

    @st.composite
    def library(draw: st.DrawFn) -> Library:
        count = draw(st.integers(0, 12))
        pictures = [draw_picture(draw, picture_of, number) for number in range(count)]
        possible = list(combinations(copies_by_first(pictures), 2))
        some = st.sets(st.sampled_from(possible)) if possible else st.just(set[Pair]())
        pairs, told_apart = draw(some), draw(some)
        return Library(
            pictures,
            [draw_match(draw, pair) for pair in sorted(pairs)],
            frozenset(digests_of(pictures, pair) for pair in sorted(told_apart)[:2]),
            draw(st.permutations(range(count))),
        )

    return library()


def digests_of(pictures: list[Picture], pair: Pair) -> tuple[bytes, bytes]:
    low, high = sorted(pictures[number].digest for number in pair)
    return low, high


def draw_picture(draw: st.DrawFn, picture_of: MakePicture, number: int) -> Picture:
    content = draw(st.integers(0, 8))
    return picture_of(
        number,
        size=draw(st.integers(1, 3)),
        links=draw(st.integers(1, 2)),
        reference=draw(st.sampled_from([False, False, False, True])),
        digest=bytes([content]) * 32,
        # What is in a file goes by its bytes.
        frames=2 if content in (0, 1) else 1,
        format="JPEG" if content in (1, 2, 3) else "TIFF",
    )


def draw_match(draw: st.DrawFn, pair: Pair) -> Match:
    verdict = draw(st.sampled_from([Verdict.PIXELS, Verdict.PICTURE, Verdict.SIMILAR]))
    fine = float(draw(st.integers(0, 3)))
    view = draw(st.sampled_from([View("plain"), *FIXED]))
    return Match(*pair, verdict, Evidence(2, 0.0, 1.0, fine, None, view))


def form(library: Library, matches: list[Match] | None = None) -> list[DuplicateGroup]:
    return group(
        library.pictures,
        library.matches if matches is None else matches,
        keeper_rank=library.rank,
        why_kept=lambda kept, other: f"{kept} over {other}",
        find_changes=lambda *_: (),
        not_duplicates=library.apart,
    )


# -- nothing is lost -------------------------------------------------------------------------------


@given(data=st.data())
def test_every_duplicate_matches_its_keeper_directly(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    library = data.draw(libraries)
    for one in form(library):
        for match in one.duplicates:
            assert one.keeper in (match.a, match.b)
            assert library.verdict(match.a, match.b) is match.verdict


@given(data=st.data())
def test_no_picture_is_in_two_groups_or_twice_in_one(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    """So no keeper is a duplicate elsewhere either, and no group can lose all its files."""
    members = [number for one in form(data.draw(libraries)) for number in one.members]
    assert len(members) == len(set(members))


@given(data=st.data())
def test_every_group_has_a_keeper_and_a_duplicate(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    assert all(len(one.members) >= 2 for one in form(data.draw(libraries)))


@given(data=st.data())
def test_a_reference_is_never_a_duplicate(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    library = data.draw(libraries)
    duplicates = {number for one in form(library) for number in one.members[1:]}
    assert not any(map(library.is_reference, duplicates))


@given(data=st.data())
def test_further_pages_go_only_for_the_same_bytes_or_pixels(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    library = data.draw(libraries)
    for one in form(library):
        for match in one.duplicates:
            info = library.pictures[match.partner(one.keeper)].info
            if info.frames > 1 and info.format != "JPEG":
                assert match.verdict.at_least(Verdict.PIXELS)


@given(data=st.data())
def test_nobody_better_goes_in_favour_of_a_lesser_one_by_a_strong_match(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    """The best copy of each is meant: a copy goes in favour of one that has its bytes."""
    library = data.draw(libraries)
    for one in form(library):
        for match in one.duplicates:
            if match.verdict.at_least(Verdict.PICTURE):
                other = match.partner(one.keeper)
                assert library.best_of(one.keeper) <= library.best_of(other)  # type: ignore[operator]


@given(data=st.data())
def test_a_weak_match_never_costs_a_strong_one(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    """Without what is merely similar, whoever had a group by strong matches has the same one."""
    library = data.draw(libraries)
    strong = [match for match in library.matches if match.verdict is not Verdict.SIMILAR]
    with_all = form(library)
    for one in form(library, strong):
        (same,) = [other for other in with_all if other.keeper == one.keeper]
        assert set(one.members) <= set(same.members)


@given(data=st.data())
def test_two_told_apart_never_stand_in_one_group(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    library = data.draw(libraries)
    for one in form(library):
        for pair in combinations(one.members, 2):
            assert digests_of(library.pictures, pair) not in library.apart


@given(data=st.data())
def test_equal_bytes_are_always_in_one_group(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    """All but references, which are kept; and a picture that is alone with references is in."""
    library = data.draw(libraries)
    group_of = {number: at for at, one in enumerate(form(library)) for number in one.members}
    for numbers in copies_by_first(library.pictures).values():
        if len(numbers) > 1:
            found = {group_of.get(n) for n in numbers if not library.is_reference(n)}
            assert len(found) <= 1
            assert None not in found


# -- the same answer, told in full -----------------------------------------------------------------


@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_matches_in_any_order_form_the_same_groups(
    data: Libraries, libraries: st.SearchStrategy[Library], chance: Random
) -> None:
    library = data.draw(libraries)
    shuffled = chance.sample(library.matches, len(library.matches))
    assert form(library) == form(library, shuffled)


@given(data=st.data())
def test_the_strong_stars_are_the_strong_part_of_the_groups(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    library = data.draw(libraries)
    stars = group_by_strong_matches(library.pictures, library.matches, library.rank, library.apart)
    members = [{library.content(number) for number in one.members} for one in form(library)]
    for centre, rays in stars.items():
        references_only = all(map(library.is_reference, copies_by_first(library.pictures)[centre]))
        assert (references_only and not rays) or any({centre, *rays} <= one for one in members)


@given(data=st.data())
def test_every_match_of_a_member_is_told(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    """Each is between two members, or makes one near the group."""
    library = data.draw(libraries)
    for one in form(library):
        inside = {library.content(number) for number in one.members}
        near = {library.content(number) for number, _, _ in one.neighbours()}
        edges = {(library.content(match.a), library.content(match.b)) for match in one.edges}
        told = {(min(pair), max(pair)) for pair in (*edges, *product(inside, near))}
        assert {pair for pair in library.verdicts if set(pair) & inside} <= told


@given(data=st.data())
def test_two_that_are_similar_or_the_same_are_left_out_only_for_a_reason(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    """That they are in no group at all: one may not go for the other, or they were told apart."""
    library = data.draw(libraries)
    grouped = {number for one in form(library) for number in one.members}
    for match in library.matches:
        if {match.a, match.b} & grouped:
            continue
        worse = max((match.a, match.b), key=library.best_of)  # type: ignore[arg-type]
        info = library.pictures[worse].info
        has_pages = info.frames > 1 and info.format != "JPEG"
        apart = digests_of(library.pictures, (match.a, match.b)) in library.apart
        assert apart or library.is_reference(worse) or has_pages


@given(data=st.data())
def test_what_is_near_is_not_in_the_group(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    for one in form(data.draw(libraries)):
        for match in one.near:
            inside = {match.a, match.b} & set(one.members)
            assert len(inside) == 1
            assert match.partner(inside.pop()) not in one.members


@given(data=st.data())
def test_edges_are_confirmed_matches_between_members(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    library = data.draw(libraries)
    for one in form(library):
        for match in one.edges:
            assert {match.a, match.b} <= set(one.members)
            assert library.verdict(match.a, match.b) is match.verdict


@given(data=st.data())
def test_a_lower_number_always_comes_first_in_a_match(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    for one in form(data.draw(libraries)):
        assert all(match.a < match.b for match in (*one.duplicates, *one.edges, *one.near))


@given(data=st.data())
def test_the_reason_is_told_of_the_keeper_and_a_duplicate(
    data: Libraries, libraries: st.SearchStrategy[Library]
) -> None:
    for one in form(data.draw(libraries)):
        kept, other = map(int, one.kept.split(" over "))
        assert kept == one.keeper
        assert other in one.members[1:]
