"""The room that changes the user's files: each act whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dupscan.dedupe import file_ops
from dupscan.dedupe.file_ops import Changed, steps
from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.file_ops.directory_entry import DirectoryEntry, OpenFile, SeenFile

TEMPORARY = ".dupscan-0-1.tmp"
ATTRIBUTES = FileAttributes(
    mode=0o640, uid=os.getuid(), gid=os.getgid(), atime_ns=5 * 10**18, mtime_ns=10**18
)


@pytest.fixture
def name_of(tmp_path: Path) -> Iterator[Callable[[str], DirectoryEntry]]:
    """Hold a folder open, and return the entry of a name in it."""
    folders = []

    def make(name: str) -> DirectoryEntry:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        folders.append(os.open(path.parent, os.O_RDONLY))
        return DirectoryEntry(folders[-1], path.name, str(path))

    yield make
    for one in folders:
        os.close(one)


@pytest.fixture
def file(name_of: Callable[[str], DirectoryEntry]) -> Callable[..., SeenFile]:
    """Make a file, and return it as it is seen then."""

    def make(name: str, content: bytes = b"picture") -> SeenFile:
        entry = name_of(name)
        Path(entry.path).write_bytes(content)
        return entry.look()

    return make


@contextmanager
def opened(file: SeenFile) -> Iterator[OpenFile]:
    descriptor = os.open(file.path, os.O_RDONLY)
    yield OpenFile(file.folder, file.name, file.path, file.status, descriptor, real_folder="")
    os.close(descriptor)


def content(file: DirectoryEntry) -> bytes:
    return Path(file.path).read_bytes()


def names_in(file: DirectoryEntry) -> list[str]:
    return sorted(os.listdir(file.folder))


def test_a_hard_link_takes_the_place_of_its_target_and_leaves_nothing_beside(
    file: Callable[..., SeenFile],
) -> None:
    keeper, target = file("a/keeper.jpg"), file("b/target.jpg")
    file_ops.hard_link(keeper=keeper, target=target, temporary=TEMPORARY)
    assert os.path.samestat(keeper.status, target.stat())
    assert names_in(target) == ["target.jpg"]


@pytest.mark.parametrize("becomes", ["another file", "link", "folder"])
def test_what_took_the_place_of_a_target_since_the_check_is_not_written_over(
    file: Callable[..., SeenFile], tmp_path: Path, becomes: str
) -> None:
    keeper, target = file("a/keeper.jpg"), file("b/target.jpg")
    os.unlink(target.path)
    if becomes == "another file":
        Path(target.path).write_bytes(b"new")
    elif becomes == "link":
        os.symlink("../a/keeper.jpg", target.path)
    else:
        os.mkdir(target.path)
    now = target.stat()
    with pytest.raises(Changed):
        file_ops.hard_link(keeper=keeper, target=target, temporary=TEMPORARY)
    assert os.path.samestat(now, target.stat())
    assert names_in(target) == ["target.jpg"]


def test_what_takes_the_place_of_a_target_in_the_last_moment_is_put_back(
    file: Callable[..., SeenFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last look and the exchange: no program can look and act in one step."""
    keeper, target = file("a/keeper.jpg"), file("b/target.jpg")
    really_rename = steps.rename

    def rename(*, source: SeenFile, destination: SeenFile, flag: int) -> bool:
        monkeypatch.undo()
        Path(target.path + ".new").write_bytes(b"an editor saved this")
        os.replace(target.path + ".new", target.path)
        return really_rename(source=source, destination=destination, flag=flag)

    monkeypatch.setattr(steps, "rename", rename)
    with pytest.raises(Changed):
        file_ops.hard_link(keeper=keeper, target=target, temporary=TEMPORARY)
    assert content(target) == b"an editor saved this"
    assert names_in(target) == ["target.jpg"]


def test_a_keeper_that_was_replaced_is_not_linked_to(file: Callable[..., SeenFile]) -> None:
    keeper, target = file("a/keeper.jpg"), file("b/target.jpg")
    os.unlink(keeper.path)
    Path(keeper.path).write_bytes(b"something else")
    with pytest.raises(Changed):
        file_ops.hard_link(keeper=keeper, target=target, temporary=TEMPORARY)
    assert content(target) == b"picture"
    assert names_in(target) == ["target.jpg"]


def test_a_temporary_name_that_is_taken_is_left_alone(file: Callable[..., SeenFile]) -> None:
    keeper, target = file("a/keeper.jpg"), file("b/target.jpg")
    theirs = file(f"b/{TEMPORARY}", b"theirs")
    with pytest.raises(FileExistsError):
        file_ops.hard_link(keeper=keeper, target=target, temporary=TEMPORARY)
    assert (content(target), content(theirs)) == (b"picture", b"theirs")


