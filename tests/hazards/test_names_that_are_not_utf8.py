"""File names that are not valid UTF-8 must survive in every report: any bytes are a legal name.

czkawka converts names with ``to_string_lossy`` and loses the names that are not UTF-8.
"""

import base64
import csv
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from dupscan.pipeline import ScanOutcome
from dupscan.text.table_cells import text_of

NAMES = (
    b"latin caf\xe9.jpg",
    b"half a rune \xf0\x9f.jpg",
    b"\xff\xfe\x80.jpg",
    b"\xed\xb2\x80.jpg",
)


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """Files of equal bytes whose names are no text, in a folder whose name is none either."""
    folder = os.path.join(os.fsencode(tmp_path), b"\xe9t\xe9")
    os.mkdir(folder)
    for name in NAMES:
        try:
            shutil.copy(os.fsencode(originals / "coffee.jpg"), os.path.join(folder, name))
        except OSError:
            pytest.skip("this file system takes names in UTF-8 only")
    return Path(os.fsdecode(folder))


def expected_paths(library: Path) -> set[bytes]:
    return {os.path.join(os.fsencode(library), name) for name in NAMES}


def test_csv_has_the_bytes_of_every_name(
    scan_of: Callable[..., ScanOutcome], library: Path
) -> None:
    path = scan_of(library).files[1]
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert expected_paths(library) == {os.fsencode(text_of(row["path"])) for row in rows}


def test_json_has_the_bytes_of_every_name(
    scan_of: Callable[..., ScanOutcome], library: Path
) -> None:
    report = json.loads(scan_of(library).files[2].read_text("utf-8"))
    members = report["groups"][0]["members"]

    assert expected_paths(library) == {base64.b64decode(one["path_bytes"]) for one in members}


def test_the_page_links_to_the_bytes_of_every_name(
    scan_of: Callable[..., ScanOutcome], library: Path
) -> None:
    page = scan_of(library).files[0].read_bytes()
    links = [part.partition(b'"')[0] for part in page.split(b'href="file://')[1:]]

    assert expected_paths(library) == set(map(unquote_to_bytes, links))


def test_an_unreadable_file_keeps_its_name(
    scan_of: Callable[..., ScanOutcome], library: Path
) -> None:
    (library / os.fsdecode(b"empty \xe9.jpg")).touch()

    report = json.loads(scan_of(library).files[2].read_text("utf-8"))

    [failure] = report["failures"]
    path = os.fsdecode(base64.b64decode(failure["path_bytes"]))
    assert os.path.exists(path)


def test_the_real_command_is_given_such_a_name_and_survives_it(
    dupscan: Callable[..., Any], library: Path, tmp_path: Path
) -> None:
    done = dupscan("scan", library, "-o", tmp_path / "report", "-v")

    assert done.returncode == 0, done.stderr
    assert "4 files, 4 pictures, 1 group" in done.stdout
    assert sys.getfilesystemencodeerrors() == "surrogateescape"
