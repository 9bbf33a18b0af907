"""Each file is read once, each content decoded once, and what is known not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support.executors import Answering, Dying, Recording, Unused
from support.processes import run_to_end

from dupscan.model.file_table import FileTable
from dupscan.model.files import Failure, FileEntry, PassedOver
from dupscan.model.pictures import Known
from dupscan.progress import Silence
from dupscan.settings import FingerprintSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import FingerprintResult, fingerprint_all
from dupscan.store import PASSED_OVER, Store
from dupscan.store.packing import PackedFingerprint
from dupscan.workers.executor import Executor, Lost

Take = Callable[..., FingerprintResult]
NAMES = ("astronaut", "brick", "camera", "chelsea", "coffee", "rocket")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for the files to be read."""
    made = tmp_path / "library"
    made.mkdir()
    return made


@pytest.fixture
def library(folder: Path, originals: Path) -> Path:
    """Six different pictures."""
    for name in NAMES:
        shutil.copy(originals / f"{name}.jpg", folder)
    return folder


@pytest.fixture
def table_of(entry_of: Callable[[Path], FileEntry]) -> Callable[[Path], FileTable]:
    """The files of a folder, all of them made long ago."""

    def make(folder: Path) -> FileTable:
        for path in folder.iterdir():
            os.utime(path, ns=(10**18, 10**18 + 123_456_789))
        return FileTable.of(map(entry_of, folder.iterdir()))

    return make


@pytest.fixture
def take(tmp_path: Path, table_of: Callable[[Path], FileTable]) -> Take:
    """Take in the files of a folder as a scan does, with a store that stays."""

    def run(
        folder: Path,
        executor: Executor,
        stopped: Callable[[], bool] = lambda: False,
        files: FileTable | None = None,
        **how: bool,
    ) -> FingerprintResult:
        with Store(tmp_path / "store", "one") as store:
            context = ScanContext(store, Silence(), executor, stopped)
            return fingerprint_all(files or table_of(folder), FingerprintSettings(), context, **how)

    return run


def digests_in(tmp_path: Path, numbers: list[int]) -> list[bytes]:
    with Store(tmp_path / "store", "one") as store:
        known = store.fingerprints.traits(numbers)
        return [known[number].digest for number in numbers]


# -- empty -----------------------------------------------------------------------------------------


def test_nothing_to_read_starts_nothing(take: Take, folder: Path) -> None:
    taken = take(folder, Unused())
    assert (
        taken.fingerprint_ids.tolist(),
        taken.failures,
        taken.passed_over.total(),
        taken.trouble,
    ) == ([], [], 0, None)


# -- once each -------------------------------------------------------------------------------------


def test_what_is_new_is_read_and_what_is_known_is_not(
    take: Take, library: Path, originals: Path
) -> None:
    first, second, third = Recording(), Recording(), Recording()
    before = take(library, first).fingerprint_ids
    assert len(set(before.tolist())) == 6
    assert before.tolist() == take(library, second).fingerprint_ids.tolist()
    shutil.copy(originals / "coins.png", library)
    take(library, third)

    assert sorted(f"{name}.jpg" for name in NAMES) == sorted(first.names(PackedFingerprint))
    assert second.results == []
    assert third.names() == ["coins.png"]


def test_a_copy_is_read_and_not_decoded(take: Take, library: Path) -> None:
    """Four of ten files are byte copies."""
    for name in NAMES[:4]:
        shutil.copy(library / f"{name}.jpg", library / f"{name} again.jpg")
    executor = Recording()

    numbers = take(library, executor).fingerprint_ids

    assert (len(executor.names(PackedFingerprint)), len(executor.names(Known))) == (6, 4)
    assert len(set(numbers.tolist())) == 6


def test_a_copy_that_comes_later_is_not_decoded_either(take: Take, library: Path) -> None:
    take(library, Recording())
    shutil.copy(library / "coffee.jpg", library / "later.jpg")
    executor = Recording()
    take(library, executor)
    assert (executor.names(), executor.names(Known)) == (["later.jpg"], ["later.jpg"])


def test_a_file_that_was_moved_is_not_read(take: Take, library: Path) -> None:
    before = take(library, Recording()).fingerprint_ids.tolist()
    (library / "coffee.jpg").rename(library / "zebra.jpg")
    executor = Recording()
    after = take(library, executor).fingerprint_ids.tolist()
    assert executor.names() == []
    assert sorted(before) == sorted(after)
    assert before[NAMES.index("coffee")] == after[-1]


