"""Whatever is in a file, its record is made, is small, and is made in little time."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support.embedded import (
    box,
    chunk,
    encode,
    exif,
    extended_xmp,
    film,
    multi_picture_index,
    packet,
    record,
    samsung_trailer,
    segment,
    with_chunks,
    with_segments,
)

from dupscan.imaging.embedded.contents import Contents
from dupscan.model import formats
from dupscan.model.formats import PictureFormat


@cache
def samples() -> dict[PictureFormat, bytes]:
    """A file of each format with many things in it."""
    block = exif(tag_315="me", tag_306="2026:11:22 09:41:00")
    parts = (segment(1, block), extended_xmp(300, GDepth__Data="AAAA"))
    index = multi_picture_index((0, 100, 900))
    jpeg = with_segments(*parts, index) + film() + samsung_trailer(MotionPhoto_Data=film())
    head = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl ")
    return {
        formats.JPEG: jpeg,
        formats.PNG: with_chunks(chunk(b"eXIf", block[6:]), chunk(b"iTXt", packet())) + film(),
        formats.GIF: encode("GIF", comment=b"the sea") + b"thing",
        formats.WEBP: encode("WEBP", exif=block) + film(),
        formats.TIFF: encode("TIFF", exif=block),
        formats.AVIF: encode("AVIF", exif=block, xmp=packet()) + box(b"mpvd", film()),
        formats.HEIF: encode("AVIF", mode="RGBA") + film(),
        formats.JPEG2000: encode("JPEG2000") + box(b"xml ", packet()),
        formats.JXL: head + box(b"jxlc", b"\xff\x0a" + bytes(14)) + box(b"Exif", bytes(4), block),
        formats.RAW: encode("TIFF", exif=block),
    }


def assert_small(found: Contents) -> None:
    """Assert that a record is short, that its words are, and that it counts no frames below one."""
    assert len(found.frozen_items()) <= 250
    assert all(len(item.name) < 100 and len(item.digest) == 16 for item in found.items)
    assert found.frames is None or found.frames >= 1


@pytest.mark.parametrize("format_", samples(), ids=lambda one: one.name)
@given(data=st.data())
@hypothesis_settings(max_examples=60)
def test_a_damaged_file_has_a_small_record(format_: PictureFormat, data: st.DataObject) -> None:
    damaged = bytearray(samples()[format_])
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.sampled_from((0, 1, 2, 0x7F, 0xFF, damaged[at] ^ 16)))
    end = data.draw(st.one_of(st.just(len(damaged)), st.integers(0, len(damaged))))
    assert_small(record(bytes(damaged[:end]), format_))


@pytest.mark.parametrize("format_", samples(), ids=lambda one: one.name)
@given(noise=st.binary(max_size=400))
@hypothesis_settings(max_examples=20)
def test_noise_has_a_small_record(format_: PictureFormat, noise: bytes) -> None:
    for data in (noise, samples()[format_][:12] + noise):
        assert_small(record(data, format_))
