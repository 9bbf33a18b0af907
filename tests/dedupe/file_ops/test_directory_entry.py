"""Names in folders that are held open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupscan.dedupe.file_ops.directory_entry import DirectoryEntry, is_same


@pytest.fixture
def entry(tmp_path: Path) -> Iterator[DirectoryEntry]:
    folder = tmp_path / "photos"
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    yield DirectoryEntry(descriptor, "a.jpg", str(folder / "a.jpg"))
    os.close(descriptor)


def test_a_name_that_nothing_has_is_free(entry: DirectoryEntry) -> None:
    assert entry.is_free()
    assert entry.look_if_any() is None


def test_a_link_that_leads_nowhere_has_its_name(entry: DirectoryEntry) -> None:
    os.symlink("nowhere", entry.path)
    assert not entry.is_free()


def test_an_entry_stays_in_its_folder_when_that_is_renamed_and_replaced(
    entry: DirectoryEntry, tmp_path: Path
) -> None:
    Path(entry.path).write_bytes(b"first")
    (tmp_path / "photos").rename(tmp_path / "moved")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"other")
    assert os.path.samestat(os.stat(tmp_path / "moved" / "a.jpg"), entry.stat())


def test_a_name_beside_is_in_the_same_folder(entry: DirectoryEntry) -> None:
    beside = entry.beside("b.jpg")
    Path(beside.path).write_bytes(b"b")
    assert not beside.is_free()
    assert entry.is_free()


def test_two_statuses_are_of_one_file_until_its_bytes_change(entry: DirectoryEntry) -> None:
    path = Path(entry.path)
    path.write_bytes(b"first")
    before = entry.stat()
    path.chmod(0o600)
    assert is_same(before, entry.stat())
    path.write_bytes(b"longer than before")
    assert not is_same(before, entry.stat())
