"""The letter é can be one character or two: two such names look the same, but are two files.

Linux keeps the two spellings (NFC and NFD) apart.
"""

import csv
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.pipeline import ScanOutcome


@pytest.fixture
def twins(originals: Path, tmp_path: Path) -> set[str]:
    """Paths of two files of equal bytes whose names differ in nothing that is to be seen."""
    paths = [tmp_path / unicodedata.normalize(form, "été à Orléans.jpg") for form in ("NFC", "NFD")]
    for path in paths:
        shutil.copy(originals / "coffee.jpg", path)
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system does not tell the two names apart")
    return set(map(str, paths))


def test_both_are_found_and_one_is_the_others_duplicate(
    scan_of: Callable[..., ScanOutcome], twins: set[str], tmp_path: Path
) -> None:
    report = scan_of(tmp_path).report

    assert (report.counts.files, report.counts.groups, report.counts.duplicates) == (2, 1, 1)
    assert twins == {picture.file.path for picture in report.pictures}


def test_each_keeps_its_own_spelling_in_the_report(
    scan_of: Callable[..., ScanOutcome], twins: set[str], tmp_path: Path
) -> None:
    with scan_of(tmp_path).files[1].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert twins == {row["path"] for row in rows}
    assert len({row["keeper"] for row in rows}) == 1


def test_names_that_differ_in_case_are_two_files(
    scan_of: Callable[..., ScanOutcome], originals: Path, tmp_path: Path
) -> None:
    for name in ("IMG_1.JPG", "img_1.jpg"):
        shutil.copy(originals / "coffee.jpg", tmp_path / name)
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system does not tell the two names apart")

    assert scan_of(tmp_path).report.counts.pictures == 2
