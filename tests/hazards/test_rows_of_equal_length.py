"""Every row of ``duplicates.csv`` has the same number of fields.

fclones writes a CSV file whose rows have as many fields as a group has files.
"""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.pipeline import ScanOutcome
from dupscan.text.table_cells import text_of

ScanOf = Callable[..., ScanOutcome]
NAMES = ("a,b.jpg", 'quoted "name".jpg', "two\nlines.jpg", "two\r\nlines.jpg", "=1+1.jpg", " .jpg")
COLUMNS = [
    *("group", "role", "verdict", "path", "keeper", "explanation"),
    *("distance", "histogram_rms", "difference", "width", "height", "format", "size", "mtime"),
    "aliases",
]


@pytest.fixture
def rows(scan_of: ScanOf, originals: Path, photo: Image.Image, tmp_path: Path) -> list[list[str]]:
    """The rows of ``duplicates.csv`` for names that a spreadsheet could trip over."""
    for name in NAMES:
        shutil.copy(originals / "coffee.jpg", tmp_path / name)
    photo.save(tmp_path / "one.png")
    photo.save(tmp_path / "one, smaller.jpg")
    with scan_of(tmp_path).files[1].open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_no_duplicates_leave_the_header_alone(scan_of: ScanOf, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with scan_of(tmp_path).files[1].open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [COLUMNS]


def test_every_row_has_as_many_fields_as_the_header(rows: list[list[str]]) -> None:
    assert rows[0] == COLUMNS
    assert {len(COLUMNS)} == {len(row) for row in rows}


def test_every_row_has_the_exact_path(rows: list[list[str]], tmp_path: Path) -> None:
    names = {*NAMES, "one.png", "one, smaller.jpg"}

    paths = [[Path(text_of(cell)) for cell in row[3:5]] for row in rows[1:]]
    assert {tmp_path / name for name in names} == {path for path, _ in paths}
    assert all(path.exists() and keeper.exists() for path, keeper in paths)


def test_no_field_begins_like_a_formula(rows: list[list[str]]) -> None:
    fields = [field for row in rows for field in row]

    assert [field for field in fields if field[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
