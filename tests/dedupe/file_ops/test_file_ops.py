"""The room that changes the user's files: each act whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dupscan.dedupe import file_ops
from dupscan.dedupe.file_ops import Changed, steps
from dupscan.dedupe.file_ops.attributes import Marks
from dupscan.dedupe.file_ops.directory_entry import Spot

TEMPORARY = ".dupscan-0-1.tmp"
MARKS = Marks(mode=0o640, uid=os.getuid(), gid=os.getgid(), atime_ns=5 * 10**18, mtime_ns=10**18)


@pytest.fixture
def spot(tmp_path: Path) -> Iterator[Callable[..., Spot]]:
    """Make a file (or, for None, only say where it would be) and hold its folder open."""
    folders = []

    def make(name: str, content: bytes | None = b"picture") -> Spot:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        if content is not None:
            path.write_bytes(content)
        folders.append(os.open(path.parent, os.O_RDONLY))
        return Spot(folders[-1], path.name, str(path))

    yield make
    for one in folders:
        os.close(one)


def content(spot: Spot) -> bytes:
    return Path(spot.path).read_bytes()


def names_in(spot: Spot) -> list[str]:
    return sorted(os.listdir(spot.folder))


def test_a_hard_link_takes_the_place_of_its_target_and_leaves_nothing_beside(
    spot: Callable[..., Spot],
) -> None:
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg")
    file_ops.hard_link(keeper, keeper.status(), target, target.status(), TEMPORARY)
    assert os.path.samestat(keeper.status(), target.status())
    assert names_in(target) == ["target.jpg"]


@pytest.mark.parametrize("becomes", ["another file", "link", "folder"])
def test_what_took_the_place_of_a_target_since_the_check_is_not_written_over(
    spot: Callable[..., Spot], tmp_path: Path, becomes: str
) -> None:
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg")
    checked = target.status()
    os.unlink(target.path)
    if becomes == "another file":
        Path(target.path).write_bytes(b"new")
    elif becomes == "link":
        os.symlink("../a/keeper.jpg", target.path)
    else:
        os.mkdir(target.path)
    now = target.status()
    with pytest.raises(Changed):
        file_ops.hard_link(keeper, keeper.status(), target, checked, TEMPORARY)
    assert os.path.samestat(now, target.status())
    assert names_in(target) == ["target.jpg"]


def test_what_takes_the_place_of_a_target_in_the_last_moment_is_put_back(
    spot: Callable[..., Spot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last look and the exchange: no program can look and act in one step."""
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg")
    really_rename = steps.rename

    def rename(source: Spot, destination: Spot, flag: int) -> bool:
        monkeypatch.undo()
        Path(target.path + ".new").write_bytes(b"an editor saved this")
        os.replace(target.path + ".new", target.path)
        return really_rename(source, destination, flag)

    monkeypatch.setattr(steps, "rename", rename)
    with pytest.raises(Changed):
        file_ops.hard_link(keeper, keeper.status(), target, target.status(), TEMPORARY)
    assert content(target) == b"an editor saved this"
    assert names_in(target) == ["target.jpg"]


def test_a_keeper_that_was_replaced_is_not_linked_to(spot: Callable[..., Spot]) -> None:
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg")
    checked = keeper.status()
    os.unlink(keeper.path)
    Path(keeper.path).write_bytes(b"something else")
    with pytest.raises(Changed):
        file_ops.hard_link(keeper, checked, target, target.status(), TEMPORARY)
    assert content(target) == b"picture"
    assert names_in(target) == ["target.jpg"]


def test_a_temporary_name_that_is_taken_is_left_alone(spot: Callable[..., Spot]) -> None:
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg")
    theirs = spot(f"b/{TEMPORARY}", b"theirs")
    with pytest.raises(FileExistsError):
        file_ops.hard_link(keeper, keeper.status(), target, target.status(), TEMPORARY)
    assert (content(target), content(theirs)) == (b"picture", b"theirs")


def test_a_symbolic_link_says_what_it_was_told(spot: Callable[..., Spot]) -> None:
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg")
    file_ops.symbolic_link(
        "../a/keeper.jpg", (keeper, keeper.status()), target, target.status(), TEMPORARY
    )
    assert os.readlink(target.path) == "../a/keeper.jpg"
    assert content(target) == content(keeper)
    assert names_in(target) == ["target.jpg"]


