"""IPTC is read from every place where programs put it, and nonsense costs nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from dupscan.fingerprint.metadata.containers import IPTC_UUID
from dupscan.fingerprint.metadata.iptc import parse_iptc
from dupscan.model.formats import JPEG, JPEG2000, PNG, TIFF
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
TAKEN = "2012-12-22T10:37:28+01:00"


def data_set(number: int, value: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


DATES = data_set(55, b"20121222") + data_set(60, b"103728+0100")


def photoshop(data: bytes) -> bytes:
    """A block of Photoshop with IPTC, behind a block of another kind with a name."""
    other = b"8BIM\x04\x25\x04name\0" + struct.pack(">I", 3) + b"abc\0"
    ours = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    return other + ours


def raw_profile(data: bytes) -> PngInfo:
    """A profile as ImageMagick writes it into a PNG."""
    text = PngInfo()
    text.add_text("Raw profile type iptc", f"\niptc\n{len(data):8}\n{data.hex()}\n", zip=True)
    return text


def test_nothing_holds_no_data_sets() -> None:
    assert parse_iptc(b"") == {}


def test_data_sets_of_one_number_stand_in_the_order_of_the_file() -> None:
    data = data_set(25, b"Oma") + data_set(5, b"Ulm") + data_set(25, b"Opa")
    assert parse_iptc(data) == {25: [b"Oma", b"Opa"], 5: [b"Ulm"]}


def test_other_records_are_passed_over() -> None:
    assert parse_iptc(data_set(90, b"\x1b%G", record=1) + data_set(5, b"Ulm")) == {5: [b"Ulm"]}


def test_a_long_data_set_states_the_length_of_its_length() -> None:
    value = b"long " * 10_000
    head = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", len(value))
    assert parse_iptc(head + value + data_set(5, b"Ulm")) == {120: [value], 5: [b"Ulm"]}


@pytest.mark.parametrize(
    "rest", [b"\x1c", b"\x1c\x02\x78\xff\xff", b"\x1c\x02\x19\x84\xff" * 9, b"no", bytes(99)]
)
def test_data_sets_before_a_mistake_count(rest: bytes) -> None:
    assert parse_iptc(data_set(5, b"Ulm") + rest)[5] == [b"Ulm"]


@given(data=st.binary(max_size=99))
def test_any_bytes_hold_no_more_than_themselves_and_hide_nothing_before_them(data: bytes) -> None:
    found = parse_iptc(data)
    assert all(0 <= number <= 255 for number in found)
    assert sum(len(value) for values in found.values() for value in values) <= len(data)
    assert parse_iptc(data_set(5, b"Ulm") + data)[5][0] == b"Ulm"


def test_a_jpeg_tells_its_date(tell: Tell) -> None:
    content = b"Photoshop 3.0\0" + photoshop(DATES)
    segment = b"\xff\xed" + struct.pack(">H", len(content) + 2) + content
    assert tell(JPEG, lambda jpeg: jpeg[:2] + segment + jpeg[2:]).captured == TAKEN


def test_a_jpeg_may_spread_its_blocks_over_several_segments(tell: Tell) -> None:
    blocks = photoshop(DATES)
    segments = b"".join(
        b"\xff\xed" + struct.pack(">H", len(part) + 16) + b"Photoshop 3.0\0" + part
        for part in (blocks[:50], blocks[50:])
    )
    assert tell(JPEG, lambda jpeg: jpeg[:2] + segments + jpeg[2:]).captured == TAKEN


@pytest.mark.parametrize("kind", [1, 4, 7], ids=["bytes", "numbers", "undefined"])
def test_a_tiff_tells_its_date(tell: Tell, kind: int) -> None:
    """Photoshop and ExifTool store the tag as numbers of four bytes."""
    data = DATES + bytes(-len(DATES) % 4)
    count = len(data) // 4 if kind == 4 else len(data)

    def with_kind(file: bytes) -> bytes:
        stored, wanted = (
            struct.pack("<HHI", 33723, *one) for one in ((7, len(data)), (kind, count))
        )
        assert file.count(stored) == 1
        return file.replace(stored, wanted)

    tags = ImageFileDirectory_v2()
    tags.tagtype[33723] = 7
    tags[33723] = data
    assert tell(TIFF, with_kind, tiffinfo=tags).captured == TAKEN


def test_a_tiff_tells_the_date_in_its_blocks_of_photoshop(tell: Tell) -> None:
    assert tell(TIFF, tiffinfo={34377: photoshop(DATES)}).captured == TAKEN


@pytest.mark.parametrize(
    "data", [DATES, photoshop(DATES), b"Photoshop 3.0\0" + photoshop(DATES)], ids=len
)
def test_a_png_tells_its_date(tell: Tell, data: bytes) -> None:
    assert tell(PNG, pnginfo=raw_profile(data)).captured == TAKEN


@pytest.mark.parametrize(
    "data", [b"", b"8BIM", b"8BIM\x04\x04", b"8BIM\xff\xff\xff" * 9, b"8BIM" + b"\xff" * 20]
)
def test_a_block_of_photoshop_that_makes_no_sense_tells_nothing(tell: Tell, data: bytes) -> None:
    assert tell(PNG, pnginfo=raw_profile(data)).captured is None


@pytest.mark.parametrize("text", ["", "\n", "\niptc\n5\nzz", "iptc", "\niptc\n9\n1c0\n"])
def test_a_profile_that_makes_no_sense_tells_nothing(tell: Tell, text: str) -> None:
    info = PngInfo()
    info.add_text("Raw profile type iptc", text)
    assert tell(PNG, pnginfo=info).captured is None


def test_a_jpeg_2000_tells_its_date(tell: Tell) -> None:
    box = struct.pack(">I", 24 + len(DATES)) + b"uuid" + IPTC_UUID + DATES
    assert tell(JPEG2000, lambda file: file + box).captured == TAKEN
