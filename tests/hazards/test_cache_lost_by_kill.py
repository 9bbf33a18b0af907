"""A scan that is ended by ``kill -9`` must keep the fingerprints that it has already made.

czkawka writes its cache once, at the end: a kill loses all of it. A cache that is half written is
unusable. ``python -m benchmarks.kills`` does the same with hundreds of kills.
"""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

import pytest
from PIL import Image
from support.processes import LIMIT, running

KILLS = 6
FILES = 42
FORMATS = ("report.html", "duplicates.csv", "report.json")


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """A photograph and its copy, and 40 grey pictures of 24 megapixels, which take their time."""
    folder = tmp_path / "library"
    folder.mkdir()
    for name in ("000 coffee.jpg", "001 coffee again.jpg"):
        shutil.copy(originals / "coffee.jpg", folder / name)
    buffer = io.BytesIO()
    Image.new("L", (6000, 4000), 128).save(buffer, "PNG", compress_level=1)
    for number in range(2, FILES):
        (folder / f"{number:03}.png").write_bytes(buffer.getvalue() + b"%d" % number)
    for path in folder.iterdir():
        os.utime(path, ns=(10**18, 10**18))  # so long ago that the next scan knows it again
    return folder


def begin(
    library: Path, store: Path, report: Path, environment: dict[str, str]
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "dupscan", "scan", str(library), "--workers", "2"]
    return running(
        [*command, "--store", str(store), "-o", str(report), "--quiet"],
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,  # where what outlives it for a moment would complain
    )


def scan_and_kill(scan: AbstractContextManager[subprocess.Popen[bytes]], seconds: float) -> None:
    """Kill a scan after some time, whatever it is doing by then."""
    with scan as process, suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def rows_of(store: Path) -> int:
    """How many files are known to a store, which must be sound."""
    if not store.exists() or not store.stat().st_size:
        return 0
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'files'").fetchone():
            return 0
        whole = (
            "SELECT count(*) FROM files JOIN fingerprints ON files.fingerprint = id "
            "JOIN likenesses ON likenesses.fingerprint = id"
        )
        [with_all] = connection.execute(whole).fetchone()
        [files] = connection.execute("SELECT count(*) FROM files").fetchone()
        assert files == with_all, "a file without what is known of it"
        return int(files)


def without_header(content: bytes) -> bytes:
    content = re.sub(rb'^"header": .*$', b"", content, flags=re.MULTILINE)
    content = re.sub(rb'content="[0-9a-f]{12}"', b"", content)
    return re.sub(rb"<footer>.*</footer>", b"", content, flags=re.DOTALL)


def test_scans_killed_at_any_moment_lose_nothing_that_was_stored(
    library: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """And the one that comes to its end at last reports what an undisturbed one does."""
    began = time.monotonic()
    with begin(library, tmp_path / "its store", tmp_path / "undisturbed", environment) as one:
        assert one.wait(LIMIT) == 0
    whole = time.monotonic() - began  # so that kills come in the middle, however fast this machine
    chance = random.Random(20261122)
    store, report = tmp_path / "store", tmp_path / "report"

    known = [0]
    for share in sorted(chance.uniform(0.15, 0.5) for _ in range(KILLS)):  # the earliest first
        scan_and_kill(begin(library, store, report, environment), whole * share)
        known.append(rows_of(store))
    with begin(library, store, report, environment) as last:
        assert last.wait(LIMIT) == 0

    assert known == sorted(known), "rows got fewer"
    assert rows_of(store) == FILES
    for name in FORMATS:
        assert without_header((tmp_path / "undisturbed" / name).read_bytes()) == without_header(
            (report / name).read_bytes()
        )
