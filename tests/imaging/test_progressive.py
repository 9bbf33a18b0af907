"""A progressive JPEG seen by its coarsest scans is the picture that the whole file shows."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from dupscan import imaging
from dupscan.fingerprint import phash
from dupscan.fingerprint.metadata import description
from dupscan.imaging.progressive import _run_of_empty_blocks
from dupscan.model.formats import JPEG, PNG
from dupscan.model.pictures import PictureInfo

PHOTOS = "astronaut chelsea coffee rocket".split()
ENOUGH = 250_000_000


class Recorded(BytesIO):
    """A file that counts the bytes that are read of it."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


@pytest.fixture(scope="session")
def large(originals: Path) -> Callable[..., Image.Image]:
    """Photographs of 2,400 pixels with the grain of a camera, in memory once."""

    @cache
    def make(name: str, length: int = 2400) -> Image.Image:
        with Image.open(originals / f"{name}.jpg") as image:
            size = [round(side * length / max(image.size)) for side in image.size]
            enlarged = image.convert("RGB").resize((size[0], size[1]), Image.Resampling.BICUBIC)
        grain = np.random.default_rng(7).normal(0, 6, (size[1], size[0], 1))
        levels = np.clip(np.asarray(enlarged) + grain, 0, 255)
        return Image.fromarray(levels.astype(np.uint8))

    return make


@pytest.fixture(scope="session")
def whole(large: Callable[..., Image.Image]) -> bytes:
    """A progressive file of the usual kind."""
    return encode(large("coffee"))


def encode(picture: Image.Image, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, **{"format": "JPEG", "progressive": True, "quality": 90, **options})
    return file.getvalue()


def see(data: bytes, whole: bytes | None = None) -> tuple[Image.Image, PictureInfo]:
    """The working picture, and what the whole file says of itself."""
    picture = imaging.open_picture(BytesIO(data), JPEG, ENOUGH)
    working = imaging.working_picture(picture)
    return working, description.describe(picture, BytesIO(whole or data))


def assert_the_same_is_seen(data: bytes, off: float = 3.5) -> None:
    """By a few bits of the hash and `off` levels in the mean, and every word of the header."""
    small = imaging.coarse_jpeg(BytesIO(data), JPEG)
    assert small is not None
    (expected, words), (actual, same_words) = see(data), see(small.read(), data)
    assert words == same_words
    assert (phash.phash(expected) ^ phash.phash(actual)).bit_count() <= 4
    difference = np.asarray(expected, float) - np.asarray(actual, float)
    assert np.sqrt(np.square(difference).mean()) < off
    grey = np.asarray(expected.convert("L"), float) - np.asarray(actual.convert("L"), float)
    assert np.sqrt(np.square(grey).mean()) < 1


def segments(data: bytes) -> dict[int, int]:
    """Where the first segment of each kind begins, up to the first scan."""
    found: dict[int, int] = {}
    at = 2
    while 0xDA not in found:
        found.setdefault(data[at + 1], at)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


def scans(data: bytes) -> list[int]:
    """Where each segment or scan begins from the first scan on."""
    starts = [segments(data)[0xDA]]
    while (at := data.find(b"\xff", starts[-1] + 2)) >= 0:
        while data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at = data.index(b"\xff", at + 2)
        starts.append(at)
    return starts


def put_in(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at:]


def segment(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, kind, len(content) + 2) + content


# -- the same picture ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PHOTOS)
def test_the_picture_is_the_same_by_its_coarsest_scans(
    large: Callable[..., Image.Image], name: str
) -> None:
    assert_the_same_is_seen(encode(large(name)))


