"""The suffix of a file may be wrong; only its content tells the format."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.model.pictures import Picture
from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
Grouped = Callable[[ScanOutcome], list[list[str]]]


@pytest.mark.parametrize("name", ["photo.png", "photo.txt", "photo.docx", "photo", ".jpg", "x."])
def test_a_jpeg_is_a_jpeg_whatever_its_name(
    pictures_of: Callable[..., tuple[Picture, ...]], originals: Path, tmp_path: Path, name: str
) -> None:
    shutil.copy(originals / "coffee.jpg", tmp_path / name)

    [picture] = pictures_of(tmp_path, hidden=True)

    assert picture.info.format == "JPEG"


def test_files_of_one_picture_are_one_group_whatever_their_names(
    scan_of: ScanOf, grouped: Grouped, photo: Image.Image, tmp_path: Path
) -> None:
    photo.save(tmp_path / "a.gif", "PNG")
    photo.save(tmp_path / "b.mp4", "WEBP", quality=90)
    photo.save(tmp_path / "c.RAW", "BMP")

    assert grouped(scan_of(tmp_path)) == [["a.gif", "b.mp4", "c.RAW"]]


@pytest.mark.parametrize("name", ["photo.JPG", "photo.heic", "photo.NEF"])
def test_a_file_that_only_claims_to_be_a_picture_is_reported(
    scan_of: ScanOf, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("<html>404 Not Found</html>")

    report = scan_of(tmp_path).report

    assert [str(tmp_path / name)] == [failure.path for failure in report.failures]


def test_a_file_that_claims_nothing_is_passed_over_and_counted(
    scan_of: ScanOf, tmp_path: Path
) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "empty").touch()

    report = scan_of(tmp_path).report

    assert report.passed_over == {"not a picture": 3}
    assert report.failures == ()
