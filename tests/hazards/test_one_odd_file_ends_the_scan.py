"""One unexpected exception of a decoder must not end the scan of a hundred thousand other files."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from dupscan.pipeline import ScanOutcome

pytestmark = pytest.mark.filterwarnings("ignore")  # Pillow warns of odd metadata, rightly

ScanOf = Callable[..., ScanOutcome]
EXIF_IFD, GPS_IFD = 0x8769, 0x8825


def save_with_text(photo: Image.Image, path: Path, key: str, value: str) -> None:
    """Save a PNG with one line of text in it, as any program may leave there."""
    text = PngImagePlugin.PngInfo()
    text.add_text(key, value)
    photo.save(path, pnginfo=text)


def save_with_pointer(photo: Image.Image, path: Path, tag: int, offset: int) -> None:
    """Save a JPEG whose EXIF points for one of its directories to a signed `offset`."""
    entry = struct.pack(">HHIi", tag, 9, 1, offset)
    photo.save(path, exif=b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4))


@pytest.mark.parametrize("tag", [EXIF_IFD, GPS_IFD])
def test_metadata_that_points_before_the_beginning_of_the_file(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path, tag: int
) -> None:
    save_with_pointer(photo, tmp_path / "odd.jpg", tag, -5)

    assert scan_of(tmp_path).report.counts.pictures == 1


@pytest.mark.parametrize("key", ["full_size", "bit_depth", "icc_profile"])
def test_a_text_in_a_png_is_not_taken_for_what_dupscan_itself_noted(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path, key: str
) -> None:
    save_with_text(photo, tmp_path / "odd.png", key, "anything")
    photo.resize((200, 150)).save(tmp_path / "small.png")

    [picture, _] = scan_of(tmp_path).report.pictures

    assert (picture.info.width, picture.info.height, picture.info.bit_depth) == (400, 300, 8)


def test_two_digits_in_a_png_are_not_the_size_of_the_picture(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path
) -> None:
    save_with_text(photo, tmp_path / "odd.png", "full_size", "12")
    photo.resize((200, 150)).save(tmp_path / "small.png")

    report = scan_of(tmp_path).report

    assert (report.pictures[0].info.width, report.pictures[0].info.height) == (400, 300)


@pytest.mark.parametrize("key", ["transparency", "interlace", "xmp"])
def test_a_picture_is_not_refused_for_a_text_in_it(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path, key: str
) -> None:
    """Pillow keeps a PNG's texts and its own notes in one dictionary."""
    save_with_text(photo, tmp_path / "odd.png", key, "anything")

    assert scan_of(tmp_path).report.failures == ()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_picture_is_not_refused_for_damaged_metadata(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path, suffix: str
) -> None:
    photo.save(tmp_path / f"odd.{suffix}", exif=b"Exif\0\0overwritten by something")

    assert scan_of(tmp_path).report.failures == ()


def test_the_other_files_are_scanned_by_the_real_command_too(
    dupscan: Callable[..., subprocess.CompletedProcess[str]], photo: Image.Image, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    library.mkdir()
    save_with_pointer(photo, library / "odd.jpg", GPS_IFD, -5)
    for name in ("one.jpg", "two.jpg"):
        photo.save(library / name)

    done = dupscan("scan", library, "-o", tmp_path / "report")

    assert "Traceback" not in done.stderr
    assert done.returncode == 0
