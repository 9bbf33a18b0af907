"""What one scan stored, the next one knows, and no more than that."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from support.processes import PATIENCE, first_line, run_to_end, running

from dupscan.errors import StoreUnusable
from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry, PassedOver
from dupscan.model.ids import FingerprintId
from dupscan.model.pictures import Fingerprint, Known
from dupscan.store import PASSED_OVER, Store, inspect, usual_place
from dupscan.store.verdicts import PairKey

Open = Callable[..., Store]
FileOf = Callable[..., FileEntry]
Print = Callable[..., Fingerprint]
IdsOf = Callable[..., list[int]]
SECOND = 10**9
NO_PICTURE = PassedOver("/of any name", "not a picture")


# -- empty -----------------------------------------------------------------------------------------


def test_an_empty_store_knows_nothing(open_store: Open, ids_of: IdsOf, file_of: FileOf) -> None:
    with open_store() as store:
        assert not store.had_files
        assert store.recall(FileTable.of([])).fingerprint_ids.tolist() == []
        assert ids_of(store, file_of()) == [0]
        assert store.fingerprints.digests(1000) == []
        assert store.fingerprints.without_digest().tolist() == []


def test_a_new_store_is_for_its_owners_eyes_only(open_store: Open, store_file: Path) -> None:
    with open_store():
        pass
    assert stat.S_IMODE(store_file.stat().st_mode) == 0o600


def test_the_folder_of_a_new_store_is_made(tmp_path: Path) -> None:
    with Store(tmp_path / "one" / "two" / "store", "one"):
        pass
    assert (tmp_path / "one" / "two" / "store").is_file()


def test_the_usual_place_is_in_the_cache_folder(own_cache: Path) -> None:
    assert own_cache / "dupscan" / "fingerprints.sqlite" == usual_place()


# -- what was added --------------------------------------------------------------------------------


def test_what_was_added_is_known_at_once_and_to_the_next_scan(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    with open_store() as store:
        store.add(file_of(), made_print())
        first = ids_of(store, file_of())
    with open_store() as store:
        assert store.had_files
        assert first == ids_of(store, file_of())
    assert first[0] > 0


def test_files_of_equal_bytes_share_a_fingerprint(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    one, copy, same, other = (file_of(f"/{name}.jpg", inode=name) for name in range(1, 5))
    with open_store() as store:
        store.add(one, made_print(1))
        store.add(copy, Known(made_print(1).traits.digest))
        store.add(same, made_print(1))  # decoded though its bytes are those of another
        store.add(other, made_print(2))
        found = ids_of(store, one, copy, same, other)
    assert len(set(found[:3])) == 1
    assert found[3] not in (0, found[0])


def test_fingerprints_without_a_digest_are_each_their_own(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    one, other = file_of("/1.jpg", inode=1), file_of("/2.jpg", inode=2)
    with open_store() as store:
        store.add(one, made_print(1, digest=b""))
        store.add(other, made_print(1, digest=b""))
        found = ids_of(store, one, other)
        assert found == store.fingerprints.without_digest().tolist()
    assert len(set(found)) == 2


def test_a_copy_of_what_is_not_there_is_not_known(
    open_store: Open, ids_of: IdsOf, file_of: FileOf
) -> None:
    with open_store() as store:
        store.add(file_of(), Known(bytes(32)))
        assert ids_of(store, file_of()) == [0]


def test_what_is_passed_over_is_known_with_its_reason(open_store: Open, file_of: FileOf) -> None:
    files = [file_of(f"/{number}", inode=number) for number in range(3)]
    with open_store() as store:
        store.add(files[0], NO_PICTURE)
        store.add(files[2], NO_PICTURE)
        store.flush()
    with open_store() as store:
        found = store.recall(FileTable.of(files))
    assert found.fingerprint_ids.tolist() == [PASSED_OVER, 0, PASSED_OVER]
    assert found.passed_over == Counter({"not a picture": 2})


def test_fingerprints_of_another_signature_are_not_seen(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    with open_store("old") as store:
        store.add(file_of(), made_print(1))
        store.add(file_of("/b.jpg", inode=7), made_print(2, digest=b""))
        store.flush()
    with open_store("new") as store:
        assert ids_of(store, file_of(), file_of("/moved.jpg")) == [0, 0]
        assert store.fingerprints.digests(1000) == []
        assert store.fingerprints.without_digest().tolist() == []
        store.add(file_of("/c.jpg", inode=8), Known(made_print(1).traits.digest))
        assert ids_of(store, file_of("/c.jpg", inode=8)) == [0]


def test_digests_are_those_of_one_size(
    open_store: Open, file_of: FileOf, made_print: Print
) -> None:
    with open_store() as store:
        for number, size in enumerate([1000, 2000, 1000]):
            store.add(file_of(f"/{number}", size=size, inode=number), made_print(number))
        store.flush()
        expected = [made_print(number).traits.digest for number in (0, 2)]
        assert sorted(expected) == sorted(store.fingerprints.digests(1000))


# -- a store of an earlier version -----------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_store_of_an_earlier_version_is_emptied_as_its_rows_have_no_checksums(
    open_store: Open,
    store_file: Path,
    ids_of: IdsOf,
    file_of: FileOf,
    made_print: Print,
    version: int,
) -> None:
    with open_store() as store:
        store.add(file_of(), made_print())
    with closing(sqlite3.connect(store_file)) as connection, connection:
        connection.execute("ALTER TABLE files DROP COLUMN checksum")
        connection.execute(f"PRAGMA user_version = {version}")
    with open_store() as store:
        assert ids_of(store, file_of()) == [0]
        store.add(file_of(), made_print())
        assert ids_of(store, file_of()) != [0]
    with closing(sqlite3.connect(store_file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)


def test_a_store_of_this_version_keeps_its_verdicts(open_store: Open, store_file: Path) -> None:
    key = PairKey(FingerprintId(1), FingerprintId(2), 3)
    with open_store() as store:
        store.verdicts.remember("judge", {key: None})
    with open_store() as store:
        assert store.verdicts.recall("judge", [key]) == {key: None}


# -- damaged rows ----------------------------------------------------------------------------------


def test_a_damaged_fingerprint_gives_way_to_a_sound_one_of_the_same_bytes(
    open_store: Open, store_file: Path, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    old, new = file_of(), file_of("/b.jpg", inode=7)
    with open_store() as store:
        store.add(old, made_print())
        [damaged] = ids_of(store, old)
    with closing(sqlite3.connect(store_file)) as connection, connection:
        connection.execute("UPDATE fingerprints SET detail = detail + 1")
    with open_store() as store:
        assert store.fingerprints.digests(1000) == []
        store.add(new, made_print())
        assert ids_of(store, new)[0] > damaged
        assert ids_of(store, old) == [0]
        assert store.damaged_rows == 1


def test_a_file_that_names_a_fingerprint_which_is_not_there_is_unknown(
    open_store: Open, store_file: Path, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    with open_store() as store:
        store.add(file_of(), made_print())
    with closing(sqlite3.connect(store_file)) as connection, connection:
        connection.execute("DELETE FROM fingerprints")
    with open_store() as store:
        assert ids_of(store, file_of()) == [0]


# -- which files are the same ----------------------------------------------------------------------


def test_a_file_whose_status_changed_is_read_again(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    """Its size, time of change and inode are those of before, as after an edit in place."""
    with open_store() as store:
        store.add(file_of(ctime_ns=7), made_print())
    with open_store() as store:
        assert ids_of(store, file_of(ctime_ns=8)) == [0]
        assert ids_of(store, file_of(ctime_ns=7)) > [0]


@pytest.mark.parametrize(("before", "after"), [(0, 7), (7, 0)])
def test_a_file_system_without_times_of_status_change_is_as_good_as_before(
    open_store: Open,
    ids_of: IdsOf,
    file_of: FileOf,
    made_print: Print,
    before: int,
    after: int,
) -> None:
    with open_store() as store:
        store.add(file_of(ctime_ns=before), made_print())
    with open_store() as store:
        assert ids_of(store, file_of(ctime_ns=after)) > [0]


def test_a_renamed_file_is_known_although_the_name_changed_its_status(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    with open_store() as store:
        store.add(file_of("/a.jpg", ctime_ns=7), made_print())
    with open_store() as store:
        assert ids_of(store, file_of("/b.jpg", ctime_ns=8)) > [0]


@pytest.mark.parametrize("change", [{"size": 1001}, {"mtime_ns": 1}, {"inode": 101}])
def test_a_file_that_is_not_the_same_is_not_known(
    open_store: Open,
    ids_of: IdsOf,
    file_of: FileOf,
    made_print: Print,
    change: dict[str, int],
) -> None:
    with open_store() as store:
        store.add(file_of(), made_print())
        store.add(file_of("/notes.txt", inode=7), NO_PICTURE)
        store.flush()
    with open_store() as store:
        changed = file_of(**change), file_of("/notes.txt", **{"inode": 7} | change)
        assert ids_of(store, *changed) == [0, 0]


def test_a_drive_that_has_another_number_today_is_known(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    with open_store() as store:
        store.add(file_of(device=1), made_print())
        store.flush()
    with open_store() as store:
        assert ids_of(store, file_of(device=2)) != [0]


def test_a_file_that_was_moved_or_renamed_is_known_from_then_on(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    with open_store() as store:
        store.add(file_of("/old/a.jpg"), made_print())
        before = ids_of(store, file_of("/old/a.jpg"))
    with open_store() as store:
        assert before == ids_of(store, file_of("/new/b.jpg"))
    with open_store() as store:  # by its name now, and so on a drive that has another number
        assert before == ids_of(store, file_of("/new/b.jpg", device=9))


def test_where_times_are_whole_seconds_a_moved_file_is_not_known(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    """There, as on FAT, inodes may be those that other files had before."""
    with open_store() as store:
        store.add(file_of("/old/a.jpg", mtime_ns=10**18), made_print())
    with open_store() as store:
        assert ids_of(store, file_of("/new/b.jpg", mtime_ns=10**18)) == [0]
        assert ids_of(store, file_of("/old/a.jpg", mtime_ns=10**18)) != [0]


def test_a_moved_file_that_may_be_either_of_two_is_not_known(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    with open_store() as store:
        store.add(file_of("/old/a.jpg"), made_print(1))
        store.add(file_of("/old/b.jpg"), made_print(2))
    with open_store() as store:
        assert ids_of(store, file_of("/new/c.jpg")) == [0]


@pytest.mark.parametrize(
    "other", [{"device": 2}, {"inode": 0}], ids=["of another drive", "without an inode"]
)
def test_another_file_of_the_same_size_and_time_is_not_taken_for_a_moved_one(
    open_store: Open,
    ids_of: IdsOf,
    file_of: FileOf,
    made_print: Print,
    other: dict[str, int],
) -> None:
    """Two new drives number their files alike."""
    with open_store() as store:
        store.add(file_of("/card/a.bmp", inode=other.get("inode", 100)), made_print())
        store.flush()
    with open_store() as store:
        assert ids_of(store, file_of("/another card/b.bmp", **other)) == [0]


def test_a_file_changed_as_late_as_the_walk_is_known_to_this_scan_only(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    """It may change again within the same tick of the clock, and nobody would see it."""
    now = 1_700_000_000 * SECOND
    files = [file_of("/late.jpg", mtime_ns=now), file_of("/txt", inode=7, mtime_ns=now)]
    with open_store(now_ns=now) as store:
        store.add(files[0], made_print())
        store.add(files[1], NO_PICTURE)
        assert 0 not in ids_of(store, *files)
    with open_store(now_ns=now + 1000 * SECOND) as store:
        assert ids_of(store, *files) == [0, 0]


def test_a_file_read_anew_some_seconds_later_is_trusted(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    now = 1_700_000_000 * SECOND
    file = file_of(mtime_ns=now)
    for later in (0, 3 * SECOND):
        with open_store(now_ns=now + later) as store:
            assert ids_of(store, file) == [0]
            store.add(file, made_print())
            store.flush()
    with open_store(now_ns=now + 9 * SECOND) as store:
        assert ids_of(store, file) != [0]


@pytest.mark.parametrize(
    "odd",
    [
        {"inode": (1 << 64) - 1},
        {"inode": 1 << 63},
        {"device": (1 << 64) - 1},
        {"mtime_ns": -(10**18)},
        {"size": (1 << 63) - 1},
        {"size": 0},
    ],
    ids=str,
)
def test_ids_of_any_kind_are_remembered(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print, odd: dict[str, int]
) -> None:
    with open_store() as store:
        store.add(file_of(**odd), made_print())
        store.flush()
    with open_store() as store:
        assert ids_of(store, file_of(**odd)) != [0]


@pytest.mark.parametrize("mtime_ns", [1 << 70, -(1 << 70)])
def test_a_time_out_of_range_is_known_to_this_scan_and_proves_nothing_to_the_next(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print, mtime_ns: int
) -> None:
    """The store has the nearest that fits, which another time out of range would equal."""
    with open_store() as store:
        store.add(file_of(mtime_ns=mtime_ns), made_print())
        assert ids_of(store, file_of(mtime_ns=mtime_ns)) != [0]
    with open_store() as store:
        assert ids_of(store, file_of(mtime_ns=mtime_ns * 2)) == [0]


def test_names_of_any_bytes_are_remembered(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    names = [b"/\xff\xfe.jpg", b"/new\nline", b"/'; DROP TABLE files; --", "/ä".encode(), b"/\x01"]
    files = [file_of(os.fsdecode(name), inode=at) for at, name in enumerate(names, 1)]
    with open_store() as store:
        for seed, file in enumerate(files):
            store.add(file, made_print(seed))
        expected = ids_of(store, *files)
    with open_store() as store:
        assert expected == ids_of(store, *files)
    assert len(set(expected)) == len(names)


def test_thousands_of_files_are_recalled_in_the_order_of_the_table(
    open_store: Open, file_of: FileOf, made_print: Print
) -> None:
    files = [file_of(f"/{number:05}", inode=number + 1) for number in range(9000)]
    advances: list[int] = []
    with open_store() as store:
        for seed in range(5):
            store.add(files[seed], made_print(seed))
        for number in range(0, 9000, 2):
            store.add(files[number], Known(made_print(number % 5).traits.digest))
        store.add(files[8999], NO_PICTURE)
        store.flush()
    with open_store() as store:
        store_numbers = store.recall(FileTable.of(files[:5])).fingerprint_ids
        found = store.recall(FileTable.of(files), advances.append)
    expected = [int(store_numbers[at % 5]) if at % 2 == 0 else 0 for at in range(9000)]
    expected[1], expected[3] = map(int, store_numbers[[1, 3]])
    expected[8999] = PASSED_OVER
    assert expected == found.fingerprint_ids.tolist()
    assert sum(advances) == 9000
    assert len(advances) > 1


# -- pictures --------------------------------------------------------------------------------------


def test_pictures_are_made_of_files_and_fingerprints(
    open_store: Open, file_of: FileOf, made_print: Print
) -> None:
    files = FileTable.of(file_of(f"/{at}.jpg", inode=at + 1) for at in range(3))
    with open_store() as store:
        for seed, file in enumerate(files):
            store.add(file, made_print(seed, detail=float(seed)))
        numbers = store.recall(files).fingerprint_ids
        found = store.pictures(files, numbers[[0, 2]] * 0 + [0, 2], numbers[[0, 2]], 1.0)
    assert [files[0], files[2]] == [one.file for one in found]
    assert [made_print(seed).traits.digest for seed in (0, 2)] == [one.digest for one in found]
    assert [one.low_detail for one in found] == [True, False]
    assert numbers[[0, 2]].tolist() == [one.fingerprint_id for one in found]


# -- disks and other processes ---------------------------------------------------------------------


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: the store meets the same error as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_with_the_way_out_and_what_was_written_can_be_read(
    open_store: Open, ids_of: IdsOf, file_of: FileOf, made_print: Print
) -> None:
    files = [file_of(f"/{number:03}", inode=number + 1) for number in range(200)]
    written = []

    def fill(store: Store) -> None:
        for number, file in enumerate(files):
            store.add(file, made_print(number))
            store.flush()
            written.append(file)

    with open_store() as store, disk_of(1_000_000):
        with pytest.raises(StoreUnusable, match=r"no room.*--store"):
            fill(store)
        known = ids_of(store, *files)
        assert 0 not in known[: len(written)]
        assert {0} == set(known[len(written) :])
        assert store.fingerprints.thumbnail(known[0]) == made_print(0).likeness.thumbnail
    with open_store() as store:
        assert known == ids_of(store, *files)
        store.add(files[-1], made_print(199))  # there is room again
        assert ids_of(store, files[-1]) != [0]
    assert 5 < len(written) < 200


TEMPORARY = """
import os, sys
from dupscan.store import Store
from dupscan.fingerprint.one_file import fingerprint
from dupscan.model.pictures import FileEntry
from dupscan.settings import FingerprintSettings
from dataclasses import replace

