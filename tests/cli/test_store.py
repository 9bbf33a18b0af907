"""What is remembered from scan to scan: ``--store``, ``--no-store``, ``dupscan store``."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dupscan.cli import run
from dupscan.fingerprint.signature import signature
from dupscan.store import Store, usual_place
from dupscan.store.lock import StoreLock

Run = Callable[..., int]
Command = Callable[..., subprocess.CompletedProcess[str]]
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def library(library: Path) -> Path:
    """The usual one, its files as old as most are."""
    for path in library.iterdir():
        os.utime(path, ns=(10**18, 10**18))
    return library


@pytest.fixture
def store(capsys: Printed) -> Callable[..., dict[str, Any]]:
    """Run ``dupscan store`` with ``--json``; what it prints."""

    def run_store(*arguments: object) -> dict[str, Any]:
        capsys.readouterr()
        assert run(["store", *map(str, arguments), "--json"]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        found: dict[str, Any] = json.loads(printed.out)
        return found

    return run_store


# -- which store a scan uses -----------------------------------------------------------------------


def test_a_scan_remembers_in_the_cache_folder_and_says_so_the_next_time(
    scan: Run, library: Path, own_cache: Path, capsys: Printed
) -> None:
    scan(library)
    assert (own_cache / "dupscan" / "fingerprints.sqlite").is_file()
    assert "are known from earlier scans" not in capsys.readouterr().err
    scan(library)
    assert "3 of 4 files are known from earlier scans" in capsys.readouterr().err


def test_a_scan_with_a_store_of_its_own_leaves_the_cache_alone(
    scan: Run, library: Path, own_cache: Path, tmp_path: Path, capsys: Printed
) -> None:
    for _ in range(2):
        assert scan(library, "--store", tmp_path / "mine" / "store") == 0
    assert "3 of 4 files are known" in capsys.readouterr().err
    assert list(own_cache.iterdir()) == []


def test_a_scan_without_a_store_neither_looks_into_one_nor_leaves_one(
    scan: Run, library: Path, own_cache: Path, capsys: Printed
) -> None:
    for _ in range(2):
        assert scan(library, "--no-store") == 0
    assert "known from earlier scans" not in capsys.readouterr().err
    assert list(own_cache.iterdir()) == []


def test_the_report_is_the_same_with_a_store_and_without(
    scan: Run, library: Path, tmp_path: Path
) -> None:
    tables = []
    for how in ((), (), ("--no-store",)):
        scan(library, *how)
        tables.append((tmp_path / "report" / "duplicates.csv").read_bytes())
    assert tables[0] == tables[1] == tables[2]


def test_a_store_and_no_store_contradict_each_other(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed
) -> None:
    assert scan(library, "--store", tmp_path / "mine", "--no-store") == 2
    complaint = capsys.readouterr().err
    assert "--no-store" in complaint
    assert str(tmp_path / "mine") in complaint


def test_a_store_that_cannot_be_used_is_a_line_and_code_3(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed
) -> None:
    (tmp_path / "mine").write_text("notes")
    assert scan(library, "--store", tmp_path / "mine") == 3
    assert f"{tmp_path / 'mine'} is not a store of dupscan" in capsys.readouterr().err
    assert (tmp_path / "mine").read_text() == "notes"


def test_a_settings_file_may_name_the_store(
    scan: Run, library: Path, own_cache: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text(f'[store]\nfile = "{tmp_path / "mine"}"\n')
    assert scan(library, "--settings", settings) == 0
    assert (tmp_path / "mine").is_file()
    assert list(own_cache.iterdir()) == []


def test_a_settings_file_may_do_without_and_a_typed_store_goes_before_its_own(
    scan: Run, library: Path, own_cache: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text("[store]\nkept = false\n")
    assert scan(library, "--settings", settings) == 0
    assert list(own_cache.iterdir()) == []
    settings.write_text(f'[store]\nfile = "{tmp_path / "one"}"\n')
    assert scan(library, "--settings", settings, "--store", tmp_path / "other") == 0
    assert [(tmp_path / name).exists() for name in ("one", "other")] == [False, True]


# -- dupscan store ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["info", "prune"])
def test_a_store_that_is_not_there_is_code_2_and_not_made(
    command: str, own_cache: Path, tmp_path: Path, capsys: Printed
) -> None:
    assert run(["store", command]) == 2
    assert str(usual_place()) in capsys.readouterr().err
    assert run(["store", command, "--store", str(tmp_path / "mine")]) == 2
    assert str(tmp_path / "mine") in capsys.readouterr().err
    assert list(own_cache.iterdir()) == []
    assert not (tmp_path / "mine").exists()


def test_info_tells_where_the_store_is_and_what_it_knows(
    scan: Run, library: Path, capsys: Printed
) -> None:
    scan(library)
    capsys.readouterr()
    assert run(["store", "info"]) == 0
    first, second, *made_by = capsys.readouterr().out.splitlines()
    assert re.fullmatch(rf"{re.escape(str(usual_place()))}: [\d.]+ \w+", first)
    assert second == "3 files known, 1 fingerprint, 0 files outdated"
    assert made_by == [f"  made by {signature()}"]


def test_info_as_json(scan: Run, library: Path, store: Callable[..., dict[str, Any]]) -> None:
    scan(library)
    found = store("info")
    size = found.pop("size")
    assert found == {
        "file": str(usual_place()),
        "files": 3,
        "fingerprints": 1,
        "outdated": 0,
        "signatures": [signature()],
    }
    assert size > 10_000


def test_prune_forgets_what_is_gone_and_says_how_much(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed
) -> None:
    scan(library, "--store", tmp_path / "mine")
    (library / "one.jpg").unlink()
    capsys.readouterr()
    assert run(["store", "prune", "--store", str(tmp_path / "mine")]) == 0
    printed = capsys.readouterr().out
    assert "Forgot 1 file that is gone, 0 outdated files and 0 fingerprints" in printed
    assert "Kept" not in printed


def test_prune_as_json(scan: Run, library: Path, store: Callable[..., dict[str, Any]]) -> None:
    with Store(usual_place(), "an older version"):
        pass
    scan(library)
    for name in ("one.jpg", "two.jpg"):
        (library / name).unlink()
    found = store("prune")
    assert found.pop("freed") >= 0
    assert found == {"gone": 2, "outdated": 0, "away": 0, "fingerprints": 1}
    assert store("info")["signatures"] == [signature()]


def test_pruning_touches_no_picture(scan: Run, library: Path) -> None:
    scan(library)
    before = {path.name: (path.read_bytes(), path.stat()) for path in library.iterdir()}
    assert run(["store", "prune"]) == 0
    assert before.keys() == set(os.listdir(library))
    for name, (content, status) in before.items():
        now = (library / name).stat()
        assert (content, status.st_mtime_ns, status.st_ino) == (
            (library / name).read_bytes(),
            now.st_mtime_ns,
            now.st_ino,
        )


def test_prune_waits_for_no_scan(scan: Run, library: Path, capsys: Printed) -> None:
    scan(library)
    with closing(StoreLock(usual_place())):
        assert run(["store", "prune"]) == 3
    assert "a scan is using it" in capsys.readouterr().err


def test_info_of_what_is_no_store_is_code_3(tmp_path: Path, capsys: Printed) -> None:
    (tmp_path / "mine").write_text("notes")
    assert run(["store", "info", "--store", str(tmp_path / "mine")]) == 3
    assert "is not a store of dupscan" in capsys.readouterr().err


def test_names_are_printed_harmlessly(
    scan: Run, library: Path, tmp_path: Path, run_command: Command
) -> None:
    name = os.fsdecode(b"st\xffore\x1b[31m")
    scan(library, "--store", tmp_path / name)
    for more in ([], ["--json"]):
        done = run_command("store", "info", "--store", tmp_path / name, *more)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert str(tmp_path) in done.stdout