def test_where_names_cannot_be_exchanged_a_link_is_renamed_into_place(
    spot: Callable[..., Spot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems other than Linux."""
    monkeypatch.setattr(steps, "_renameat2", lambda: None)
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg")
    file_ops.hard_link(keeper, keeper.status(), target, target.status(), TEMPORARY)
    assert os.path.samestat(keeper.status(), target.status())
    assert names_in(target) == ["target.jpg"]


def test_a_copy_has_the_bytes_and_the_marks_it_should(spot: Callable[..., Spot]) -> None:
    keeper, target = spot("a/keeper.jpg"), spot("b/target.jpg", None)
    os.link(keeper.path, target.path)
    source = os.open(keeper.path, os.O_RDONLY)
    digest = hashlib.sha256(b"picture").digest()
    file_ops.copy(source, digest, MARKS, target, target.status(), TEMPORARY)
    os.close(source)
    now = target.status()
    assert not os.path.samestat(keeper.status(), now)
    assert (
        content(target),
        stat.S_IMODE(now.st_mode),
        now.st_mtime_ns,
    ) == (b"picture", 0o640, 10**18)
    assert names_in(target) == ["target.jpg"]


def test_a_copy_of_other_bytes_is_not_put_in_place(spot: Callable[..., Spot]) -> None:
    keeper, target = spot("a/keeper.jpg", b"edited"), spot("b/target.jpg")
    source = os.open(keeper.path, os.O_RDONLY)
    digest = hashlib.sha256(b"picture").digest()
    with pytest.raises(Changed):
        file_ops.copy(source, digest, MARKS, target, target.status(), TEMPORARY)
    os.close(source)
    assert content(target) == b"picture"
    assert names_in(target) == ["target.jpg"]


@pytest.mark.parametrize("has_renameat2", [True, False])
def test_a_move_never_writes_over_a_file(
    spot: Callable[..., Spot], monkeypatch: pytest.MonkeyPatch, has_renameat2: bool
) -> None:
    if not has_renameat2:
        monkeypatch.setattr(steps, "_renameat2", lambda: None)
    source, destination = spot("a/one.jpg", b"one"), spot("b/other.jpg", b"other")
    with pytest.raises(FileExistsError):
        file_ops.move_away(source, source.status(), destination)
    assert (content(source), content(destination)) == (b"one", b"other")


@pytest.mark.parametrize("has_renameat2", [True, False])
def test_a_move_of_what_is_not_the_checked_file_is_taken_back(
    spot: Callable[..., Spot], monkeypatch: pytest.MonkeyPatch, has_renameat2: bool
) -> None:
    if not has_renameat2:
        monkeypatch.setattr(steps, "_renameat2", lambda: None)
    source, other, destination = spot("a/1.jpg"), spot("a/2.jpg", b"2"), spot("b/3.jpg", None)
    with pytest.raises(Changed):
        file_ops.move_away(source, other.status(), destination)
    assert content(source) == b"picture"
    assert destination.is_free()


def test_a_deleted_file_is_gone_and_leaves_nothing_beside(spot: Callable[..., Spot]) -> None:
    target = spot("b/target.jpg")
    file_ops.delete(target, target.status(), TEMPORARY)
    assert names_in(target) == []


def test_only_the_file_that_was_checked_is_deleted(spot: Callable[..., Spot]) -> None:
    target, other = spot("b/target.jpg"), spot("a/other.jpg")
    with pytest.raises(Changed):
        file_ops.delete(target, other.status(), TEMPORARY)
    assert content(target) == b"picture"


def test_what_was_put_aside_gets_its_name_back(spot: Callable[..., Spot]) -> None:
    aside, target = spot(f"b/{TEMPORARY}", b"original"), spot("b/target.jpg", b"made")
    file_ops.swap_back(aside, aside.status(), target, target.status())
    assert content(target) == b"original"
    assert names_in(target) == ["target.jpg"]


def test_empty_folders_are_removed_and_others_stay(tmp_path: Path) -> None:
    inner = tmp_path / "quarantine" / "id" / "photos"
    inner.mkdir(parents=True)
    (tmp_path / "quarantine" / "other.jpg").touch()
    file_ops.remove_empty_folders(str(inner), str(tmp_path))
    assert [tmp_path / "quarantine" / "other.jpg"] == sorted((tmp_path / "quarantine").iterdir())
