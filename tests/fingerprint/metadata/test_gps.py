"""Where a picture was taken, in whichever way it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from dupscan.fingerprint.metadata.gps import read_coordinates, states_place, time_of_fix
from dupscan.model.formats import AVIF, HEIF, JPEG, JXL, PNG, TIFF, WEBP, PictureFormat
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
Packet = Callable[..., bytes]
MUNICH = {1: "N", 2: (48.0, 8.0, 13.56), 3: "E", 4: (11.0, 34.0, 31.44)}
IN_DEGREES = "48.1371,11.5754"


def test_a_picture_that_does_not_say_has_no_position(tell: Tell) -> None:
    assert (tell().position, tell().gps) == (None, False)


@pytest.mark.parametrize(
    "format_", [JPEG, PNG, TIFF, WEBP, AVIF, HEIF, JXL], ids=lambda one: one.name
)
def test_a_position_is_read_whatever_the_format(tell: Tell, format_: PictureFormat) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(MUNICH)
    info = tell(format_, exif=exif.tobytes())
    assert (info.position, info.gps) == (IN_DEGREES, True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, IN_DEGREES),
        ({1: "S"}, "-48.1371,11.5754"),
        ({1: "s\0", 3: " W"}, "-48.1371,-11.5754"),
        ({2: (48.0, 8.226)}, IN_DEGREES),
        ({2: (48.1371,), 4: 11.5754}, IN_DEGREES),
        ({2: (0.0, 0.0, 0.0), 1: "S"}, "0.0000,11.5754"),
        ({1: ""}, None),
        ({1: None}, None),
        ({3: "?"}, None),
        ({2: (91.0, 0.0, 0.0)}, None),
        ({4: (180.0, 0.0, 1.0)}, None),
        ({2: (float("nan"), 0.0, 0.0)}, None),
        ({2: (float("inf"), 0.0, 0.0)}, None),
        ({2: tuple(IFDRational(0, 0) for _ in range(3))}, None),
        ({2: ()}, None),
        ({2: "48"}, IN_DEGREES.replace("48.1371", "48.0000")),
        ({2: b"\0", 1: b"N"}, None),
        ({2: ("a", "b", "c")}, None),
    ],
)
def test_a_position_in_exif_is_told_in_degrees(
    change: dict[int, Any], expected: str | None
) -> None:
    assert read_coordinates(MUNICH | change, {}) == expected


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_half_a_position_in_exif_is_none(missing: int) -> None:
    assert (
        read_coordinates({tag: value for tag, value in MUNICH.items() if tag != missing}, {})
        is None
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("48,8.226N", "11,34.524E", IN_DEGREES),
        ("48,8,13.56N", "11,34,31.44E", IN_DEGREES),
        ("33,51.4S", "151,12.5W", "-33.8567,-151.2083"),
        ("48.1371", "11.5754", IN_DEGREES),
        ("-33.8567", "+151.2083", "-33.8567,151.2083"),
        ("48.1371N", "E 11.5754", IN_DEGREES),
        ("48\u00b0 8' 13.56&quot; N", "11 deg 34' 31.44&quot; E", IN_DEGREES),
        ("0", "0", None),
        ("", "", None),
        ("48,8.226N", "", None),
        ("99,0.0N", "11,34.524E", None),
        ("48,8.226N", "11,34.524X", None),
        ("here", "there", None),
    ],
)
def test_a_position_in_xmp_is_told_in_degrees(
    tell: Tell, packet: Packet, latitude: str, longitude: str, expected: str | None
) -> None:
    attributes = f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"'
    info = tell(xmp=packet(attributes=attributes))
    assert info.position == expected
    is_empty = latitude in ("", "0") and longitude in ("", "0")
    assert info.gps is not is_empty  # also where the text is not understood


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, False),
        ({0: b"\2\3\0\0"}, False),
        ({5: 0, 6: 512.0}, False),  # a height alone
        ({19: "N", 20: (48.0, 8.0, 13.56)}, False),  # where somebody went
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, False),
        ({2: (IFDRational(0, 0),) * 3, 4: (IFDRational(0, 0),) * 3}, False),
        ({2: (), 4: None}, False),
        ({2: "  \0", 4: b"\0"}, False),
        ({2: (48.0, 8.0, 13.56)}, True),
        ({2: "48 north"}, True),
        (MUNICH, True),
    ],
)
def test_a_place_is_stated_only_by_coordinates(place: dict[int, Any], expected: bool) -> None:
    """A receiver without a fix writes zeros, or fractions of zero by zero."""
    assert states_place(place, {}) is expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, ""),
        ({29: "2012:12:22", 7: (10.0, 37.0, 28.0)}, "2012:12:22 10:37:28Z"),
        ({29: "2012:12:22\0", 7: (10.0, 37.0, IFDRational(57, 2))}, "2012:12:22 10:37:28Z"),
        ({29: "2012:12:22"}, "2012:12:22"),
        ({29: "2012:12:22", 7: (IFDRational(0, 0),) * 3}, "2012:12:22"),
        ({7: (10.0, 37.0, 28.0)}, ""),
        ({29: "0000:00:00", 7: (0.0, 0.0, 0.0)}, ""),
        ({29: 5, 7: 5}, ""),
        ({29: "2012:12:22", 7: 5}, "2012:12:22"),
    ],
)
def test_the_time_of_a_fix_is_told_in_utc(place: dict[int, Any], expected: str) -> None:
    assert time_of_fix(place) == expected


def test_exif_comes_before_xmp() -> None:
    xmp = {"exif:GPSLatitude": ["1,0.0N"], "exif:GPSLongitude": ["2,0.0E"]}
    assert read_coordinates(MUNICH, xmp) == IN_DEGREES
    assert read_coordinates({}, xmp) == "1.0000,2.0000"


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_any_place_on_earth_comes_back(latitude: float, longitude: float) -> None:
    assume(latitude or longitude)  # the place of a receiver that has no fix
    text = read_coordinates(
        {
            1: "N" if latitude >= 0 else "S",
            2: (abs(latitude),),
            3: "E" if longitude >= 0 else "W",
            4: (abs(longitude),),
        },
        {},
    )
    assert text is not None
    assert "-0.0000" not in text.split(",")
    assert [float(part) for part in text.split(",")] == pytest.approx(
        [latitude, longitude], abs=1e-4
    )


@given(
    place=st.dictionaries(
        st.integers(0, 5), st.none() | st.text() | st.binary() | st.tuples(st.floats(), st.text())
    ),
    text=st.text(),
)
def test_nonsense_is_no_place(place: dict[int, Any], text: str) -> None:
    assert read_coordinates(place, {"exif:GPSLatitude": [text], "exif:GPSLongitude": []}) is None
