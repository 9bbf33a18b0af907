"""Files written whole or not at all, alone or several together."""

from __future__ import annotations

import os
import signal
import stat
import sys
from pathlib import Path
from typing import BinaryIO

import pytest
from support.processes import run_to_end

from dupscan.system.atomic import Writer, write_together

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from dupscan.system.atomic import write_together

def die(file):
    file.write(b"half of th")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

write_together(Path(sys.argv[1]), {"a": lambda file: file.write(b"new"), "b": die})
"""


def writes(content: bytes) -> Writer:
    def write(file: BinaryIO) -> None:
        file.write(content)

    return write


def fail(file: BinaryIO) -> None:
    file.write(b"half of th")
    raise OSError(28, "No space left on device")


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_nothing_to_write_writes_nothing(tmp_path: Path) -> None:
    write_together(tmp_path, {})
    assert content_of(tmp_path) == {}


def test_all_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_together(tmp_path, {"a": writes(b"1"), "b": writes(b""), "c": writes(b"3" * 100_000)})
    assert content_of(tmp_path) == {"a": b"1", "b": b"", "c": b"3" * 100_000}


def test_a_file_that_is_there_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a much longer text than the new one")
    write_together(tmp_path, {"a": writes(b"new")})
    assert content_of(tmp_path) == {"a": b"new"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_files_are_private_whatever_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o666)
    before = os.umask(0)
    try:
        write_together(tmp_path, {"a": writes(b"1"), "b": writes(b"2")})
    finally:
        os.umask(before)
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "b")}
    assert modes == {0o600}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_failure_at_any_place_changes_nothing(tmp_path: Path, place: int) -> None:
    before = {name: b"old " + name.encode() for name in "abc"}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    writers = {name: writes(b"new") for name in "abc"} | {"abc"[place]: fail}
    with pytest.raises(OSError, match="No space"):
        write_together(tmp_path, writers)
    assert before == content_of(tmp_path)


def test_an_error_that_is_not_of_the_disk_changes_nothing_either(tmp_path: Path) -> None:
    def err(file: BinaryIO) -> None:
        raise UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed")

    with pytest.raises(UnicodeEncodeError):
        write_together(tmp_path, {"a": writes(b"new"), "b": err})
    assert content_of(tmp_path) == {}


def test_no_file_is_put_in_place_before_all_are_written(tmp_path: Path) -> None:
    def look(file: BinaryIO) -> None:
        assert not (tmp_path / "a").exists()
        file.write(b"2")

    write_together(tmp_path, {"a": writes(b"1"), "b": look})
    assert (tmp_path / "a").read_bytes() == b"1"


@pytest.mark.parametrize("place", ["a", "b"])
def test_a_folder_in_the_way_of_any_name_changes_nothing(tmp_path: Path, place: str) -> None:
    """All of them or none: also when it is not the writing that fails but the renaming."""
    (tmp_path / place).mkdir()
    other = {"a": "b", "b": "a"}[place]
    (tmp_path / other).write_bytes(b"old")
    with pytest.raises(OSError, match="directory"):
        write_together(tmp_path, {"a": writes(b"new"), "b": writes(b"new")})
    assert content_of(tmp_path) == {other: b"old"}


def test_a_symlink_is_replaced_and_what_it_leads_to_is_not_touched(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"the only copy")
    (tmp_path / "report").symlink_to(photo)
    write_together(tmp_path, {"report": writes(b"new")})
    assert photo.read_bytes() == b"the only copy"
    assert not (tmp_path / "report").is_symlink()


def test_the_other_name_of_a_hard_link_keeps_its_content(tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"last week's")
    os.link(tmp_path / "backup", tmp_path / "report")
    write_together(tmp_path, {"report": writes(b"new")})
    assert (tmp_path / "backup").read_bytes() == b"last week's"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_together(tmp_path / "nowhere", {"a": writes(b"")})


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_a_killed_process_leaves_what_was_there_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").write_bytes(b"old")
    command = [sys.executable, "-c", KILLED_WHILE_WRITING, str(tmp_path)]
    assert run_to_end(command).returncode == -signal.SIGKILL
    visible = {name: content for name, content in content_of(tmp_path).items() if name[0] != "."}
    assert visible == {"a": b"old", "b": b"old"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a folder's name")
def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n\"'"))
    folder.mkdir()
    write_together(folder, {"a": writes(b"1")})
    assert content_of(folder) == {"a": b"1"}
