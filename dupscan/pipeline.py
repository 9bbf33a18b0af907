"""The whole story of a scan, on one page.

::

    walk ─▶ fingerprint ─▶ index ─▶ confirm ─▶ group ─▶ report

Each stage is a room of its own that knows nothing of the others; here they are introduced.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import dupscan
from dupscan import formats, names
from dupscan.confirm import explain
from dupscan.decisions import read_decisions
from dupscan.errors import CannotFinish, RootError
from dupscan.evidence import Verdict
from dupscan.fingerprint import fingerprint
from dupscan.group import group
from dupscan.interrupt import StopFlag
from dupscan.matching import Matching
from dupscan.model import (
    Counts,
    DuplicateGroup,
    Failure,
    FileEntry,
    Fingerprint,
    PassedOver,
    Picture,
    ScanHeader,
    ScanReport,
)
from dupscan.progress import Progress, Silence
from dupscan.report import holds_a_complete_one, reserved, write_report
from dupscan.roots import absolute, start_points
from dupscan.settings import MatchSettings, ReportSettings, ScanSettings
from dupscan.spool import Spool
from dupscan.walk import WalkResult, walk
from dupscan.workers import Executor, Lost, Processes

_GLANCE = 4096
"""Bytes that a file costs at most which does not look like a picture by its name."""


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """What a scan came to."""

    report: ScanReport
    files: tuple[Path, ...]
    """The report's files: page, table, data, as far as they were asked for."""


def scan(
    settings: ScanSettings,
    *,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    executor: Executor | None = None,
) -> ScanOutcome:
    """Scan folder trees for duplicate pictures and write the report; changes no other file.

    When `stop` is set along the way, what was found by then is reported and marked incomplete.
    Raises RootError or SettingsError for what makes no sense, OutputBusy when another scan writes
    to the same folder, ReportNotWritten when the report cannot be put on disk, and another
    CannotFinish when the reading could not go on: what was found by then is reported all the same.
    """
    progress, stop = progress or Silence(), stop or StopFlag()
    executor = executor or Processes(
        settings.worker_count, settings.fingerprint.time_limit, preload=(__name__,)
    )
    start_points(settings.walk)  # a mistyped folder is told before anything is written
    apart = read_decisions(settings.not_duplicates) if settings.not_duplicates else frozenset()
    with reserved(settings.report) as folder, Spool() as spool:
        started, clock = datetime.now(UTC), time.monotonic()
        with progress.stage("walk", None, "files") as meter:
            walked = walk(settings.walk, stop, meter.advance, but_not=str(folder))
        if not walked.files and not stop.is_set and holds_a_complete_one(folder):
            raise RootError(
                f"no file below {', '.join(map(names.shown, settings.walk.roots))}; is the drive "
                f"mounted? The report of an earlier scan in {folder} is kept"
            )
        found = _read(walked.files, settings, progress, stop, executor, spool)
        matching = Matching(
            settings, progress, stop, executor, lambda one: spool.likeness(one.slot), apart
        )
        matches, originals = matching.matches(found.pictures)
        found.trouble = next(iter(matching.troubles), found.trouble)
        groups = group(
            found.pictures,
            matches,
            rank=originals.rank,
            why=originals.why,
            explain=explain,
            apart=apart,
        )
        header = ScanHeader(
            scan_id=uuid.uuid4().hex[:12],
            complete=not stop.is_set and found.trouble is None,
            version=dupscan.__version__,
            started=started.isoformat(timespec="seconds"),
            roots=tuple(dict.fromkeys(absolute(root) for root in settings.walk.roots)),
            settings=settings.recorded(),
            seconds=round(time.monotonic() - clock, 2),
        )
        report = _report(header, walked, found, groups)
        files = _write(report, settings.report, progress, spool)
    if found.trouble is not None:
        raise type(found.trouble)(
            f"{found.trouble}. What was found so far is in {files[0].parent}, marked incomplete"
        ) from found.trouble
    return ScanOutcome(report, files)


@dataclass(slots=True)
class _Found:
    """What came of reading the files, sorted by kind."""

    pictures: list[Picture] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    trouble: CannotFinish | None = None
    """Why the reading could not go on."""


def _read(
    files: Sequence[FileEntry],
    settings: ScanSettings,
    progress: Progress,
    stop: StopFlag,
    executor: Executor,
    spool: Spool,
) -> _Found:
    """Fingerprint all files, likenesses into the spool; pictures in the order of their paths."""
    found = _Found()
    work = partial(fingerprint, settings=settings.fingerprint)
    total = sum(map(_expected_cost, files))
    with progress.stage("fingerprint", total, "B") as meter:
        try:
            for file, result in executor.run(work, files, lambda: stop.is_set):
                match result:
                    case Fingerprint():
                        found.pictures.append(_picture(file, result, settings.match, spool))
                    case PassedOver():
                        found.passed_over[result.kind] += 1
                    case Failure():
                        found.failures.append(result)
                    case Lost():
                        found.failures.append(Failure(file.path, "decode", result.reason))
                meter.advance(_expected_cost(file))
        except CannotFinish as trouble:
            found.trouble = trouble
    found.pictures.sort(key=lambda picture: names.order(picture.file.path))
    return found


def _picture(file: FileEntry, found: Fingerprint, settings: MatchSettings, spool: Spool) -> Picture:
    return Picture(
        file=file,
        traits=found.traits,
        low_detail=found.traits.detail < settings.min_detail,
        slot=spool.add(found.likeness),
    )


def _expected_cost(file: FileEntry) -> int:
    """Bytes to count for a file's progress: a film is opened, found to be none, and closed."""
    return file.size if formats.claims_to_be_a_picture(file.path) else min(file.size, _GLANCE)


def _report(
    header: ScanHeader, walked: WalkResult, found: _Found, groups: Sequence[DuplicateGroup]
) -> ScanReport:
    """All that was found, counted."""
    pictures = found.pictures
    failures = sorted((*walked.failures, *found.failures), key=lambda one: names.order(one.path))
    low_detail = tuple(number for number, picture in enumerate(pictures) if picture.low_detail)
    return ScanReport(
        header=header,
        counts=Counts(
            files=len(walked.files),
            pictures=len(pictures),
            groups=len(groups),
            duplicates=sum(len(one.duplicates) for one in groups),
            reclaimable=sum(one.freed(pictures) for one in groups),
            identical=sum(one.freed(pictures, Verdict.FILE) for one in groups),
            unreadable=len(failures),
            passed_over=found.passed_over.total(),
            not_reached=len(walked.files)
            - len(pictures)
            - len(found.failures)
            - found.passed_over.total(),
            low_detail=len(low_detail),
        ),
        pictures=tuple(pictures),
        groups=tuple(groups),
        low_detail=low_detail,
        failures=tuple(failures),
        passed_over=dict(sorted(found.passed_over.items())),
        left_out=walked.left_out,
    )


def _write(
    report: ScanReport, settings: ReportSettings, progress: Progress, spool: Spool
) -> tuple[Path, ...]:
    """Write the report's files; the stage moves on with each keeper that is shown."""
    keepers = {one.keeper for one in report.groups}
    with progress.stage("report", len(keepers), "groups") as meter:

        def thumbnail(number: int) -> bytes:
            if number in keepers:
                keepers.remove(number)
                meter.advance(1)
            return spool.thumbnail(report.pictures[number].slot)

        files = write_report(report, settings, thumbnail)
        meter.advance(len(keepers))  # those that no page shows
    return files
