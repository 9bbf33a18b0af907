"""A scan from end to end: the same answer however it is made, and the known one."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from support.executors import Hooked, Reversed
from support.processes import run_to_end

from dupscan import index
from dupscan.errors import OutputBusy, ReportNotWritten, RootError
from dupscan.model.pictures import Picture
from dupscan.pipeline import ScanOutcome, scan
from dupscan.settings import (
    INDEXES,
    MatchSettings,
    ReportSettings,
    ScanSettings,
    StoreSettings,
    WalkSettings,
)
from dupscan.system.stop_flag import StopFlag
from dupscan.workers.executor import Executor, InLine

ROOT = Path(__file__).resolve().parent.parent
ScanOf = Callable[..., ScanOutcome]
PicturesOf = Callable[..., tuple[Picture, ...]]


# -- the same answer however it is made ------------------------------------------------------------


@pytest.fixture
def library(originals: Path, photo: Image.Image, tmp_path: Path) -> Path:
    """A folder with something for every part of a report: groups, failures, low detail, others."""
    folder = tmp_path / "library"
    folder.mkdir()
    for original in originals.glob("*.jpg"):
        shutil.copyfile(original, folder / original.name)
    for suffix in ("png", "webp", "gif", "tif", "bmp"):
        photo.save(folder / f"photo.{suffix}")
    save_edits(folder)
    for name, copy in (("photo.png", "photo again.png"), ("brick.jpg", "brick again.jpg")):
        shutil.copyfile(folder / name, folder / copy)
    Image.new("L", (60, 40), 200).save(folder / "plain.png")
    beginnings = {"jpg": b"\xff\xd8\xff", "gif": b"GIF89a", "webp": b"RIFF\0\0\0\0WEBP"}
    for suffix, beginning in beginnings.items():
        (folder / f"broken.{suffix}").write_bytes(beginning + b"and nothing that makes sense" * 9)
    (folder / "cut.jpg").write_bytes((folder / "coffee.jpg").read_bytes()[:9000])
    (folder / "empty.png").touch()
    (folder / "notes.txt").write_text("notes")
    set_all_times(folder)
    return folder


def save_edits(folder: Path) -> None:
    """Turned, cut, framed, and of two of these at once; and copies of one hash."""
    with Image.open(folder / "coffee.jpg") as coffee, Image.open(folder / "rocket.jpg") as rocket:
        coffee.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", quality=90)
        coffee.crop((20, 15, 460, 305)).save(folder / "cut.jpg", quality=90)
        framed = ImageOps.expand(rocket, 20, "white")
        framed.save(folder / "framed.jpg", quality=90)
        ImageOps.mirror(framed).save(folder / "framed and mirrored.jpg", quality=90)
        for quality in range(60, 76):
            coffee.save(folder / f"coffee {quality}.jpg", quality=quality)


def set_all_times(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, ns=(10**18, 10**18))


def scan_with(
    root: Path,
    folder: Path,
    workers: int = 0,
    executor: Executor | None = None,
    index: str = "auto",
) -> dict[str, bytes]:
    """The files of a scan's report, without what may differ from scan to scan.

    No store: else a scan would only repeat what the one before has found.
    """
    settings = ScanSettings(
        walk=WalkSettings((str(root),)),
        match=MatchSettings(index=index),
        report=ReportSettings(folder),
        store=StoreSettings(kept=False),
        workers=workers,
    )
    outcome = scan(settings, executor=executor)
    return {file.name: without_header(file.read_bytes()) for file in outcome.files}


def without_header(content: bytes) -> bytes:
    content = re.sub(rb'^"header": .*$', b"", content, flags=re.MULTILINE)
    content = re.sub(rb'content="[0-9a-f]{12}"', b"", content)
    return re.sub(rb"<footer>.*</footer>", b"", content, flags=re.DOTALL)


def test_one_worker_four_workers_and_none_write_the_same_report(
    library: Path, tmp_path: Path
) -> None:
    one = scan_with(library, tmp_path / "one", workers=1)
    four = scan_with(library, tmp_path / "four", workers=4)
    none = scan_with(library, tmp_path / "none", executor=InLine())

    assert one == four
    assert one == none


def test_the_index_does_not_matter(library: Path, tmp_path: Path) -> None:
    auto, tree, tables = (
        scan_with(library, tmp_path / index, executor=InLine(), index=index) for index in INDEXES
    )

    assert auto == tree
    assert auto == tables


def test_the_order_of_the_results_does_not_matter(library: Path, tmp_path: Path) -> None:
    forwards = scan_with(library, tmp_path / "forwards", executor=InLine())
    backwards = scan_with(library, tmp_path / "backwards", executor=Reversed())

    assert forwards == backwards


def write_anew(library: Path, seed: int) -> None:
    """In another order, so that files lie elsewhere in the folder."""
    library.rename(library.with_name(f"old {seed}"))
    library.mkdir()
    paths = sorted(library.with_name(f"old {seed}").iterdir())
    random.Random(seed).shuffle(paths)
    for path in paths:
        shutil.copyfile(path, library / path.name)
    set_all_times(library)


def without_inodes(report: dict[str, bytes]) -> dict[str, bytes]:
    return {name: re.sub(rb'"inode": \d+', b"", content) for name, content in report.items()}


def test_the_order_of_the_folder_does_not_matter(library: Path, tmp_path: Path) -> None:
    before = scan_with(library, tmp_path / "before", executor=InLine())
    write_anew(library, 7)
    after = scan_with(library, tmp_path / "after", executor=InLine())

    assert without_inodes(before) == without_inodes(after)


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_of_it_all_matters_together(library: Path, tmp_path: Path, seed: int) -> None:
    """One worker and a tree; four workers, tables, and the folder in another order."""
    one = scan_with(library, tmp_path / "one", workers=1, index="bktree")
    write_anew(library, seed)
    other = scan_with(library, tmp_path / "other", workers=4, index="multi")

    assert without_inodes(one) == without_inodes(other)


def test_the_library_has_something_of_everything(scan_of: ScanOf, library: Path) -> None:
    """Else the tests above would show little."""
    report = scan_of(library).report
    verdicts = {match.verdict.value for group in report.groups for match in group.duplicates}

    assert verdicts == {"file", "pixels", "picture", "similar"}
    assert report.failures
    assert report.low_detail
    assert report.passed_over


def test_the_order_of_the_roots_does_not_matter(
    scan_of: ScanOf, library: Path, originals: Path
) -> None:
    one, other = (scan_of(*roots).report for roots in ((library, originals), (originals, library)))

    assert one.groups == other.groups
    assert [one.file.path for one in one.pictures] == [two.file.path for two in other.pictures]


# -- the known answer ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample library, its hard link made again as after a clone.

    All of one age, since a clone's files are as old as the clone.
    """
    library = tmp_path_factory.mktemp("sample") / "library"
    shutil.copytree(ROOT / "sample_library", library)
    set_all_times(library)
    script = ROOT / "benchmarks" / "build_sample_library.py"
    command = [sys.executable, str(script), "--links-only", "--out", str(library)]
    run_to_end(command, check=True, capture_output=True)
    return library


