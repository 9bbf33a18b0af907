"""What must hold for any view of any part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupscan.model.views import ORIENTATIONS, WHOLE, Box, View, trimmed

SIDES = st.tuples(st.integers(-40, 100), st.integers(5, 160)).map(
    lambda low_length: (low_length[0] / 100, (low_length[0] + low_length[1]) / 100)
)
"""From and to, as shares of a side; beyond it too, as what was cut off is."""
BOXES = st.builds(
    lambda across, down: (across[0], down[0], across[1], down[1]), across=SIDES, down=SIDES
)
ORIENTED = st.integers(0, len(ORIENTATIONS) - 1)
VIEWS = st.builds(View, st.just("some"), ORIENTED, BOXES)


def almost(box: Box) -> object:
    return pytest.approx(box, abs=1e-9)


@given(VIEWS)
def test_the_inverse_of_the_inverse_is_the_view(view: View) -> None:
    again = view.inverse().inverse()
    assert view.orientation == again.orientation
    assert view.box == almost(again.box)


@given(VIEWS)
def test_the_whole_of_a_view_is_its_source(view: View) -> None:
    assert view.source == view.seen_at(WHOLE)


@given(VIEWS)
def test_the_picture_seen_from_its_view_is_the_whole_again(view: View) -> None:
    """What the inverse shows of the view is where the picture lies in it."""
    assert almost(view.seen_at(view.inverse().source)) == WHOLE


@given(VIEWS, BOXES)
def test_a_part_goes_into_the_picture_and_comes_back(view: View, part: Box) -> None:
    assert part == almost(view.inverse().seen_at(view.seen_at(part)))


@given(VIEWS, BOXES, BOXES)
def test_a_part_of_a_part_is_where_it_was(view: View, part: Box, inner: Box) -> None:
    """Cut in two steps or in one."""
    first = View("part", box=part)
    assert view.seen_at(first.seen_at(inner)) == almost(
        View("both", view.orientation, View("part", box=view.box).seen_at(part)).seen_at(inner)
    )


@given(VIEWS)
def test_no_side_is_turned_inside_out(view: View) -> None:
    for left, top, right, bottom in (view.source, view.inverse().box):
        assert left < right
        assert top < bottom


@given(BOXES)
def test_trimmed_is_one_part_in_all_orientations(box: Box) -> None:
    assert list(range(len(ORIENTATIONS))) == [view.orientation for view in trimmed(box)]
    for view in trimmed(box):
        assert box == almost(view.source)
