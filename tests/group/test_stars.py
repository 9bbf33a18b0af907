"""Matches → groups: stars around a keeper, never chains; the strong matches come first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Any

import pytest

from dupscan.group.stars import copies_by_first, group, group_by_strong_matches
from dupscan.model.changes import Change, Changes
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.views import CLOCKWISE, View

MakePicture = Callable[..., Picture]
PIXELS, PICTURE, SIMILAR = Verdict.PIXELS, Verdict.PICTURE, Verdict.SIMILAR


@pytest.fixture
def make(picture_of: MakePicture) -> MakePicture:
    """Make a picture by its number; `content` says whose bytes it has."""

    def picture(number: int, content: int | None = None, **changed: Any) -> Picture:
        digest = bytes([(number if content is None else content) % 256]) * 32
        return picture_of(number, **{"digest": digest, **changed})

    return picture


def make_match(
    a: int, b: int, verdict: Verdict = PICTURE, *, fine: float = 0.5, view: View | None = None
) -> Match:
    evidence = Evidence(
        distance=2,
        histogram_rms=0.001,
        difference=1.0,
        fine=fine,
        agreement=None,
        view=view or View("plain"),
    )
    return Match(a, b, verdict, evidence)


def no_changes(*_: object) -> Changes:
    return ()


def rank_of(pictures: list[Picture]) -> Callable[[int], tuple[object, ...]]:
    """References first, then the widest, then by number."""

    def rank(number: int) -> tuple[object, ...]:
        picture = pictures[number]
        return not picture.file.reference, -picture.info.width, number

    return rank


def form(
    pictures: list[Picture], matches: Iterable[Match] = (), *apart: tuple[int, int]
) -> list[DuplicateGroup]:
    """Group pictures, of which the numbers of some pairs were told apart."""
    digests = [sorted((pictures[a].digest, pictures[b].digest)) for a, b in apart]
    return group(
        pictures,
        matches,
        keeper_rank=rank_of(pictures),
        why_kept=lambda kept, other: f"{kept} is better than {other}",
        find_changes=no_changes,
        not_duplicates=frozenset((low, high) for low, high in digests),
    )


def members_of(groups: list[DuplicateGroup]) -> list[tuple[int, ...]]:
    return sorted(one.members for one in groups)


def outside_of(one: DuplicateGroup) -> list[int]:
    return [number for number, _, _ in one.neighbours()]


# -- what forms a group ----------------------------------------------------------------------------


def test_no_pictures_form_no_groups() -> None:
    assert form([]) == []


def test_pictures_without_matches_form_no_groups(make: MakePicture) -> None:
    assert form([make(0), make(1)]) == []


def test_equal_bytes_form_a_group_without_a_match(make: MakePicture) -> None:
    (found,) = form([make(0), make(1), make(2, content=0)])
    (match,) = found.duplicates
    assert found.members == (0, 2)
    assert (match.verdict, match.evidence.difference) == (Verdict.FILE, 0.0)


@pytest.mark.parametrize("verdict", [PIXELS, PICTURE, SIMILAR])
def test_two_that_match_form_a_group(make: MakePicture, verdict: Verdict) -> None:
    (found,) = form([make(0), make(1)], [make_match(0, 1, verdict)])
    assert found.members == (0, 1)
    assert found.duplicates[0].verdict is verdict


def test_copies_of_a_match_join_its_group(make: MakePicture) -> None:
    """Matches name only the first picture of a content; its copies share them."""
    pictures = [make(n, content=n % 2) for n in range(6)]
    (found,) = form(pictures, [make_match(0, 1)])
    verdicts = {match.b: match.verdict.value for match in found.duplicates}
    assert found.members == (0, 1, 2, 3, 4, 5)
    assert verdicts == {1: "picture", 2: "file", 3: "picture", 4: "file", 5: "picture"}


def test_a_thousand_copies_are_one_content(make: MakePicture) -> None:
    """No pair of them is made: the group has a match for each copy and no edge at all."""
    (found,) = form([make(n, content=0) for n in range(1000)])
    assert (len(found.duplicates), found.edges) == (999, ())


def test_contents_go_by_their_first_picture(make: MakePicture) -> None:
    assert copies_by_first([make(n, content=n % 2) for n in range(5)]) == {0: [0, 2, 4], 1: [1, 3]}


def test_matches_in_any_order_form_the_same_groups(make: MakePicture) -> None:
    pictures = [make(n, width=400 + n % 3) for n in range(5)]
    matches = [
        make_match(0, 1),
        make_match(1, 2, SIMILAR),
        make_match(2, 3),
        make_match(1, 4, PIXELS),
    ]
    expected = form(pictures, matches)
    assert all(expected == form(pictures, order) for order in permutations(matches))


# -- chains ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [PICTURE, SIMILAR])
def test_a_chain_is_not_a_group(make: MakePicture, verdict: Verdict) -> None:
    """A ~ b ~ c, and a is the best: c does not match it, and nobody may delete c for it."""
    pictures = [make(0, width=900), make(1), make(2)]
    (found,) = form(pictures, [make_match(0, 1, verdict), make_match(1, 2, verdict)])
    assert (found.members, outside_of(found)) == ((0, 1), [2])


def test_the_middle_of_a_chain_is_the_keeper_when_it_is_the_best(make: MakePicture) -> None:
    pictures = [make(0), make(1, width=900), make(2)]
    (found,) = form(pictures, [make_match(0, 1), make_match(1, 2)])
    assert found.members == (1, 0, 2)


def test_a_picture_goes_to_the_best_keeper_and_is_near_the_other_group(make: MakePicture) -> None:
    pictures = [make(0, width=900), make(1), make(2), make(3)]
    matches = [make_match(0, 1), make_match(1, 2), make_match(2, 3)]
    first, second = form(pictures, matches)
    assert (first.members, outside_of(first)) == ((0, 1), [2])
    assert (second.members, outside_of(second)) == ((2, 3), [1])


def test_the_closest_member_is_named_for_a_near_picture(make: MakePicture) -> None:
    pictures = [make(0, width=900), *(make(n) for n in (1, 2, 3))]
    matches = [make_match(0, 1), make_match(0, 2)]
    (found,) = form(pictures, [*matches, make_match(1, 3, fine=0.9), make_match(2, 3, fine=0.4)])
    assert [(match.a, match.b) for match in found.near] == [(2, 3)]


def test_a_stronger_match_is_closer_than_a_finer_one(make: MakePicture) -> None:
    pictures = [make(0, width=900), *(make(n) for n in (1, 2, 3))]
    matches = [make_match(0, 1), make_match(0, 2)]
    alike, same = make_match(1, 3, SIMILAR, fine=0.1), make_match(2, 3, PICTURE, fine=0.9)
    (found,) = form(pictures, [*matches, alike, same])
    assert [(match.a, match.b) for match in found.near] == [(2, 3)]


# -- strong before weak ----------------------------------------------------------------------------


def test_a_weak_match_never_costs_a_strong_one(make: MakePicture) -> None:
    """1 is similar to the best of all, but the same picture as 2: it goes to 2."""
    pictures = [make(0, width=900), make(1), make(2, width=800)]
    matches = [make_match(0, 1, SIMILAR), make_match(1, 2, PICTURE)]
    (found,) = form(pictures, matches)
    assert (found.members, outside_of(found)) == ((2, 1), [0])


def test_what_is_similar_joins_the_best_keeper_that_it_matches(make: MakePicture) -> None:
    """4 is similar to the keepers 2 and 0, and to nobody else's duplicate."""
    pictures = [make(0, width=900), make(1), make(2, width=800), make(3), make(4, width=300)]
    same = [make_match(0, 1), make_match(2, 3)]
    both = [make_match(2, 4, SIMILAR), make_match(0, 4, SIMILAR)]
    assert members_of(form(pictures, [*same, *both])) == [(0, 1, 4), (2, 3)]
    assert members_of(form(pictures, [*same, both[0]])) == [(0, 1), (2, 3, 4)]


