"""Fingerprints of a drive that is not mounted must stay in the store.

czkawka deleted the cache of a drive that was not mounted (czkawka#1147): the work of a night was
lost by one look.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.executors import Recording
from support.processes import run_to_end

from dupscan.fingerprint.signature import signature
from dupscan.model.pictures import Known
from dupscan.pipeline import ScanOutcome
from dupscan.store import inspect, prune
from dupscan.store.packing import PackedFingerprint

ScanOf = Callable[..., ScanOutcome]


@pytest.fixture
def drive(mount: Callable[..., Path], originals: Path) -> tuple[Path, Path]:
    """A drive with two pictures that is mounted below a library, and where it lies meanwhile."""
    hidden = mount("hidden", "-t", "tmpfs", "tmpfs")
    for name in ("coffee.jpg", "rocket.jpg"):
        shutil.copy(originals / name, hidden)
        os.utime(hidden / name, ns=(10**18, 10**18))
    return hidden, mount("library/drive", "--bind", hidden)


@pytest.fixture
def library(drive: tuple[Path, Path], originals: Path, tmp_path: Path) -> Path:
    """A folder with a picture of its own beside the drive."""
    shutil.copy(originals / "chelsea.jpg", tmp_path / "library")
    os.utime(tmp_path / "library" / "chelsea.jpg", ns=(10**18, 10**18))
    return tmp_path / "library"


@contextmanager
def unmounted(drive: tuple[Path, Path]) -> Iterator[None]:
    hidden, point = drive
    run_to_end(["umount", str(point)], check=True)
    try:
        yield
    finally:
        run_to_end(["mount", "--bind", str(hidden), str(point)], check=True)


def read_in(scan_of: ScanOf, library: Path, store: Path) -> list[str]:
    """The names of the files that a scan has to read."""
    executor = Recording()
    scan_of(library, store=store, executor=executor)
    return sorted(executor.names(PackedFingerprint, Known))


def test_the_drives_files_are_known_when_it_is_back(
    scan_of: ScanOf, library: Path, drive: tuple[Path, Path], tmp_path: Path
) -> None:
    """After a scan without it, a tidying without it, and another scan."""
    store = tmp_path / "store"
    every = ["chelsea.jpg", "coffee.jpg", "rocket.jpg"]
    assert every == read_in(scan_of, library, store)
    with unmounted(drive):
        assert scan_of(library, store=store).report.counts.files == 1
        pruned = prune(store, signature())
        assert (pruned.gone, pruned.away) == (0, 2)
        scan_of(library, store=store)

    assert read_in(scan_of, library, store) == []
    assert inspect(store, signature()).files == 3


def test_files_gone_from_a_drive_that_is_there_go(
    scan_of: ScanOf, library: Path, drive: tuple[Path, Path], tmp_path: Path
) -> None:
    """Told at last by the drive itself, though it was away when the store was tidied before."""
    store = tmp_path / "store"
    scan_of(library, store=store)
    (drive[0] / "rocket.jpg").unlink()
    with unmounted(drive):
        assert prune(store, signature()).gone == 0

    pruned = prune(store, signature())

    assert (pruned.gone, pruned.away) == (1, 0)
    assert inspect(store, signature()).files == 2


def test_another_drive_in_its_place_is_not_taken_for_it(
    scan_of: ScanOf,
    library: Path,
    drive: tuple[Path, Path],
    mount: Callable[..., Path],
    originals: Path,
    tmp_path: Path,
) -> None:
    """Of the same make: it numbers its files alike, and they have one size and one time."""
    for name in ("coffee.jpg", "rocket.jpg"):
        os.truncate(drive[0] / name, 200_000)
        os.utime(drive[0] / name, ns=(10**18, 10**18))
    store = tmp_path / "store"
    scan_of(library, store=store)
    other = mount("another drive", "-t", "tmpfs", "tmpfs")
    for name in ("astronaut.jpg", "brick.jpg"):
        shutil.copy(originals / name, other)
        os.truncate(other / name, 200_000)
        os.utime(other / name, ns=(10**18, 10**18))

    assert read_in(scan_of, other, store) == ["astronaut.jpg", "brick.jpg"]
