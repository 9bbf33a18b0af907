"""What a header says of its samples is heeded, where Pillow keeps it to itself."""

from __future__ import annotations

import io
import struct
from contextlib import suppress

import pytest
from PIL import Image

from dupscan import imaging
from dupscan.imaging.headers import Header, boxes, chunks, read_header
from dupscan.imaging.picture import PartlyShown
from dupscan.model.formats import AVIF, BMP, GIF, HEIF, JPEG, JPEG2000, JXL, PNG, PictureFormat


def encode(picture: Image.Image, format_: PictureFormat, **options: object) -> bytes:
    """A file by the format's real encoder; skips where an optional one is missing."""
    try:
        imaging.require_decoder(format_)
    except imaging.MissingExtra as missing:
        pytest.skip(str(missing))
    file = io.BytesIO()
    picture.save(file, format_.name, **options)
    return file.getvalue()


def tell(data: bytes, format_: PictureFormat) -> Header:
    return read_header(io.BytesIO(data), format_)


def put(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


@pytest.mark.parametrize("format_", [AVIF, BMP, GIF, HEIF, JPEG, JPEG2000, JXL, PNG])
def test_an_ordinary_picture_has_nothing_odd(photo: Image.Image, format_: PictureFormat) -> None:
    found = tell(encode(photo, format_), format_)
    assert (found.bit_depth or 8, found.colours, found.note) == (8, b"", "")


@pytest.mark.parametrize("format_", [AVIF, BMP, GIF, HEIF, JPEG2000, JXL, PNG])
def test_a_header_cut_off_tells_nothing_wrong(photo: Image.Image, format_: PictureFormat) -> None:
    """Nothing but what the whole one tells, or that not all is shown."""
    data = encode(photo, format_)
    for length in range(0, 300, 7):
        source = io.BytesIO(data[:length])
        source.seek(3)
        with suppress(PartlyShown):
            assert read_header(source, format_).bit_depth in (None, 8), length
        assert source.tell() == 3, "the position is where it was"


def test_an_avif_of_more_than_8_bits_is_not_wholly_shown(photo: Image.Image) -> None:
    data = encode(photo, AVIF)
    flags = data.index(b"av1C") + 6
    with pytest.raises(PartlyShown, match="more than 8 bits"):
        tell(put(data, flags, bytes([data[flags] | 0x40])), AVIF)


def test_the_crop_of_an_avif_is_not_applied(photo: Image.Image) -> None:
    data = encode(photo, AVIF)
    assert tell(data, AVIF).bit_depth == 8
    with pytest.raises(PartlyShown, match="crop"):
        tell(data.replace(b"pixi", b"clap"), AVIF)


def test_the_primaries_of_an_avif_are_told_where_they_are_not_those_of_srgb(
    photo: Image.Image,
) -> None:
    data = encode(photo, AVIF)
    at = data.index(b"colrnclx") + 8
    for numbers, expected in (((1, 13), b""), ((2, 2), b""), ((12, 13), b"nclx\0\x0c\0\x0d")):
        stated = put(data, at, struct.pack(">HH", *numbers))
        assert tell(stated, AVIF).colours == expected


def test_a_sequence_in_a_heif_is_not_wholly_shown(photo: Image.Image) -> None:
    data = encode(photo, HEIF)
    with pytest.raises(PartlyShown, match="sequence"):
        tell(data + struct.pack(">I", 12) + b"moov" + bytes(4), HEIF)


def test_the_depth_of_a_jpeg_2000_is_that_of_its_codestream(photo: Image.Image) -> None:
    for data in (encode(photo, JPEG2000), encode(photo, JPEG2000, no_jp2=True)):
        at = data.index(b"\xff\x4f\xff\x51") + 42
        assert tell(data, JPEG2000) == Header(8)
        deep = put(put(put(data, at, b"\x0b"), at + 3, b"\x0b"), at + 6, b"\x0b")
        assert tell(deep, JPEG2000) == Header(12)
        for odd in (b"\x0b", b"\x87"):
            with pytest.raises(PartlyShown, match="several depths, or signed"):
                tell(put(data, at, odd), JPEG2000)


def test_a_profile_in_a_jpeg_2000_is_told(photo: Image.Image) -> None:
    data = encode(photo, JPEG2000)
    at = data.index(b"colr") + 4
    assert tell(put(data, at, b"\2"), JPEG2000).colours.startswith(b"colr\2")


def test_hdr_in_a_png_is_told(photo: Image.Image) -> None:
    data = encode(photo, PNG)
    chunk = struct.pack(">I", 4) + b"cICP\x09\x10\0\1" + bytes(4)
    assert tell(data[:33] + chunk + data[33:], PNG) == Header(colours=b"cICP\x09\x10\0\1")


def test_a_profile_in_a_bmp_is_not_read(photo: Image.Image) -> None:
    """The longest of its headers, which Pillow reads and does not write."""
    data = encode(photo, BMP)
    long = struct.pack("<I", 124) + data[18:54] + bytes(16) + b"%s" + bytes(64)
    for space, shown in ((b"BGRs", True), (b" niW", True), (bytes(4), True), (b"DEBM", False)):
        header = data[:14] + long.replace(b"%s", space) + data[54:]
        if shown:
            assert tell(header, BMP) == Header()
            continue
        with pytest.raises(PartlyShown, match="colour profile"):
            tell(header, BMP)


def test_a_bmp_of_16_bits_a_pixel_has_5_or_6_a_channel() -> None:
    header = struct.pack("<2sIIIIiiHHI", b"BM", 0, 0, 54, 40, 1, 1, 1, 16, 0) + bytes(80)
    assert tell(header, BMP) == Header(5)
    masked = put(put(header, 30, b"\3"), 54, struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    assert tell(masked, BMP) == Header(5, note="six bits of green")


def test_a_profile_in_a_gif_is_not_read(photo: Image.Image) -> None:
    data = encode(photo, GIF)
    block = b"!\xff\x0bICCRGBG1012\x01x\0"
    with pytest.raises(PartlyShown, match="colour profile"):
        tell(data[:781] + block + data[781:], GIF)


def test_boxes_end_with_what_is_none() -> None:
    box = struct.pack(">I", 12) + b"ftyp" + bytes(4)
    assert list(boxes(io.BytesIO(), 0, 0)) == []
    assert list(boxes(io.BytesIO(box), 0, 12)) == [(b"ftyp", 8, 12)]
    assert list(boxes(io.BytesIO(box + b"film"), 0, 16)) == [(b"ftyp", 8, 12), (b"", 12, 16)]
    long = struct.pack(">I4sQ", 1, b"mdat", 20) + bytes(4)
    assert list(boxes(io.BytesIO(long), 0, 20)) == [(b"mdat", 16, 20)]
    rest = struct.pack(">I", 0) + b"mdat" + bytes(9)
    assert list(boxes(io.BytesIO(rest), 0, 17)) == [(b"mdat", 8, 17)]


def test_chunks_end_with_the_picture(photo: Image.Image) -> None:
    data = encode(photo, PNG)
    found = list(chunks(io.BytesIO(data + b"behind it")))
    assert (found[0], found[-1]) == ((b"IHDR", 16, 29), (b"IEND", len(data) - 4, len(data) - 4))