@pytest.mark.parametrize(
    "options",
    [
        {"subsampling": "4:4:4"},
        {"subsampling": "4:2:2"},
        {"quality": 75},
        {"restart_marker_rows": 1},
        {"restart_marker_blocks": 5, "subsampling": "4:4:4"},
        {"exif": b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"},
        {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()},
        {"comment": b"taken on a Sunday", "dpi": (300, 300)},
    ],
    ids="444 422 q75 rows blocks turned icc comment".split(),
)
def test_whatever_it_was_saved_with(
    large: Callable[..., Image.Image], options: dict[str, object]
) -> None:
    assert_the_same_is_seen(encode(large("chelsea"), **options))


@pytest.mark.parametrize("length", [2056, 2399, 2500])
def test_whatever_its_size(large: Callable[..., Image.Image], length: int) -> None:
    assert_the_same_is_seen(encode(large("rocket", length)))


def test_a_grey_picture_is_the_same(large: Callable[..., Image.Image]) -> None:
    assert_the_same_is_seen(encode(large("coffee").convert("L")), off=1)


def test_a_picture_with_full_colour_is_the_same_but_for_rounding(
    large: Callable[..., Image.Image],
) -> None:
    assert_the_same_is_seen(encode(large("coffee"), subsampling="4:4:4"), off=1)


def test_the_preview_in_its_metadata_is_not_taken_for_the_picture(
    large: Callable[..., Image.Image],
) -> None:
    preview = encode(large("astronaut").resize((160, 160)))
    exif = b"Exif\0\0II*\0\x08\0\0\0" + bytes(6) + preview
    assert_the_same_is_seen(encode(large("coffee"), exif=exif))


def test_a_picture_of_several_is_the_same(large: Callable[..., Image.Image]) -> None:
    data = encode(large("coffee"), format="MPO", save_all=True, append_images=[large("rocket")])
    assert see(data)[1].frames == 2
    assert_the_same_is_seen(data)


def test_scans_of_one_component_each_are_taken_together(whole: bytes) -> None:
    """As some encoders write them: here the means of a grey picture, said to be of three."""
    grey = encode(Image.new("L", (2400, 1600), 200))
    frame, scan = segments(grey)[0xC2], segments(grey)[0xDA]
    second = scans(grey)[1]
    three = bytes.fromhex("ffc2 0011 08") + grey[frame + 5 : frame + 9]
    three += bytes.fromhex("03 011100 021100 031100")
    means = [grey[scan : scan + 5] + bytes([n]) + grey[scan + 6 : second] for n in (1, 2, 3)]
    data = grey[:frame] + three + grey[frame + 13 : scan] + b"".join(means)
    found = imaging.dc_scans(BytesIO(data + grey[second:]))
    assert found is not None
    assert found.startswith(data)
    assert see(found)[0].size == (256, 171)
    assert imaging.dc_scans(BytesIO(data[: -len(means[2])] + grey[second:])) is None


def test_fill_bytes_before_markers_are_no_obstacle(whole: bytes) -> None:
    for at in (segments(whole)[0xC2], segments(whole)[0xDA], scans(whole)[1]):
        assert_the_same_is_seen(put_in(whole, at, b"\xff\xff"))


@pytest.mark.parametrize("count", [1, 2, 3, 14, 15, 16, 32767, 32768, 100_000])
def test_empty_blocks_are_counted_as_the_standard_says(count: int) -> None:
    bits = "".join(
        f"{byte:08b}" for byte in _run_of_empty_blocks(count).replace(b"\xff\0", b"\xff")
    )
    blocks = 0
    while len(bits) >= 4 and (digits := int(bits[:4], 2)) < 15:
        blocks += (1 << digits) + int("0" + bits[4 : 4 + digits], 2)
        bits = bits[4 + digits :]
    assert count == blocks
    assert set(bits) <= {"1"}
    assert len(bits) < 8


# -- no more is read than that ---------------------------------------------------------------------


def test_less_than_a_third_of_the_file_is_read(whole: bytes) -> None:
    file = Recorded(whole)
    file.seek(11)
    assert imaging.coarse_jpeg(file, JPEG) is not None
    assert file.tell() == 11
    assert file.count < len(whole) / 3


def test_what_is_not_progressive_costs_one_read(large: Callable[..., Image.Image]) -> None:
    file = Recorded(encode(large("coffee"), progressive=False))
    assert imaging.coarse_jpeg(file, JPEG) is None
    assert file.tell() == 0
    assert file.count <= 1 << 16


def test_a_picture_that_needs_more_than_an_eighth_is_read_in_full(
    large: Callable[..., Image.Image],
) -> None:
    for picture in (large("rocket", 2040), large("coffee").crop((0, 0, 2400, 600))):
        file = Recorded(encode(picture))
        assert imaging.coarse_jpeg(file, JPEG) is None
        assert file.count <= 1 << 16
    assert imaging.coarse_jpeg(BytesIO(encode(large("rocket", 2056))), JPEG) is not None


def test_other_formats_are_not_looked_at() -> None:
    file = Recorded(b"\x89PNG\r\n\x1a\n")
    assert imaging.coarse_jpeg(file, PNG) is None
    assert file.count == 0


# -- what is unusual is left to the ordinary decoder -----------------------------------------------


def test_an_empty_file_has_no_scans() -> None:
    assert imaging.dc_scans(BytesIO()) is None


def test_a_file_that_is_cut_off_anywhere_is_never_taken_for_whole(whole: bytes) -> None:
    after = scans(whole)[1]
    for length in (*range(0, after, after // 40), *range(after, len(whole), len(whole) // 60)):
        assert imaging.dc_scans(BytesIO(whole[:length])) is None, length
    for length in range(len(whole) - 5, len(whole)):
        assert imaging.dc_scans(BytesIO(whole[:length])) is None, length
    assert imaging.dc_scans(BytesIO(whole + b"\0")) is None


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (0xDA, segment(0xDC, b"\6\0")),
        (0xDA, segment(0xCC, b"\0\0")),
        (0xDA, b"\xff\xd8"),
        (0xDA, b"\xff\x01"),
        (0xDA, b"\0"),
        (0xDA, b"\xff\xc4\0\1"),
        (0xC2, segment(0xC2, bytes.fromhex("08 0640 0960 01 011100"))),
    ],
    ids="lines arithmetic start reserved garbage length frames".split(),
)
def test_what_is_unusual_before_the_first_scan_is_left_alone(
    whole: bytes, kind: int, more: bytes
) -> None:
    assert imaging.dc_scans(BytesIO(put_in(whole, segments(whole)[kind], more))) is None


@pytest.mark.parametrize("kind", [0xE1, 0xFE, 0xDB, 0xDC, 0xC2])
def test_what_is_unusual_between_scans_is_left_alone(whole: bytes, kind: int) -> None:
    """It would be lost, or change what it stands in."""
    found = put_in(whole, scans(whole)[1], segment(kind, bytes(65)))
    assert imaging.dc_scans(BytesIO(found)) is None


@pytest.mark.parametrize(
    ("at", "new"),
    [(1, 0xC1), (1, 0xCA), (3, 12), (4, 12), (9, 2), (9, 4), (10, 2), (11, 0), (11, 0x51)],
)
def test_frames_of_another_kind_are_left_alone(whole: bytes, at: int, new: int) -> None:
    data = bytearray(whole)
    data[segments(whole)[0xC2] + at] = new
    assert imaging.dc_scans(BytesIO(data)) is None


def test_a_frame_without_a_height_is_left_alone(whole: bytes) -> None:
    at = segments(whole)[0xC2] + 5
    assert imaging.dc_scans(BytesIO(whole[:at] + b"\0\0" + whole[at + 2 :])) is None


@pytest.mark.parametrize(("at", "new"), [(-3, 1), (-2, 5), (-1, 0x10), (-5, 1), (-5, 9)])
def test_first_scans_of_another_kind_are_left_alone(whole: bytes, at: int, new: int) -> None:
    """Of finer detail, of a band, of more bits, of a component twice or unknown."""
    data, scan = bytearray(whole), segments(whole)[0xDA]
    data[scan + 2 + int.from_bytes(whole[scan + 2 : scan + 4], "big") + at] = new
    assert imaging.dc_scans(BytesIO(data)) is None


def test_four_components_are_left_alone(large: Callable[..., Image.Image]) -> None:
    assert imaging.dc_scans(BytesIO(encode(large("coffee").convert("CMYK")))) is None


def header_of(data: bytes) -> object:
    """What Pillow makes of the header of a file, be it an error."""
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as opened:
            return opened.size, opened.mode, opened.info, getattr(opened, "quantization", None)
    except Exception as error:  # noqa: BLE001 (whatever it raises, it is to be the same)
        return type(error)


@settings(max_examples=200)
@given(
    changes=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), max_size=4),
    cut=st.one_of(st.none(), st.tuples(st.integers(0, 1500), st.integers(1, 40))),
)
def test_whatever_a_header_holds_it_is_the_same_one_or_none(
    changes: list[tuple[int, int]], cut: tuple[int, int] | None
) -> None:
    data = bytearray(TINY)
    for at, new in changes:
        data[at] = new
    if cut:
        del data[cut[0] : sum(cut)]
    found = imaging.dc_scans(BytesIO(data))
    assert found is None or header_of(found) == header_of(bytes(data))


TINY = encode(Image.radial_gradient("L").resize((90, 60)).convert("RGB"))
