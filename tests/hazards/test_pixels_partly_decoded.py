"""Decoders round, drop or ignore data without a message, so equal decoded pixels prove too little.

Pictures that hold more than the decoder returned must not get the verdict ``pixels``.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import FileEntry
from dupscan.settings import FingerprintSettings


@pytest.fixture
def reason(tmp_path: Path, entry_of: Callable[[Path], FileEntry]) -> Callable[[bytes, str], str]:
    """Why a file of these bytes has no digest; empty when it has one."""

    def tell(data: bytes, name: str) -> str:
        (tmp_path / name).write_bytes(data)
        found = pixel_digest(entry_of(tmp_path / name), FingerprintSettings())
        assert isinstance(found, PixelDigest), found
        assert (found.digest is None) == (found.reason is not None)
        return found.reason or ""

    return tell


Reason = Callable[[bytes, str], str]


def encode(picture: Image.Image, format_: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format_, **options)
    return file.getvalue()


def png_of_16_bits(levels: np.ndarray) -> bytes:
    """A PNG of 16 bits a channel, which Pillow cannot write: rows × columns × 3, uint16."""
    rows, columns, _ = levels.shape
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)
    header = struct.pack(">IIBBBBB", columns, rows, 16, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def test_16_bits_of_colour_that_are_decoded_to_8(reason: Reason) -> None:
    """Two files that differ in their lower bytes only are one picture to Pillow."""
    levels = np.full((4, 5, 3), 0x1200, np.uint16)
    one, other = png_of_16_bits(levels), png_of_16_bits(levels + 0x34)
    with Image.open(io.BytesIO(one)) as a, Image.open(io.BytesIO(other)) as b:
        assert a.tobytes() == b.tobytes()
    assert reason(one, "a.png") == "its 16 bits a channel are decoded to 8"


def test_16_bits_of_colour_in_a_tiff(photo: Image.Image, reason: Reason) -> None:
    """Half as wide, with samples twice as long."""
    data = encode(photo, "TIFF")
    width, deep = struct.pack("<HHI", 256, 4, 1), struct.pack("<HHH", 16, 16, 16)
    data = data.replace(width + struct.pack("<I", 400), width + struct.pack("<I", 200))
    data = data.replace(struct.pack("<HHH", 8, 8, 8), deep)
    assert reason(data, "a.tif") == "its 16 bits a channel are decoded to 8"


def test_10_bits_in_a_heif(tmp_path: Path, reason: Reason) -> None:
    heif = pytest.importorskip("pillow_heif")
    levels = np.full((64, 64, 3), 0x1234, np.uint16)
    heif.from_bytes("RGB;16", (64, 64), levels.tobytes()).save(tmp_path / "a.heic")
    found = reason((tmp_path / "a.heic").read_bytes(), "b.heic")
    assert found in (
        "its 10 bits a channel are decoded to 8",
        "its 12 bits a channel are decoded to 8",
    )


def test_what_a_tiff_holds_beside_its_pages(photo: Image.Image, reason: Reason) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags.tagtype[330] = 4
    tags[330] = 8
    found = reason(encode(photo, "TIFF", tiffinfo=tags), "a.tif")
    assert found == "its further pictures in sub-directories are not decoded"


def test_a_fourth_channel_of_a_tiff_that_is_not_called_alpha(
    photo: Image.Image, reason: Reason
) -> None:
    data = encode(photo.convert("RGBX"), "TIFF")
    assert reason(data, "a.tif") == "4 channels are decoded to 3"


def test_colours_that_are_multiplied_by_their_opacity(photo: Image.Image, reason: Reason) -> None:
    data = encode(photo.convert("RGBA"), "TIFF")
    tag = struct.pack("<HHI", 338, 3, 1)
    assert data.count(tag + struct.pack("<I", 2)) == 1
    data = data.replace(tag + struct.pack("<I", 2), tag + struct.pack("<I", 1))
    assert "multiplied by their opacity" in reason(data, "a.tif")


def test_a_fourth_channel_of_a_bmp(photo: Image.Image, reason: Reason) -> None:
    """Officially it means nothing; many programs put opacity there, and Pillow drops it."""
    data = encode(photo.convert("RGBA"), "BMP")
    assert reason(data, "a.bmp") == "its fourth channel is not decoded"


def test_a_palette_of_16_bits_a_channel(photo: Image.Image, reason: Reason) -> None:
    data = encode(photo.quantize(16), "TIFF")
    with Image.open(io.BytesIO(data)) as opened:
        palette = opened.tag_v2[320]
    fine = struct.pack("<HHH", *palette[:3])
    assert reason(data, "8.tif") == ""
    deep = data.replace(fine, struct.pack("<HHH", *(level ^ 1 for level in palette[:3])))
    assert reason(deep, "16.tif") == "its palette of 16 bits a channel is decoded to 8"


def test_floating_point_in_a_jpeg_xl(photo: Image.Image, reason: Reason) -> None:
    pytest.importorskip("pillow_jxl")
    deep = Image.fromarray(np.asarray(photo.convert("L")).astype(np.float32) / 255)
    found = reason(encode(deep, "JXL"), "a.jxl")
    assert found == "its further frames or channels are not decoded"


def test_negatives_by_their_tag_only(
    photo: Image.Image, tmp_path: Path, entry_of: Callable[[Path], FileEntry]
) -> None:
    """In 16 bits, Pillow decodes white-is-zero just as black-is-zero."""
    levels = np.asarray(photo.convert("L")).astype(np.uint16) * 257
    data = encode(Image.fromarray(levels), "TIFF")
    black = struct.pack("<HHII", 262, 3, 1, 1)
    assert data.count(black) == 1
    (tmp_path / "a.tif").write_bytes(data)
    (tmp_path / "b.tif").write_bytes(data.replace(black, struct.pack("<HHII", 262, 3, 1, 0)))
    with Image.open(tmp_path / "a.tif") as a, Image.open(tmp_path / "b.tif") as b:
        assert a.tobytes() == b.tobytes()
    one, other = (
        pixel_digest(entry_of(tmp_path / name), FingerprintSettings())
        for name in ("a.tif", "b.tif")
    )
    assert one != other
