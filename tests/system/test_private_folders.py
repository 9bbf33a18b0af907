"""Folders that only their user may enter."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dupscan.system.private_folders import make_private


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """A process with this umask."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path)
    make_private(Path("/"))
    assert mode_of(tmp_path) == 0o755


@pytest.mark.usefixtures("umask")
def test_all_folders_that_were_missing_are_private(tmp_path: Path) -> None:
    make_private(tmp_path / "a" / "b" / "c")
    assert [mode_of(tmp_path / one) for one in ("a", "a/b", "a/b/c")] == [0o700] * 3


def test_a_relative_folder_is_made_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_private(Path("a/b"))
    assert mode_of(tmp_path / "a") == 0o700


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    make_private(tmp_path / "link" / "a")
    assert (tmp_path / "real" / "a").is_dir()


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileExistsError):
        make_private(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        make_private(tmp_path / "file" / "a")
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        make_private(tmp_path / "dangling")
    assert not (tmp_path / "nowhere").exists()
