"""When a picture was taken, in every spelling; a text that is not understood is not lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from dupscan.fingerprint.metadata.blocks import Blocks
from dupscan.fingerprint.metadata.times import parse_time, read_captured
from dupscan.model.formats import JPEG, PNG
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
Packet = Callable[..., bytes]
TAKEN, DIGITIZED = ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized
ZONE, FRACTION = ExifTags.Base.OffsetTimeOriginal, ExifTags.Base.SubsecTimeOriginal
SAVED = ExifTags.Base.DateTime


def blocks(
    details: dict[int, Any] | None = None, saved: str | None = None, **others: Any
) -> Blocks:
    """Blocks with the Exif directory `details`, and with the time of saving of EXIF."""
    exif = Image.Exif()
    if saved is not None:
        exif[SAVED] = saved
    return Blocks(exif=exif, details=details or {}, **others)


def test_nothing_states_no_time() -> None:
    assert read_captured(Blocks()) == (None, False)
    assert parse_time(None) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\0", "0000:00:00 00:00:00", "0000-00-00T00:00:00Z", "0000:00:00\0"),
        *("    :  :     :  :  ", "  /  /  ", "0", b"\xff" * 19, b"\0" * 20, "????"),
        *(5, 2012, (2012, 12, 22), ["2012"], 1.5),
    ],
)
def test_zeros_blanks_and_values_that_are_no_texts_state_no_time(text: object) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2012:12:22 10:37:28",
        b"2012:12:22 10:37:28\0",
        "2012:12:22 10:37:28\0\0rest",
        "2012-12-22 10:37:28",
        "2012/12/22 10:37:28",
        "2012.12.22 10:37:28",
        "2012. 12. 22 10:37:28",
        "2012-12-22T10:37:28",
        "2012:12:22T10:37:28",
        "2012:12:22:10:37:28",
        "2012:12:22  10:37:28",
        "2012-12-22_10-37-28",
        "2012:12:22 10.37.28",
        "20121222T103728",
        "20121222 103728",
        "20121222103728",
        "2012:12:22 10:37:28 AM",
        "2012:12:22 10:37:28 a.m.",
        "2012:12:22 10:37:28.000",
    ],
)
def test_a_time_is_understood_in_every_spelling(text: str | bytes) -> None:
    assert parse_time(text) == "2012-12-22T10:37:28"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012: 1: 2  3: 4: 5", "2012-01-02T03:04:05"),
        ("2012:1:2 3:4:5", "2012-01-02T03:04:05"),
        ("2012:12:22 10:37:28 PM", "2012-12-22T22:37:28"),
        ("2012:12:22 12:37:28 am", "2012-12-22T00:37:28"),
        ("2012:12:22 10:37", "2012-12-22T10:37"),
        ("2012-12-22T10:37+01:00", "2012-12-22T10:37+01:00"),
        ("2012:12:22 10:37:  ", "2012-12-22T10:37"),
        *[(text, "2012-12-22") for text in ("2012:12:22", "2012/12/22", "20121222")],
        ("2012:12:22   :  :  ", "2012-12-22"),
        *[(text, "2012-12") for text in ("2012-12", "2012:12:00 00:00:00", "20121200")],
        *[(text, "2012") for text in ("2012", "2012:00:00 00:00:00", "2012:  :     :  :  ")],
    ],
)
def test_a_time_is_told_as_far_as_it_is_stated(text: str, expected: str) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("zone", ["+02:00", " +02:00", "+0200", "+2", "+02", "UTC+2", "GMT+0200"])
def test_a_zone_is_understood_in_every_spelling(zone: str) -> None:
    expected = "2012-12-22T10:37:28+02:00"
    assert parse_time(f"2012:12:22 10:37:28{zone}") == expected
    assert parse_time("2012:12:22 10:37:28", None, zone) == expected


@pytest.mark.parametrize("zone", ["Z", " UTC", "GMT", "+00:00"])
def test_universal_time_is_a_zone(zone: str) -> None:
    assert parse_time(f"2012:12:22 10:37:28{zone}") == "2012-12-22T10:37:28+00:00"


@pytest.mark.parametrize("zone", [None, "", "   :  ", "two hours", "+2:0:0", 2, b"\xff\xff"])
def test_a_zone_that_is_none_counts_for_nothing(zone: object) -> None:
    assert parse_time("2012:12:22 10:37:28", None, zone) == "2012-12-22T10:37:28"


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        *[("123", ".123"), ("05", ".05"), ("70\0", ".7"), ("50   ", ".5"), (b"25", ".25")],
        *[(none, "") for none in ("000", "", "-12", "1/2", "soon", "1" * 40, None, 12)],
    ],
)
def test_the_digits_of_the_second_are_told(fraction: object, expected: str) -> None:
    """Two shots of a burst differ in nothing else; zeros at the end are a program's padding."""
    told = parse_time("2019:07:14 18:03:59", fraction, "+02:00")
    assert told == f"2019-07-14T18:03:59{expected}+02:00"


