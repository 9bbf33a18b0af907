"""GIF and WebP files hold more than their frames."""

from __future__ import annotations

import struct

import pytest
from PIL import Image
from support.embedded import encode, exif, film, packet, record, told

from dupscan.model.formats import GIF, WEBP, PictureFormat

OTHERS = [Image.new("RGB", (24, 16), colour) for colour in ("red", "green")]


def gif_extension(label: int, *blocks: bytes) -> bytes:
    return bytes([0x21, label]) + b"".join(bytes([len(one)]) + one for one in blocks) + b"\0"


def with_extension(extension: bytes) -> bytes:
    data = encode("GIF")
    return data[:-1] + extension + data[-1:]


def with_webp_chunk(kind: bytes, content: bytes) -> bytes:
    data = encode("WEBP") + kind + struct.pack("<I", len(content)) + content
    data += b"\0" * (len(data) % 2)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


@pytest.mark.parametrize("format_", [GIF, WEBP], ids=lambda one: one.name)
def test_frames_are_counted(format_: PictureFormat) -> None:
    assert record(b"", format_).items == []
    for others in ([], OTHERS):
        data = encode(format_.name, save_all=True, append_images=others)
        found = record(data, format_)
        assert (found.items, found.frames) == ([], 1 + len(others))


@pytest.mark.parametrize("format_", [GIF, WEBP], ids=lambda one: one.name)
def test_what_lies_behind_the_end_is_told(format_: PictureFormat) -> None:
    data = encode(format_.name)
    assert told(data + film(), format_) == ["film: film of 2.0 s"]
    assert told(data + b"thing", format_) == ["appended: 5 bytes behind the picture"]
    assert told(data + bytes(5), format_) == []


XMP_TRAILER = b"\1" + bytes(range(255, -1, -1)) + b"\0"


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        (gif_extension(0xFE, b"the", b" sea"), ["comment"]),
        (gif_extension(0xFF, b"NETSCAPE2.0", b"\1\0\0"), []),
        (gif_extension(0xFF, b"SomeProgram", b"thing"), ["GIF extension SomeProgram"]),
        (gif_extension(0x01, bytes(12), b"words"), ["GIF text"]),
        (
            b"\x21\xff\x0bXMP DataXMP" + packet(dc__description="sea") + XMP_TRAILER,
            ["XMP"],
        ),
    ],
    ids=["comment", "loop", "application", "text", "XMP"],
)
def test_the_extensions_of_a_gif_are_told(extension: bytes, expected: list[str]) -> None:
    data = with_extension(extension)
    assert told(data, GIF) == [f"metadata: {name}" for name in expected]
    assert record(data, GIF).frames == 1


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (b"EXIF", exif(tag_315="me"), ["EXIF"]),
        (b"EXIF", exif(tag_296=2), []),
        (b"XMP ", packet(dc__description="sea"), ["XMP"]),
        (b"C2PA", b"manifest", ["C2PA"]),
        (b"THNG", b"thing", ["WebP chunk THNG"]),
    ],
)
def test_the_chunks_of_a_webp_are_told(kind: bytes, content: bytes, expected: list[str]) -> None:
    named = [f"metadata: {name}" for name in expected]
    assert told(with_webp_chunk(kind, content), WEBP) == named
