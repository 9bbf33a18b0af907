"""What must be true of a file in the moment before it is acted on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.plans import identity_of

from dupscan.dedupe.apply import preconditions
from dupscan.dedupe.apply.preconditions import (
    Refused,
    check_same_bytes,
    difference,
    open_file,
    open_verified,
)
from dupscan.dedupe.apply.scope import Scope, is_below
from dupscan.model.plan import HashedFile

CONTENT = bytes(range(256)) * 8192  # two pieces of a comparison
DIGEST = hashlib.sha256(CONTENT).digest()


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., HashedFile]:
    """Make a file, and tell what a plan would say of it."""

    def run(name: str, content: bytes = CONTENT) -> HashedFile:
        path = tmp_path / name
        path.write_bytes(content)
        return identity_of(path)

    return run


def refusal(file: HashedFile, *, exclusive: bool = True) -> str:
    with pytest.raises(Refused) as refused, open_verified(file, exclusive=exclusive):
        pass
    return str(refused.value)


def test_the_file_of_the_plan_is_held(make: Callable[..., HashedFile]) -> None:
    file = make("a.jpg")
    with open_verified(file, exclusive=True) as found:
        assert (found.real_path, found.status.st_ino) == (os.path.realpath(file.path), file.inode)
    assert difference(file, os.stat(file.path)) == ""


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("inode", "another file has taken its place since the scan"),
        ("device", "on another device than the scan saw"),
        ("size", "it was changed since the scan"),
        ("mtime_ns", "it was changed since the scan"),
    ],
)
def test_one_number_that_differs_is_another_file(
    make: Callable[..., HashedFile], field: str, words: str
) -> None:
    file = make("a.jpg")
    changed: dict[str, Any] = {field: getattr(file, field) + 1}
    assert words in refusal(replace(file, **changed))


def test_what_is_no_regular_file_is_refused_and_waited_for_by_nobody(
    make: Callable[..., HashedFile], tmp_path: Path
) -> None:
    file = make("a.jpg")
    os.unlink(file.path)
    assert refusal(file) == "it is not there any more"
    os.symlink(make("b.jpg").path, file.path)
    assert refusal(file) == "it is a symbolic link now"
    os.unlink(file.path)
    os.mkfifo(file.path)
    assert "no regular file" in refusal(file)
    os.unlink(file.path)
    os.mkdir(file.path)
    assert "no regular file" in refusal(file)


def test_a_target_is_held_by_one_and_a_keeper_by_many(make: Callable[..., HashedFile]) -> None:
    file = make("a.jpg")
    with open_verified(file, exclusive=True):
        assert refusal(file, exclusive=True) == refusal(file, exclusive=False)
        assert refusal(file) == "another pass is at work on it"
    with open_verified(file, exclusive=False), open_verified(file, exclusive=False):
        assert refusal(file, exclusive=True) == "another pass is at work on it"
    with open_verified(file, exclusive=True):
        pass


def test_files_are_closed_whatever_happens(make: Callable[..., HashedFile]) -> None:
    file = make("a.jpg")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(3):
        refusal(replace(file, inode=1))
        refusal(replace(file, path=f"{file.path}/none"))
        with pytest.raises(ZeroDivisionError), open_verified(file, exclusive=True):
            _ = 1 / 0
    assert before == (len(os.listdir("/proc/self/fd")) if before else 0)


@pytest.mark.parametrize(
    "other",
    [
        CONTENT[:-1],
        CONTENT + b"\0",
        b"\1" + CONTENT[1:],
        CONTENT[:-1] + b"\0",
        b"",
    ],
)
def test_a_byte_more_or_less_is_another_content(
    make: Callable[..., HashedFile], other: bytes
) -> None:
    one, two = make("a.jpg").path, make("b.jpg", other).path
    for first, second in ((one, two), (two, one)):
        with (
            open_file(first) as target,
            open_file(second) as keeper,
            pytest.raises(Refused, match="its bytes"),
        ):
            check_same_bytes(target, keeper, DIGEST)


def test_equal_bytes_that_the_scan_did_not_see_are_not_acted_on(
    make: Callable[..., HashedFile],
) -> None:
    one, two = make("a.jpg", b"new").path, make("b.jpg", b"new").path
    with open_file(one) as target, open_file(two) as keeper:
        with pytest.raises(Refused, match="changed since the scan"):
            check_same_bytes(target, keeper, DIGEST)
        check_same_bytes(target, keeper, hashlib.sha256(b"new").digest())


def test_a_file_that_is_touched_while_it_is_compared_is_refused(
    make: Callable[..., HashedFile],
) -> None:
    one, two = make("a.jpg").path, make("b.jpg").path
    with open_file(one) as target, open_file(two) as keeper:
        os.utime(two, ns=(1, 1))
        with pytest.raises(Refused, match="changed since the scan"):
            check_same_bytes(target, keeper, DIGEST)


def test_a_folder_is_below_itself_and_no_folder_of_a_longer_name() -> None:
    assert is_below("/photos", "/photos")
    assert is_below("/photos/2020", "/photos")
    assert is_below("/photos", "/")
    assert not is_below("/photos 2020", "/photos")
    assert not is_below("/", "/photos")


def test_a_scope_is_where_links_lead(tmp_path: Path) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    scope = Scope.of([str(tmp_path / "link")], [str(tmp_path / "link" / "inner")])

    real = os.path.realpath(tmp_path / "real")
    assert scope.obstacle(real) == ""
    assert "protected" in scope.obstacle(os.path.join(real, "inner"))
    assert "outside of what was scanned" in scope.obstacle(os.path.realpath(tmp_path))


@pytest.mark.parametrize(("content", "is_it"), [(b"picture", True), (b"another", False)])
def test_where_inodes_do_not_last_a_file_is_known_by_its_time_and_bytes(
    tmp_path: Path, content: bytes, is_it: bool
) -> None:
    """As on FAT, after it was mounted anew."""
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    os.utime(path, ns=(1, 2))
    digest = hashlib.sha256(b"picture").digest()
    file = HashedFile("/elsewhere/a.jpg", 7, 2, device=0, inode=1, digest=digest)
    with preconditions.open_directory_entry(str(path)) as name:
        assert is_it == preconditions.matches_identity_or_bytes(file, name)


def test_a_protected_folder_is_known_whatever_it_is_called(tmp_path: Path) -> None:
    """Where a folder has two spellings, they lead to one inode; here `..` makes the other."""
    (tmp_path / "photos" / "wedding").mkdir(parents=True)
    scope = Scope((str(tmp_path),), (str(tmp_path / "photos" / ".." / "photos"),))
    assert "protected" in scope.obstacle(str(tmp_path / "photos" / "wedding"))
    assert scope.obstacle(str(tmp_path)) == ""
