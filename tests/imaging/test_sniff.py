"""What a file is, told from its first bytes."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from dupscan import imaging
from dupscan.imaging.sniff import sniff
from dupscan.model import formats
from dupscan.model.formats import AVIF, BMP, GIF, HEIF, JPEG, JPEG2000, JXL, PNG, RAW, TIFF, WEBP

BY_PILLOW = (JPEG, PNG, GIF, BMP, WEBP, TIFF, AVIF, JPEG2000)
PHOTOMETRIC, COMPRESSION, SUB_IFDS, CFA_PATTERN, DNG_VERSION = 262, 259, 330, 33422, 50706
CFA = 32803
NOT_A_PICTURE = None


def format_of(data: bytes, path: str = "picture") -> formats.PictureFormat | None:
    return sniff(BytesIO(data), path)


def encode(picture: Image.Image, format_: formats.PictureFormat) -> bytes:
    """A file by the format's real encoder; skips where an optional one is missing."""
    try:
        imaging.require_decoder(format_)
    except imaging.MissingExtra as missing:
        pytest.skip(str(missing))
    buffer = BytesIO()
    picture.save(buffer, format_.name)
    return buffer.getvalue()


def make_tiff(*directories: list[tuple[int, int]], order: str = "<", count: int = 1) -> bytes:
    """A TIFF's directories one behind the other from byte 8; each tag holds one long."""
    data = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    for tags in directories:
        data += struct.pack(f"{order}H", len(tags))
        for tag, value in tags:
            data += struct.pack(f"{order}HHII", tag, 4, count, value)
        data += bytes(4)
    return data


def length_of(tags: int) -> int:
    """Bytes of a directory of so many tags."""
    return 2 + 12 * tags + 4


def test_an_empty_file_is_no_picture() -> None:
    assert format_of(b"") is NOT_A_PICTURE


@pytest.mark.parametrize("format_", [*BY_PILLOW, HEIF, JXL], ids=lambda one: one.name)
def test_a_file_by_a_real_encoder_is_known_whatever_its_name(
    photo: Image.Image, format_: formats.PictureFormat
) -> None:
    data = encode(photo, format_)
    assert format_ == format_of(data, "holiday.txt")
    assert format_ == format_of(data, "")


def test_every_format_that_is_opened_is_tried_here() -> None:
    found = {one for one in vars(formats).values() if isinstance(one, formats.PictureFormat)}
    assert {*BY_PILLOW, HEIF, JXL, RAW} == found


def test_variants_of_one_format_are_one_format(photo: Image.Image, tmp_path: Path) -> None:
    for name, options, expected in [
        ("a.jpg", {"progressive": True}, JPEG),
        ("a.mpo", {"save_all": True, "append_images": [photo]}, JPEG),
        ("a.gif", {"save_all": True, "append_images": [photo.rotate(9)]}, GIF),
        ("a.j2k", {"no_jp2": True}, JPEG2000),
        ("a.tif", {"big_tiff": True}, TIFF),
        ("a.avif", {"save_all": True, "append_images": [photo]}, AVIF),
        ("a.webp", {"lossless": True}, WEBP),
    ]:
        photo.save(tmp_path / name, **options)
        assert expected == format_of((tmp_path / name).read_bytes()), name


@pytest.mark.parametrize("text", [b"BMW sales of 2026, in thousands", b"II came, MM* saw", b"GIF"])
def test_text_that_begins_like_a_picture_is_none(text: bytes) -> None:
    assert format_of(text, "holiday.jpg") is NOT_A_PICTURE


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"8BPS\0\1", "PSD"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "EPS"),
        (b"\xc5\xd0\xd3\xc6", "EPS"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"gimp xcf v011", "XCF"),
        (b"\0\0\1\0\1\0", "ICO"),
    ],
)
def test_formats_that_are_not_opened_are_still_known_by_name(head: bytes, name: str) -> None:
    found = format_of(head.ljust(64, b"\0"), "logo.png")
    assert found is not None
    assert (name, False) == (found.name, found.opened)


@pytest.mark.parametrize(
    ("major", "compatible", "expected"),
    [
        (b"heic", b"mif1heic", HEIF),
        (b"mif1", b"mif1heic", HEIF),
        (b"mif1", b"mif1avif", AVIF),
        (b"avis", b"avismsf1", AVIF),
        (b"msf1", b"", HEIF),
        (b"crx ", b"crx isom", RAW),
        (b"isom", b"isommp42", NOT_A_PICTURE),
        (b"qt  ", b"", NOT_A_PICTURE),
    ],
)
def test_a_container_is_what_its_brands_say(
    major: bytes, compatible: bytes, expected: formats.PictureFormat | None
) -> None:
    box = struct.pack(">I", 16 + len(compatible)) + b"ftyp" + major + bytes(4) + compatible
    assert expected == format_of(box + b"....heicavif", "film.heic")


