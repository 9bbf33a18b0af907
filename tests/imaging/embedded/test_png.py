"""A PNG holds more than its picture: in its chunks, and behind its end."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image
from support.embedded import (
    chunk,
    encode,
    exif,
    film,
    iptc,
    packet,
    record,
    resource,
    told,
    with_chunks,
)

from dupscan.model.formats import PNG


def raw_profile(kind: str, data: bytes) -> bytes:
    """A block as ImageMagick stores it, in digits."""
    text = f"\n{kind}\n{len(data):8}\n{data.hex()}\n".encode()
    return chunk(b"zTXt", f"Raw profile type {kind}".encode() + b"\0\0" + zlib.compress(text))


def international(keyword: bytes, text: bytes, *, compressed: bool = False) -> bytes:
    text = zlib.compress(text) if compressed else text
    return chunk(b"iTXt", keyword + b"\0" + bytes([compressed, 0]) + b"\0\0" + text)


SAYS = packet(dc__description="the sea")
SILENT = packet(xmp__CreatorTool="Editor")


def test_a_plain_picture_holds_nothing() -> None:
    found = record(encode("PNG", dpi=(72, 72)), PNG)
    assert (found.items, found.frames, found.bit_depth) == ([], 1, 8)
    assert record(b"", PNG).items == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (chunk(b"eXIf", exif(tag_315="me")[6:]), ["EXIF"]),
        (chunk(b"eXIf", exif(tag_296=2)[6:]), []),
        (international(b"XML:com.adobe.xmp", SAYS), ["XMP"]),
        (international(b"XML:com.adobe.xmp", SAYS, compressed=True), ["XMP"]),
        (international(b"XML:com.adobe.xmp", SILENT), []),
        (raw_profile("exif", exif(tag_315="me")), ["EXIF"]),
        (raw_profile("iptc", iptc()), ["IPTC"]),
        (raw_profile("8bim", resource(1028, iptc())), ["IPTC"]),
        (raw_profile("xmp", SAYS), ["XMP"]),
        (chunk(b"tEXt", b"exif:Model\0Camera"), ["EXIF"]),
        (chunk(b"tEXt", b"Comment\0the sea"), ["comment"]),
        (chunk(b"tEXt", b"parameters\0a castle"), ["PNG text parameters"]),
        (chunk(b"tEXt", b"Software\0Editor"), []),
        (chunk(b"caBX", b"manifest"), ["C2PA"]),
        (chunk(b"abCd", b"something"), ["PNG chunk abCd"]),
        (chunk(b"pHYs", bytes(9)), []),
    ],
)
def test_each_block_of_metadata_has_the_name_it_has_elsewhere(
    part: bytes, expected: list[str]
) -> None:
    assert told(with_chunks(part), PNG) == [f"metadata: {name}" for name in expected]


def test_what_can_be_shown_has_its_kind() -> None:
    assert told(with_chunks(chunk(b"mkBT", b"layer")), PNG) == ["layers: layers"]
    assert told(with_chunks(chunk(b"gdAT", b"map")), PNG) == ["gain-map: HDR gain map"]
    assert told(encode("PNG") + film(), PNG) == ["film: film of 2.0 s"]
    assert told(encode("PNG") + b"thing", PNG) == ["appended: 5 bytes behind the picture"]
    assert told(encode("PNG") + bytes(5), PNG) == []


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16"])
def test_the_depth_is_that_of_the_colours(mode: str) -> None:
    expected = {"1": 1, "I;16": 16}.get(mode, 8)
    assert record(encode("PNG", mode=mode), PNG).bit_depth == expected


@pytest.mark.parametrize("aside", [False, True])
def test_frames_are_counted_by_themselves(*, aside: bool) -> None:
    """Not as the header of the animation promises; a picture beside the animation is one more."""
    others = [Image.new("RGB", (24, 16), colour) for colour in ("red", "green")]
    data = encode("PNG", save_all=True, append_images=others, default_image=aside)
    assert record(data, PNG).frames == 3
    at = data.rindex(b"fcTL")
    assert record(data[:at] + b"fcTx" + data[at + 4 :], PNG).frames == 2


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], None),
        ([chunk(b"gAMA", struct.pack(">I", 45455))], None),
        ([chunk(b"gAMA", struct.pack(">I", 100_000))], "gamma 1.00"),
        ([chunk(b"sRGB", b"\0"), chunk(b"gAMA", struct.pack(">I", 100_000))], None),
        ([chunk(b"cHRM", bytes(32))], "primaries of its own"),
        ([chunk(b"cICP", b"\x01\x0d\0\1")], None),
        ([chunk(b"cICP", b"\x09\x10\0\1")], "CICP 9/16"),
    ],
)
def test_an_unusual_colour_space_has_a_name(parts: list[bytes], expected: str | None) -> None:
    data = encode("PNG")
    assert record(data[:33] + b"".join(parts) + data[33:], PNG).colour_space == expected
