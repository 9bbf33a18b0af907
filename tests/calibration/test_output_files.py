"""Files that a calibration writes: never over anything of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from dupscan.calibration.output_files import check_place, write_whole
from dupscan.errors import CannotFinish, UsageError

MARK = "ours alone"


def test_where_nothing_is_there_is_room(tmp_path: Path) -> None:
    check_place(tmp_path / "new.toml", MARK, "--output")


def test_one_of_ours_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text(f"# {MARK}\n")
    check_place(path, MARK, "--output")

    write_whole(path, b"new")

    assert path.read_bytes() == b"new"
    assert [path] == list(tmp_path.iterdir())


def test_a_photograph_is_not_overwritten(photo: Image.Image, tmp_path: Path) -> None:
    photo.save(tmp_path / "holiday.png")

    with pytest.raises(UsageError, match=r"--plot .*holiday.png: there is something else already"):
        check_place(tmp_path / "holiday.png", MARK, "--plot")


def test_a_folder_and_a_link_that_leads_nowhere_are_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for path in (tmp_path / "link", tmp_path):
        with pytest.raises(UsageError, match="something else already"):
            check_place(path, MARK, "--output")


def test_a_folder_that_is_not_there_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        check_place(tmp_path / "no" / "new.toml", MARK, "--output")


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()

    with pytest.raises(CannotFinish, match=r"cannot write .*new"):
        write_whole(tmp_path / "new", b"content")
