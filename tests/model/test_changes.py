"""Changes, seen from one picture and from the other, and in words."""

from __future__ import annotations

import pytest

from dupscan.model.changes import BY_ORIENTATION, Change, reversed_changes
from dupscan.model.explanation import explanation
from dupscan.model.pictures import PictureInfo
from dupscan.model.views import ORIENTATIONS, View

LARGE, SMALL = PictureInfo("JPEG", 4000, 3000), PictureInfo("PNG", 1200, 900)
AS_IT_IS = View("plain")


def test_no_changes_are_none_from_the_other_side_and_have_no_words() -> None:
    assert reversed_changes(()) == ()
    assert explanation((), LARGE, SMALL, AS_IT_IS, None) == ""


@pytest.mark.parametrize("change", Change, ids=lambda change: change.value)
def test_a_change_reversed_twice_is_itself(change: Change) -> None:
    assert reversed_changes(reversed_changes([change])) == (change,)


@pytest.mark.parametrize("change", Change, ids=lambda change: change.value)
def test_every_change_has_words_of_its_own(change: Change) -> None:
    words = explanation((change,), LARGE, SMALL, AS_IT_IS, None)
    others = {explanation((one,), LARGE, SMALL, AS_IT_IS, None) for one in {*Change} - {change}}
    assert words
    assert words not in others


@pytest.mark.parametrize(
    ("change", "other"),
    [
        (Change.HALF_SIZE, Change.DOUBLE_SIZE),
        (Change.QUARTER_SIZE, Change.QUADRUPLE_SIZE),
        (Change.HOLDS_LESS, Change.HOLDS_MORE),
        (Change.GREYSCALE, Change.IN_COLOUR),
        (Change.CROPPED, Change.MORE_AROUND),
        (Change.BORDER_ADDED, Change.BORDER_REMOVED),
        (Change.BRIGHTER, Change.DARKER),
        (Change.MORE_CONTRAST, Change.LESS_CONTRAST),
        (Change.MORE_COLOURFUL, Change.LESS_COLOURFUL),
        (Change.RE_ENCODED, Change.RE_ENCODED),
        (Change.OTHER_FORMAT, Change.OTHER_FORMAT),
    ],
)
def test_from_the_other_side_a_change_is_its_opposite(change: Change, other: Change) -> None:
    assert reversed_changes((change,)) == (other,)
    assert reversed_changes((other,)) == (change,)


@pytest.mark.parametrize("number", range(len(ORIENTATIONS)), ids=ORIENTATIONS.__getitem__)
def test_an_orientation_is_reversed_as_its_view_is(number: int) -> None:
    back = View(ORIENTATIONS[number], number).inverse().orientation
    there, opposite = BY_ORIENTATION[number], BY_ORIENTATION[back]
    assert reversed_changes([there] if there else []) == ((opposite,) if opposite else ())


@pytest.mark.parametrize("number", range(1, len(ORIENTATIONS)), ids=ORIENTATIONS.__getitem__)
def test_an_orientation_is_called_by_its_name(number: int) -> None:
    change = BY_ORIENTATION[number]
    assert change is not None
    assert explanation((change,), LARGE, SMALL, AS_IT_IS, None) == ORIENTATIONS[number]


def test_measures_are_seen_from_the_other_side_too() -> None:
    there = (Change.SCALED, Change.OTHER_FORMAT, Change.CROPPED)
    view = View("cropped", box=(0.1, 0.0, 0.9, 1.0))
    back = view.inverse()
    assert explanation(there, LARGE, SMALL, view, None) == (
        "about 34 % of the size, PNG instead of JPEG, cropped about 20 %"
    )
    assert explanation(reversed_changes(there), SMALL, LARGE, back, None) == (
        "about 298 % of the size, JPEG instead of PNG, about 25 % more around it"
    )