def test_a_container_of_a_wrong_length_is_read_no_further_than_its_head() -> None:
    for length in (0, 1, 7, 0xFFFFFFFF):
        assert format_of(struct.pack(">I", length) + b"ftypisom" + bytes(4)) is NOT_A_PICTURE


# -- TIFF and the cameras' files that are built like it --------------------------------------------


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_plain_tiff_is_a_finished_picture(order: str) -> None:
    assert format_of(make_tiff([(256, 4000), (PHOTOMETRIC, 2)], order=order), "scan.tif") == TIFF


def test_a_negative_that_can_be_developed_is_raw_whatever_its_name(dng: bytes) -> None:
    assert format_of(dng, "a.dng") == RAW
    assert format_of(dng, "a.tif") == RAW


def test_canons_marker_makes_a_tiff_raw() -> None:
    assert format_of(b"II*\0\x10\0\0\0CR\2\0" + bytes(64), "IMG_1.jpg") == RAW


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("sensor", [(PHOTOMETRIC, CFA), (COMPRESSION, 34713), (CFA_PATTERN, 0)])
def test_sensor_data_behind_a_thumbnail_makes_a_tiff_raw(
    sensor: tuple[int, int], order: str
) -> None:
    """As Nikon writes it: the first directory is an RGB thumbnail, a sub-directory the sensor."""
    thumbnail = [(PHOTOMETRIC, 2), (SUB_IFDS, 8 + length_of(2))]
    assert format_of(make_tiff(thumbnail, [(256, 6000), sensor], order=order), "DSC.tif") == RAW


def test_a_short_value_is_read_from_the_right_end_of_its_field() -> None:
    for order, mark in (("<", b"II*\0"), (">", b"MM\0*")):
        entry = struct.pack(f"{order}HHIHH", PHOTOMETRIC, 3, 1, CFA, 0)
        data = mark + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4)
        assert format_of(data, "a.tif") == RAW


def test_a_list_of_sub_directories_is_looked_through() -> None:
    lists_at = 8 + length_of(1)
    second = lists_at + 8 + length_of(1)
    data = make_tiff([(SUB_IFDS, lists_at)], count=2)
    data += struct.pack("<II", lists_at + 8, second)
    data += make_tiff([(256, 160)])[8:] + make_tiff([(PHOTOMETRIC, CFA)])[8:]
    assert format_of(data, "a.tif") == RAW


@pytest.mark.parametrize("suffix", [".NEF", ".arw", ".dng", ".Cr2", ".pef"])
def test_a_cameras_suffix_makes_a_tiff_raw(photo: Image.Image, suffix: str) -> None:
    assert format_of(encode(photo, TIFF), f"/photos.tif/DSC_1{suffix}") == RAW


def test_a_cameras_suffix_makes_nothing_else_raw(photo: Image.Image) -> None:
    assert format_of(encode(photo, JPEG), "DSC_1.NEF") == JPEG
    assert format_of(b"nothing of the kind", "DSC_1.NEF") is NOT_A_PICTURE


def test_directories_that_loop_come_to_an_end() -> None:
    itself = make_tiff([(SUB_IFDS, 8)] * 300)
    each_other = make_tiff([(SUB_IFDS, 8 + length_of(1))], [(SUB_IFDS, 8)])
    for data in (itself, each_other):
        assert format_of(data, "a.tif") == TIFF


def test_directories_beyond_the_end_of_the_file_are_not_there() -> None:
    for data in (
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        make_tiff([(SUB_IFDS, 0xFFFFFFFF)]),
        make_tiff([(SUB_IFDS, 0xFFFFFFF0)], count=0xFFFFFFFF),
    ):
        assert format_of(data, "a.tif") == TIFF


def test_a_header_cut_off_anywhere_is_no_trouble(dng: bytes, photo: Image.Image) -> None:
    for data in (dng[-400:], *(encode(photo, one) for one in BY_PILLOW)):
        formats = {format_of(data[:length], "a.tif") for length in range(40)}
        assert formats <= {None, TIFF, RAW, format_of(data, "a.tif")}


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""),
        ("/photos/a.JPG", ".jpg"),
        ("/photos.tif/notes", ""),
        (".jpg", ""),
        ("/photos/.jpg", ""),
        ("a.tar.gz", ".gz"),
        ("a.", "."),
    ],
)
def test_a_suffix_is_what_follows_the_last_dot_of_the_name(path: str, expected: str) -> None:
    assert expected == formats.suffix_of(path)


@pytest.mark.parametrize("path", ["a.jpg", "A.JPEG", "b.heic", "c.CR3", "d.jxl", "e.webp"])
def test_a_pictures_suffix_promises_a_picture(path: str) -> None:
    assert formats.claims_to_be_a_picture(path)


@pytest.mark.parametrize("path", ["a.txt", "a.mp4", "jpg", "a.jpg.part", "a.xmp", ".jpg"])
def test_any_other_name_promises_nothing(path: str) -> None:
    assert not formats.claims_to_be_a_picture(path)
