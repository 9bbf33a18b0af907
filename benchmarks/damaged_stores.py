"""Scans with stores that were damaged in any way: ``python -m benchmarks.damaged_stores``.

::

    python -m benchmarks.damaged_stores --mutants 5000 --seed 1

A small library is scanned, its store is damaged, and the library is scanned again. However the
store was damaged, the scan must end, without a traceback and in time, and must find what a scan
without a store finds. A mutant whose checksums were made anew is a forgery: its owner has written
it on purpose, and may be believed, but the scan must still end well.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PIL import Image

from dupscan.pipeline import scan
from dupscan.progress import Lines
from dupscan.settings import ReportSettings, ScanSettings, WalkSettings
from dupscan.store import schema, usual_place
from dupscan.store.connection import row_checksum
from dupscan.workers.executor import InLine

SLOW = 20.0
"""Seconds after which a scan of the small library counts as hanging."""
_LONG_AGO = 10**18
"""Nanoseconds since 1970."""
_PAGE = 4096
_HEADER = 100
"""Bytes of the header of a database."""
TABLES = ("files", "fingerprints", "likenesses", "pairs", "searches", "extras", "signatures")
Found = tuple[object, ...]
"""The groups of a report with their verdicts, and the counts of its files."""


@dataclass(slots=True)
class Tally:
    """The mutants that were tried, and what was seen of each."""

    tried: Counter[str] = field(default_factory=Counter)
    """Number of mutants by kind."""
    said: Counter[str] = field(default_factory=Counter)
    """Number of mutants of which a line spoke, by kind."""
    believed: int = 0
    """Forgeries that changed what was found."""
    slowest: float = 0.0
    """Seconds of the slowest scan."""
    failures: list[str] = field(default_factory=list)
    """Mutants that ended a scan, made it hang, or changed what it found."""


class Laboratory:
    """A small library in a folder, with a sound store that is copied for each mutant."""

    def __init__(self, folder: Path) -> None:
        """Make the library, scan it twice, and remember what a scan finds without a store."""
        self.library = folder / "library"
        self.report = folder / "report"
        self.sound = folder / "sound.sqlite"
        _make_library(self.library)
        self.expected, _ = self.scan()  # the first scan has no store to read
        self.place = usual_place()
        if self.scan()[0] != self.expected:
            raise AssertionError("a sound store changes what is found")
        shutil.copyfile(self.place, self.sound)

    def scan(self) -> tuple[Found, str]:
        """Scan the library with the usual store; return what was found, and what was said."""
        said = io.StringIO()
        settings = ScanSettings(
            walk=WalkSettings((str(self.library),)),
            report=ReportSettings(self.report, formats=("json", "html")),
        )
        report = scan(settings, executor=InLine(), progress=Lines(said)).report
        names = [os.path.basename(one.file.path) for one in report.pictures]
        groups = sorted(
            (
                names[group.keeper],
                sorted(
                    (names[one.partner(group.keeper)], one.verdict.value)
                    for one in group.duplicates
                ),
            )
            for group in report.groups
        )
        return (groups, report.counts.files, report.counts.unreadable), said.getvalue()

    def try_mutant(self, number: int, seed: int, tally: Tally) -> None:
        """Damage a copy of the sound store, scan with it, and note what was seen."""
        chance = random.Random(f"{seed}/{number}")
        for one in self.place.parent.iterdir():
            one.unlink()
        shutil.copyfile(self.sound, self.place)
        self.place.chmod(0o600)
        mutate = chance.choices(list(KINDS), list(KINDS.values()))[0]
        kind = mutate.__name__
        what = mutate(self.place, chance)
        tally.tried[kind] += 1
        began = time.monotonic()
        try:
            found, said = self.scan()
        except Exception:  # noqa: BLE001 (whatever ends a scan is to be told)
            tally.failures.append(f"mutant {number}: {kind}, {what}\n{traceback.format_exc()}")
            return
        seconds = time.monotonic() - began
        tally.slowest = max(tally.slowest, seconds)
        tally.said[kind] += "goes on without it" in said or "damaged rows" in said
        if seconds > SLOW:
            tally.failures.append(f"mutant {number}: {kind}, {what}: took {seconds:.0f} s")
        if found == self.expected:
            return
        if mutate is forge_a_cell:
            tally.believed += 1
        else:
            tally.failures.append(f"mutant {number}: {kind}, {what}: found {found}")


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """A laboratory in a temporary folder, with a cache of its own."""
    with tempfile.TemporaryDirectory() as folder:
        cache = str(Path(folder, "cache"))
        with patch.dict(os.environ, {"XDG_CACHE_HOME": cache}):
            yield Laboratory(Path(folder))


def _make_library(folder: Path) -> None:
    """Two groups: a picture, its copy and a version; a picture and a version. Three others."""
    folder.mkdir()
    for number in range(5):
        chance = np.random.default_rng(number)
        noise = chance.integers(0, 256, (24, 32, 3), dtype=np.uint8)
        picture = Image.fromarray(noise).resize((200, 150), Image.Resampling.BICUBIC)
        picture.save(folder / f"{number}.png")
        if number < 2:
            picture.save(folder / f"{number}.jpg", quality=90)
    shutil.copy(folder / "0.png", folder / "0 copy.png")
    (folder / "notes.png").write_text("no picture")
    for one in folder.iterdir():
        os.utime(one, ns=(_LONG_AGO, _LONG_AGO))


# -- kinds of damage -------------------------------------------------------------------------------


@contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.create_function("row_checksum", -1, row_checksum)
        yield connection


def damage_a_cell(path: Path, chance: random.Random) -> str:
    """Give one cell of one row another value."""
    with _database(path) as connection:
        return _change_a_cell(connection, chance)[0]


def forge_a_cell(path: Path, chance: random.Random) -> str:
    """The same, and make the checksum of the row anew."""
    with _database(path) as connection:
        what, table, column = _change_a_cell(connection, chance)
        columns = [one[1] for one in connection.execute(f"PRAGMA table_info({table})")]
        if "checksum" in columns and column != "checksum":
            values = [one for one in columns if one != "checksum"]
            if table == "searches":
                values.remove("id")
            with suppress(sqlite3.Error):  # text that is no UTF-8 has no checksum
                connection.execute(
                    f"UPDATE {table} SET checksum = row_checksum({', '.join(values)})"  # noqa: S608
                )
        return what


def _change_a_cell(connection: sqlite3.Connection, chance: random.Random) -> tuple[str, str, str]:
    """Change a cell; return words for the change, the table and the column."""
    table = chance.choice(TABLES)
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [name for _, name, *_, in_key in columns if in_key]
    column = chance.choice([name for _, name, *_ in columns])
    query = f"SELECT {column}, {', '.join(keys)} FROM {table}"  # noqa: S608
    rows = connection.execute(query).fetchall()
    if not rows:
        return f"{table} is empty", table, column
    old, *key = chance.choice(rows)
    new = chance.choice([*_VALUES, *(_bent(old, chance) for _ in range(8)), chance.choice(rows)[0]])
    new = schema.clamped(new) if isinstance(new, int) else new
    with suppress(sqlite3.IntegrityError):  # NOT NULL, UNIQUE
        where = " AND ".join(f"{one} IS ?" for one in keys)
        connection.execute(
            f"UPDATE {table} SET {column} = ? WHERE {where}",  # noqa: S608
            (new, *key),
        )
    return f"{table}.{column} = {repr(new)[:60]}", table, column


_VALUES: tuple[object, ...] = (
    *(None, 0, 1, -1, 2, 2**31, 2**63 - 1, -(2**63), 0.5, float("inf"), float("-inf"), 1e300),
    *("", "abc", "[]", "{}", "null", "=1+1", "[1e999]", "[" * 5000, "\ud7ff", "NaN"),
    *(b"", b"\0", b"\1", b"abc", b"\xff" * 8, bytes(32), bytes(17000), b"x" * 1_000_000),
)


def _bent(old: object, chance: random.Random) -> object:
    """A value near another: a bit flipped, cut, longer, or of another type."""
    match old:
        case bytes() if old:
            at = chance.randrange(len(old))
            flipped = old[:at] + bytes([old[at] ^ 1 << chance.randrange(8)]) + old[at + 1 :]
            return chance.choice([flipped, old[1:], old[:at], old + old, old[::-1]])
        case int() | float():
            return chance.choice([-old, old + 1, old - 1, old / 3, str(old), 10**6 * (old or 1)])
        case str() if old:
            at = chance.randrange(len(old))
            return chance.choice([old[:at] + chance.choice('09ae"[,') + old[at + 1 :], old[:at]])
        case _:
            return chance.choice([b"\0", 7, "seven"])


def damage_bytes(path: Path, chance: random.Random) -> str:
    """Give a few bytes of the file other values."""
    content = bytearray(path.read_bytes())
    count = chance.choice([1, 1, 2, 8, 64, 512])
    for _ in range(count):
        content[chance.randrange(_HEADER, len(content))] = chance.randrange(256)
    path.write_bytes(content)
    return f"{count} bytes"


def damage_bytes_that_steer(path: Path, chance: random.Random) -> str:
    """Give a few bytes at the beginning of a page other values: counts, pointers, sizes."""
    content = bytearray(path.read_bytes())
    count = chance.choice([1, 2, 4, 8])
    for _ in range(count):
        page = chance.randrange(len(content) // _PAGE) * _PAGE
        start = page + (_HEADER if page == 0 else 0)
        content[start + chance.randrange(40)] = chance.choice([0, 1, 2, 5, 10, 13, 127, 255])
    path.write_bytes(content)
    return f"{count} bytes"


def damage_the_header(path: Path, chance: random.Random) -> str:
    """Give a few bytes of the header other values."""
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 2, 8])):
        content[chance.randrange(16, _HEADER)] = chance.randrange(256)
    path.write_bytes(content)
    return "header"


def mix_pages(path: Path, chance: random.Random) -> str:
    """Put a page in the place of another, or one filled with zeros, ones or rubbish."""
    content = bytearray(path.read_bytes())
    pages = len(content) // _PAGE
    for _ in range(chance.choice([1, 2, 5])):
        to, source = chance.randrange(1, pages) * _PAGE, chance.randrange(1, pages) * _PAGE
        page = content[source : source + _PAGE]
        content[to : to + _PAGE] = chance.choice(
            [page, bytes(_PAGE), b"\xff" * _PAGE, chance.randbytes(_PAGE)]
        )
    path.write_bytes(content)
    return "pages"


def change_its_size(path: Path, chance: random.Random) -> str:
    """Cut the end off, or put rubbish behind it."""
    size = path.stat().st_size
    if chance.random() < 0.7:
        os.truncate(path, chance.randrange(size))
    else:
        with path.open("ab") as file:
            file.write(chance.randbytes(chance.choice([1, 100, _PAGE, 10 * _PAGE])))
    return f"{size} → {path.stat().st_size} bytes"


def change_rows(path: Path, chance: random.Random) -> str:
    """Remove rows of a table, or all of them, or give rows the ids of others."""
    table = chance.choice(TABLES)
    with _database(path) as connection:
        statement = chance.choice(
            [
                f"DELETE FROM {table}",  # noqa: S608
                f"DELETE FROM {table} WHERE random() % 2",  # noqa: S608
                "UPDATE fingerprints SET id = id + 1000",
                "UPDATE fingerprints SET id = -id",
                "UPDATE OR REPLACE fingerprints SET id = id % 3 + 1",
                "UPDATE OR REPLACE likenesses SET fingerprint = fingerprint % 4 + 1",
                "UPDATE files SET fingerprint = 1",
                "UPDATE files SET fingerprint = NULL",
                "UPDATE files SET fingerprint = 99",
                "UPDATE signatures SET id = id + 1",
                "DELETE FROM sqlite_sequence",
                "UPDATE sqlite_sequence SET seq = 0",
                "UPDATE sqlite_sequence SET seq = 9223372036854775807",
            ]
        )
        connection.execute(statement)
    return statement


def change_the_schema(path: Path, chance: random.Random) -> str:
    """Put views, triggers, other tables or other definitions into the store."""
    table = chance.choice(TABLES)
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id"
    view = f"CREATE VIEW {table} AS"
    trigger = f"CREATE TRIGGER t AFTER INSERT ON {table} BEGIN"
    script = chance.choice(
        [
            f"DROP TABLE {table}",
            f"DROP TABLE {table}; CREATE TABLE {table} (id)",
            f"DROP TABLE {table}; {view} {endless}, id AS text FROM n",
            f"ALTER TABLE {table} RENAME TO other; {view} SELECT * FROM other",  # noqa: S608
            f"{trigger} DELETE FROM fingerprints; END",  # noqa: S608
            f"{trigger} INSERT INTO files SELECT * FROM files; END",  # noqa: S608
            f"CREATE VIEW v AS {endless} FROM n",
            f"ALTER TABLE {table} ADD COLUMN more DEFAULT (randomblob(9))",
            "DROP INDEX by_digest",
            "DROP INDEX by_size; CREATE INDEX by_size ON fingerprints (signature)",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = rootpage + 1",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE x (y)'",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = 'files'",
            "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'files'",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = NULL, type = x'00'",
        ]
    )
    with _database(path) as connection, suppress(sqlite3.Error):
        connection.executescript(script)
    return script


def change_pragmas(path: Path, chance: random.Random) -> str:
    """Change what the header says, by SQLite's own words."""
    pragma = chance.choice(
        [
            *(f"user_version = {one}" for one in (0, 1, 2, 3, schema.VERSION + 1, -1)),
            *(f"application_id = {one}" for one in (0, 1, -1)),
            *(f"journal_mode = {one}" for one in ("DELETE", "WAL", "TRUNCATE", "PERSIST")),
            *("schema_version = 0", "schema_version = -1"),
            *("auto_vacuum = FULL; VACUUM", "page_size = 512; VACUUM", "page_size = 65536; VACUUM"),
            "default_cache_size = -1",
        ]
    )
    with _database(path) as connection:
        if "page_size" in pragma:
            connection.execute("PRAGMA journal_mode = DELETE")
        connection.executescript(f"PRAGMA {pragma}")
    return pragma


