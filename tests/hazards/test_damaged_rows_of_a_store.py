"""One damaged row in a sound store must not end a scan, hang it, or call two pictures equal.

Each row has a checksum. A damaged row is not believed, and what it held is found anew; a line says
so. A store with a view, a trigger or other tables is left as it is, and the scan goes on without
it. `python -m benchmarks.damaged_stores` tries thousands of damaged stores, these tests some
dozens.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.damaged_stores import KINDS, Laboratory, Tally, laboratory
from dupscan.errors import StoreUnusable
from dupscan.fingerprint.signature import signature
from dupscan.store import inspect, prune
from dupscan.store.connection import StoreConnection, row_checksum
from dupscan.store.schema import FILES_ARE_SOUND

Dupscan = Callable[..., subprocess.CompletedProcess[str]]
ENDLESS = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id"


@pytest.fixture(scope="module")
def made() -> Iterator[Laboratory]:
    with laboratory() as made:
        yield made


@pytest.fixture
def place(made: Laboratory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound store in the usual place, which a test may damage."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(made.place.parent.parent))
    for one in made.place.parent.iterdir():
        one.unlink()
    made.place.write_bytes(made.sound.read_bytes())
    made.place.chmod(0o600)
    return made.place


def run(place: Path, *script: str) -> None:
    """Change a store as any program with SQLite can."""
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.create_function("row_checksum", -1, row_checksum)
        for statement in script:
            connection.execute(statement)


def test_a_sound_store_gives_no_line(made: Laboratory, place: Path) -> None:
    found, said = made.scan()
    assert place.exists()
    assert found == made.expected
    assert "damaged" not in said
    assert "without it" not in said


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE fingerprints SET info = substr(info, 2) WHERE id = 1",
        "UPDATE fingerprints SET hashes = x'00' WHERE id = 1",
        "UPDATE fingerprints SET detail = 'abc' WHERE id = 1",
        "UPDATE fingerprints SET detail = 9e999",
        "UPDATE fingerprints SET border = x'00'",
        "UPDATE fingerprints SET pixels = -pixels",
        "UPDATE fingerprints SET digest = x'0102' WHERE id = 1",
        "UPDATE files SET fingerprint = 2",
        "UPDATE files SET fingerprint = 'abc'",
        "UPDATE files SET passed_over = x'00'",
        "UPDATE searches SET data = x'01'",
        "UPDATE pairs SET data = replace(data, 'picture', 'file')",
        "UPDATE pairs SET data = NULL",
        "UPDATE extras SET data = x'01' || zeroblob(32)",
    ],
)
def test_a_damaged_row_is_not_believed_and_a_line_says_so(
    made: Laboratory, place: Path, damage: str
) -> None:
    run(place, damage)
    found, said = made.scan()
    assert found == made.expected
    assert said.count("has damaged rows: ") == 1
    assert str(place) in said
    _, said_next = made.scan()
    assert "damaged" not in said_next  # what was damaged was found anew


@pytest.mark.parametrize(
    "damage", ["zeroblob(20)", "x''", "zeroblob(4000000)", "substr(data, 1, 9)"]
)
def test_a_damaged_likeness_costs_one_scan_the_use_of_the_store(
    made: Laboratory, place: Path, damage: str
) -> None:
    run(place, f"UPDATE likenesses SET data = {damage}")  # noqa: S608
    found, said = made.scan()
    assert found == made.expected
    assert "goes on without it" in said


@pytest.mark.parametrize(
    "forgery",
    [
        "info = '[' || substr(info, 5)",
        "info = replace(info, '\"PNG\"', '7')",
        "hashes = x'00'",
        "detail = 'abc'",
        "detail = 9e999",
        "border = x'00'",
        "digest = x'0102' || id",
        "pixels = -1",
    ],
)
def test_a_row_that_makes_no_sense_is_refused_though_its_checksum_is_right(
    made: Laboratory, place: Path, forgery: str
) -> None:
    columns = "id, signature, size, digest, hashes, border, detail, greyscale, pixels, info, coarse"
    run(
        place,
        f"UPDATE fingerprints SET {forgery}",  # noqa: S608
        f"UPDATE fingerprints SET checksum = row_checksum({columns})",  # noqa: S608
    )
    found, said = made.scan()
    assert found == made.expected
    assert "it is damaged; move it away" in said


@pytest.mark.parametrize(
    "script",
    [
        ["DROP TABLE signatures", f"CREATE VIEW signatures AS {ENDLESS}, id AS text FROM n"],
        ["CREATE TRIGGER t AFTER INSERT ON files BEGIN DELETE FROM fingerprints; END"],
        [f"CREATE VIEW more AS {ENDLESS} FROM n"],
        ["CREATE TABLE more (id)"],
        ["DROP INDEX by_digest"],
        ["ALTER TABLE files ADD COLUMN more"],
    ],
)
def test_a_store_with_other_tables_is_left_as_it_is(
    made: Laboratory, place: Path, script: list[str]
) -> None:
    run(place, *script)
    before = place.read_bytes()
    found, said = made.scan()
    assert found == made.expected
    assert "has tables that dupscan did not make" in said
    assert "goes on without it" in said
    for look in (inspect, prune):
        with pytest.raises(StoreUnusable, match="did not make"):
            look(place, signature())
    assert place.read_bytes() == before


def test_a_statement_without_an_end_is_ended(tmp_path: Path) -> None:
    endless = f"SELECT count(*) FROM ({ENDLESS} FROM n)"  # noqa: S608
    with closing(sqlite3.connect(tmp_path / "one", factory=StoreConnection)) as connection:
        connection.guard(tmp_path / "one")
        with pytest.raises(StoreUnusable, match="it is damaged"), connection.asking():
            connection.execute(endless)


def test_pruning_removes_damaged_rows(place: Path) -> None:
    run(place, "UPDATE files SET size = size + 1")
    assert inspect(place, signature()).files > 0
    prune(place, signature())
    assert inspect(place, signature()).files == 0


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_mutant_of_a_store_changes_what_a_scan_finds(made: Laboratory, first: int) -> None:
    assert sum(KINDS.values()) == 100
    tally = Tally()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(made.place.parent.parent))
        for number in range(first, first + 20):
            made.try_mutant(number, 20261201, tally)
    assert tally.failures == []
    assert tally.tried.total() == 20


def test_mutants_are_the_same_for_the_same_seed(place: Path) -> None:
    sound = place.read_bytes()
    for mutate in KINDS:
        place.write_bytes(sound)
        words = mutate(place, random.Random(5))
        place.write_bytes(sound)
        assert mutate(place, random.Random(5)) == words


def test_a_forged_store_that_calls_all_pictures_one_file_moves_true_copies_only(
    dupscan: Dupscan, tmp_path: Path
) -> None:
    """Its owner can forge a store, as he can edit a report: bytes are read before files go."""
    with laboratory() as own:
        columns = FILES_ARE_SOUND.removeprefix("checksum = ")
        run(
            own.place,
            "UPDATE files SET fingerprint = 1, passed_over = NULL",
            f"UPDATE files SET checksum = {columns}",  # noqa: S608
        )
        before = {one.read_bytes() for one in own.library.iterdir()}
        cache = {"XDG_CACHE_HOME": str(own.place.parent.parent)}
        scanned = dupscan("scan", own.library, "-o", tmp_path / "report", **cache)
        assert "1 group" in scanned.stdout
        planned = dupscan("plan", tmp_path / "report", "--verdict", "similar", **cache)
        assert "declined: 6 × the report contradicts itself" in planned.stdout
        done = dupscan("apply", tmp_path / "plan.csv", "--yes", **cache)
        assert done.returncode == 0, done.stderr
        assert {one.read_bytes() for one in own.library.iterdir() if one.is_file()} == before
