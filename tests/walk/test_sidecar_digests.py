"""Small sidecars of a group are read where they may be equal."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from dupscan.model.report import Companion, CompanionKind
from dupscan.walk.companions import find_companions
from dupscan.walk.sidecar_digests import MAX_SIDECAR, with_digests

WORDS = b'{"title": "a"}'


@pytest.fixture
def sidecar(tmp_path: Path) -> Companion:
    return beside(tmp_path, "a", WORDS)


def beside(folder: Path, name: str, content: bytes) -> Companion:
    """The sidecar of a picture, as a scan finds it."""
    picture = folder / f"{name}.jpg"
    Path(f"{picture}.json").write_bytes(content)
    ((companion,),) = find_companions([str(picture)]).values()
    return companion


def digests(*companions: Companion) -> list[bytes]:
    (members,) = with_digests([[(one,) for one in companions]])
    return [one.digest for (one,) in members]


def test_no_groups_have_no_companions() -> None:
    assert with_digests([]) == []
    assert with_digests([[(), ()]]) == [[(), ()]]


def test_two_of_one_size_are_read(sidecar: Companion, tmp_path: Path) -> None:
    same, other = beside(tmp_path, "b", WORDS), beside(tmp_path, "c", WORDS[::-1])
    expected = sha256(WORDS).digest()
    assert digests(sidecar, same, other) == [expected, expected, sha256(WORDS[::-1]).digest()]


def test_one_that_cannot_be_equal_is_not_read(sidecar: Companion, tmp_path: Path) -> None:
    os.unlink(sidecar.path)  # it would fail
    assert digests(sidecar, beside(tmp_path, "b", b"longer than the other one")) == [b"", b""]
    assert digests(sidecar) == [b""]


def test_a_shared_sidecar_of_two_members_is_one_file(sidecar: Companion) -> None:
    assert digests(sidecar, sidecar) == [b"", b""]


@pytest.mark.parametrize("harm", ["gone", "changed", "link", "folder", "pipe"])
def test_what_is_another_file_now_has_no_digest(
    sidecar: Companion, tmp_path: Path, harm: str
) -> None:
    same, path = beside(tmp_path, "b", WORDS), Path(sidecar.path)
    path.unlink()
    if harm == "changed":
        path.write_bytes(WORDS[::-1])
        os.utime(path, ns=(1, 1))
    elif harm == "link":
        path.symlink_to(same.path)
    elif harm == "folder":
        path.mkdir()
    elif harm == "pipe":
        os.mkfifo(path)
    assert digests(sidecar, same) == [b"", sha256(WORDS).digest()]


def test_films_and_large_files_are_not_read(sidecar: Companion, tmp_path: Path) -> None:
    same = beside(tmp_path, "b", WORDS)
    films = [replace(one, kind=CompanionKind.LIVE_PHOTO) for one in (sidecar, same)]
    large = [replace(one, size=MAX_SIDECAR + 1) for one in (sidecar, same)]
    assert digests(*films) == digests(*large) == [b"", b""]
