"""What a picture says of itself, and that nonsense in it costs nothing."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from dupscan import imaging
from dupscan.fingerprint.metadata.description import describe
from dupscan.imaging.sniff import sniff
from dupscan.model import formats
from dupscan.model.formats import AVIF, GIF, HEIF, JPEG, JXL, PNG, RAW, TIFF, WEBP
from dupscan.model.pictures import PictureInfo

WITH_EXIF = [JPEG, PNG, TIFF, WEBP, AVIF, HEIF, JXL]


def encode(picture: Image.Image, format_: formats.PictureFormat, **options: object) -> bytes:
    """A file by the format's real encoder; skips where an optional one is missing."""
    try:
        imaging.require_decoder(format_)
    except imaging.MissingExtra as missing:
        pytest.skip(str(missing))
    buffer = BytesIO()
    picture.save(buffer, format_.name, **options)
    return buffer.getvalue()


def tell(data: bytes, format_: formats.PictureFormat) -> PictureInfo:
    """What is told of a file, in the order of a scan: opened, decoded, described."""
    image = imaging.open_picture(BytesIO(data), format_, 10**9)
    imaging.working_picture(image)
    return describe(image)


def make_png(picture: Image.Image, bits: int, colour_type: int) -> bytes:
    """A PNG of 16-bit channels, which Pillow itself does not write in colour."""
    rows = np.asarray(picture).astype(">u2") * 257
    data = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    header = struct.pack(">IIBBBBB", *picture.size, bits, colour_type, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n"
    for kind, content in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b"")):
        checksum = zlib.crc32(kind + content)
        png += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    return png


def insert_exif(jpeg: bytes, tag: int, kind: int, count: int, value: bytes) -> bytes:
    """A JPEG with an EXIF directory of one tag, and eight bytes of ones behind it, at 26."""
    directory = struct.pack("<HHHI", 1, tag, kind, count) + value + bytes(4)
    exif = b"Exif\0\0II*\0\x08\0\0\0" + directory + b"\xff" * 8
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def test_a_picture_that_says_nothing_is_described_by_its_pixels(photo: Image.Image) -> None:
    assert tell(encode(photo, PNG), PNG) == PictureInfo("PNG", 400, 300, encoding=100)


@pytest.mark.parametrize("quality", [30, 60, 90])
def test_a_jpeg_says_how_well_it_was_saved(photo: Image.Image, quality: int) -> None:
    described = tell(encode(photo, JPEG, quality=quality), JPEG)
    assert abs(described.encoding - quality) <= 1


def test_a_tiff_says_whether_it_was_stored_with_loss(photo: Image.Image) -> None:
    plain = tell(encode(photo, TIFF, compression="tiff_lzw"), TIFF).encoding
    assert plain == 100
    assert tell(encode(photo, TIFF, compression="jpeg", quality=50), TIFF).encoding < plain


@pytest.mark.parametrize(("format_", "expected"), [(GIF, 60), (WEBP, 80), (AVIF, 80), (HEIF, 95)])
def test_what_does_not_say_how_well_it_was_saved_is_taken_for_what_is_usual(
    photo: Image.Image, format_: formats.PictureFormat, expected: int
) -> None:
    assert expected == tell(encode(photo, format_), format_).encoding


def test_few_colours_are_not_taken_for_all_of_them(photo: Image.Image) -> None:
    assert tell(encode(photo.convert("P"), PNG), PNG).encoding < 80


# -- frames, depth, channels -----------------------------------------------------------------------


@pytest.mark.parametrize("format_", [GIF, PNG, WEBP, TIFF, AVIF], ids=lambda one: one.name)
def test_every_frame_is_counted(photo: Image.Image, format_: formats.PictureFormat) -> None:
    others = [photo.rotate(90), photo.rotate(180)]
    assert tell(encode(photo, format_, save_all=True, append_images=others), format_).frames == 3


def test_the_second_picture_in_a_telephones_jpeg_is_counted(photo: Image.Image) -> None:
    buffer = BytesIO()
    photo.save(buffer, "MPO", save_all=True, append_images=[photo])
    info = tell(buffer.getvalue(), JPEG)
    assert (info.format, info.frames) == ("JPEG", 2)