def test_digits_and_zone_in_the_text_itself_come_first() -> None:
    told = parse_time("2019:07:14 18:03:59.25-05:30", "99", "+02:00")
    assert told == "2019-07-14T18:03:59.25-05:30"


def test_digits_of_a_second_without_a_time_state_no_time() -> None:
    assert read_captured(blocks({FRACTION: "123", ZONE: "+02:00"})) == (None, False)


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "14.7.2019 18:03", "Tue Jul 14 18:03:59 2019", "1356172648", "12:22"),
        *("2019:02:30 12:00:00", "2019:07:14 24:15:00", "2019:07:14 12:00:60", "2012年12月22日"),
    ],
)
def test_a_text_that_is_not_understood_is_told_as_it_stands(text: str) -> None:
    assert parse_time(text) == text


def test_a_text_that_is_not_understood_is_short_and_printable() -> None:
    told = parse_time("about\x1b[31m " + "long ago " * 20)
    assert told is not None
    assert told.isprintable()
    assert told.startswith("about?[31m long ago")
    assert len(told) <= 40


@given(moment=st.datetimes(datetime(1826, 1, 1), datetime(2100, 1, 1)), data=st.data())  # noqa: DTZ001 (EXIF has no zone)
def test_every_moment_comes_back_in_every_spelling(moment: datetime, data: st.DataObject) -> None:
    stop, between = data.draw(st.sampled_from(":-/.")), data.draw(st.sampled_from("T_ "))
    blank = data.draw(st.sampled_from(["02", "2", ""]))
    numbers = [f"{number:{blank}}" for number in moment.timetuple()[:6]]
    text = f"{stop.join(numbers[:3])}{between}{':'.join(numbers[3:])}"
    assert parse_time(text) == moment.isoformat(timespec="seconds")


@given(text=st.text() | st.binary() | st.integers() | st.none(), other=st.text() | st.none())
def test_nonsense_costs_nothing(text: object, other: object) -> None:
    told = parse_time(text, other, other)
    assert told is None or (told.isprintable() and told)


@given(text=st.text("0123456789:-/. TZ+APMa", max_size=30))
def test_what_is_told_is_told_again(text: str) -> None:
    told = parse_time(text)
    assert told is None or parse_time(told) == told


# -- fields ----------------------------------------------------------------------------------------

IN_XMP = {
    "exif:DateTimeOriginal": "2021-01-02T03:04:05.10Z",
    "photoshop:DateCreated": "2022-01-02T03:04",
    "exif:DateTimeDigitized": "2023-01-02",
}
IN_IPTC = {55: [b"20240102"], 60: [b"030405+0100"], 62: [b"20250102"]}
OF_FIX = {29: "2026:01:02", 7: (3.0, 4.0, 5.0)}
EVERYWHERE = {
    "details": {TAKEN: "2019:07:14 18:03:59", DIGITIZED: "2020:01:02 03:04:05"},
    "xmp": {name: [value] for name, value in IN_XMP.items()},
    "iptc": IN_IPTC,
    "place": OF_FIX,
    "saved": "2030:01:02 03:04:05",
}


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (0, "2019-07-14T18:03:59"),
        (1, "2020-01-02T03:04:05"),
        (2, "2021-01-02T03:04:05.1+00:00"),
        (3, "2022-01-02T03:04"),
        (4, "2023-01-02"),
        (5, "2024-01-02T03:04:05+01:00"),
        (6, "2025-01-02"),
        (7, "2026-01-02T03:04:05+00:00"),
    ],
)
@pytest.mark.parametrize("empty", [None, "0000:00:00 00:00:00"])
def test_the_surest_field_that_states_a_time_decides(
    missing: int, expected: str, empty: str | None
) -> None:
    details = dict(list(EVERYWHERE["details"].items()))
    details |= dict.fromkeys(list(details)[:missing], empty)
    xmp = dict(list(IN_XMP.items())[max(0, missing - 2) :])
    iptc = {number: IN_IPTC[number] for number in (55, 60, 62)[2 * (missing > 5) + (missing > 6) :]}
    found = blocks(
        details,
        EVERYWHERE["saved"],
        xmp={name: [value] for name, value in xmp.items()},
        iptc=iptc,
        place=OF_FIX,
    )
    assert read_captured(found) == (expected, False)