def put_a_file_beside(path: Path, chance: random.Random) -> str:
    """Put rubbish where SQLite looks for what a kill left unfinished."""
    end = chance.choice(["-wal", "-journal", "-shm", "-users"])
    beside = path.with_name(path.name + end)
    magic = chance.choice(
        [b"", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", b"\x37\x7f\x06\x82\x00\x2d\xe2\x18"]
    )
    beside.write_bytes(magic + chance.randbytes(chance.choice([0, 24, 512, _PAGE * 3])))
    beside.chmod(0o600)
    return end


KINDS: dict[Callable[[Path, random.Random], str], int] = {
    damage_a_cell: 30,
    forge_a_cell: 20,
    damage_bytes: 15,
    damage_bytes_that_steer: 10,
    damage_the_header: 3,
    mix_pages: 7,
    change_its_size: 3,
    change_rows: 5,
    change_the_schema: 4,
    change_pragmas: 2,
    put_a_file_beside: 1,
}
"""Each kind of damage with its share of the mutants, percent."""


def main() -> int:
    """Try mutants, and print what was seen as JSON; 1 if any scan did not end well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9, help="end after these")
    options = parser.parse_args()
    tally, ends = Tally(), time.monotonic() + 60 * options.minutes
    with laboratory() as made:
        for number in range(options.first, options.first + options.mutants):
            faulthandler.dump_traceback_later(3 * SLOW, exit=True)
            made.try_mutant(number, options.seed, tally)
            if time.monotonic() > ends:
                break
        faulthandler.cancel_dump_traceback_later()
    for one in tally.failures:
        print(one, file=sys.stderr)
    seen = {
        "seed": options.seed,
        "mutants": tally.tried.total(),
        "failures": len(tally.failures),
        "forgeries believed": tally.believed,
        "slowest scan, seconds": round(tally.slowest, 2),
        "tried": dict(tally.tried),
        "said": dict(tally.said),
    }
    print(json.dumps(seen, indent=1))
    return bool(tally.failures)


if __name__ == "__main__":
    sys.exit(main())
