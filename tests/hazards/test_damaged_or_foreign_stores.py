"""A store that is damaged, or a file in its place that dupscan did not write, is left untouched.

A scan that uses the usual store continues without it. A scan with ``--store`` ends before it
begins.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.errors import StoreUnusable
from dupscan.fingerprint.signature import signature
from dupscan.pipeline import ScanOutcome
from dupscan.progress import Lines
from dupscan.store import Store, inspect, prune, schema

ScanOf = Callable[..., ScanOutcome]
Dupscan = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """Two pictures and their copies, last changed long ago."""
    folder = tmp_path / "library"
    folder.mkdir()
    for name in ("coffee", "rocket"):
        for number in (1, 2):
            path = folder / f"{name} {number}.jpg"
            shutil.copy(originals / f"{name}.jpg", path)
            os.utime(path, ns=(10**18, 10**18))
    return folder


@pytest.fixture
def place(own_cache: Path) -> Path:
    """Where the usual store is to be."""
    (own_cache / "dupscan").mkdir()
    return own_cache / "dupscan" / "fingerprints.sqlite"


def make_store(place: Path) -> None:
    with Store(place, signature()):
        pass


def write_text(place: Path) -> None:
    place.write_text("my notes\n" * 1000)


def write_garbage_with_the_right_beginning(place: Path) -> None:
    place.write_bytes(b"SQLite format 3\0" + random.Random(1).randbytes(50_000))


def write_an_end_cut_off(place: Path) -> None:
    place.write_bytes(b"SQLite format 3\0" + bytes(20))


def make_another_programs_database(place: Path) -> None:
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript("CREATE TABLE files (path TEXT); INSERT INTO files VALUES ('a');")


def make_another_programs_database_in_wal_mode(place: Path) -> None:
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    make_another_programs_database(place)


def make_a_later_version(place: Path) -> None:
    make_store(place)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA user_version = 99")


def damage_all_but_the_header(place: Path) -> None:
    make_store(place)
    content = place.read_bytes()
    place.write_bytes(content[:100] + random.Random(1).randbytes(len(content) - 100))


def cut_a_store_off(place: Path) -> None:
    make_store(place)
    os.truncate(place, 4096)


def make_a_folder(place: Path) -> None:
    place.mkdir()


STRANGE = {
    write_text: "is not a store of dupscan",
    write_garbage_with_the_right_beginning: "is not a store of dupscan",
    write_an_end_cut_off: "is not a store of dupscan",
    make_another_programs_database: "is not a store of dupscan",
    make_another_programs_database_in_wal_mode: "is not a store of dupscan",
    make_a_later_version: "version 99",
    damage_all_but_the_header: "damaged",
    cut_a_store_off: "damaged",
    make_a_folder: "is not a file",
}
"""What may lie there, and what is said of it."""
EACH = pytest.mark.parametrize("make", STRANGE, ids=lambda make: make.__name__)


def state_of(folder: Path) -> dict[str, tuple[bytes | None, int]]:
    """The names below a folder, with their bytes and times of change."""
    return {
        one.name: (one.read_bytes() if one.is_file() else None, one.stat().st_mtime_ns)
        for one in folder.iterdir()
    }


def expect_a_clear_line(text: str, place: Path, words: str) -> None:
    assert str(place) in text
    assert words in text
    assert "\n" not in text.strip()
    assert len(text) < 300


@EACH
def test_a_scan_goes_on_without_the_usual_store(
    scan_of: ScanOf, library: Path, place: Path, make: Callable[[Path], None]
) -> None:
    make(place)
    before, log = state_of(place.parent), io.StringIO()

    outcome = scan_of(library, progress=Lines(log))

    assert outcome.report.header.complete
    assert outcome.report.counts.groups == 2
    [line] = [line for line in log.getvalue().splitlines() if str(place) in line]
    expect_a_clear_line(line, place, STRANGE[make])
    assert "goes on without it" in line
    assert before == state_of(place.parent)


@EACH
def test_a_scan_ends_that_was_to_use_this_very_store(
    scan_of: ScanOf, library: Path, place: Path, make: Callable[[Path], None]
) -> None:
    make(place)
    before = state_of(place.parent)

    with pytest.raises(StoreUnusable) as error:
        scan_of(library, store=place)

    assert error.value.exit_code == 3
    expect_a_clear_line(str(error.value), place, STRANGE[make])
    assert before == state_of(place.parent)


@EACH
@pytest.mark.parametrize("work", [inspect, prune])
def test_it_is_neither_looked_into_nor_pruned(
    place: Path, make: Callable[[Path], None], work: Callable[..., object]
) -> None:
    make(place)
    before = state_of(place.parent)

    with pytest.raises(StoreUnusable) as error:
        work(place, signature())

    assert str(place) in str(error.value)
    assert before == state_of(place.parent)


def test_an_empty_file_is_taken_as_new(scan_of: ScanOf, library: Path, tmp_path: Path) -> None:
    """As mktemp(1) makes one, and as a kill may leave one."""
    (tmp_path / "store").touch()
    scan_of(library, store=tmp_path / "store")
    assert inspect(tmp_path / "store", signature()).files == 4


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Another program is writing, and does not come to an end."""
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def test_a_locked_store_is_waited_for_and_then_done_without(
    scan_of: ScanOf, library: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_PATIENCE", 0.2)
    log = io.StringIO()
    scan_of(library)
    with locked(place):
        before = place.read_bytes()
        assert scan_of(library, progress=Lines(log)).report.counts.groups == 2
        with pytest.raises(StoreUnusable, match="locked it"):
            scan_of(library, store=place)
        assert before == place.read_bytes()
    assert "locked it" in log.getvalue()
    assert inspect(place, signature()).files == 4


def damage_pages(place: Path) -> None:
    """Overwrite whatever lies behind the first pages, as a bad disk does."""
    content = bytearray(place.read_bytes())
    for start in range(8 * 4096, len(content), 4096):
        content[start : start + 2048] = b"\xff" * 2048
    place.write_bytes(content)


def test_damage_that_is_met_later_is_told_with_a_way_out_that_leads_out(
    scan_of: ScanOf, library: Path, place: Path
) -> None:
    """The beginning of the file is sound, what lies behind is not. The scan goes on without it."""
    log = io.StringIO()
    scan_of(library)
    damage_pages(place)
    before = place.read_bytes()

    assert scan_of(library, progress=Lines(log)).report.counts.groups == 2
    with pytest.raises(StoreUnusable, match="damaged; move it away") as error:
        scan_of(library, store=place)

    assert str(place) in str(error.value)
    assert f"{place} failed: it is damaged; move it away" in log.getvalue()
    assert before == place.read_bytes()
    for name in os.listdir(place.parent):
        (place.parent / name).rename(place.parent / f"{name} moved away")
    assert scan_of(library).report.counts.groups == 2
    assert inspect(place, signature()).files == 4


@pytest.mark.parametrize("there", [True, False], ids=["with a store in it", "empty"])
def test_a_folder_that_cannot_be_written_to(
    unprivileged: list[str],
    environment: dict[str, str],
    library: Path,
    tmp_path: Path,
    there: bool,
) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    if there:
        make_store(folder / "store")
        for one in folder.iterdir():
            one.chmod(0o400)
    folder.chmod(0o500)
    before = state_of(folder)

    done = run_unprivileged(unprivileged, environment, library, "--store", folder / "store")

    assert done.returncode == 3
    expect_a_clear_line(done.stderr, folder / "store", "ermission")
    assert before == state_of(folder)


def test_a_cache_folder_that_cannot_be_written_to(
    unprivileged: list[str], environment: dict[str, str], library: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)

    done = run_unprivileged(unprivileged, environment | {"XDG_CACHE_HOME": str(folder)}, library)

    assert done.returncode == 0
    assert "goes on without it" in done.stderr
    assert "4 pictures, 2 groups" in done.stdout
    assert list(folder.iterdir()) == []


def run_unprivileged(
    unprivileged: list[str], environment: dict[str, str], library: Path, *more: object
) -> subprocess.CompletedProcess[str]:
    report = library.parent / "report"
    command = [*unprivileged, "dupscan", "scan", library, "-o", report, "--workers", "1", *more]
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    return run_to_end(
        list(map(str, command)),
        env=environment | {"PATH": path},
        capture_output=True,
        text=True,
    )


def test_a_pipe_in_its_place_does_not_hang(scan_of: ScanOf, library: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreUnusable, match="is not a file"):
        scan_of(library, store=tmp_path / "pipe")


def test_an_empty_file_is_not_looked_into_as_a_store(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    for look in (inspect, prune):
        with pytest.raises(StoreUnusable, match="is not a store of dupscan"):
            look(tmp_path / "empty.jpg", signature())
    assert (tmp_path / "empty.jpg").read_bytes() == b""


def test_the_command_says_it_in_a_line_and_ends_with_three(
    dupscan: Dupscan, library: Path, tmp_path: Path
) -> None:
    write_text(tmp_path / "store")
    before = (tmp_path / "store").read_bytes()

    done = dupscan("scan", library, "--store", tmp_path / "store")

    assert done.returncode == 3
    expect_a_clear_line(done.stderr, tmp_path / "store", "is not a store of dupscan")
    assert before == (tmp_path / "store").read_bytes()
    assert not (tmp_path / "dupscan-report" / "report.json").exists()
