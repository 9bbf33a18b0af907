"""Evidence and verdicts: their order, and both sides of a match."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dupscan.model.matches import EXACT, Evidence, Match, Verdict
from dupscan.model.views import CLOCKWISE, MIRRORED, ORIENTATIONS, WHOLE, View

CUT = Evidence(
    distance=4,
    histogram_rms=0.002,
    difference=9.0,
    fine=2.5,
    agreement=0.97,
    view=View("cropped", box=(0.0, 0.0, 0.5, 1.0)),
    edited=(0.5, 0.25, 1.0, 0.75),
    gain=0.5,
    brightness=12.0,
    saturation=0.8,
)


def test_verdicts_stand_in_their_order_strongest_first() -> None:
    assert [one.value for one in Verdict] == ["file", "pixels", "picture", "similar"]
    assert [one.rank for one in Verdict] == [0, 1, 2, 3]


def test_a_verdict_is_at_least_itself_and_what_is_weaker() -> None:
    assert all(one.at_least(one) for one in Verdict)
    for stronger, weaker in pairwise(Verdict):
        assert stronger.at_least(weaker)
        assert not weaker.at_least(stronger)


def test_a_verdict_is_found_by_its_word() -> None:
    assert Verdict("picture") is Verdict.PICTURE


def test_what_is_alike_is_alike_from_both_sides() -> None:
    assert EXACT.reversed() == EXACT


def test_a_part_is_found_in_the_whole_and_the_whole_reaches_beyond_the_part() -> None:
    """``b`` is the left half of ``a``; so ``a`` goes on for another width to the right of it."""
    assert CUT.reversed().view.box == (0.0, 0.0, 2.0, 1.0)


def test_what_was_edited_is_where_it_is_in_the_other_picture() -> None:
    """The right half of the left half is the second quarter."""
    assert CUT.reversed().edited == (0.25, 0.25, 0.5, 0.75)


def test_brighter_one_way_is_darker_the_other() -> None:
    assert CUT.reversed().gain == 2.0
    assert CUT.reversed().brightness == -12.0
    assert CUT.reversed().saturation == 1.25


def test_the_measures_are_the_same_from_both_sides() -> None:
    for name in ("distance", "histogram_rms", "difference", "fine", "agreement"):
        assert getattr(CUT, name) == getattr(CUT.reversed(), name)


@pytest.mark.parametrize("orientation", range(len(ORIENTATIONS)))
def test_reversed_twice_it_is_the_same(orientation: int) -> None:
    turned = Evidence(
        2,
        0.0,
        1.0,
        0.5,
        1.0,
        View("some", orientation, (0.0, 0.25, 0.5, 1.0)),
        WHOLE,
        4.0,
        3.0,
        0.5,
    )
    assert turned == turned.reversed().reversed()


def test_a_flat_picture_has_a_tone_that_can_be_reversed() -> None:
    """Contrast and colours nought are nothing that one could divide by."""
    flat = Evidence(0, 0.0, 0.0, 0.0, None, View("plain"), gain=0.0, saturation=0.0)
    assert flat.reversed().gain > 0
    assert flat.reversed().saturation > 0


def test_a_match_is_seen_from_either_of_its_pictures() -> None:
    match = Match(3, 7, Verdict.SIMILAR, CUT)
    assert (match.partner(3), match.partner(7)) == (7, 3)
    assert match.seen_from(3) == CUT
    assert CUT.reversed() == match.seen_from(7)


def test_a_picture_turned_clockwise_is_its_partner_turned_back() -> None:
    turned = Evidence(0, 0.0, 1.0, 0.1, 1.0, View(ORIENTATIONS[CLOCKWISE], CLOCKWISE))
    back = turned.reversed().view
    assert ORIENTATIONS[back.orientation] == "rotated 90° anticlockwise"
    assert ORIENTATIONS[back.orientation] == back.name


def test_what_was_mirrored_is_mirrored_from_both_sides() -> None:
    mirrored = Evidence(0, 0.0, 1.0, 0.1, 1.0, View(ORIENTATIONS[MIRRORED], MIRRORED))
    assert mirrored.view == mirrored.reversed().view
