"""A file of a few bytes that claims gigabytes of pixels is refused before it is decoded.

The report names the file and the reason.
"""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.fingerprint.one_file import fingerprint
from dupscan.model.files import Failure, FileEntry, PassedOver
from dupscan.pipeline import ScanOutcome
from dupscan.settings import FingerprintSettings

EntryOf = Callable[[Path], FileEntry]


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG of one bit a pixel with this compressed data."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def reason_of(path: Path, entry_of: EntryOf, max_pixels: int = 250_000_000) -> str:
    """Why a file is refused."""
    made = fingerprint(entry_of(path), FingerprintSettings(max_pixels=max_pixels))
    assert isinstance(made, Failure)
    return made.reason


def test_a_gif_of_44_bytes_that_claims_four_gigapixels(tmp_path: Path, entry_of: EntryOf) -> None:
    """A frame as large as they come, far from the corner of a canvas as large as they come."""
    canvas = b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 1066, 65535, 65535, 0) + b"\x02\x02\x44\x01\x00;"
    (tmp_path / "bomb.gif").write_bytes(bomb := (canvas + frame).ljust(44, b"\0"))

    assert len(bomb) <= 44
    assert reason_of(tmp_path / "bomb.gif", entry_of).startswith("claims 65535 × 66601 pixels")


def test_a_png_that_is_only_a_header_of_600_megapixels(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "bomb.png").write_bytes(png(20_990, 29_700, b""))

    assert reason_of(tmp_path / "bomb.png", entry_of).startswith("claims 20990 × 29700 pixels")


def test_a_real_bomb_within_the_limits_is_just_a_black_picture(
    scan_of: Callable[..., ScanOutcome], tmp_path: Path
) -> None:
    """60 megapixels in 8 kB: a blank page, scanned finely, is no more than that either."""
    width, height = 6_000, 10_000
    data = zlib.compress((b"\0" + bytes(width // 8)) * height, 9)
    (tmp_path / "black.png").write_bytes(png(width, height, data))

    report = scan_of(tmp_path).report

    assert (tmp_path / "black.png").stat().st_size < 10_000
    assert report.failures == ()
    assert report.low_detail == (0,)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "JPEG2000", "BMP", "GIF"])
def test_every_format_is_refused_by_its_header(
    format_: str, photo: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    photo.save(tmp_path / "picture.jpg", format_)

    assert reason_of(tmp_path / "picture.jpg", entry_of, max_pixels=1000).startswith(
        "claims 400 × 300 pixels"
    )


@pytest.mark.parametrize(
    ("module", "format_"), [("pillow_heif", "HEIF"), ("pillow_jxl", "JXL"), (None, "AVIF")]
)
def test_a_large_picture_is_not_decoded_in_order_to_learn_its_size(
    module: str | None, format_: str, tmp_path: Path, entry_of: EntryOf
) -> None:
    """Without its end it cannot be decoded: whoever knows its size has read the header only.

    AVIF's decoder wants the whole file to begin with; that it is damaged is as good a refusal.
    """
    if module is not None:
        plugin = pytest.importorskip(module)
        getattr(plugin, "register_heif_opener", lambda: None)()
    buffer = io.BytesIO()
    Image.effect_noise((1000, 1000), 60).convert("RGB").save(buffer, format_)
    (tmp_path / "half.jpg").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])

    reason = reason_of(tmp_path / "half.jpg", entry_of, max_pixels=1000)

    assert reason.startswith("claims 1000 × 1000 pixels") or format_ == "AVIF"


def test_a_raw_file_that_claims_too_much_is_a_failure(
    dng: bytes, tmp_path: Path, entry_of: EntryOf
) -> None:
    pytest.importorskip("rawpy")
    width, height = (struct.pack("<HHII", tag, 4, 1, size) for tag, size in ((256, 64), (257, 48)))
    bomb = dng.replace(width, width[:8] + struct.pack("<I", 60_000))
    bomb = bomb.replace(height, height[:8] + struct.pack("<I", 60_000))
    assert bomb != dng
    (tmp_path / "bomb.dng").write_bytes(bomb)

    made = fingerprint(entry_of(tmp_path / "bomb.dng"), FingerprintSettings())

    assert isinstance(made, Failure)
    assert not isinstance(made, PassedOver)
