"""The size of a JPEG XL picture is told by its header, before its decoder is let near it."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from dupscan.imaging import jxl_header

pytest.importorskip("pillow_jxl")

SIZES = [(8, 8), (256, 96), (255, 96), (400, 300), (300, 300), (1, 1), (1920, 1080), (7, 9000)]


def encode(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "JXL", effort=1)
    return buffer.getvalue()


def depth(source: io.BytesIO) -> int | None:
    """The bits of a channel, if nothing but the picture is in it."""
    found = jxl_header.properties(source)
    return found.bit_depth if found.is_plain else None


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_size_is_the_one_that_the_encoder_was_given(size: tuple[int, int]) -> None:
    assert jxl_header.size(io.BytesIO(encode(size))) == size


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_codestream_in_boxes_is_found(size: tuple[int, int]) -> None:
    """Whole, in parts, and behind other boxes."""
    bare = encode(size)
    bare = bare[bare.index(b"\xff\x0a") :]
    start = (
        box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ") + box(b"Exif", bytes(99))
    )
    whole, parts = box(b"jxlc", bare), box(b"jxlp", bytes(4) + bare)
    assert jxl_header.size(io.BytesIO(start + whole)) == size
    assert jxl_header.size(io.BytesIO(start + parts)) == size


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize(
    ("mode", "expected"), [("L", 8), ("LA", 8), ("RGB", 8), ("RGBA", 8), ("I;16", 16), ("F", None)]
)
def test_the_depth_is_that_of_a_still_of_whole_numbers(
    mode: str, expected: int | None, lossless: bool
) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (31, 57)).save(buffer, "JXL", lossless=lossless, effort=1)
    assert depth(buffer) == expected
    assert buffer.tell() == 0


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        ("1" + "00000" + "001" + "1", 8),  # 8 × 8, and all as usual
        ("1" + "00000" + "001" + "0" + "0" + "0" + "10" + "0" + "00", 10),
        ("1" + "00000" + "001" + "0" + "1" + "000" + "000" + "0" + "00" + "0" + "00", 8),  # turned
        ("1" + "00000" + "001" + "0" + "1" + "000" + "001", None),  # an animation
        ("1" + "00000" + "001" + "0" + "0" + "1", None),  # floating point
        (
            "1" + "00000" + "001" + "0" + "0" + "0" + "00" + "0" + "10" + "0",
            None,
        ),  # one channel more
    ],
    ids=["usual", "10 bits", "turned", "animated", "floating", "channels"],
)
def test_the_depth_is_read_bit_by_bit(bits: str, expected: int | None) -> None:
    """Written here in the order of the format, lowest bit of the first byte first."""
    number = int(bits[::-1], 2)
    header = b"\xff\x0a" + number.to_bytes(14, "little")
    assert depth(io.BytesIO(header)) == expected


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x0a", box(b"JXL ", b"\r\n\x87\n"), bytes(200), b"\0\0\0\x01" * 50]
)
def test_a_file_without_a_header_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no header"):
        jxl_header.size(io.BytesIO(content))
    with pytest.raises(ValueError, match="no header"):
        jxl_header.properties(io.BytesIO(content))