def test_what_is_similar_to_a_duplicate_only_is_near(make: MakePicture) -> None:
    pictures = [make(0, width=900), make(1), make(2)]
    (found,) = form(pictures, [make_match(0, 1), make_match(1, 2, SIMILAR)])
    assert (found.members, outside_of(found)) == ((0, 1), [2])


def test_an_edit_joins_its_original_though_it_is_larger(make: MakePicture) -> None:
    """A framed version has more pixels; the group that the original has is the one it is of."""
    pictures = [make(0), make(1, width=300), make(2, width=900)]
    matches = [make_match(0, 1, PICTURE), make_match(0, 2, SIMILAR)]
    assert members_of(form(pictures, matches)) == [(0, 1, 2)]


def test_two_that_are_similar_and_alone_are_a_group_around_the_better(make: MakePicture) -> None:
    (found,) = form([make(0), make(1, width=900)], [make_match(0, 1, SIMILAR)])
    assert found.members == (1, 0)


def test_nobody_better_goes_in_favour_of_a_lesser_one_by_a_strong_match(make: MakePicture) -> None:
    """0 has pages and may not go for the better 1; nor may 1 go for it once it has a group."""
    pictures = [make(0, frames=2, format="TIFF"), make(1, width=900), make(2)]
    (found,) = form(pictures, [make_match(0, 1), make_match(0, 2)])
    assert (found.members, outside_of(found)) == ((0, 2), [1])