def test_a_damaged_later_frame_does_not_cost_the_first(photo: Image.Image) -> None:
    data = encode(photo, TIFF, save_all=True, append_images=[photo])
    assert tell(data[: len(data) - 8], TIFF).width == 400
    assert tell(data[: len(data) // 2 + 2000], TIFF).width == 400


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_channels_are_named_as_they_are_stored(photo: Image.Image, mode: str) -> None:
    info = tell(encode(photo.convert(mode), PNG), PNG)
    assert (mode, 1 if mode == "1" else 8) == (info.channels, info.bit_depth)


def test_channels_of_an_animation_are_those_of_its_first_frame(photo: Image.Image) -> None:
    data = encode(photo.convert("P"), GIF, save_all=True, append_images=[photo.rotate(90)])
    assert tell(data, GIF).channels == "P"


def test_deep_grey_is_told_apart_from_shallow(photo: Image.Image) -> None:
    deep = Image.fromarray(np.asarray(photo.convert("L")).astype(np.uint16) * 257)
    assert tell(encode(deep, PNG), PNG).bit_depth == 16
    assert tell(encode(deep, TIFF), TIFF).bit_depth == 16
    assert tell(encode(deep.convert("F"), TIFF), TIFF).bit_depth == 32


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_deep_colour_is_told_apart_though_it_is_read_at_8_bits(
    photo: Image.Image, mode: str
) -> None:
    data = make_png(photo.convert(mode), 16, 2 if mode == "RGB" else 6)
    assert (16, mode) == (tell(data, PNG).bit_depth, tell(data, PNG).channels)


def test_a_raw_file_is_as_large_as_its_sensor(dng: bytes) -> None:
    pytest.importorskip("rawpy")
    info = tell(dng, RAW)
    assert (info.format, info.width, info.height) == ("RAW", 64, 48)


def test_a_raw_file_is_as_large_as_its_sensor_held_upright(dng: bytes) -> None:
    pytest.importorskip("rawpy")
    upright, turned = (struct.pack("<HHIH", 274, 3, 1, number) for number in (1, 6))
    assert upright in dng
    info = tell(dng.replace(upright, turned), RAW)
    assert (info.width, info.height) == (48, 64)


# -- profile, time, place --------------------------------------------------------------------------


def test_a_colour_profile_is_named(photo: Image.Image) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert tell(encode(photo, JPEG, icc_profile=profile), JPEG).colour_profile == "sRGB built-in"


def test_a_damaged_colour_profile_still_is_one(photo: Image.Image) -> None:
    for format_ in (JPEG, PNG, TIFF, WEBP):
        data = encode(photo, format_, icc_profile=b"nonsense" * 20)
        assert tell(data, format_).colour_profile == "unreadable"


@pytest.mark.parametrize("format_", WITH_EXIF, ids=lambda one: one.name)
def test_the_time_of_capture_is_told_whatever_the_format(
    photo: Image.Image, format_: formats.PictureFormat
) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: "2019:07:14 18:03:59",
            ExifTags.Base.OffsetTimeOriginal: "+02:00",
        }
    )
    info = tell(encode(photo, format_, exif=exif.tobytes()), format_)
    assert info.captured == "2019-07-14T18:03:59+02:00"


def test_a_place_is_known_only_when_there_are_coordinates(photo: Image.Image) -> None:
    exif = Image.Exif()
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSVersionID] = b"\2\3\0\0"
    assert not tell(encode(photo, JPEG, exif=exif), JPEG).gps
    place[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 24.0)
    assert tell(encode(photo, JPEG, exif=exif), JPEG).gps


# -- nonsense --------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", [JPEG, PNG, WEBP, HEIF, JXL], ids=lambda one: one.name)
@pytest.mark.parametrize(
    "exif",
    [
        b"garbage that is no TIFF at all",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\0\x09",
        b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI", ExifTags.IFD.Exif, 4, 1) + b"\xff" * 8,
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_picture_is_never_refused_for_its_exif(
    photo: Image.Image, format_: formats.PictureFormat, exif: bytes
) -> None:
    info = tell(encode(photo, format_, exif=b"Exif\0\0" + exif), format_)
    assert (info.width, info.height, info.captured) == (400, 300, None)


@pytest.mark.parametrize("tag", [ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo])
@pytest.mark.filterwarnings("ignore")
def test_a_directory_that_lies_nowhere_is_not_there(photo: Image.Image, tag: int) -> None:
    """Each type of value as an offset: text, fractions, numbers below nought and of 64 bits."""
    small = encode(photo.resize((16, 12)), JPEG)
    values = (b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\x08\0\0\0", b"\x1a\0\0\0")
    for kind, count, value in product(range(1, 19), range(3), values):
        info = tell(insert_exif(small, tag, kind, count, value), JPEG)
        assert (info.width, info.captured, info.gps) == (16, None, False), kind


@pytest.mark.filterwarnings("ignore")
def test_an_orientation_of_a_wrong_type_turns_nothing(photo: Image.Image) -> None:
    small = encode(photo.resize((16, 12)), JPEG)
    for kind in range(1, 19):
        data = insert_exif(small, ExifTags.Base.Orientation, kind, 2, b"\x06\0\x06\0")
        assert tell(data, JPEG).width in (16, 12)


@pytest.mark.parametrize("packed", [True, False])
def test_a_png_is_never_refused_for_the_length_of_its_comment(
    photo: Image.Image, packed: bool
) -> None:
    """Programs put whole workflows, histories and profiles there; Pillow minds beyond 1 MB."""
    text = PngImagePlugin.PngInfo()
    text.add_text("history", "brightened, " * 200_000, zip=packed)
    assert tell(encode(photo, PNG, pnginfo=text), PNG).width == 400


def test_a_png_is_never_refused_for_the_length_of_its_profile(photo: Image.Image) -> None:
    data = encode(photo, PNG, icc_profile=bytes(2_000_000))
    assert tell(data, PNG).colour_profile == "unreadable"


def test_real_photographs_are_described(originals: Path) -> None:
    for path in sorted(originals.iterdir()):
        data = path.read_bytes()
        format_ = sniff(BytesIO(data), str(path))
        assert format_ is not None
        info = tell(data, format_)
        assert (info.frames, info.bit_depth) == (1, 8), path.name
        assert info.pixels > 50_000, path.name
