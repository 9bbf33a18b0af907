"""Files that an option names: never in place of anything of the user's."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.cli.output import OutputFile, question_in_words
from dupscan.errors import CannotFinish, UsageError
from dupscan.model.report import FolderQuestion

MARK = "ours alone"


def output(path: Path, suffix: str = "", inputs: tuple[str, ...] = ()) -> OutputFile:
    return OutputFile("--plot", path, MARK, suffix, inputs)


def test_where_nothing_is_there_is_room(tmp_path: Path) -> None:
    output(tmp_path / "new.toml").check()
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_private_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    output(tmp_path / "new.toml").write(b"content")

    assert stat.S_IMODE((tmp_path / "new.toml").stat().st_mode) == 0o600
    assert [tmp_path / "new.toml"] == list(tmp_path.iterdir())


def test_an_earlier_file_of_the_kind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text(f"# {MARK}\n")

    output(path).write(b"new")

    assert path.read_bytes() == b"new"
    assert [path] == list(tmp_path.iterdir())


def test_a_photograph_is_not_overwritten(photo: Image.Image, tmp_path: Path) -> None:
    photo.save(tmp_path / "holiday.png")
    before = (tmp_path / "holiday.png").read_bytes()

    with pytest.raises(UsageError, match=r"--plot .*holiday.png: a file that dupscan did not"):
        output(tmp_path / "holiday.png").write(b"new")
    assert before == (tmp_path / "holiday.png").read_bytes()


@pytest.mark.parametrize("content", [b"", b"a letter", b"\x89PNG\r\n\x1a\n"])
def test_any_other_file_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "map.png").write_bytes(content)

    with pytest.raises(UsageError, match="is not replaced"):
        output(tmp_path / "map.png").write(b"new")
    assert (tmp_path / "map.png").read_bytes() == content


def test_a_folder_and_a_link_that_leads_nowhere_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for path in (tmp_path / "link", tmp_path):
        with pytest.raises(UsageError, match="is not replaced"):
            output(path).check()


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_an_input_is_not_replaced_under_any_name(
    tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    """Though it is a file of the kind, which would be replaced."""
    (tmp_path / "one.png").write_text(MARK)
    link(tmp_path / "one.png", tmp_path / "link.png")

    for name in ("one.png", "link.png"):
        with pytest.raises(UsageError, match="one of the two pictures"):
            output(tmp_path / name, inputs=(str(tmp_path / "one.png"),)).check()


@pytest.mark.parametrize(
    ("name", "message"),
    [("map.jpg", r"ends in \.png"), ("map", r"ends in \.png"), ("no/map.png", "no folder")],
)
def test_a_place_that_makes_no_sense_is_refused_before_the_work(
    tmp_path: Path, name: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        output(tmp_path / name, ".png").check()
    assert os.listdir(tmp_path) == []


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotFinish, match=r"cannot write .*xx: .*; make room there"):
        output(tmp_path / ("x" * 250)).write(b"content")
    assert os.listdir(tmp_path) == []


def test_a_question_says_how_to_answer_it_safely() -> None:
    question = FolderQuestion("/Photos/My 2019", "/Holi\nday", 120)
    assert question_in_words(question) == (
        "/Photos/My 2019 and /Holi\\nday hold the same 120 pictures, and nothing says which to "
        "keep: answer with plan --keep under:'/Photos/My 2019'"
    )
    assert "hold one picture" in question_in_words(FolderQuestion("/a", "/b", 1))
