"""Stars, labels and flags, whatever the program they were given with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupscan.fingerprint.metadata.blocks import Blocks
from dupscan.fingerprint.metadata.ratings import read_labels, read_rating
from dupscan.model.formats import JPEG, TIFF, WEBP
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
Packet = Callable[..., bytes]
STARS, PERCENT = 0x4746, 0x4749


def blocks(tags: dict[int, Any] | None = None, **xmp: str) -> Blocks:
    """Blocks with tags of EXIF, and with properties of XMP written ``xmp__Rating="5"``."""
    exif = Image.Exif()
    exif.update(tags or {})
    return Blocks(exif=exif, xmp={name.replace("__", ":"): [value] for name, value in xmp.items()})


def test_a_picture_that_nobody_rated_has_neither_stars_nor_labels(tell: Tell) -> None:
    assert (read_rating(Blocks()), read_labels(Blocks())) == (None, None)
    info = tell(JPEG)
    assert (info.rating, info.labels) == (None, None)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(0, 0), (5, 5), ("3", 3), (b"3\0", 3), (6, None), (99, None), ((1, 2), None), (-1, -1)],
)
def test_stars_in_exif_are_told(stated: Any, expected: int | None) -> None:
    assert read_rating(blocks({STARS: stated})) == expected


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(0, 0), (1, 1), (12, 1), (13, 2), (25, 2), (50, 3), (75, 4), (99, 5), (100, 5)],
)
def test_a_percentage_of_windows_is_told_in_stars(percent: int, expected: int) -> None:
    assert read_rating(blocks({PERCENT: percent})) == expected
    assert read_rating(blocks(MicrosoftPhoto__Rating=str(percent))) == expected


@pytest.mark.parametrize("percent", [-1, 101, 2**40, "many", None, (50,)])
def test_a_percentage_beyond_a_hundred_is_none(percent: Any) -> None:
    assert read_rating(blocks({PERCENT: percent})) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("4", 4), ("-1", -1), ("5.0", 5), ("3,0", 3), (" 2 ", 2), ("+1", 1), ("0", 0)],
        *[("", None), ("-5", None), ("75", None), ("*****", None), ("\u0664", None)],
    ],
)
@pytest.mark.parametrize("name", ["xmp:Rating", "acdsee:rating"])
def test_stars_in_xmp_are_told(name: str, text: str, expected: int | None) -> None:
    found = Blocks(xmp={name: [text]})
    assert read_rating(found) == expected


@pytest.mark.parametrize(
    "attribute",
    ['xmp:Rating="4"', "xmp:Rating = '4'", 'acdsee:rating="4"', 'MicrosoftPhoto:Rating="75"'],
)
def test_stars_are_told_whatever_the_format(tell: Tell, attribute: str) -> None:
    for format_ in (JPEG, WEBP, TIFF):
        data = f"<x {attribute}/>".encode()
        options = {"tiffinfo": {700: data}} if format_ is TIFF else {"xmp": data}
        assert tell(format_, **options).rating == 4, format_.name


@pytest.mark.parametrize(
    ("in_exif", "in_xmp", "expected"),
    [(0, "4", 4), (0, "-1", -1), (0, "", 0), (99, "4", 4), (3, "4", 3), (3, "", 3), (0, "0", 0)],
)
def test_the_nought_that_cameras_write_hides_no_stars(
    in_exif: int, in_xmp: str, expected: int
) -> None:
    assert read_rating(blocks({STARS: in_exif}, xmp__Rating=in_xmp)) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("xmp:Label", "Red", "label Red"),
        ("xmp:Label", "Zur Prüfung", "label Zur Prüfung"),
        ("photoshop:LabelColor", "red", "label red"),
        ("digiKam:ColorLabel", "1", "colour 1"),
        ("darktable:colorlabels", "0", "colour of darktable 0"),
        ("photomechanic:ColorClass", "3", "colour class 3"),
        ("digiKam:PickLabel", "3", "pick 3"),
        ("xmpDM:pick", "-1", "pick -1"),
        ("xmpDM:good", "True", "good True"),
        ("photomechanic:Tagged", "True", "tagged True"),
        ("acdsee:tagged", "True", "tagged True"),
        ("photoshop:Urgency", "1", "urgency 1"),
    ],
)
def test_labels_and_flags_of_many_programs_are_told(name: str, value: str, expected: str) -> None:
    assert read_labels(Blocks(xmp={name: [value]})) == expected


@pytest.mark.parametrize("value", ["0", "none", "None", "False", "no", ""])
@pytest.mark.parametrize("name", ["xmp:Label", "digiKam:PickLabel", "xmpDM:good"])
def test_programs_also_write_that_there_is_no_label(name: str, value: str) -> None:
    assert read_labels(Blocks(xmp={name: [value]})) is None


def test_an_urgency_in_iptc_is_the_same_as_one_in_xmp() -> None:
    assert read_labels(Blocks(iptc={10: [b"2"]})) == "urgency 2"
    assert read_labels(Blocks(iptc={10: [b"2"]}, xmp={"photoshop:Urgency": ["2"]})) == "urgency 2"
    assert read_labels(Blocks(iptc={10: [b"0"]})) is None


def test_several_labels_are_told_in_one_order() -> None:
    one = {"xmp:Label": ["Red"], "digiKam:PickLabel": ["3"]}
    assert read_labels(Blocks(xmp=one)) == "label Red, pick 3"
    assert read_labels(Blocks(xmp=dict(reversed(one.items())))) == "label Red, pick 3"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (blocks({STARS: 99}), "rating 99"),
        (blocks(xmp__Rating="*****"), "rating *****"),
        (blocks(acdsee__rating="-7"), "rating -7"),
    ],
)
def test_a_rating_that_is_not_understood_is_a_label(found: Blocks, expected: str) -> None:
    assert (read_rating(found), read_labels(found)) == (None, expected)


def test_a_file_tells_its_labels(tell: Tell, packet: Packet) -> None:
    info = tell(JPEG, xmp=packet(attributes='xmp:Label="Red" xmp:Rating="0"'))
    assert (info.labels, info.rating) == ("label Red", 0)


@given(value=st.text() | st.binary() | st.integers() | st.none() | st.tuples(st.integers()))
def test_nonsense_costs_nothing(value: Any) -> None:
    text = value if isinstance(value, str) else str(value)
    found = blocks({STARS: value, PERCENT: value}, xmp__Rating=text, xmp__Label=text)
    rating, labels = read_rating(found), read_labels(found)
    assert rating is None or -1 <= rating <= 5
    assert labels is None or labels.isprintable()