picture, folder = sys.argv[1:]
status = os.stat(picture)
entry = FileEntry(
    picture, status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, status.st_nlink
)
found = fingerprint(entry, FingerprintSettings())
large = replace(found, likeness=replace(found.likeness, thumbnail=bytes(range(256)) * 4096))
with Store() as store:
    for number in range(90):
        one = replace(large, traits=replace(large.traits, digest=number.to_bytes(32)))
        store.add(replace(entry, path=f"/{number:02}", inode=number + 1), one)
    store.flush()
    assert store.fingerprints.thumbnail(1) == large.likeness.thumbnail
    opened = [os.readlink(one.path) for one in os.scandir("/proc/self/fd") if os.path.islink(one)]
    assert any(one.startswith(folder) for one in opened), opened
    assert os.listdir(folder) == []
"""


def test_a_temporary_store_keeps_what_it_is_given_and_leaves_no_file(
    tmp_path: Path, originals: Path
) -> None:
    """Nor is one to be seen while it is open, so that kill -9 leaves none either."""
    if not os.path.exists("/proc/self/fd"):
        pytest.skip("to see open files that have no name takes /proc")
    arguments = [str(originals / "coffee.jpg"), str(tmp_path)]
    done = run_to_end(
        [sys.executable, "-c", TEMPORARY, *arguments],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert os.listdir(tmp_path) == []


ADDING = """
import sys
from dataclasses import replace
from pathlib import Path
from dupscan.fingerprint.one_file import fingerprint
from dupscan.model.pictures import FileEntry
from dupscan.settings import FingerprintSettings
from dupscan.store import Store