def test_a_symbolic_link_says_what_it_was_told(file: Callable[..., SeenFile]) -> None:
    keeper, target = file("a/keeper.jpg"), file("b/target.jpg")
    file_ops.symbolic_link(
        text="../a/keeper.jpg", keeper=keeper, target=target, temporary=TEMPORARY
    )
    assert os.readlink(target.path) == "../a/keeper.jpg"
    assert content(target) == content(keeper)
    assert names_in(target) == ["target.jpg"]


def test_where_names_cannot_be_exchanged_a_link_is_renamed_into_place(
    file: Callable[..., SeenFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems other than Linux."""
    monkeypatch.setattr(steps, "_renameat2", lambda: None)
    keeper, target = file("a/keeper.jpg"), file("b/target.jpg")
    file_ops.hard_link(keeper=keeper, target=target, temporary=TEMPORARY)
    assert os.path.samestat(keeper.status, target.stat())
    assert names_in(target) == ["target.jpg"]


def test_a_copy_has_the_bytes_and_the_attributes_it_should(
    file: Callable[..., SeenFile], name_of: Callable[[str], DirectoryEntry]
) -> None:
    keeper, name = file("a/keeper.jpg"), name_of("b/target.jpg")
    os.link(keeper.path, name.path)
    target = name.look()
    with opened(keeper) as source:
        file_ops.copy(
            source=source,
            digest=hashlib.sha256(b"picture").digest(),
            attributes=ATTRIBUTES,
            target=target,
            temporary=TEMPORARY,
        )
    now = target.stat()
    assert not os.path.samestat(keeper.status, now)
    assert (
        content(target),
        stat.S_IMODE(now.st_mode),
        now.st_mtime_ns,
    ) == (b"picture", 0o640, 10**18)
    assert names_in(target) == ["target.jpg"]


def test_a_copy_of_other_bytes_is_not_put_in_place(file: Callable[..., SeenFile]) -> None:
    keeper, target = file("a/keeper.jpg", b"edited"), file("b/target.jpg")
    with opened(keeper) as source, pytest.raises(Changed):
        file_ops.copy(
            source=source,
            digest=hashlib.sha256(b"picture").digest(),
            attributes=ATTRIBUTES,
            target=target,
            temporary=TEMPORARY,
        )
    assert content(target) == b"picture"
    assert names_in(target) == ["target.jpg"]


@pytest.mark.parametrize("has_renameat2", [True, False])
def test_a_move_never_writes_over_a_file(
    file: Callable[..., SeenFile], monkeypatch: pytest.MonkeyPatch, has_renameat2: bool
) -> None:
    if not has_renameat2:
        monkeypatch.setattr(steps, "_renameat2", lambda: None)
    source, destination = file("a/one.jpg", b"one"), file("b/other.jpg", b"other")
    with pytest.raises(FileExistsError):
        file_ops.move_away(source=source, destination=destination)
    assert (content(source), content(destination)) == (b"one", b"other")


@pytest.mark.parametrize("has_renameat2", [True, False])
def test_a_move_of_what_is_not_the_checked_file_is_taken_back(
    file: Callable[..., SeenFile],
    name_of: Callable[[str], DirectoryEntry],
    monkeypatch: pytest.MonkeyPatch,
    has_renameat2: bool,
) -> None:
    if not has_renameat2:
        monkeypatch.setattr(steps, "_renameat2", lambda: None)
    source, other, destination = file("a/1.jpg"), file("a/2.jpg", b"2"), name_of("b/3.jpg")
    with pytest.raises(Changed):
        file_ops.move_away(source=source.seen(other.status), destination=destination)
    assert content(source) == b"picture"
    assert destination.is_free()


def test_a_deleted_file_is_gone_and_leaves_nothing_beside(file: Callable[..., SeenFile]) -> None:
    target = file("b/target.jpg")
    file_ops.delete(target=target, temporary=TEMPORARY)
    assert names_in(target) == []


def test_only_the_file_that_was_checked_is_deleted(file: Callable[..., SeenFile]) -> None:
    target, other = file("b/target.jpg"), file("a/other.jpg")
    with pytest.raises(Changed):
        file_ops.delete(target=target.seen(other.status), temporary=TEMPORARY)
    assert content(target) == b"picture"


def test_what_was_put_aside_gets_its_name_back(file: Callable[..., SeenFile]) -> None:
    aside, target = file(f"b/{TEMPORARY}", b"original"), file("b/target.jpg", b"made")
    file_ops.swap_back(original=aside, made=target)
    assert content(target) == b"original"
    assert names_in(target) == ["target.jpg"]


def test_empty_folders_are_removed_and_others_stay(tmp_path: Path) -> None:
    inner = tmp_path / "quarantine" / "id" / "photos"
    inner.mkdir(parents=True)
    (tmp_path / "quarantine" / "other.jpg").touch()
    file_ops.remove_empty_folders(path=str(inner), up_to=str(tmp_path))
    assert [tmp_path / "quarantine" / "other.jpg"] == sorted((tmp_path / "quarantine").iterdir())
