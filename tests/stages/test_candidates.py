"""Of all the pictures those are made objects of which there is something to say."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.executors import Hooked, Recording, Stopped

from dupscan.fingerprint.one_file import check
from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.pipeline import ScanOutcome
from dupscan.progress import Lines, Silence
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.stages.candidates import Shortlist, find_candidates
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import fingerprint_all
from dupscan.stages.full_decode import FullDecoder
from dupscan.store import Store
from dupscan.workers.executor import Executor, InLine

ListOf = Callable[..., Shortlist]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for the pictures."""
    made = tmp_path / "library"
    made.mkdir()
    return made


@pytest.fixture
def list_of(entry_of: Callable[[Path], FileEntry], tmp_path: Path) -> ListOf:
    """The shortlist of a folder; ``meanwhile`` is done once its files are read."""

    def run(
        folder: Path,
        executor: Executor | None = None,
        meanwhile: Callable[[], object] = lambda: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Shortlist:
        executor = executor or InLine()
        for path in folder.iterdir():
            os.utime(path, ns=(10**18, 10**18))
        files = FileTable.of(map(entry_of, folder.iterdir()))
        with Store(tmp_path / "store", "one") as store:
            settings = FingerprintSettings()
            context = ScanContext(store, Silence(), InLine(), lambda: False)
            taken = fingerprint_all(files, settings, context)
            meanwhile()
            context = ScanContext(store, Silence(), executor, stopped)
            decoder = FullDecoder(settings, context)
            return find_candidates(files, taken.fingerprint_ids, MatchSettings(), decoder, context)

    return run


def names_of(found: Shortlist) -> list[str]:
    return [os.path.basename(one.file.path) for one in found.pictures]


def pairs_of(found: Shortlist) -> set[frozenset[str]]:
    names = names_of(found)
    return {frozenset((names[pair.a], names[pair.b])) for pair in found.pairs}


def save_progressive(originals: Path, path: Path, quality: int) -> bytes:
    """A large progressive JPEG; returns its digest."""
    with Image.open(originals / "coffee.jpg") as coffee:
        coffee.resize((2600, 1800)).save(path, quality=quality, progressive=True)
    return hashlib.sha256(path.read_bytes()).digest()


def test_nothing_is_listed_of_nothing(list_of: ListOf, folder: Path) -> None:
    found = list_of(folder)
    assert (found.pictures, len(found.pairs), found.low_detail, found.failures) == ([], 0, 0, [])


def test_pictures_that_are_alone_are_not_listed(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    for name in ("coffee.jpg", "rocket.jpg", "coins.png"):
        shutil.copy(originals / name, folder)
    found = list_of(folder)
    assert (found.pictures, len(found.pairs)) == ([], 0)


def test_copies_are_listed_all_of_them_and_are_no_pair(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    shutil.copy(originals / "rocket.jpg", folder)
    for name in ("c.jpg", "a.jpg", "b.jpg"):
        shutil.copy(originals / "coffee.jpg", folder / name)
    found = list_of(folder)
    assert names_of(found) == ["a.jpg", "b.jpg", "c.jpg"]
    assert len({one.fingerprint_id for one in found.pictures}) == 1
    assert len(found.pairs) == 0


def test_versions_are_listed_and_are_pairs_and_their_copies_are_listed_too(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    for name in ("coffee.jpg", "rocket.jpg"):
        shutil.copy(originals / name, folder)
    with Image.open(originals / "coffee.jpg") as coffee:
        coffee.resize((300, 200)).save(folder / "version.jpg")
    shutil.copy(folder / "version.jpg", folder / "a copy of it.jpg")
    found = list_of(folder)
    assert names_of(found) == ["a copy of it.jpg", "coffee.jpg", "version.jpg"]
    assert pairs_of(found) == {frozenset(("a copy of it.jpg", "coffee.jpg"))}


def test_what_has_too_little_to_see_is_listed_and_counted_by_file_and_is_in_no_pair(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    shutil.copy(originals / "coffee.jpg", folder)
    for name, level in (("a.png", 10), ("b.png", 200), ("c.png", 200)):
        Image.new("L", (60, 40), level).save(folder / name)
    found = list_of(folder)
    assert names_of(found) == ["a.png", "b.png", "c.png"]
    assert all(one.low_detail for one in found.pictures)
    assert (found.low_detail, len(found.pairs)) == (3, 0)


def test_digests_are_those_of_the_files(list_of: ListOf, folder: Path, originals: Path) -> None:
    """Of the large progressive one too, of which only the beginning was read at first."""
    save_progressive(originals, folder / "large.jpg", 88)
    for name in ("coffee.jpg", "coffee again.jpg"):
        shutil.copy(originals / "coffee.jpg", folder / name)
    found = list_of(folder)
    assert names_of(found) == ["coffee again.jpg", "coffee.jpg", "large.jpg"]
    assert [
        hashlib.sha256(Path(one.file.path).read_bytes()).digest() for one in found.pictures
    ] == [one.digest for one in found.pictures]


def test_a_digest_is_read_once_and_only_for_what_is_listed(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    save_progressive(originals, folder / "large.jpg", 88)
    alone, first, second = Recording(), Recording(), Recording()
    assert list_of(folder, alone).pictures == []
    save_progressive(originals, folder / "other.jpg", 70)
    list_of(folder, first)
    again = list_of(folder, second)

    assert alone.results == []
    assert sorted(os.path.basename(file.path) for file, _ in first.results) == [
        "large.jpg",
        "other.jpg",
    ]
    assert second.results == []
    assert all(one.digest for one in again.pictures)


def test_a_file_that_vanishes_before_its_digest_is_read_is_a_failure_in_no_pair(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    for name, quality in (("one.jpg", 88), ("other.jpg", 70), ("third.jpg", 60)):
        save_progressive(originals, folder / name, quality)

    found = list_of(folder, meanwhile=(folder / "one.jpg").unlink)

    [failure] = found.failures
    assert (str(folder / "one.jpg"), "read") == (failure.path, failure.stage)
    assert names_of(found) == ["other.jpg", "third.jpg"]
    assert pairs_of(found) == {frozenset(("other.jpg", "third.jpg"))}


def test_a_copy_that_cannot_be_read_costs_no_other_copy(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    save_progressive(originals, folder / "a.jpg", 88)
    shutil.copy(folder / "a.jpg", folder / "b.jpg")

    found = list_of(folder, meanwhile=(folder / "a.jpg").unlink)

    assert [str(folder / "a.jpg")] == [one.path for one in found.failures]
    assert names_of(found) == ["b.jpg"]


def test_a_file_that_changes_before_its_digest_is_read_is_a_failure(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    """Its fingerprint is that of another picture."""
    for name, quality in (("one.jpg", 88), ("other.jpg", 70)):
        save_progressive(originals, folder / name, quality)

    def change() -> None:
        shutil.copy(originals / "rocket.jpg", folder / "one.jpg")

    found = list_of(folder, meanwhile=change)
    assert [os.path.basename(one.path) for one in found.failures] == ["one.jpg"]
    assert (["other.jpg"], set()) == (names_of(found), pairs_of(found))


def test_a_large_one_whose_finer_scans_are_damaged_is_a_failure(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    """Its coarsest scans are sound, and its end is there; a copy of it fails for itself."""
    for name, quality in (("good.jpg", 88), ("bad.jpg", 70)):
        save_progressive(originals, folder / name, quality)
    content = bytearray((folder / "bad.jpg").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 2] = b"\xff\xc9"  # no marker of such a file
    (folder / "bad.jpg").write_bytes(content)
    shutil.copy(folder / "bad.jpg", folder / "as bad.jpg")

    found = list_of(folder)

    assert [str(folder / "as bad.jpg"), str(folder / "bad.jpg")] == [
        one.path for one in found.failures
    ]
    assert {"decode"} == {one.stage for one in found.failures}
    assert (["good.jpg"], set()) == (names_of(found), pairs_of(found))


def test_a_stop_leaves_out_what_has_no_digest_yet(
    list_of: ListOf, folder: Path, originals: Path
) -> None:
    for name, quality in (("one.jpg", 88), ("other.jpg", 70)):
        save_progressive(originals, folder / name, quality)
    shutil.copy(originals / "rocket.jpg", folder / "rocket.jpg")
    shutil.copy(originals / "rocket.jpg", folder / "rocket again.jpg")

    found = list_of(folder, Stopped())
    assert (["rocket again.jpg", "rocket.jpg"], set()) == (names_of(found), pairs_of(found))
    assert found.failures == []


def test_a_report_counts_a_vanished_one_as_unreadable(
    scan_of: Callable[..., ScanOutcome], folder: Path, originals: Path
) -> None:
    for name, quality in (("one.jpg", 88), ("other.jpg", 70)):
        save_progressive(originals, folder / name, quality)

    vanishing = Hooked((folder / "one.jpg").unlink, before=check)
    counts = scan_of(folder, executor=vanishing).report.counts

    assert (
        counts.files,
        counts.pictures,
        counts.unreadable,
        counts.not_reached,
        counts.groups,
    ) == (2, 1, 1, 0, 0)


def test_the_best_are_looked_at_first_where_many_share_a_hash_and_that_is_said(
    scan_of: Callable[..., ScanOutcome], folder: Path, photo: Image.Image
) -> None:
    buffer, log = io.BytesIO(), io.StringIO()
    photo.resize((80, 60)).save(buffer, "JPEG")
    for number in range(40):
        (folder / f"{number:03}.jpg").write_bytes(buffer.getvalue() + bytes(np.arange(number)))

    [group] = scan_of(folder, progress=Lines(log)).report.groups

    assert len(group.members) == 40
    assert "40 pictures share a perceptual hash with more than 32 others" in log.getvalue()


def test_what_was_decoded_with_a_higher_limit_is_refused_with_a_lower_one(
    scan_of: Callable[..., ScanOutcome], folder: Path, photo: Image.Image, tmp_path: Path
) -> None:
    """A store does not change what a scan finds."""
    for name in ("one.png", "other.png"):
        photo.save(folder / name)
    first = [path for path in folder.iterdir() if path.suffix == ".png"]
    scan_of(folder, store=tmp_path / "store")
    found = scan_of(
        folder, store=tmp_path / "store", fingerprint=FingerprintSettings(max_pixels=1000)
    ).report
    assert len(first) == found.counts.unreadable == found.counts.files
    assert "claims 400 × 300 pixels, more than --max-pixels 1000" in found.failures[0].reason