def test_the_strong_stars_are_those_of_the_groups(make: MakePicture) -> None:
    pictures = [make(0, width=900), make(1), make(2), make(3), make(4, content=3)]
    matches = [make_match(0, 1), make_match(0, 2, SIMILAR), make_match(0, 3, SIMILAR)]
    assert group_by_strong_matches(pictures, matches, rank_of(pictures)) == {0: [1], 3: []}
    assert members_of(form(pictures, matches)) == [(0, 1, 2), (3, 4)]


def test_strong_stars_keep_apart_what_was_told_apart(make: MakePicture) -> None:
    pictures = [make(0), make(1), make(2)]
    matches = [make_match(0, 2), make_match(0, 1)]
    apart = frozenset({(pictures[1].digest, pictures[2].digest)})
    assert group_by_strong_matches(pictures, matches, rank_of(pictures), apart) == {0: [1]}


# -- told apart ------------------------------------------------------------------------------------


def test_two_told_apart_are_no_group_though_they_match(make: MakePicture) -> None:
    assert form([make(0), make(1)], [make_match(0, 1)], (0, 1)) == []


@pytest.mark.parametrize("verdict", [PICTURE, SIMILAR])
def test_two_told_apart_never_stand_together_through_a_third(
    make: MakePicture, verdict: Verdict
) -> None:
    pictures = [make(0, width=900), make(1), make(2)]
    matches = [make_match(0, 1, PICTURE), make_match(0, 2, verdict)]
    (found,) = form(pictures, matches, (1, 2))
    assert (found.members, outside_of(found)) == ((0, 1), [2])


def test_of_two_told_apart_the_one_with_the_stronger_match_stays(make: MakePicture) -> None:
    pictures = [make(0, width=900), make(1), make(2)]
    for weaker, stronger in ((SIMILAR, PICTURE), (PICTURE, PIXELS), (SIMILAR, PIXELS)):
        (found,) = form(pictures, [make_match(0, 1, weaker), make_match(0, 2, stronger)], (1, 2))
        assert (found.members, outside_of(found)) == ((0, 2), [1])


def test_copies_are_told_apart_with_their_content(make: MakePicture) -> None:
    pictures = [make(0), make(1), make(2, content=0), make(3, content=1)]
    assert members_of(form(pictures, [make_match(0, 1)], (2, 3))) == [(0, 2), (1, 3)]


def test_who_was_told_apart_from_one_may_stand_with_another(make: MakePicture) -> None:
    pictures = [make(0, width=900), make(1), make(2), make(3)]
    matches = [make_match(0, 1), make_match(0, 2), make_match(2, 3)]
    assert members_of(form(pictures, matches, (1, 2))) == [(0, 1), (2, 3)]


# -- who is kept -----------------------------------------------------------------------------------