@pytest.fixture(scope="module")
def answers(sample: Path) -> dict[str, Any]:
    """What a scan of the sample library must find."""
    answers: dict[str, Any] = json.loads((sample / "expected.json").read_text("utf-8"))
    return answers


@pytest.fixture(scope="module")
def found(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a scan of it finds: its report.json, paths relative to the library."""
    folder = tmp_path_factory.mktemp("report")
    settings = ScanSettings(
        walk=WalkSettings((str(sample),)),
        report=ReportSettings(folder),
        store=StoreSettings(kept=False),
    )
    scan(settings)
    text = (folder / "report.json").read_text("utf-8")
    report: dict[str, Any] = json.loads(text.replace(f'"{sample}/', '"'))
    return report


def test_the_groups_are_the_known_ones(found: dict[str, Any], answers: dict[str, Any]) -> None:
    """Keepers, duplicates and the verdict of each."""
    groups = {}
    for group in found["groups"]:
        keeper, *others = (member["path"] for member in group["members"])
        verdicts = (match["verdict"] for match in group["duplicates"])
        groups[keeper] = dict(zip(others, verdicts, strict=True))

    assert {one["keeper"]: one["duplicates"] for one in answers["groups"]} == groups


def test_the_hard_links_are_aliases(
    sample: Path, answers: dict[str, Any], pictures_of: PicturesOf
) -> None:
    """Two names of one file are one picture, and no duplicate of one another."""
    [[first, alias]] = answers["hard_links"]
    aliases = {picture.file.path: picture.file.aliases for picture in pictures_of(sample)}

    assert aliases[str(sample / first)] == (str(sample / alias),)
    assert str(sample / alias) not in aliases


def test_the_unreadable_files_are_the_known_ones(
    found: dict[str, Any], answers: dict[str, Any]
) -> None:
    assert sorted(answers["unreadable"]) == [failure["path"] for failure in found["failures"]]


def test_the_pictures_of_low_detail_are_the_known_ones(
    found: dict[str, Any], answers: dict[str, Any]
) -> None:
    """Those with an equal file stand in a group as well."""
    grouped = {one["path"] for group in found["groups"] for one in group["members"]}
    plain = [one["path"] for one in found["low_detail"] if one["path"] not in grouped]

    assert answers["low_detail"] == plain


def test_the_other_pictures_are_alone(
    found: dict[str, Any], answers: dict[str, Any], sample: Path
) -> None:
    """Neither in a group nor near one, nor anywhere else."""
    text = json.dumps({**found, "header": {}}, ensure_ascii=False)

    assert [path for path in answers["alone"] if json.dumps(path) in text] == []


def test_the_counts_add_up(found: dict[str, Any], answers: dict[str, Any]) -> None:
    counts = found["counts"]
    in_groups = sum(1 + len(group["duplicates"]) for group in answers["groups"])

    assert len(answers["groups"]) == counts["groups"]
    assert in_groups - len(answers["groups"]) == counts["duplicates"]
    assert in_groups + len(answers["alone"]) + len(answers["low_detail"]) == counts["pictures"]
    assert len(answers["unreadable"]) == counts["unreadable"]
    assert len(answers["passed_over"]) == counts["passed_over"]
    assert counts["files"] == counts["pictures"] + counts["unreadable"] + counts["passed_over"]


def test_the_bk_tree_answers_for_the_sample_library(
    scan_of: ScanOf,
    found: dict[str, Any],
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the default settings: without the tables all is found as well."""
    monkeypatch.delattr(index, "MultiIndex")
    scan_of(sample, report=tmp_path / "report")

    text = (tmp_path / "report" / "report.json").read_text("utf-8")
    assert found["groups"] == json.loads(text.replace(f'"{sample}/', '"'))["groups"]


def test_the_sample_library_is_left_as_it_was(sample: Path, found: dict[str, Any]) -> None:
    """Not a byte, not a time, not a file more; against the committed one."""
    committed = ROOT / "sample_library"
    paths = sorted(path.relative_to(sample) for path in sample.rglob("*"))

    assert sorted(path.relative_to(committed) for path in committed.rglob("*")) == paths
    for path in paths:
        if (sample / path).is_file():
            assert (committed / path).read_bytes() == (sample / path).read_bytes()


# -- the seams -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scans", [1, 2])
def test_an_empty_folder_gets_the_same_answer_each_time(
    scan_of: ScanOf, tmp_path: Path, scans: int
) -> None:
    (tmp_path / "empty").mkdir()
    for _ in range(scans):
        with pytest.raises(RootError, match=r"no file below .*empty; is the drive mounted"):
            scan_of(tmp_path / "empty", report=tmp_path / "report")
    assert not list((tmp_path / "report").glob("report.*"))


def test_a_folder_without_pictures_makes_an_empty_report(scan_of: ScanOf, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    outcome = scan_of(tmp_path)

    counts = outcome.report.counts
    assert (counts.files, counts.pictures, counts.groups) == (1, 0, 0)
    assert all(file.exists() for file in outcome.files)


@pytest.mark.parametrize("pattern", ["*", "**", "/library", "*.jpg"])
def test_a_pattern_that_leaves_out_everything_is_named(
    scan_of: ScanOf, originals: Path, tmp_path: Path, pattern: str
) -> None:
    (tmp_path / "library").mkdir()
    shutil.copy(originals / "rocket.jpg", tmp_path / "library")
    with pytest.raises(RootError, match=f"--exclude '{re.escape(pattern)}': leaves out every"):
        scan_of(tmp_path, exclude=(pattern,))


def test_what_belongs_to_the_members_of_groups_is_told(
    scan_of: ScanOf, originals: Path, tmp_path: Path
) -> None:
    """Beside each name that a file has; what is alone is not asked about."""
    for name in ("a/IMG_1.jpg", "b/IMG_1.jpg", "c/IMG_2.jpg"):
        (tmp_path / name).parent.mkdir()
        shutil.copy(originals / ("coffee.jpg" if "1" in name else "rocket.jpg"), tmp_path / name)
    (tmp_path / "d").mkdir()
    (tmp_path / "d/IMG_3.jpg").hardlink_to(tmp_path / "b/IMG_1.jpg")
    for name in ("a/IMG_1.xmp", "b/IMG_1.MOV", "c/IMG_2.xmp", "d/.IMG_3.xmp", "d/IMG_3.aae"):
        (tmp_path / name).write_text(name)

    report = scan_of(tmp_path, references=(str(tmp_path / "a"),)).report

    names = [os.path.relpath(one.file.path, tmp_path) for one in report.pictures]
    found = {
        names[number]: [os.path.relpath(one.path, tmp_path) for one in several]
        for number, several in report.companions.items()
    }
    assert found == {
        "a/IMG_1.jpg": ["a/IMG_1.xmp"],
        "b/IMG_1.jpg": ["b/IMG_1.MOV", "d/IMG_3.aae"],
    }
    assert report.header.roots == (str(tmp_path), str(tmp_path / "a"))
    assert report.true_pixels.keys() == {names.index(name) for name in found}


def test_a_scan_stopped_before_it_began_reports_that_it_is_incomplete(
    originals: Path, tmp_path: Path
) -> None:
    stop = StopFlag()
    stop.set()
    settings = ScanSettings(walk=WalkSettings((str(originals),)), report=ReportSettings(tmp_path))

    report = scan(settings, stop=stop, executor=InLine()).report

    assert not report.header.complete
    assert report.groups == ()


def test_a_root_that_is_not_there_is_named(scan_of: ScanOf, tmp_path: Path) -> None:
    with pytest.raises(RootError, match="no such folder here"):
        scan_of(tmp_path / "no such folder here")


def test_a_report_folder_that_is_a_file_is_named(
    scan_of: ScanOf, originals: Path, tmp_path: Path
) -> None:
    (tmp_path / "report").write_text("in the way")

    with pytest.raises(ReportNotWritten, match=str(tmp_path / "report")):
        scan_of(originals, report=tmp_path / "report")


def test_the_folder_is_free_again_after_a_scan_that_failed(
    scan_of: ScanOf, originals: Path, tmp_path: Path
) -> None:
    with pytest.raises(RootError):
        scan_of(tmp_path / "not there", report=tmp_path / "report")

    assert scan_of(originals, report=tmp_path / "report").report.header.complete


def test_a_second_scan_into_the_same_folder_is_refused_and_the_first_goes_on(
    scan_of: ScanOf, originals: Path, tmp_path: Path
) -> None:
    def second() -> None:
        with pytest.raises(OutputBusy, match="-o"):
            scan_of(originals, report=tmp_path)

    settings = ScanSettings(walk=WalkSettings((str(originals),)), report=ReportSettings(tmp_path))

    assert scan(settings, executor=Hooked(second)).report.header.complete


def test_a_second_scan_into_another_folder_runs_beside_it(
    scan_of: ScanOf, originals: Path, tmp_path: Path
) -> None:
    done: list[ScanOutcome] = []
    settings = ScanSettings(walk=WalkSettings((str(originals),)), report=ReportSettings(tmp_path))

    scan(settings, executor=Hooked(lambda: done.append(scan_of(originals))))

    assert done[0].report.header.complete


def test_the_report_names_the_roots_that_were_walked(
    originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are resolved once: a relative name may mean another folder at the end of a scan."""
    for folder in ("here", "there"):
        for name in ("photos", "archive"):
            (tmp_path / folder / name).mkdir(parents=True)
            shutil.copy(originals / "coffee.jpg", tmp_path / folder / name)
    monkeypatch.chdir(tmp_path / "here")
    settings = ScanSettings(
        walk=WalkSettings(("photos",), references=("archive",)),
        report=ReportSettings(tmp_path / "report"),
    )

    report = scan(settings, executor=Hooked(lambda: os.chdir(tmp_path / "there"))).report

    photos, archive = (str(tmp_path / "here" / name) for name in ("photos", "archive"))
    assert report.header.roots == (photos, archive)
    assert report.header.references == (archive,)
    assert [os.path.dirname(one.file.path) for one in report.pictures] == [archive, photos]


def test_a_report_within_the_library_does_not_disturb_the_next_scan(
    scan_of: ScanOf, library: Path
) -> None:
    first, second = (scan_of(library, report=library / "report").report for _ in range(2))

    assert first.groups == second.groups
    assert first.failures == second.failures


def test_a_report_may_go_to_the_very_folder_that_is_scanned(
    scan_of: Callable[..., ScanOutcome], originals: Path, tmp_path: Path
) -> None:
    """What it writes there is no picture."""
    for name in ("one.jpg", "two.jpg"):
        shutil.copy(originals / "coffee.jpg", tmp_path / name)
    assert scan_of(tmp_path, report=tmp_path).report.counts.duplicates == 1
    assert scan_of(tmp_path, report=tmp_path).report.counts.duplicates == 1
