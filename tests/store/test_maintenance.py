"""What a store tells of itself, and what is taken out of it: nothing that may be of use again."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dupscan.errors import StoreUnusable, UsageError
from dupscan.model.files import FileEntry
from dupscan.model.pictures import Fingerprint
from dupscan.store import Pruned, Store, inspect, prune

Open = Callable[..., Store]
FileOf = Callable[..., FileEntry]
Print = Callable[..., Fingerprint]
IdsOf = Callable[..., list[int]]
LATER = 1 << 62
"""A time by which every file of a test is old, nanoseconds."""


@pytest.fixture
def real_files(tmp_path: Path, entry_of: Callable[[Path], FileEntry]) -> list[FileEntry]:
    """Three files that are there, in a folder of their own."""
    folder = tmp_path / "library" / "inner"
    folder.mkdir(parents=True)
    files = []
    for name in ("a", "b", "c"):
        (folder / name).write_text(name)
        files.append(entry_of(folder / name))
    return files


@pytest.fixture
def filled(open_store: Open, real_files: list[FileEntry], made_print: Print) -> list[FileEntry]:
    """Those three files, the first and the last with one fingerprint, in the store."""
    with open_store(now_ns=LATER) as store:
        for file, seed in zip(real_files, (1, 2, 1), strict=True):
            store.add(file, made_print(seed))
        store.flush()
        store.fingerprints.remember("pixels", {1: b"one", 2: b"two"})
    return real_files


def rows_of(store_file: Path, table: str) -> int:
    with closing(sqlite3.connect(store_file)) as connection:
        [count] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(count)


@pytest.mark.parametrize("work", [inspect, prune])
def test_a_store_that_is_not_there_is_named_and_not_made(
    store_file: Path, work: Callable[..., object]
) -> None:
    with pytest.raises(UsageError, match=r"no store at .*store\.sqlite"):
        work(store_file, "one")
    assert not store_file.exists()


def test_an_empty_store_tells_that_it_is(open_store: Open, store_file: Path) -> None:
    with open_store("one"):
        pass
    info = inspect(store_file, "one")
    assert (info.files, info.fingerprints, info.outdated, info.signatures) == (0, 0, 0, ("one",))
    assert store_file == info.file
    assert info.size >= store_file.stat().st_size > 0


def test_a_store_tells_what_is_in_it(
    filled: list[FileEntry], open_store: Open, store_file: Path, file_of: FileOf, made_print: Print
) -> None:
    with open_store("newer", now_ns=LATER) as store:
        store.add(file_of(), made_print(1))
        store.flush()
    info = inspect(store_file, "newer")
    assert (info.files, info.fingerprints, info.outdated) == (4, 3, 3)
    assert info.signatures == ("one", "newer")


def test_what_is_of_use_is_not_pruned(
    filled: list[FileEntry], open_store: Open, store_file: Path, ids_of: IdsOf
) -> None:
    advances: list[int] = []
    pruned = prune(store_file, "one", advances.append)
    assert (pruned.gone, pruned.outdated, pruned.away, pruned.fingerprints) == (0, 0, 0, 0)
    assert sum(advances) == 3
    with open_store() as store:
        assert ids_of(store, *filled) == [1, 2, 1]
        assert store.fingerprints.recall("pixels", [1, 2]) == {1: b"one", 2: b"two"}


def test_files_that_are_gone_go_and_what_only_they_had(
    filled: list[FileEntry], open_store: Open, store_file: Path, ids_of: IdsOf
) -> None:
    os.unlink(filled[1].path)
    os.unlink(filled[2].path)
    pruned = prune(store_file, "one")
    assert (pruned.gone, pruned.outdated, pruned.away, pruned.fingerprints) == (2, 0, 0, 1)
    with open_store() as store:
        assert ids_of(store, *filled) == [1, 0, 0]
        assert store.fingerprints.recall("pixels", [1, 2]) == {1: b"one"}
    assert [rows_of(store_file, name) for name in ("fingerprints", "likenesses")] == [1, 1]


def test_files_of_a_folder_that_is_gone_go(filled: list[FileEntry], store_file: Path) -> None:
    shutil.rmtree(Path(filled[0].path).parent.parent)
    assert prune(store_file, "one").gone == 3
    assert prune(store_file, "one") == Pruned(0, 0, 0, 0, 0)


def test_a_link_that_leads_nowhere_today_is_there(
    filled: list[FileEntry], store_file: Path, tmp_path: Path
) -> None:
    os.unlink(filled[0].path)
    os.symlink(tmp_path / "not mounted today", filled[0].path)
    assert prune(store_file, "one").gone == 0


def test_a_file_whose_file_system_is_away_stays(
    open_store: Open, store_file: Path, file_of: FileOf, made_print: Print, ids_of: IdsOf
) -> None:
    """Its folder, as far as it is there, lies on another one."""
    away = file_of("/no such mount point/a.jpg", device=(1 << 64) - 1)
    with open_store() as store:
        store.add(away, made_print())
        store.flush()
    pruned = prune(store_file, "one")
    assert (pruned.gone, pruned.away) == (0, 1)
    with open_store() as store:
        assert ids_of(store, away) == [1]


def test_what_another_version_made_goes(
    filled: list[FileEntry], open_store: Open, store_file: Path, ids_of: IdsOf
) -> None:
    pruned = prune(store_file, "newer")
    assert (pruned.gone, pruned.outdated, pruned.fingerprints) == (0, 3, 2)
    assert inspect(store_file, "newer").signatures == ()
    with open_store("one") as store:
        assert ids_of(store, *filled) == [0, 0, 0]


def test_the_file_becomes_smaller(
    open_store: Open, store_file: Path, file_of: FileOf, made_print: Print
) -> None:
    with open_store("old") as store:
        for number in range(300):
            store.add(file_of(f"/{number}", inode=number + 1), made_print(number))
        store.flush()
    before = store_file.stat().st_size
    pruned = prune(store_file, "new")
    assert store_file.stat().st_size < before / 10
    assert pruned.freed >= before - store_file.stat().st_size > 0


def test_nothing_is_pruned_while_a_scan_uses_the_store(
    filled: list[FileEntry], open_store: Open, store_file: Path, ids_of: IdsOf
) -> None:
    for file in filled:
        os.unlink(file.path)
    with open_store() as store:
        with pytest.raises(StoreUnusable, match=r"store\.sqlite.* a scan is using it"):
            prune(store_file, "one")
        assert ids_of(store, *filled) == [1, 2, 1]
    assert prune(store_file, "one").gone == 3


def test_no_scan_begins_with_a_store_that_is_being_pruned(
    filled: list[FileEntry], open_store: Open, store_file: Path
) -> None:
    os.unlink(filled[0].path)
    complaints = []

    def meanwhile(number: int) -> None:
        with pytest.raises(StoreUnusable, match="being pruned") as error:
            open_store()
        complaints.append(str(error.value))

    assert prune(store_file, "one", meanwhile).gone == 1
    assert len(complaints) == 1