def test_the_best_is_kept_and_the_reason_is_told_against_the_next_best(make: MakePicture) -> None:
    pictures = [make(0), make(1, width=900), make(2, width=500)]
    (found,) = form(pictures, [make_match(0, 1), make_match(1, 2)])
    assert (found.keeper, found.kept) == (1, "1 is better than 2")


def test_the_best_of_some_copies_stands_for_them(make: MakePicture) -> None:
    """The copy in a reference folder is kept, not the first one by its number."""
    pictures = [make(0, width=900), make(1), make(2, content=1, reference=True)]
    (found,) = form(pictures, [make_match(0, 1)])
    assert found.members == (2, 0, 1)


def test_two_references_are_no_duplicates_of_one_another(make: MakePicture) -> None:
    same = [make(n, content=0, reference=True) for n in (0, 1)]
    alike = [make(n, reference=True) for n in (0, 1)]
    assert form(same) == []
    for verdict in (PIXELS, PICTURE, SIMILAR):
        assert form(alike, [make_match(0, 1, verdict)]) == []


def test_a_copy_of_two_references_is_the_only_duplicate(make: MakePicture) -> None:
    (found,) = form([make(n, content=0, reference=n > 0) for n in range(3)])
    assert found.members == (1, 0)


def test_a_copy_of_a_reference_goes_to_its_own_reference(make: MakePicture) -> None:
    """0 and 1 are references; 2 has the bytes of 1, which is like 0."""
    pictures = [
        make(0, reference=True, width=900),
        make(1, reference=True),
        make(2, content=1),
    ]
    assert members_of(form(pictures, [make_match(0, 1)])) == [(1, 2)]


# -- further pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [PICTURE, SIMILAR])
def test_what_has_further_pages_is_no_duplicate_of_what_is_like_the_first(
    make: MakePicture, verdict: Verdict
) -> None:
    pictures = [make(0, width=900), make(1, frames=3, format="TIFF"), make(2)]
    (found,) = form(pictures, [make_match(0, 1, verdict), make_match(0, 2)])
    assert (found.members, outside_of(found)) == ((0, 2), [1])


def test_what_has_further_pages_may_go_when_all_of_them_are_the_same_pixels(
    make: MakePicture,
) -> None:
    pictures = [make(n, frames=3, format="TIFF") for n in (0, 1)]
    assert members_of(form(pictures, [make_match(0, 1, PIXELS)])) == [(0, 1)]


def test_a_copy_of_what_has_further_pages_may_go(make: MakePicture) -> None:
    assert members_of(form([make(n, 0, frames=3, format="GIF") for n in (0, 1)])) == [(0, 1)]


def test_what_has_further_pages_may_be_kept(make: MakePicture) -> None:
    pictures = [make(0, width=900, frames=3, format="TIFF"), make(1)]
    assert members_of(form(pictures, [make_match(0, 1)])) == [(0, 1)]


def test_what_telephones_put_behind_a_jpeg_are_no_pages(make: MakePicture) -> None:
    pictures = [make(0, width=900), make(1, frames=2, format="JPEG")]
    assert members_of(form(pictures, [make_match(0, 1)])) == [(0, 1)]


# -- order and words -------------------------------------------------------------------------------


