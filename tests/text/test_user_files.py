"""Text files of a person are read whatever program saved them, or refused with the way out."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from support.processes import as_ordinary_user

from dupscan.errors import SettingsError
from dupscan.text import user_files
from dupscan.text.user_files import read_text, refusal, shortened


def save(folder: Path, content: bytes) -> Path:
    path = folder / "mine.txt"
    path.write_bytes(content)
    return path


def refuse(path: Path) -> str:
    with pytest.raises(SettingsError) as error:
        read_text(path, "--mine")
    assert str(error.value).startswith(f"--mine {path}: ")
    return str(error.value)


def test_an_empty_file_is_empty_text(tmp_path: Path) -> None:
    assert read_text(save(tmp_path, b""), "--mine") == ""


@pytest.mark.parametrize(
    "content",
    [
        "né\nb\n".encode(),
        "né\r\nb\r\n".encode(),
        "né\rb\r".encode(),
        "né\nb\n".encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + "né\r\nb\r\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "né\r\nb\r\n".encode("utf-16-be"),
    ],
)
def test_the_same_text_is_read_whatever_program_saved_it(tmp_path: Path, content: bytes) -> None:
    assert read_text(save(tmp_path, content), "--mine") == "né\nb\n"


def test_the_mark_of_a_second_file_that_was_joined_is_left_out(tmp_path: Path) -> None:
    content = 2 * "a\n".encode("utf-8-sig")
    assert read_text(save(tmp_path, content), "--mine") == "a\na\n"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file or directory; is the name right" in refuse(tmp_path / "mine.txt")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "Is a directory" in refuse(tmp_path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, b"a")
    path.chmod(0)
    with as_ordinary_user():
        assert "Permission denied" in refuse(path)


def test_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    message = refuse(save(tmp_path, "a\nb\nné\n".encode("latin-1")))
    assert "line 3 is not UTF-8; save the file as UTF-8" in message


def test_text_that_is_half_of_utf_16_is_refused(tmp_path: Path) -> None:
    assert "not UTF-8" in refuse(save(tmp_path, codecs.BOM_UTF16_LE + b"a"))


@pytest.mark.parametrize("content", ["né".encode("utf-16-le"), b"\0" * 99])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    message = refuse(save(tmp_path, content))
    assert "UTF-8" in message


def test_a_file_that_no_person_wrote_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = save(tmp_path, b"")
    os.truncate(path, user_files.MOST_BYTES + 1)
    assert "over 64,000,000 bytes; is it the right file?" in refuse(path)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="pipes have no names here")
def test_a_pipe_can_be_read_too(tmp_path: Path) -> None:
    """As a shell hands over the output of a command, with ``<(...)``."""
    reader, writer = os.pipe()
    os.write(writer, b"a\n")
    os.close(writer)
    with os.fdopen(reader, "rb"):
        assert read_text(Path(f"/dev/fd/{reader}"), "--mine") == "a\n"


def test_a_name_with_an_escape_sequence_does_not_reach_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\\x1b\[2J"):
        read_text(tmp_path / "\x1b[2J", "--mine")


def test_all_mistakes_are_told_at_once_and_then_the_way_out() -> None:
    error = refusal(Path("mine.txt"), "--mine", ["line 1: bad", "line 3: worse"], "Mend them")
    assert str(error) == "--mine mine.txt: 2 mistakes\n  line 1: bad\n  line 3: worse\nMend them"


def test_mistakes_beyond_twenty_are_counted() -> None:
    lines = [f"line {number}" for number in range(5000)]
    message = str(refusal(Path("mine.txt"), "--mine", lines, "Mend them")).splitlines()
    assert message[0] == "--mine mine.txt: 5,000 mistakes"
    assert message[-3:] == ["  line 19", "  and 4,980 more", "Mend them"]


@pytest.mark.parametrize("value", ["x" * 10**6, "\x1b" * 60, "\n\r\u2028\u202e"])
def test_a_value_is_told_in_one_short_harmless_line(value: str) -> None:
    assert len(shortened(value)) <= 50
    assert shortened(value).isprintable()
