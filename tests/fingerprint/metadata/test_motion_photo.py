"""A photograph that holds its film is known by the film, not by what it says of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from dupscan.fingerprint.metadata import motion_photo
from dupscan.fingerprint.metadata.motion_photo import contains_video
from dupscan.model.formats import AVIF, GIF, HEIF, JPEG, PictureFormat
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
Packet = Callable[..., bytes]
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"\0\0\x10\0mdat" + b"\x55" * 4088
SAMSUNG = b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + FILM + b"SEFH" + bytes(40) + b"SEFT"
SAYS_SO = 'GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"'


def behind(data: bytes) -> Callable[[bytes], bytes]:
    return lambda file: file + data


def test_a_photograph_alone_holds_none(tell: Tell) -> None:
    assert not tell().film
    assert not contains_video(BytesIO(b""), JPEG)


@pytest.mark.parametrize("data", [FILM, bytes(9) + FILM, FILM + bytes(9999), SAMSUNG, FILM * 2])
def test_a_film_behind_a_jpeg_is_seen(tell: Tell, packet: Packet, data: bytes) -> None:
    assert tell(JPEG, behind(data)).film
    assert tell(JPEG, behind(data), progressive=True, xmp=packet(attributes=SAYS_SO)).film


@pytest.mark.parametrize(
    "data",
    [bytes(7), bytes(10_000), b"trailer of a camera", b"SEFH" + bytes(40) + b"SEFT", b"ftyp"],
)
def test_what_else_lies_behind_a_jpeg_is_no_film(tell: Tell, data: bytes) -> None:
    assert not tell(JPEG, behind(data)).film


def test_a_film_that_is_gone_is_not_held_whatever_the_file_says(tell: Tell, packet: Packet) -> None:
    """Saved again, a photograph keeps its XMP; to be its film's keeper it is no good."""
    assert not tell(xmp=packet(attributes=SAYS_SO)).film


@pytest.mark.parametrize("format_", [HEIF, AVIF], ids=lambda one: one.name)
@pytest.mark.parametrize("kind", [b"mpvd", b"sefd", b""])
def test_a_film_in_a_heif_file_is_seen(tell: Tell, format_: PictureFormat, kind: bytes) -> None:
    box = (8 + len(FILM)).to_bytes(4, "big") + kind + FILM if kind else FILM
    assert tell(format_, behind(box)).film
    assert not tell(format_).film
    assert not tell(format_, behind(b"\0\0\0\x10" + (kind or b"free") + bytes(8))).film


def test_other_formats_hold_none(tell: Tell) -> None:
    assert not tell(GIF, behind(FILM)).film


class Counting(BytesIO):
    """A file that counts the bytes it is asked for."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def test_a_jpeg_that_ends_as_one_costs_two_bytes_and_its_position_stays() -> None:
    source = Counting(b"\xff\xd8" + FILM + os.urandom(100_000) + b"\xff\xd9")
    source.seek(77)
    assert not contains_video(source, JPEG)
    assert (source.count, source.tell()) == (2, 77)


def test_a_film_is_seen_wherever_pieces_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG")
    for length in range(1, 20):
        monkeypatch.setattr(motion_photo, "_BYTES_PER_READ", length)
        assert contains_video(BytesIO(buffer.getvalue() + FILM[:200]), JPEG)


def test_a_file_that_cannot_be_read_any_more_holds_none() -> None:
    source = BytesIO(b"\xff\xd8" + FILM)
    source.close()
    assert not contains_video(source, JPEG)