def test_contents_that_share_a_size_by_chance_are_all_decoded(take: Take, library: Path) -> None:
    for path in library.iterdir():
        os.truncate(path, 300_000)
    executor = Recording()
    numbers = take(library, executor).fingerprint_ids
    assert len(executor.names(PackedFingerprint)) == len(set(numbers.tolist())) == 6


def test_more_contents_of_one_size_than_a_job_takes_along(
    take: Take, folder: Path, photo: Image.Image
) -> None:
    """Some copies may be decoded in vain, and are known for copies all the same."""
    photo.resize((32, 24)).save(folder / "000.png")
    content = (folder / "000.png").read_bytes()
    for number in range(140):
        (folder / f"{number:03}.png").write_bytes(content + b"%3d" % (number % 70))
    numbers = take(folder, Recording()).fingerprint_ids.tolist()
    assert len(set(numbers)) == 70
    assert numbers[:70] == numbers[70:]


def test_one_file_of_each_size_comes_first_and_all_in_the_order_of_the_disk(
    take: Take, library: Path, table_of: Callable[[Path], FileTable]
) -> None:
    for name in NAMES[:3]:
        shutil.copy(library / f"{name}.jpg", library / f"a copy of {name}.jpg")
    executor = Recording()
    take(library, executor)

    names = executor.names()
    inodes = {os.path.basename(file.path): file.inode for file in table_of(library)}
    firsts, others = [inodes[one] for one in names[:6]], [inodes[one] for one in names[6:]]
    assert (sorted(firsts), sorted(others)) == (firsts, others)
    assert len({(library / one).stat().st_size for one in names[:6]}) == 6


# -- a beginning that is enough --------------------------------------------------------------------


@pytest.fixture
def progressive(originals: Path, folder: Path) -> Path:
    """A large progressive JPEG."""
    with Image.open(originals / "coffee.jpg") as coffee:
        coffee.resize((2600, 1800)).save(folder / "progressive.jpg", quality=88, progressive=True)
    return folder / "progressive.jpg"


def test_of_a_large_progressive_jpeg_only_the_beginning_is_read(
    take: Take, folder: Path, progressive: Path, tmp_path: Path
) -> None:
    numbers = take(folder, Recording()).fingerprint_ids.tolist()
    assert digests_in(tmp_path, numbers) == [b""]
    again = Recording()
    take(folder, again)
    assert again.results == []


def test_the_whole_is_read_where_digests_are_wanted(
    take: Take, folder: Path, progressive: Path, tmp_path: Path
) -> None:
    """Known or not."""
    digest = hashlib.sha256(progressive.read_bytes()).digest()
    take(folder, Recording())
    for expected in (["progressive.jpg"], []):
        executor = Recording()
        numbers = take(folder, executor, want_digests=True).fingerprint_ids.tolist()
        assert digests_in(tmp_path, numbers) == [digest]
        assert expected == executor.names()


def test_the_whole_is_read_once_another_file_has_its_size(
    take: Take, folder: Path, progressive: Path, tmp_path: Path
) -> None:
    take(folder, Recording())
    shutil.copy(progressive, folder / "copy.jpg")
    executor = Recording()
    numbers = take(folder, executor).fingerprint_ids.tolist()
    assert sorted(executor.names()) == ["copy.jpg", "progressive.jpg"]
    assert (len(executor.names(PackedFingerprint)), len(executor.names(Known))) == (1, 1)
    assert digests_in(tmp_path, numbers) == [hashlib.sha256(progressive.read_bytes()).digest()] * 2


def test_what_was_known_of_a_file_does_not_hold_when_it_fails(
    take: Take, folder: Path, progressive: Path
) -> None:
    """Its beginning was read by an earlier scan; now the whole is wanted, and cannot be read."""
    take(folder, Recording())
    shutil.copy(progressive, folder / "copy.jpg")
    failing = Answering(lambda job: Failure(job.file.path, "read", "I/O error"))
    taken = take(folder, failing)
    assert (len(taken.failures), taken.fingerprint_ids.tolist()) == (2, [0, 0])


# -- what is not read ------------------------------------------------------------------------------


def test_what_cannot_be_read_is_told_each_time_and_what_is_no_picture_only_counted(
    take: Take, library: Path
) -> None:
    (library / "broken.jpg").write_bytes(b"\xff\xd8\xffnothing")
    (library / "notes.txt").write_text("notes")
    first, second = Recording(), Recording()
    for executor in (first, second):
        taken = take(library, executor)
        assert [str(library / "broken.jpg")] == [one.path for one in taken.failures]
        assert taken.passed_over == {"not a picture": 1}
        assert taken.fingerprint_ids.tolist().count(0) == 1
        assert taken.fingerprint_ids[-2] == PASSED_OVER
    assert first.names(PassedOver) == ["notes.txt"]
    assert second.names() == second.names(Failure) == ["broken.jpg"]


