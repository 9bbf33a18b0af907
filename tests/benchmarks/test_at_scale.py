"""The benchmarks of the index, the store, kills and memory, where they are more than a clock."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

generated = pytest.importorskip("benchmarks.generated")
index = pytest.importorskip("benchmarks.index")
kills = pytest.importorskip("benchmarks.kills")
memory = pytest.importorskip("benchmarks.memory")
rescan = pytest.importorskip("benchmarks.rescan")


@pytest.mark.parametrize("kind", [index.MultiIndex, index.TreeIndex])
def test_all_pairs_are_those_of_measuring_every_pair(kind: type) -> None:
    values = index.random_hashes(1_000)
    apart = np.bitwise_count(values[:, None] ^ values)
    rows, columns = np.nonzero(np.triu(apart <= 8, k=1))

    found = index.all_pairs(kind, values, 8)

    assert (rows << 32 | columns).tolist() == found.tolist()
    assert 0 < len(found) < 20


def test_what_another_index_missed_is_counted() -> None:
    expected, found = np.uint64([1, 2, 3]), np.uint64([2, 3, 4, 5])

    assert index._apart(expected, found) == "1 missed, 2 that the first has not"


def test_the_tree_finds_in_a_whole_look_up_what_the_tables_find(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "LOOKED_UP", (1, 300))

    _, _, one, many = index.measure_whole_lookup(radius=20, rounds=1)

    assert one.endswith("| the same |")
    assert many.endswith("| the same |")


def test_a_crowd_is_counted_with_its_candidates() -> None:
    assert index.measure_clique(40, 8).startswith("40 pictures of one hash: 752 candidates of 780")


def test_a_scan_that_knows_all_opens_nothing(photo: Image.Image, tmp_path: Path) -> None:
    if rescan.shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    library = tmp_path / "library"
    library.mkdir()
    photo.save(library / "one.jpg")
    os.utime(library / "one.jpg", (generated.LONG_AGO, generated.LONG_AGO))
    command = rescan._command(library, tmp_path)

    first, second = (rescan.files_opened(command, library) for _ in range(2))

    assert not first.endswith("opened: 0.")
    assert second.endswith("opened: 0.")


def test_files_beside_the_folder_do_not_count_as_opened() -> None:
    log = [
        'openat(AT_FDCWD</>, "/home/pictures/a.jpg", O_RDONLY|O_CLOEXEC) = 3',
        'openat(AT_FDCWD</>, "/home/pictures2/b.jpg", O_RDONLY) = 3',
        '17 openat(4</home/pictures/x>, "c.jpg", O_RDONLY <unfinished ...>',
        "close(3</home/pictures/a.jpg>) = 0",
    ]

    opened = list(rescan.opened_below("/home/pictures/", log))

    assert opened == ["/home/pictures/a.jpg", "/home/pictures/x/c.jpg"]


def test_no_store_knows_nothing_and_is_sound(tmp_path: Path) -> None:
    assert kills.look_into(tmp_path / "store.sqlite") == (0, "")


def test_a_store_is_looked_into_without_being_touched(tmp_path: Path) -> None:
    tree, store = tmp_path / "tree", tmp_path / "store.sqlite"
    made = sum(1 for _ in generated.make_tree(tree, 60))
    assert generated.fill(store, tree) == made == 60
    before = {path.name: path.read_bytes() for path in tmp_path.glob("store*")}

    assert kills.look_into(store) == (60, "")
    assert before == {path.name: path.read_bytes() for path in tmp_path.glob("store*")}


def test_a_damaged_store_is_noticed(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    with sqlite3.connect(store) as connection:
        connection.execute("CREATE TABLE files (path TEXT)")
        connection.executemany("INSERT INTO files VALUES (?)", [("x" * 100,)] * 1000)
    connection.close()
    content = bytearray(store.read_bytes())
    content[8192:12288] = bytes(4096)
    store.write_bytes(content)

    assert kills.look_into(store)[1]


def test_only_the_last_two_seconds_may_be_lost() -> None:
    assert kills.Kill(worked_out=9, lost=2, late=2, trouble="").is_well
    assert not kills.Kill(worked_out=9, lost=3, late=2, trouble="").is_well
    assert not kills.Kill(worked_out=9, lost=0, late=2, trouble="row missing from index").is_well


def test_a_scan_is_killed_until_it_was_often_enough(photo: Image.Image, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    for number in range(3):
        photo.rotate(20 * number).save(library / f"{number}.jpg")
    scan = kills.Scan(library, tmp_path)
    assert scan.run(None)

    tally = kills.kill_often(scan, scan.found(), 2, 0.3)

    assert len(tally.kills) == 2
    assert all(one.is_well for one in tally.kills)
    assert (tally.finished, tally.different) == (1, 0)


def test_time_that_grows_as_files_do_has_exponent_one() -> None:
    small, large = (memory.Scan(files, files / 1e5, {}, 0, 0) for files in (100_000, 1_000_000))

    assert memory.growth(small, large) == pytest.approx(1)


def test_a_scan_of_known_files_is_measured(tmp_path: Path) -> None:
    found = memory.measure(200, tmp_path)

    assert found.files == 200
    assert found.seconds > sum(found.stages.values()) > 0
    assert found.parent > 10_000
