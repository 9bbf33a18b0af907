"""What one picture is to another, as changes and in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dupscan.confirm import find_changes
from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.explanation import explanation
from dupscan.model.matches import EXACT, Evidence, Verdict
from dupscan.model.pictures import Hashes, Picture
from dupscan.model.views import (
    ANTICLOCKWISE,
    CLOCKWISE,
    HALF_TURN,
    MIRRORED,
    ORIENTATIONS,
    Box,
    View,
)

CLOSE = replace(EXACT, distance=2, histogram_rms=0.001, difference=1.5, fine=0.4)
LOWER_LEFT: Box = (0.03, 0.85, 0.38, 0.97)
FRAMED: Box = (-0.05, -0.08, 1.05, 1.08)
MakePicture = Callable[..., Picture]


@pytest.fixture
def make(picture_of: MakePicture, hashes_of: Callable[..., Hashes]) -> MakePicture:
    """Make a picture of 4000 × 3000, or of another size, format, border."""

    def picture(
        width: int = 4000, height: int = 3000, border: Box | None = None, **changed: Any
    ) -> Picture:
        hashes = hashes_of(0, border=border)
        return picture_of(width=width, height=height, hashes=hashes, **changed)

    return picture


def explain(keeper: Picture, other: Picture, verdict: Verdict, evidence: Evidence) -> str:
    """What is found between two pictures, in words."""
    changes = find_changes(keeper, other, verdict, evidence)
    return explanation(changes, keeper.info, other.info, evidence.view, evidence.edited)


def words(keeper: Picture, other: Picture, **seen: Any) -> str:
    """What is said of the same picture to a person."""
    return explain(keeper, other, Verdict.PICTURE, replace(CLOSE, **seen))


def words_of_edit(keeper: Picture, other: Picture, **seen: Any) -> str:
    """What is said of an edited one."""
    return explain(keeper, other, Verdict.SIMILAR, replace(CLOSE, **seen))


def cropped(*box: float, name: str = "cropped", orientation: int = 0) -> View:
    left, top, right, bottom = box
    return View(name, orientation, (left, top, right, bottom))


# -- the same bytes, the same pixels ---------------------------------------------------------------


def test_equal_bytes_are_called_so_and_nothing_else(make: MakePicture) -> None:
    assert explain(make(), make(), Verdict.FILE, CLOSE) == "the same bytes"


def test_equal_pixels_are_called_so_with_what_the_files_differ_in(make: MakePicture) -> None:
    def told(format_: str) -> str:
        return explain(make(), make(format=format_), Verdict.PIXELS, CLOSE)

    assert told("JPEG") == "the same pixels, other metadata or packing"
    assert told("PNG") == "the same pixels, PNG instead of JPEG"


# -- stored otherwise ------------------------------------------------------------------------------


def test_a_jpeg_of_the_same_size_was_re_encoded(make: MakePicture) -> None:
    assert words(make(), make()) == "re-encoded"


def test_what_it_holds_less_is_told_and_no_encoding_that_nothing_shows(make: MakePicture) -> None:
    """T06: the same first picture, byte for byte, without what stood behind it."""
    names = (("gain-map", "HDR gain map"), ("film", "film of 2.1 s"), ("metadata", "EXIF"))
    items = tuple(EmbeddedItem(EmbeddedKind(kind), name, "0" * 16) for kind, name in names)
    rich, poor = make(embedded=items), make()
    equal = {"difference": 0.0, "fine": 0.0}

    assert words(rich, poor, **equal) == "without its HDR gain map and film of 2.1 s"
    assert words(poor, rich, **equal) == "with HDR gain map and film of 2.1 s"
    assert words(rich, poor) == "re-encoded, without its HDR gain map and film of 2.1 s"
    assert words(rich, rich, **equal) == "re-encoded"


@pytest.mark.parametrize("format_", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_lossless_file_was_saved_again(make: MakePicture, format_: str) -> None:
    assert words(make(format=format_), make(format=format_)) == "saved again"


def test_another_format_is_named_with_the_keepers(make: MakePicture) -> None:
    assert words(make(), make(format="PNG")) == "PNG instead of JPEG"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2000, 1500), "half size"),
        ((8000, 6000), "double size"),
        ((1000, 750), "a quarter of the size"),
        ((1200, 900), "30 % of the size"),
        ((160, 120), "4 % of the size"),
    ],
)
def test_the_scale_is_named(make: MakePicture, size: tuple[int, int], expected: str) -> None:
    assert f"{expected}, re-encoded" == words(make(), make(*size))


def test_half_of_an_odd_size_is_half_size(make: MakePicture) -> None:
    assert words(make(4001, 2999), make(2000, 1500)) == "half size, re-encoded"
    assert words(make(4001, 2999), make(2001, 1499)) == "half size, re-encoded"


def test_a_small_preview_is_not_called_nothing(make: MakePicture) -> None:
    """48 of 10,000 pixels across are not 0 %."""
    assert words(make(10_000, 10_000), make(48, 48)) == "48 × 48 pixels, re-encoded"


def test_a_picture_a_few_pixels_smaller_is_not_called_as_large(make: MakePicture) -> None:
    assert words(make(), make(3984, 2988)) == "3984 × 2988 pixels, re-encoded"


@pytest.mark.parametrize(
    "orientation", [MIRRORED, HALF_TURN, CLOCKWISE, ANTICLOCKWISE], ids=ORIENTATIONS.__getitem__
)
def test_how_it_is_turned_is_told_and_makes_no_other_proportions(
    make: MakePicture, orientation: int
) -> None:
    size = (1500, 2000) if orientation in (CLOCKWISE, ANTICLOCKWISE) else (2000, 1500)
    expected = f"half size, re-encoded, {ORIENTATIONS[orientation]}"
    assert expected == words(make(), make(*size), view=View("turned", orientation))


def test_it_is_told_which_of_the_two_was_turned(make: MakePicture) -> None:
    """Seen from the other one, it was turned the other way."""
    turned = replace(CLOSE, view=View(ORIENTATIONS[CLOCKWISE], CLOCKWISE))
    one, other = make(), make(3000, 4000)
    there = explain(one, other, Verdict.PICTURE, turned)
    back = explain(other, one, Verdict.PICTURE, turned.reversed())
    assert there == "re-encoded, rotated 90° clockwise"
    assert back == "re-encoded, rotated 90° anticlockwise"


def test_lost_colour_is_told(make: MakePicture) -> None:
    grey = make(greyscale=True)
    assert words(make(), grey) == "re-encoded, greyscale"
    assert words(grey, make()) == "re-encoded, in colour"
    assert words(grey, grey) == "re-encoded"


# -- edited ----------------------------------------------------------------------------------------


def test_what_is_similar_is_never_told_as_merely_stored_otherwise(make: MakePicture) -> None:
    """Else a person would take it for a version that may go."""
    assert words_of_edit(make(), make()) == "re-encoded, with visible differences"
    grey = make(2000, 1500, greyscale=True)
    expected = "half size, re-encoded, greyscale, with visible differences"
    assert expected == words_of_edit(make(), grey)


def test_other_proportions_are_told_with_the_size(make: MakePicture) -> None:
    expected = "re-encoded, other proportions (4000 × 2500)"
    assert expected == words_of_edit(make(), make(4000, 2500))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"brightness": 25.0, "gain": 1.2, "saturation": 1.3}, "brighter, more contrast, more"),
        ({"brightness": -25.0, "gain": 0.8, "saturation": 0.7}, "darker, less contrast, less"),
    ],
)
def test_another_exposure_is_told(make: MakePicture, seen: dict[str, float], expected: str) -> None:
    assert f"re-encoded, {expected} colourful" == words_of_edit(make(), make(), **seen)


def test_stronger_colours_are_told_alone_too(make: MakePicture) -> None:
    stronger = words_of_edit(make(), make(), saturation=1.4)
    assert stronger == "re-encoded, more colourful"
    assert words_of_edit(make(), make(), saturation=0.7) == "re-encoded, less colourful"


def test_the_reverse_is_told_of_the_other(make: MakePicture) -> None:
    changed = replace(CLOSE, brightness=-25.0, gain=0.8, saturation=0.8).reversed()
    told = explain(make(), make(), Verdict.SIMILAR, changed)
    assert told == "re-encoded, brighter, more contrast, more colourful"


def test_what_encoding_does_to_the_tone_is_not_told(make: MakePicture) -> None:
    assert words(make(), make(), brightness=1.0, gain=1.02, saturation=1.08) == "re-encoded"


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (LOWER_LEFT, "lower left"),
        ((0.03, 0.85, 0.73, 0.97), "lower third"),
        ((0.03, 0.03, 0.97, 0.15), "upper third"),
        ((0.7, 0.03, 0.97, 0.27), "upper right"),
        ((0.4, 0.4, 0.6, 0.6), "middle"),
        ((0.03, 0.4, 0.2, 0.6), "middle left"),
        ((0.03, 0.03, 0.2, 0.97), "left third"),
    ],
)
def test_where_it_differs_is_told(make: MakePicture, box: Box, expected: str) -> None:
    assert f"re-encoded, differs in the {expected}" == words_of_edit(make(), make(), edited=box)


def test_a_caption_is_not_told_as_more_contrast(make: MakePicture) -> None:
    """White letters on a dark photograph make it brighter and stronger in the mean."""
    told = words_of_edit(make(), make(), edited=LOWER_LEFT, gain=1.4, brightness=9.0)
    assert told == "re-encoded, differs in the lower left"


def test_a_change_of_the_whole_is_told_beside_a_caption(make: MakePicture) -> None:
    told = words_of_edit(make(), make(), edited=LOWER_LEFT, brightness=30.0, saturation=0.6)
    assert told == "re-encoded, differs in the lower left, brighter, less colourful"


# -- cropped and framed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "size", "expected"),
    [
        ((0.05, 0.05, 0.95, 0.95), (3600, 2700), "cropped about 10 %"),
        ((0.0, 0.2, 1.0, 1.0), (4000, 2400), "cropped about 20 %"),
        ((0.015, 0.015, 0.985, 0.985), (3880, 2910), "cropped about 3 %"),
        ((-0.05, -0.05, 1.05, 1.05), (4400, 3300), "about 10 % more around it"),
        ((0.2, 0.0, 1.2, 1.0), (4000, 3000), "another part of it"),
    ],
)
def test_the_framing_is_told(
    make: MakePicture, box: Box, size: tuple[int, int], expected: str
) -> None:
    assert f"re-encoded, {expected}" == words_of_edit(make(), make(*size), view=cropped(*box))


def test_a_cropped_one_of_half_the_size_is_told_so(make: MakePicture) -> None:
    view = cropped(0.05, 0.05, 0.95, 0.95)
    half, third = make(1800, 1350), make(1200, 900)
    assert words_of_edit(make(), half, view=view) == "half size, re-encoded, cropped about 10 %"
    expected = "about 33 % of the size, re-encoded, cropped about 10 %"
    assert expected == words_of_edit(make(), third, view=view)


def test_a_cropped_one_that_was_turned_is_told_so(make: MakePicture) -> None:
    view = cropped(0.0, 0.0, 0.8, 1.0, orientation=CLOCKWISE)
    expected = "re-encoded, rotated 90° clockwise, cropped about 20 %"
    assert expected == words_of_edit(make(), make(2400, 4000), view=view)


def test_a_cropped_one_that_was_brightened_is_told_so(make: MakePicture) -> None:
    view = cropped(0.05, 0.05, 0.95, 0.95)
    expected = "re-encoded, cropped about 10 %, brighter"
    assert expected == words_of_edit(make(), make(3600, 2700), view=view, brightness=20.0)


def test_a_border_is_told_of_the_one_that_has_it(make: MakePicture) -> None:
    trimmed = replace(CLOSE, view=cropped(*FRAMED, name="trimmed"))
    plain, framed = make(), make(4400, 3480)
    there = explain(plain, framed, Verdict.SIMILAR, trimmed)
    back = explain(framed, plain, Verdict.SIMILAR, trimmed.reversed())
    assert (there, back) == ("re-encoded, with a border", "re-encoded, without its border")


def test_a_border_is_told_though_another_view_had_found_it(make: MakePicture) -> None:
    """Its hash may be near as it is; that more is around it would say that the keeper is cropped.

    The inside of a border is known in 64 steps, and not quite where the registration finds it.
    """
    view = cropped(*FRAMED)
    left, top, right, bottom = view.inverse().box
    plain, framed = make(), make(4400, 3480, border=(left + 0.01, top, right - 0.012, bottom))
    there = words_of_edit(plain, framed, view=view)
    back = words_of_edit(framed, plain, view=view.inverse())
    assert (there, back) == ("re-encoded, with a border", "re-encoded, without its border")


def test_a_border_around_a_turned_one_is_told(make: MakePicture) -> None:
    view = cropped(-0.05, -0.08, 1.05, 1.0, orientation=CLOCKWISE)
    framed = make(3300, 4320, border=view.inverse().source)
    expected = "re-encoded, rotated 90° clockwise, with a border"
    assert expected == words_of_edit(make(), framed, view=view)


def test_a_border_elsewhere_is_not_the_one_that_was_put_around(make: MakePicture) -> None:
    """A sky may look like one."""
    framed = make(4400, 3480, border=(0.0, 0.3, 1.0, 1.0))
    told = words_of_edit(make(), framed, view=cropped(*FRAMED))
    assert told == "re-encoded, about 16 % more around it"


def test_the_tone_of_a_border_is_not_that_of_the_picture(make: MakePicture) -> None:
    trimmed = cropped(*FRAMED, name="trimmed")
    told = words_of_edit(make(), make(4400, 3480), view=trimmed, brightness=14.0, gain=1.2)
    assert told == "re-encoded, with a border"


def test_everything_is_told_in_one_line(make: MakePicture) -> None:
    other = make(1350, 1800, format="PNG", greyscale=True)
    told = words_of_edit(
        make(),
        other,
        view=cropped(0.05, 0.05, 0.95, 0.95, orientation=ANTICLOCKWISE),
        edited=LOWER_LEFT,
        brightness=-30.0,
    )
    assert told == (
        "half size, PNG instead of JPEG, rotated 90° anticlockwise, greyscale, cropped about 10 %, "
        "differs in the lower left, darker"
    )


def test_whatever_was_measured_there_are_words(make: MakePicture) -> None:
    for verdict in Verdict:
        for evidence in (EXACT, Evidence(0, 0.0, 0.0, 0.0, None, View("plain"), gain=0.0)):
            assert explain(make(1, 1), make(1, 1), verdict, evidence)
            assert explain(make(1, 9000), make(9000, 1), verdict, evidence)