def test_a_file_that_vanished_is_a_failure(
    take: Take, library: Path, table_of: Callable[[Path], FileTable]
) -> None:
    files = table_of(library)
    (library / "coffee.jpg").unlink()
    taken = take(library, Recording(), files=files)
    [failure] = taken.failures
    assert ("read", str(library / "coffee.jpg")) == (failure.stage, failure.path)
    assert taken.fingerprint_ids[NAMES.index("coffee")] == 0


def test_a_file_that_costs_its_worker_is_a_failure_and_not_stored(
    take: Take, library: Path
) -> None:
    crashed = Lost("its decoder crashed")
    losing = Answering(lambda job: crashed if job.file.path.endswith("coffee.jpg") else None)
    taken = take(library, losing)
    assert [one.reason for one in taken.failures] == ["its decoder crashed"]
    again = Recording()
    take(library, again)
    assert again.names() == ["coffee.jpg"]


# -- ends before the end ---------------------------------------------------------------------------


def test_a_stop_keeps_what_was_read_and_the_next_scan_goes_on_from_there(
    take: Take, library: Path
) -> None:
    first, second = Recording(), Recording()
    taken = take(library, first, stopped=lambda: len(first.results) == 2)
    assert len(first.results) == 2
    assert taken.fingerprint_ids.tolist().count(0) == 4
    take(library, second)
    assert sorted(first.names() + second.names()) == sorted(f"{name}.jpg" for name in NAMES)


def test_workers_that_give_up_are_told_and_what_they_did_is_kept(take: Take, library: Path) -> None:
    taken = take(library, Dying())
    assert str(taken.trouble) == "the workers are gone"
    assert taken.fingerprint_ids.tolist().count(0) == 5
    again = Recording()
    take(library, again)
    assert len(again.names()) == 5


# -- no file is opened -----------------------------------------------------------------------------


@pytest.fixture
def with_versions(library: Path) -> Path:
    """With copies, equal pixels and smaller versions: what is decoded again to be compared."""
    shutil.copy(library / "coffee.jpg", library / "coffee again.jpg")
    with Image.open(library / "coffee.jpg") as coffee, Image.open(library / "rocket.jpg") as rocket:
        coffee.save(library / "coffee.png", compress_level=1)
        coffee.resize((300, 200)).save(library / "small coffee.jpg")
        rocket.crop((20, 20, 500, 380)).save(library / "cut rocket.jpg", quality=90)
    (library / "notes.txt").write_text("notes")
    for path in library.iterdir():
        os.utime(path, ns=(10**18, 10**18 + 123_456_789))
    return library


SCANNING = """
import sys
from dupscan.pipeline import scan
from dupscan.settings import ReportSettings, ScanSettings, WalkSettings
from dupscan.workers.executor import InLine
from pathlib import Path

library, report = sys.argv[1:]
settings = ScanSettings(WalkSettings((library,)), report=ReportSettings(Path(report)))
opened = []

def hear(event, arguments):
    if event == "open" and str(arguments[0]).startswith(library + "/"):
        opened.append(arguments[0])

sys.addaudithook(hear)
first = scan(settings, executor=InLine()).report
assert len(set(opened)) == 11, opened
opened.clear()
second = scan(settings, executor=InLine()).report
assert opened == [], opened
assert first.groups == second.groups
assert first.counts == second.counts
"""


def test_a_second_scan_opens_no_file_of_the_library(with_versions: Path, tmp_path: Path) -> None:
    """Not to compare what is found either. Told by Python's own ears in a process of its own."""
    done = run_to_end(
        [sys.executable, "-c", SCANNING, str(with_versions), str(tmp_path / "report")],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_nor_does_any_of_its_processes(with_versions: Path, tmp_path: Path) -> None:
    """Told by the system."""
    if shutil.which("strace") is None:
        pytest.skip("hearing what the system is asked for takes strace")
    command = [sys.executable, "-m", "dupscan", "scan", str(with_versions), "--quiet"]
    command += ["-o", str(tmp_path / "report"), "--workers", "2"]
    run_to_end(command, check=True)
    log = tmp_path / "log"
    watch = ["strace", "-f", "-qq", "-e", "trace=open,openat", "-o", str(log)]
    if run_to_end([*watch, *command]).returncode:
        pytest.skip("this machine lets nobody trace")
    asked = log.read_text(errors="replace")
    assert "report.json" in asked
    assert [line for line in asked.splitlines() if f"{with_versions}/" in line] == []