def test_duplicates_stand_in_the_order_of_their_paths(make: MakePicture) -> None:
    pictures = [make(n, content=n // 4 * 4) for n in range(8)]
    (found,) = form([*pictures, make(8, width=900)], [make_match(4, 8), make_match(0, 8)])
    assert found.members == (8, 0, 1, 2, 3, 4, 5, 6, 7)


def test_the_group_that_frees_most_comes_first(make: MakePicture) -> None:
    sizes = {0: 10, 1: 10, 2: 500, 3: 400, 4: 70, 5: 60}
    pictures = [make(n, size=size) for n, size in sizes.items()]
    groups = form(pictures, [make_match(0, 1), make_match(2, 3), make_match(4, 5)])
    assert [one.members for one in groups] == [(2, 3), (4, 5), (0, 1)]


def test_a_duplicate_with_a_name_elsewhere_frees_nothing(make: MakePicture) -> None:
    """The same file has a hard link outside of the roots, so that its bytes stay."""
    pictures = [make(n, size=1000 - n, links=2 if n < 2 else 1) for n in range(4)]
    groups = form(pictures, [make_match(0, 1), make_match(2, 3)])
    assert [one.members for one in groups] == [(2, 3), (0, 1)]


def test_every_confirmed_match_between_members_is_an_edge(make: MakePicture) -> None:
    matches = [make_match(0, 1), make_match(0, 2), make_match(1, 2, SIMILAR)]
    (found,) = form([make(0, width=900), make(1), make(2)], matches)
    assert [(match.a, match.b) for match in found.edges] == [(0, 1), (0, 2), (1, 2)]


def test_the_changes_say_what_the_duplicate_is_to_the_keeper(make: MakePicture) -> None:
    """And the evidence they are made of is seen from the keeper, whichever has the lower number."""
    turned = make_match(0, 1, view=View("rotated 90° clockwise", CLOCKWISE))
    seen: list[View] = []

    def listen(keeper: Picture, other: Picture, _: Verdict, evidence: Evidence) -> Changes:
        seen.append(evidence.view)
        return (Change.DOUBLE_SIZE if other.info.width > keeper.info.width else Change.HALF_SIZE,)

    for width, keeper in ((300, 0), (900, 1)):
        pictures = [make(0), make(1, width=width)]
        (found,) = group(
            pictures,
            [turned],
            keeper_rank=rank_of(pictures),
            why_kept=lambda *_: "",
            find_changes=listen,
        )
        (match,) = found.duplicates
        assert found.keeper == keeper
        assert match.changes_seen_from(keeper) == (Change.HALF_SIZE,)
        assert match.changes_seen_from(1 - keeper) == (Change.DOUBLE_SIZE,)
        assert match.evidence.view == turned.evidence.view
    assert {turned.evidence.view, turned.evidence.view.inverse()} == set(seen)


def test_one_match_has_the_same_words_wherever_it_stands(make: MakePicture) -> None:
    """An edge at the keeper is the duplicate's match, not the same thing said backwards."""
    (found,) = form([make(0), make(1, width=900)], [make_match(0, 1)])
    assert found.duplicates == found.edges


# -- RAW files -------------------------------------------------------------------------------------


def test_a_raw_file_that_is_merely_similar_leads_the_group(make: MakePicture) -> None:
    """The finished picture has copies, and more pixels than what was decoded of the RAW file."""
    pictures = [make(0), make(1, content=0), make(2, format="RAW", width=100)]
    (found,) = form(pictures, [make_match(0, 2, SIMILAR)])
    assert found.members == (2, 0, 1)
    assert {one.verdict for one in found.duplicates} == {SIMILAR}


def test_a_raw_file_leads_only_what_it_matches_in_every_member(make: MakePicture) -> None:
    pictures = [make(0), make(1), make(2, format="RAW", width=100)]
    one = [make_match(0, 1), make_match(0, 2, SIMILAR)]
    (found,) = form(pictures, one)
    assert (found.members, outside_of(found)) == ((0, 1), [2])
    (found,) = form(pictures, [*one, make_match(1, 2, SIMILAR)])
    assert (found.members, outside_of(found)) == ((2, 0, 1), [])


def test_a_raw_file_is_no_duplicate_of_a_reference(make: MakePicture) -> None:
    pictures = [make(0, reference=True), make(1, format="RAW", width=100)]
    assert form(pictures, [make_match(0, 1, SIMILAR)]) == []


def test_a_raw_file_may_be_the_duplicate_of_another_one(make: MakePicture) -> None:
    pictures = [make(0, format="RAW"), make(1, format="RAW", width=100)]
    (found,) = form(pictures, [make_match(0, 1, SIMILAR)])
    assert found.members == (0, 1)


def test_versions_come_best_first_and_each_has_its_reason(make: MakePicture) -> None:
    pictures = [make(0), make(1, width=100), make(2, width=300), make(3, width=900)]
    matches = [make_match(0, 1), make_match(0, 2), make_match(0, 3, SIMILAR)]
    (found,) = [one for one in form(pictures, matches) if 0 in one.members]
    assert found.members == (0, 2, 1, 3)
    assert found.kept == "0 is better than 2"
    assert found.kept_over[1] == "0 is better than 1"
