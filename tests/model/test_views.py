"""Views: which part of which turned picture, there and back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dupscan.model.views import (
    ANTICLOCKWISE,
    CLOCKWISE,
    CUT,
    FIXED,
    HALF_TURN,
    MIRRORED,
    ORIENTATIONS,
    PARTS,
    PLAIN,
    TRANSPOSED,
    TRANSVERSE,
    TURNED,
    UPSIDE_DOWN,
    WHOLE,
    Box,
    View,
    trimmed,
)

TURN = {
    MIRRORED: Image.Transpose.FLIP_LEFT_RIGHT,
    UPSIDE_DOWN: Image.Transpose.FLIP_TOP_BOTTOM,
    HALF_TURN: Image.Transpose.ROTATE_180,
    TRANSPOSED: Image.Transpose.TRANSPOSE,
    CLOCKWISE: Image.Transpose.ROTATE_270,
    ANTICLOCKWISE: Image.Transpose.ROTATE_90,
    TRANSVERSE: Image.Transpose.TRANSVERSE,
}
"""What Pillow calls each orientation; its angles are anticlockwise."""
EVERY = range(len(ORIENTATIONS))
PICTURE = Image.fromarray(np.arange(80, dtype=np.uint8).reshape(8, 10))
"""Ten pixels wide and eight high, each another one."""


def turn(picture: Image.Image, orientation: int) -> Image.Image:
    return picture.transpose(TURN[orientation]) if orientation else picture


def cut(picture: Image.Image, box: Box) -> Image.Image:
    """The pixels in a box whose edges lie between pixels."""
    across, down = picture.size
    edges = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    return picture.crop(tuple(round(edge) for edge in edges))


def see(picture: Image.Image, view: View) -> Image.Image:
    """What a view shows, made by Pillow: first turned, then cut."""
    return cut(turn(picture, view.orientation), view.box)


def test_the_plain_view_shows_all_there_is() -> None:
    assert View("plain").is_whole
    assert View("plain").source == WHOLE
    assert View("plain") == View("plain").inverse()


@pytest.mark.parametrize("orientation", EVERY)
def test_a_turned_whole_comes_from_the_whole(orientation: int) -> None:
    assert View("turned", orientation).source == WHOLE
    assert View("turned", orientation).is_whole


@pytest.mark.parametrize("orientation", EVERY)
def test_the_inverse_turns_real_pixels_back(orientation: int) -> None:
    view = View("turned", orientation)
    again = see(see(PICTURE, view), view.inverse())
    assert PICTURE.tobytes() == again.tobytes()


@pytest.mark.parametrize("orientation", EVERY)
def test_the_source_is_where_the_pixels_of_a_view_come_from(orientation: int) -> None:
    """An upper left corner that was turned first, cut from the picture before it is turned."""
    view = View("corner", orientation, (0.0, 0.0, 0.5, 0.5))
    before = turn(cut(PICTURE, view.source), orientation)
    assert see(PICTURE, view).tobytes() == before.tobytes()


@pytest.mark.parametrize("orientation", EVERY)
def test_a_part_of_a_view_is_found_in_the_picture(orientation: int) -> None:
    """The right half of the lower half of the turned picture."""
    view = View("lower half", orientation, (0.0, 0.5, 1.0, 1.0))
    part = (0.5, 0.0, 1.0, 1.0)
    expected = cut(see(PICTURE, view), part)
    found = turn(cut(PICTURE, view.seen_at(part)), orientation)
    assert expected.tobytes() == found.tobytes()


@pytest.mark.parametrize("orientation", EVERY)
def test_the_inverse_of_the_inverse_is_the_view(orientation: int) -> None:
    view = View("some", orientation, (0.125, 0.25, 0.625, 0.75))
    assert view == view.inverse().inverse()


def test_the_inverse_is_named_for_what_it_does() -> None:
    """What was turned clockwise is turned back anticlockwise."""
    for view in TURNED:
        assert ORIENTATIONS[view.inverse().orientation] == view.inverse().name


def test_the_inverse_of_a_cut_reaches_beyond_its_edges() -> None:
    """Seen from the left half, the picture is as much again to the right."""
    assert View("half", box=(0.0, 0.0, 0.5, 1.0)).inverse().box == (0.0, 0.0, 2.0, 1.0)


@pytest.mark.parametrize("orientation", EVERY)
def test_a_view_seen_from_itself_by_its_inverse_is_the_whole(orientation: int) -> None:
    view = View("some", orientation, (0.125, 0.25, 0.625, 0.75))
    assert pytest.approx(view.seen_at(view.inverse().source)) == WHOLE


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("mirrored", [TURN[MIRRORED]]),
        ("mirrored upside down", [TURN[UPSIDE_DOWN]]),
        ("rotated 180°", [Image.Transpose.ROTATE_180]),
        ("rotated 90° clockwise", [Image.Transpose.ROTATE_270]),
        ("rotated 90° anticlockwise", [Image.Transpose.ROTATE_90]),
        (
            "mirrored and rotated 90° anticlockwise",
            [Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_90],
        ),
        (
            "mirrored and rotated 90° clockwise",
            [Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_270],
        ),
    ],
)
def test_an_orientation_is_named_for_what_it_does_to_pixels(
    words: str, steps: list[Image.Transpose]
) -> None:
    expected = PICTURE
    for step in steps:
        expected = expected.transpose(step)
    (view,) = [one for one in TURNED if one.name == words]
    assert expected.tobytes() == see(PICTURE, view).tobytes()


def test_the_orientations_are_all_eight_and_all_different() -> None:
    shown = {turn(PICTURE, orientation).tobytes() for orientation in EVERY}
    assert len(ORIENTATIONS) == len(shown) == 8
    assert [*TURN] == [view.orientation for view in TURNED]
    assert PLAIN not in TURN


def test_no_fixed_view_is_there_twice() -> None:
    ways = [(view.orientation, view.box) for view in (View("plain"), *FIXED, *PARTS)]
    assert len(ways) == len(set(ways))


def test_a_cut_leaves_most_of_a_picture() -> None:
    for left, top, right, bottom in (view.box for view in CUT):
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert (right - left) * (bottom - top) > 0.45


@pytest.mark.parametrize("orientation", EVERY)
def test_what_is_inside_of_a_border_is_the_same_pixels_however_it_is_turned(
    orientation: int,
) -> None:
    inside = (0.2, 0.25, 0.9, 0.75)
    view = trimmed(inside)[orientation]
    assert orientation == view.orientation
    assert inside == pytest.approx(view.source)
    expected = turn(cut(PICTURE, inside), orientation)
    assert expected.tobytes() == see(PICTURE, view).tobytes()
