"""Names in folders that are held open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupscan.dedupe.file_ops.directory_entry import Spot, is_same


@pytest.fixture
def spot(tmp_path: Path) -> Iterator[Spot]:
    folder = tmp_path / "photos"
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    yield Spot(descriptor, "a.jpg", str(folder / "a.jpg"))
    os.close(descriptor)


def test_a_name_that_nothing_has_is_free(spot: Spot) -> None:
    assert spot.is_free()
    assert spot.status_if_any() is None


def test_a_link_that_leads_nowhere_has_its_name(spot: Spot) -> None:
    os.symlink("nowhere", spot.path)
    assert not spot.is_free()


def test_a_spot_stays_in_its_folder_when_that_is_renamed_and_replaced(
    spot: Spot, tmp_path: Path
) -> None:
    Path(spot.path).write_bytes(b"first")
    (tmp_path / "photos").rename(tmp_path / "moved")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"other")
    assert os.path.samestat(os.stat(tmp_path / "moved" / "a.jpg"), spot.status())


def test_a_name_beside_is_in_the_same_folder(spot: Spot) -> None:
    beside = spot.beside("b.jpg")
    Path(beside.path).write_bytes(b"b")
    assert not beside.is_free()
    assert spot.is_free()


def test_two_statuses_are_of_one_file_until_its_bytes_change(spot: Spot) -> None:
    path = Path(spot.path)
    path.write_bytes(b"first")
    before = spot.status()
    path.chmod(0o600)
    assert is_same(before, spot.status())
    path.write_bytes(b"longer than before")
    assert not is_same(before, spot.status())
