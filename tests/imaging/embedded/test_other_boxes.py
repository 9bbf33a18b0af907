"""JPEG XL and JPEG 2000 files hold more than a codestream."""

from __future__ import annotations

import struct

import pytest
from support.embedded import box, encode, exif, film, iptc, packet, record, told

from dupscan.model.formats import JPEG2000, JXL

BARE = bytes.fromhex("ff0a") + bytes([0xFF] * 14)
"""The header of a JPEG XL, in which every property has its default."""
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")


def jxl(*boxes: bytes) -> bytes:
    head = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    return head + box(b"jxlc", BARE) + b"".join(boxes)


def test_plain_pictures_hold_nothing() -> None:
    for data in (BARE, jxl()):
        assert (record(data, JXL).items, record(data, JXL).frames) == ([], 1)
    for data in (encode("JPEG2000"), encode("JPEG2000", no_jp2=True)):
        found = record(data, JPEG2000)
        assert (found.items, found.frames, found.bit_depth) == ([], 1, 8)
    for format_ in (JXL, JPEG2000):
        assert record(b"", format_).items == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (box(b"Exif", bytes(4), exif(tag_315="me")[6:]), ["metadata: EXIF"]),
        (box(b"Exif", bytes(4), exif(tag_296=2)[6:]), []),
        (box(b"xml ", packet(dc__description="sea")), ["metadata: XMP"]),
        (box(b"brob", b"Exif", b"compressed"), ["metadata: EXIF"]),
        (box(b"brob", b"xml ", b"compressed"), ["metadata: XMP"]),
        (box(b"brob", b"jumb", b"compressed"), ["metadata: JUMBF"]),
        (box(b"jumb", b"...c2pa..."), ["metadata: C2PA"]),
        (box(b"jhgm", b"a map"), ["gain-map: HDR gain map"]),
        (box(b"jbrd", b"tables"), ["metadata: JPEG reconstruction data"]),
        (box(b"thng", b"thing"), ["appended: box thng"]),
        (film(), ["film: film of 2.0 s"]),
        (b"thing", ["appended: 5 bytes behind the picture"]),
    ],
)
def test_the_boxes_of_a_jpeg_xl_are_told(part: bytes, expected: list[str]) -> None:
    assert told(jxl(part), JXL) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (box(b"uuid", b"JpgTiffExif->JP2", exif(tag_315="me")[6:]), ["metadata: EXIF"]),
        (box(b"uuid", XMP, packet(dc__description="sea")), ["metadata: XMP"]),
        (box(b"uuid", IPTC, iptc()), ["metadata: IPTC"]),
        (box(b"xml ", b"<gml>1</gml>"), ["metadata: XMP"]),
        (box(b"jp2c", b"\xff\x4f\xff\x51"), ["further-picture: further picture"]),
        (box(b"asoc", b"thing"), ["appended: box asoc"]),
    ],
)
def test_the_boxes_of_a_jpeg_2000_are_told(part: bytes, expected: list[str]) -> None:
    assert told(encode("JPEG2000") + part, JPEG2000) == expected


def test_the_depth_of_a_jpeg_2000_is_that_of_its_deepest_channel() -> None:
    data = encode("JPEG2000")
    at = data.index(b"\xff\x4f\xff\x51") + 42
    deep = data[: at + 3] + struct.pack("B", 15) + data[at + 4 :]
    assert record(deep, JPEG2000).bit_depth == 16


def test_a_profile_in_a_jpeg_2000_is_passed_on() -> None:
    data = encode("JPEG2000")
    at = data.index(b"colr") + 4
    [size] = struct.unpack_from(">I", data, at - 8)
    assert record(data, JPEG2000).profile is None
    by_profile = data[:at] + b"\2" + data[at + 1 :]
    assert record(by_profile, JPEG2000).profile == by_profile[at + 3 : at - 8 + size]


def test_a_codestream_holds_comments_and_what_was_appended() -> None:
    bare = encode("JPEG2000", no_jp2=True)
    size = int.from_bytes(bare[4:6], "big")
    for text, expected in ((b"at sea", ["metadata: comment"]), (b"Created by X", [])):
        comment = struct.pack(">HHH", 0xFF64, 4 + len(text), 1) + text
        data = bare[: 4 + size] + comment + bare[4 + size :]
        assert told(data, JPEG2000) == expected
    assert [one.kind for one in record(bare + b"words", JPEG2000).items] == ["appended"]
