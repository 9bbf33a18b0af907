"""Whatever happens to a file comes back as a value."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from dupscan.fingerprint.one_file import fingerprint
from dupscan.model.files import Failure, FileEntry, PassedOver
from dupscan.model.pictures import Fingerprint
from dupscan.settings import FingerprintSettings

SETTINGS = FingerprintSettings(max_pixels=1_000_000)
PICTURE = Image.radial_gradient("L").resize((24, 16)).convert("RGB")


def make_exif() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[0x4746] = 5
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2019:07:14 18:03:59"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 24.0)
    return exif.tobytes()


def encode(format_: str, **options: object) -> bytes:
    buffer = BytesIO()
    PICTURE.save(buffer, format_, **options)
    return buffer.getvalue()


SOUND = [
    *(encode(one, exif=make_exif()) for one in ("JPEG", "PNG", "TIFF", "WEBP")),
    *(encode(one, save_all=True, append_images=[PICTURE]) for one in ("GIF", "TIFF", "MPO")),
    *(encode(one) for one in ("BMP", "JPEG2000", "AVIF")),
    b"Exif\0\0" + make_exif(),
]
CHANGES = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from([0, 1, 6, 9, 0x7F, 0x80, 0xFF])),
    min_size=1,
    max_size=6,
)
DIRECTORIES = st.lists(
    st.tuples(
        st.sampled_from([0x112, 0x4746, 0x8769, 0x8825, 0x9003, 0x9011, 2, 700, 34675]),
        st.integers(0, 18),
        st.one_of(st.integers(0, 3), st.integers(0, 0xFFFFFFFF)),
        st.one_of(st.integers(0, 80), st.integers(0, 0xFFFFFFFF)),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def read(
    tmp_path_factory: pytest.TempPathFactory, entry_of: Callable[[Path], FileEntry]
) -> Callable[[bytes], object]:
    path = tmp_path_factory.mktemp("damaged") / "a.jpg"

    def run(data: bytes) -> object:
        path.write_bytes(data)
        return fingerprint(entry_of(path), SETTINGS)

    return run


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=300)
@given(st.sampled_from(SOUND), CHANGES)
def test_a_file_with_some_wrong_bytes_is_read_or_is_a_failure(
    read: Callable[[bytes], object], sound: bytes, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(sound)
    for at, byte in changes:
        damaged[at % len(damaged)] = byte
    assert isinstance(read(bytes(damaged)), Fingerprint | Failure | PassedOver)


@pytest.mark.filterwarnings("ignore")
@given(st.sampled_from(SOUND), st.floats(0, 1))
def test_a_file_that_is_cut_off_is_read_or_is_a_failure(
    read: Callable[[bytes], object], sound: bytes, share: float
) -> None:
    found = read(sound[: int(share * len(sound))])
    assert isinstance(found, Fingerprint | Failure)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=300)
@given(DIRECTORIES, st.sampled_from("<>"))
def test_a_jpeg_is_read_whatever_its_exif_says(
    read: Callable[[bytes], object], tags: list[tuple[int, int, int, int]], order: str
) -> None:
    exif = b"Exif\0\0" + (b"II*\0" if order == "<" else b"MM\0*")
    exif += struct.pack(f"{order}IH", 8, len(tags))
    exif += b"".join(struct.pack(f"{order}HHII", *tag) for tag in tags) + bytes(4)
    plain = encode("JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    found = read(plain[:2] + segment + plain[2:])
    assert isinstance(found, Fingerprint), found