@pytest.mark.parametrize(
    "found",
    [
        blocks(saved="2012:12:22 10:37:28"),
        blocks({TAKEN: "    :  :     :  :  "}, "2012:12:22 10:37:28"),
        *(
            blocks(xmp={name: ["2012-12-22T10:37:28"]}, saved="2015:01:01 00:00:00")
            for name in ("xmp:CreateDate", "acdsee:datetime", "tiff:DateTime")
        ),
        blocks(xmp={"dc:date": ["2012-12-22T10:37:28"]}),
        blocks(texts={"Creation Time": "2012:12:22 10:37:28"}, saved="2015:01:01 00:00:00"),
    ],
)
def test_a_time_that_may_be_that_of_a_save_is_a_guess(found: Blocks) -> None:
    """Old cameras and scanners write no other time, and editors write it too."""
    assert read_captured(found) == ("2012-12-22T10:37:28", True)


@pytest.mark.parametrize(
    "found",
    [
        Blocks(texts={"exif:DateTimeOriginal": "2012:12:22 10:37:28"}),
        Blocks(xmp={"exif:GPSTimeStamp": ["2012-12-22T10:37:28"]}),
    ],
)
def test_a_time_of_capture_may_stand_in_rarer_fields(found: Blocks) -> None:
    assert read_captured(found) == ("2012-12-22T10:37:28", False)


@pytest.mark.parametrize("tag", [TAKEN, DIGITIZED])
def test_a_time_of_capture_may_stand_in_the_first_directory(tag: int) -> None:
    """As in TIFF/EP and DNG."""
    exif = Image.Exif()
    exif[tag] = "2012:12:22 10:37:28"
    assert read_captured(Blocks(exif=exif)) == ("2012-12-22T10:37:28", False)


def test_a_time_that_is_not_understood_is_surer_than_a_guess() -> None:
    found = blocks({TAKEN: "14.7.2019"}, "2015:01:01 00:00:00")
    assert read_captured(found) == ("14.7.2019", False)


def test_a_time_of_day_without_a_day_states_nothing() -> None:
    assert read_captured(blocks(iptc={60: [b"101112+0000"]})) == (None, False)
    assert read_captured(blocks(iptc={55: [b"00000000"], 60: [b"101112"]})) == (None, False)


def test_digits_and_zone_of_a_save_stand_in_the_exif_directory() -> None:
    details = {
        ExifTags.Base.SubsecTime: "50",
        ExifTags.Base.OffsetTime: "+02:00",
    }
    found = blocks(details, "2012:12:22 10:37:28")
    assert read_captured(found) == ("2012-12-22T10:37:28.5+02:00", True)


def test_a_file_tells_its_time(tell: Tell, packet: Packet) -> None:
    exif = Image.Exif()
    exif[SAVED] = "2003:04:05 06:07:08"
    info = tell(JPEG, exif=exif)
    assert (info.captured, info.captured_is_guess) == ("2003-04-05T06:07:08", True)
    exif.get_ifd(ExifTags.IFD.Exif)[TAKEN] = "2002-04-05 06:07:08"
    for format_ in (JPEG, PNG):
        info = tell(format_, exif=exif.tobytes())
        assert (info.captured, info.captured_is_guess) == ("2002-04-05T06:07:08", False)
    info = tell(JPEG, xmp=packet(attributes='xmp:CreateDate="2012-12"'))
    assert (info.captured, info.captured_is_guess) == ("2012-12", True)