file, picture, name = sys.argv[1:]
status = Path(picture).stat()
entry = FileEntry(
    picture, status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, status.st_nlink
)
found = fingerprint(entry, FingerprintSettings())
print("ready", flush=True)
sys.stdin.readline()
with Store(Path(file), "one") as store:
    for number in range(60):
        digest = f"{name} {number}".encode().ljust(32)
        one = replace(found, traits=replace(found.traits, digest=digest))
        store.add(FileEntry(f"/{name}/{number}", 1000, 10**18, 1, 10**6 + number, 1), one)
        store.add(FileEntry(f"/both/{number}", 1000, 10**18, 1, 10**7 + number, 1), one)
        store.flush()
"""


def test_several_processes_make_one_store_and_add_to_it_at_the_same_time(
    store_file: Path, originals: Path
) -> None:
    """Nothing is lost, and what both have seen is there once."""
    command = [sys.executable, "-c", ADDING, str(store_file), str(originals / "coffee.jpg")]
    pipe = subprocess.PIPE
    with ExitStack() as both:
        adding = [
            both.enter_context(running([*command, name], stdin=pipe, stdout=pipe, stderr=pipe))
            for name in ("one", "other")
        ]
        for process in adding:
            assert first_line(process.stdout) == b"ready\n"
        for process in adding:  # none begins before all are ready
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        for process in adding:
            _, complaint = process.communicate(timeout=PATIENCE)
            assert (process.returncode, complaint) == (0, b"")
    info = inspect(store_file, "one")
    assert (info.files, info.fingerprints) == (3 * 60, 2 * 60)
