"""Matches → groups: stars around a keeper, never chains."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import pytest

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


def make_picture(
    number: int,
    content: int | None = None,
    *,
    size: int = 1000,
    links: int = 1,
    reference: bool = False,
    width: int = 400,
    format_: str = "JPEG",
) -> Picture:
    """A picture by its number; `content` says whose bytes it has."""
    return Picture(
        file=FileEntry(
            f"/{number:03}.jpg", size, 0, device=1, inode=number, links=links, reference=reference
        ),
        digest=bytes([(number if content is None else content) % 256]) * 32,
        phash=0,
        contrast=50.0,
        low_detail=False,
        greyscale=False,
        info=PictureInfo(format_, width, 300),
        slot=number,
    )


def make_match(a: int, b: int, difference: float = 1.0) -> Match:
    evidence = Evidence(
        distance=2, histogram_rms=0.001, difference=difference, relative_difference=0.02
    )
    return Match(a, b, Verdict.SIMILAR, evidence)


def tell(keeper: Picture, other: Picture, verdict: Verdict, evidence: Evidence) -> str:
    return f"{other.file.path} to {keeper.file.path}: {verdict.value}"


def form(pictures: list[Picture], matches: Iterable[Match] = ()) -> list[DuplicateGroup]:
    return group(pictures, matches, tell)


def members_of(groups: list[DuplicateGroup]) -> list[tuple[int, ...]]:
    return [one.members for one in groups]


def outside_of(one: DuplicateGroup) -> list[int]:
    return [match.b if match.a in one.members else match.a for match in one.near]


def test_no_pictures_form_no_groups() -> None:
    assert form([]) == []


def test_pictures_without_matches_form_no_groups() -> None:
    assert form([make_picture(0), make_picture(1)]) == []


def test_equal_bytes_form_a_group_without_a_match() -> None:
    (found,) = form([make_picture(0), make_picture(1), make_picture(2, content=0)])
    assert found.members == (0, 2)
    (match,) = found.duplicates
    assert match.verdict is Verdict.FILE
    assert match.evidence.difference == 0.0


def test_two_that_match_form_a_group() -> None:
    (found,) = form([make_picture(0), make_picture(1)], [make_match(0, 1)])
    assert found.members == (0, 1)
    assert found.duplicates[0].verdict is Verdict.SIMILAR


def test_copies_of_a_match_join_its_group() -> None:
    """Matches name only the first picture of a content; its copies share them."""
    pictures = [make_picture(n, content=n % 2) for n in range(6)]
    (found,) = form(pictures, [make_match(0, 1)])
    assert found.members == (0, 1, 2, 3, 4, 5)
    verdicts = {match.b: match.verdict.value for match in found.duplicates}
    assert verdicts == {1: "similar", 2: "file", 3: "similar", 4: "file", 5: "similar"}


def test_a_chain_is_not_a_group() -> None:
    """A ~ b ~ c, and a is the best: c does not match it, and nobody may delete c for it."""
    pictures = [make_picture(0, width=900), make_picture(1), make_picture(2)]
    (found,) = form(pictures, [make_match(0, 1), make_match(1, 2)])
    assert found.members == (0, 1)
    assert outside_of(found) == [2]


def test_the_middle_of_a_chain_is_the_keeper_when_it_is_the_best() -> None:
    pictures = [make_picture(0), make_picture(1, width=900), make_picture(2)]
    (found,) = form(pictures, [make_match(0, 1), make_match(1, 2)])
    assert found.members == (1, 0, 2)


def test_a_picture_joins_the_best_keeper_and_is_near_the_other_group() -> None:
    pictures = [make_picture(0, width=900), make_picture(1), make_picture(2), make_picture(3)]
    matches = [make_match(0, 1), make_match(1, 2), make_match(2, 3)]
    first, second = form(pictures, matches)
    assert (first.members, outside_of(first)) == ((0, 1), [2])
    assert (second.members, outside_of(second)) == ((2, 3), [1])


def test_the_closest_member_is_named_for_a_near_picture() -> None:
    pictures = [make_picture(0, width=900)] + [make_picture(n) for n in (1, 2, 3)]
    matches = [make_match(0, 1), make_match(0, 2), make_match(1, 3, 9.0), make_match(2, 3, 4.0)]
    (found,) = form(pictures, matches)
    assert [(match.a, match.b) for match in found.near] == [(2, 3)]


@pytest.mark.parametrize(
    "better",
    [
        {"reference": True, "width": 10, "size": 10},
        {"format_": "RAW", "width": 10, "size": 10},
        {"width": 401, "size": 10},
        {"size": 1001},
    ],
    ids=["reference", "raw", "pixels", "bytes"],
)
def test_the_better_picture_is_kept(better: dict[str, Any]) -> None:
    (found,) = form([make_picture(0), make_picture(1, **better)], [make_match(0, 1)])
    assert found.keeper == 1


def test_among_equals_the_first_path_is_kept() -> None:
    (found,) = form([make_picture(0), make_picture(1)], [make_match(0, 1)])
    assert found.keeper == 0


def test_a_reference_is_kept_before_a_raw_file() -> None:
    pictures = [make_picture(0, format_="RAW"), make_picture(1, reference=True)]
    (found,) = form(pictures, [make_match(0, 1)])
    assert found.keeper == 1


def test_two_references_are_no_duplicates_of_one_another() -> None:
    same = [make_picture(n, content=0, reference=True) for n in (0, 1)]
    assert form(same) == []
    alike = [make_picture(n, reference=True) for n in (0, 1)]
    assert form(alike, [make_match(0, 1)]) == []


def test_a_copy_of_two_references_is_the_only_duplicate() -> None:
    pictures = [make_picture(n, content=0, reference=n > 0) for n in range(3)]
    (found,) = form(pictures)
    assert found.members == (1, 0)


def test_a_copy_of_a_reference_goes_to_its_own_reference() -> None:
    """0 and 1 are references; 2 has the bytes of 1, which is like 0."""
    pictures = [
        make_picture(0, reference=True, width=900),
        make_picture(1, reference=True),
        make_picture(2, content=1),
    ]
    found = form(pictures, [make_match(0, 1)])
    assert members_of(found) == [(1, 2)]


def test_matches_in_any_order_form_the_same_groups() -> None:
    pictures = [make_picture(n, width=400 + n % 3) for n in range(5)]
    matches = [make_match(0, 1), make_match(1, 2), make_match(2, 3), make_match(1, 4)]
    expected = form(pictures, matches)
    assert all(expected == form(pictures, order) for order in permutations(matches))


def test_duplicates_stand_in_the_order_of_their_paths() -> None:
    pictures = [make_picture(n, content=n // 4 * 4) for n in range(8)]
    (found,) = form([*pictures, make_picture(8, width=900)], [make_match(4, 8), make_match(0, 8)])
    assert found.members == (8, 0, 1, 2, 3, 4, 5, 6, 7)


def test_the_group_that_frees_most_comes_first() -> None:
    sizes = {0: 10, 1: 10, 2: 500, 3: 400, 4: 70, 5: 60}
    pictures = [make_picture(n, size=size) for n, size in sizes.items()]
    groups = form(pictures, [make_match(0, 1), make_match(2, 3), make_match(4, 5)])
    assert members_of(groups) == [(2, 3), (4, 5), (0, 1)]


def test_a_duplicate_with_a_name_elsewhere_frees_nothing() -> None:
    """The same file has a hard link outside of the roots, so that its bytes stay."""
    pictures = [make_picture(n, size=1000 - n, links=2 if n < 2 else 1) for n in range(4)]
    groups = form(pictures, [make_match(0, 1), make_match(2, 3)])
    assert members_of(groups) == [(2, 3), (0, 1)]


def test_every_confirmed_match_between_members_is_an_edge() -> None:
    pictures = [make_picture(0, width=900), make_picture(1), make_picture(2)]
    matches = [make_match(0, 1), make_match(0, 2), make_match(1, 2)]
    (found,) = form(pictures, matches)
    assert [(match.a, match.b) for match in found.edges] == [(0, 1), (0, 2), (1, 2)]


def test_the_words_say_what_the_duplicate_is_to_the_keeper() -> None:
    (found,) = form([make_picture(0), make_picture(1, width=900)], [make_match(0, 1)])
    assert found.duplicates[0].explanation == "/000.jpg to /001.jpg: similar"


def test_one_match_has_the_same_words_wherever_it_stands() -> None:
    """An edge at the keeper is the duplicate's match, not the same thing said backwards."""
    (found,) = form([make_picture(0), make_picture(1, width=900)], [make_match(0, 1)])
    assert found.duplicates == found.edges


def test_contents_go_by_their_first_picture() -> None:
    pictures = [make_picture(n, content=n % 2) for n in range(5)]
    assert contents(pictures) == {0: [0, 2, 4], 1: [1, 3]}


def test_a_thousand_copies_are_one_content() -> None:
    """No pair of them is made: the group has a match for each copy and no edge at all."""
    (found,) = form([make_picture(n, content=0) for n in range(1000)])
    assert len(found.duplicates) == 999
    assert found.edges == ()
