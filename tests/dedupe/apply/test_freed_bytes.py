"""How many bytes are free once names are gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dupscan.dedupe.apply.freed_bytes import FreedBytes


@pytest.fixture
def names(tmp_path: Path) -> list[Path]:
    """Three names of one file of seven bytes."""
    (tmp_path / "a.jpg").write_bytes(b"picture")
    for name in ("b.jpg", "c.jpg"):
        os.link(tmp_path / "a.jpg", tmp_path / name)
    return [tmp_path / name for name in ("a.jpg", "b.jpg", "c.jpg")]


def test_a_file_of_one_name_is_free_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"picture")
    for name_is_gone in (True, False):
        assert FreedBytes().add(path.stat(), name_is_gone=name_is_gone) == 7


def test_names_that_go_free_nothing_before_the_last(names: list[Path]) -> None:
    freed, found = FreedBytes(), []
    for path in names:
        found.append(freed.add(path.stat(), name_is_gone=True))
        path.unlink()
    assert found == [0, 0, 7]


def test_names_that_are_moved_free_nothing_before_the_last(names: list[Path]) -> None:
    freed = FreedBytes()
    assert [freed.add(path.stat(), name_is_gone=False) for path in names] == [0, 0, 7]


@pytest.mark.parametrize("name_is_gone", [True, False])
def test_a_name_that_stays_keeps_the_bytes(names: list[Path], name_is_gone: bool) -> None:
    freed = FreedBytes()
    for path in names[:2]:
        assert freed.add(path.stat(), name_is_gone=name_is_gone) == 0
        if name_is_gone:
            path.unlink()
