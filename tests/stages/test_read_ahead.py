"""Files come in an order kind to the disk, and are asked for ahead of those who open them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.processes import PATIENCE

from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.stages.read_ahead import (
    HEAD,
    MOST_BYTES,
    MOST_FILES,
    MOST_OF_ONE,
    NETWORK_THREADS,
    SOLID_STATE_THREADS,
    SPINNING_DISK_THREADS,
    read_ahead,
    reading_order,
    threads_for,
)
from dupscan.system import page_cache

EntryOf = Callable[[Path], FileEntry]


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Each test ends with its threads."""
    yield
    wait_for_threads()


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "read-ahead":
            thread.join(PATIENCE)
            assert not thread.is_alive()


def never() -> bool:
    return False


def everything(file: FileEntry, head: bytes) -> int:
    return file.size


def entry(path: str, device: int = 1, inode: int = 0, size: int = 1) -> FileEntry:
    return FileEntry(path, size=size, mtime_ns=0, device=device, inode=inode, links=1)


def write(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number:03}" for number in range(count)]
    for path in paths:
        path.write_bytes(path.name.encode() * 50)
    return paths


def test_no_files_have_an_order() -> None:
    assert reading_order(FileTable.of([])).tolist() == []


def test_files_are_read_by_device_then_inode_then_path() -> None:
    table = FileTable.of(
        [entry("/a", 2, 7), entry("/b", 1, 9), entry("/c", 1, 8), entry("/d", 2, 7), entry("/e", 2)]
    )
    assert "".join(table[at].path[1:] for at in reading_order(table).tolist()) == "cbead"


def test_no_files_are_no_files() -> None:
    assert list(read_ahead([], everything, never)) == []


def test_the_same_files_come_in_the_same_order(tmp_path: Path, entry_of: EntryOf) -> None:
    files = [entry_of(path) for path in write(tmp_path, MOST_FILES + 50)]
    assert files == list(read_ahead(iter(files), everything, never))


def test_files_that_cannot_be_read_come_too(tmp_path: Path, entry_of: EntryOf) -> None:
    """A FIFO is opened without waiting for who writes to it, and so on; the worker will tell."""
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    files = [*map(entry_of, tmp_path.iterdir()), entry(str(tmp_path / "missing"))]
    assert files == list(read_ahead(files, everything, never))


def test_no_more_files_are_drawn_than_are_worth_it() -> None:
    drawn = 0

    def count() -> Iterator[FileEntry]:
        nonlocal drawn
        for number in range(3 * MOST_FILES):
            drawn += 1
            yield entry(f"/missing/{number}")

    for returned, _ in enumerate(read_ahead(count(), everything, never)):
        assert drawn - returned <= MOST_FILES


def test_no_more_bytes_are_asked_for_than_memory_can_spare() -> None:
    drawn: list[FileEntry] = []
    large = (entry(f"/missing/{number}", size=1 << 40) for number in range(100))
    files = (drawn.append(file) or file for file in large)
    for returned, _ in enumerate(read_ahead(files, everything, never)):
        assert (len(drawn) - returned) * MOST_OF_ONE <= MOST_BYTES


def test_how_much_is_wanted_is_told_from_the_first_bytes(tmp_path: Path, entry_of: EntryOf) -> None:
    heads = {}
    for path in write(tmp_path, 20):
        path.write_bytes(path.name.encode() * HEAD)

    def wanted(file: FileEntry, head: bytes) -> int:
        heads[file.path] = head
        return 0

    paths = sorted(tmp_path.iterdir())
    assert len(list(read_ahead(map(entry_of, paths), wanted, never))) == 20
    wait_for_threads()
    assert {str(path): path.read_bytes()[:HEAD] for path in paths} == heads


def test_an_odd_file_does_not_end_reading_ahead(tmp_path: Path, entry_of: EntryOf) -> None:
    asked = []

    def wanted(file: FileEntry, head: bytes) -> int:
        asked.append(file.path)
        raise ValueError("what nobody thought of")

    files = [entry_of(path) for path in write(tmp_path, 20)]
    assert files == list(read_ahead(files, wanted, never))
    wait_for_threads()
    assert sorted(file.path for file in files) == sorted(asked)


def test_after_a_stop_nothing_is_asked_for(tmp_path: Path, entry_of: EntryOf) -> None:
    asked = []
    files = [entry_of(path) for path in write(tmp_path, 20)]

    def wanted(file: FileEntry, head: bytes) -> int:
        asked.append(file)
        return 0

    assert files == list(read_ahead(files, wanted, lambda: True))
    wait_for_threads()
    assert asked == []


def test_a_scan_that_leaves_early_leaves_no_thread(tmp_path: Path, entry_of: EntryOf) -> None:
    files = [entry_of(path) for path in write(tmp_path, 20)]
    ahead = read_ahead(files, everything, never)
    assert files[0] == next(ahead)
    del ahead  # as when the one who drew from it is gone


def test_where_the_system_cannot_read_ahead_files_pass_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, entry_of: EntryOf
) -> None:
    monkeypatch.setattr(page_cache, "CAN_FETCH", False)
    files = [entry_of(path) for path in write(tmp_path, 5)]
    ahead = read_ahead(files, everything, never)
    assert files[0] == next(ahead)
    assert "read-ahead" not in {thread.name for thread in threading.enumerate()}
    assert files[1:] == list(ahead)


def test_a_device_that_is_no_disk_is_asked_for_many_files_at_a_time(tmp_path: Path) -> None:
    assert threads_for(os.makedev(0, 55), str(tmp_path)) == NETWORK_THREADS


@pytest.mark.parametrize(
    ("spins", "threads"), [("1\n", SPINNING_DISK_THREADS), ("0\n", SOLID_STATE_THREADS)]
)
def test_a_partition_is_asked_as_its_disk_can_bear(
    spins: str, threads: int, tmp_path: Path
) -> None:
    """The folders are those of Linux: by number, links to a disk or a partition below it."""
    disk, block = tmp_path / "devices" / "sda", tmp_path / "block"
    (disk / "queue").mkdir(parents=True)
    (disk / "queue" / "rotational").write_text(spins)
    (disk / "sda1").mkdir()
    block.mkdir()
    (block / "8:0").symlink_to(disk)
    (block / "8:1").symlink_to(disk / "sda1")
    assert {threads} == {threads_for(os.makedev(8, minor), str(block)) for minor in (0, 1)}


def test_a_disk_that_tells_nothing_is_taken_for_a_solid_one(tmp_path: Path) -> None:
    assert threads_for(os.makedev(8, 1), str(tmp_path)) == SOLID_STATE_THREADS


def test_a_file_too_large_for_any_file_system_is_no_trouble(
    tmp_path: Path, entry_of: EntryOf
) -> None:
    """The status may lie, or the file be cut meanwhile: reading ends where the file does."""
    [path] = write(tmp_path, 1)
    path.write_bytes(b"x" * (HEAD + 1))
    file = replace(entry_of(path), size=1 << 62)
    assert [file] == list(read_ahead([file], everything, never))
