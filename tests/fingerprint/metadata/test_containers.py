"""Metadata that the decoders do not pass on is found in the file."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from dupscan.fingerprint.metadata.containers import EXIF_UUID, XMP_UUID, raw_profile
from dupscan.fingerprint.metadata.xmp import XMP_MARK
from dupscan.model.formats import GIF, JPEG2000, PNG
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
Packet = Callable[..., bytes]


def exif_data() -> bytes:
    exif = Image.Exif()
    exif[0x4746] = 4
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2012:12:22 10:37:28"
    return exif.tobytes()


def uuid_box(uuid: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 24 + len(data)) + b"uuid" + uuid + data


def profile(name: str, data: bytes) -> PngInfo:
    text = PngInfo()
    text.add_text(f"Raw profile type {name}", f"\n{name}\n{len(data):8}\n{data.hex()}\n", zip=True)
    return text


def test_no_profile_is_found_in_no_texts() -> None:
    assert raw_profile({}, "exif", "APP1") is None


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_the_exif_of_a_jpeg_2000_is_read(tell: Tell, prefix: bytes) -> None:
    box = uuid_box(EXIF_UUID, prefix + exif_data().removeprefix(b"Exif\0\0"))
    info = tell(JPEG2000, lambda file: file + box)
    assert (info.captured, info.rating) == ("2012-12-22T10:37:28", 4)


@pytest.mark.parametrize("name", ["exif", "APP1", "app1"])
def test_the_exif_in_a_raw_profile_of_a_png_is_read(tell: Tell, name: str) -> None:
    info = tell(PNG, pnginfo=profile(name, exif_data()))
    assert (info.captured, info.rating) == ("2012-12-22T10:37:28", 4)


@pytest.mark.parametrize("name", ["xmp", "APP1"])
def test_the_xmp_in_a_raw_profile_of_a_png_is_read(tell: Tell, packet: Packet, name: str) -> None:
    data = packet(attributes='xmp:Rating="4"')
    data = data if name == "xmp" else XMP_MARK + data
    assert tell(PNG, pnginfo=profile(name, data)).rating == 4


def test_the_xmp_of_a_gif_is_read(tell: Tell, packet: Packet) -> None:
    """Its bytes are no sub-blocks; 258 bytes behind it lead other readers to its end."""
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    block = b"!\xff\x0bXMP DataXMP" + packet(attributes='xmp:Rating="4"') + trailer
    assert tell(GIF, lambda file: file[:-1] + block + b";").rating == 4
    assert tell(GIF).rating is None


@pytest.mark.parametrize("uuid", [EXIF_UUID, XMP_UUID])
@pytest.mark.filterwarnings("ignore")
def test_a_box_that_makes_no_sense_tells_nothing(tell: Tell, uuid: bytes) -> None:
    for data in (b"", b"Exif\0\0", b"II*\0\xff\xff\xff\xff", bytes(99)):
        info = tell(JPEG2000, lambda file, data=data: file + uuid_box(uuid, data))
        assert (info.captured, info.rating, info.notes) == (None, None, None)
