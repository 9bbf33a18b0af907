"""The table of what scaled decoding costs tells apart what it compares."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from benchmarks import decoding
from benchmarks.decoding import Change


def encode(photo: Image.Image, length: int, **options: object) -> bytes:
    file = io.BytesIO()
    size = (length, length * photo.height // photo.width)
    photo.resize(size).save(file, "JPEG", **options)
    return file.getvalue()


def test_a_folder_of_nothing_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no picture")
    assert list(decoding.files(tmp_path)) == []


def test_a_photograph_is_looked_at_in_each_kind_and_as_it_is(
    photo: Image.Image, tmp_path: Path
) -> None:
    photo.save(tmp_path / "a.png")
    photo.save(tmp_path / "b.jpg")
    photo.resize((90, 60)).save(tmp_path / "icon.png")
    kinds = [kind for kind, _ in decoding.files(tmp_path)]
    assert [*decoding.KINDS, decoding.AS_IT_IS, *decoding.KINDS] == kinds


@pytest.mark.parametrize(("progressive", "count"), [(False, 2), (True, 4)])
def test_only_a_large_progressive_file_has_coarsest_scans(
    photo: Image.Image, *, progressive: bool, count: int
) -> None:
    found = dict(decoding.changes(encode(photo, 2400, progressive=progressive)))
    assert count == len(found)
    assert max(change.bits for change in found.values()) <= 4
    assert len(dict(decoding.changes(encode(photo, 800, progressive=True)))) == 2


def test_a_row_counts_the_files_by_the_bits_that_moved() -> None:
    found = [Change(0, 0.5), Change(0, 0.25), Change(12, 4.0)]
    expected = "| q92 | scaled | 3 | 0 / 12 / 12 | 0: 2 · 12: 1 | 1 | 0.50 / 4.00 / 4.00 |"
    assert expected == decoding.row("q92", "scaled", found)
