"""The whole story of a scan, on one page.

::

    walk ─▶ fingerprint ─▶ index ─▶ confirm ─▶ group ─▶ report

Each stage is a room of its own that knows nothing of the others; here they are introduced.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from pathlib import Path

from filelock import FileLock, Timeout

import dupscan
from dupscan import formats, names
from dupscan.confirm import confirm, explain
from dupscan.errors import OutputBusy, ReportNotWritten
from dupscan.fingerprint import fingerprint
from dupscan.group import contents, group
from dupscan.index import candidates
from dupscan.interrupt import StopFlag
from dupscan.model import (
    Candidate,
    Counts,
    Failure,
    FileEntry,
    Fingerprint,
    Match,
    PassedOver,
    Picture,
    ScanHeader,
    ScanReport,
)
from dupscan.progress import Progress, Silence
from dupscan.report import prepare_folder, write_report
from dupscan.roots import absolute
from dupscan.settings import MatchSettings, ScanSettings
from dupscan.spool import Spool
from dupscan.walk import walk
from dupscan.workers import Executor, Lost, Processes

LOCK = ".dupscan.lock"
_GLANCE = 4096
"""Bytes that a file costs at most which does not look like a picture by its name."""


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """What a scan came to."""

    report: ScanReport
    files: tuple[Path, ...]
    """The report's files, that for people first."""


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
    to the same folder, ReportNotWritten and WorkersLost when the work cannot be carried to its end.
    """
    progress, stop = progress or Silence(), stop or StopFlag()
    executor = executor or Processes(
        settings.worker_count, settings.fingerprint.time_limit, preload=(__name__,)
    )
    folder = prepare_folder(settings.report)
    with _alone_in(folder), Spool() as spool:
        report = find(settings, progress, stop, executor, spool)
        with progress.stage("report", len(report.groups), "groups") as meter:
            written = write_report(
                report,
                settings.report,
                lambda number: spool.thumbnail(report.pictures[number].slot),
            )
            meter.advance(len(report.groups))
    return ScanOutcome(report, written)


def find(
    settings: ScanSettings, progress: Progress, stop: StopFlag, executor: Executor, spool: Spool
) -> ScanReport:
    """All the stages but the last: from folders to what there is to report. Read-only."""
    started, clock = datetime.now(UTC), time.monotonic()
    with progress.stage("walk", None, "files") as meter:
        walked = walk(settings.walk, stop, meter.advance)
    readings = _read(walked.files, settings, progress, stop, executor, spool)
    pictures = readings.pictures
    groups = group(pictures, _matches(pictures, settings.match, progress, stop, spool), explain)
    failures = sorted(
        (*walked.failures, *readings.failures), key=lambda failure: names.order(failure.path)
    )
    low_detail = tuple(number for number, picture in enumerate(pictures) if picture.low_detail)
    header = ScanHeader(
        scan_id=uuid.uuid4().hex[:12],
        version=dupscan.__version__,
        started=started.isoformat(timespec="seconds"),
        complete=not stop.is_set,
        roots=tuple(dict.fromkeys(absolute(root) for root in settings.walk.roots)),
        settings=settings.recorded(),
        seconds=round(time.monotonic() - clock, 2),
    )
    return ScanReport(
        header=header,
        counts=Counts(
            files=len(walked.files),
            pictures=len(pictures),
            groups=len(groups),
            duplicates=sum(len(one.duplicates) for one in groups),
            reclaimable=sum(pictures[n].file.freed for one in groups for n in one.members[1:]),
            unreadable=len(failures),
            passed_over=readings.passed_over.total(),
            low_detail=len(low_detail),
            seconds=header.seconds,
        ),
        pictures=tuple(pictures),
        groups=tuple(groups),
        low_detail=low_detail,
        failures=tuple(failures),
        passed_over=dict(sorted(readings.passed_over.items())),
        left_out=walked.left_out,
    )


@dataclass(slots=True)
class _Readings:
    """What came of reading the files, sorted by kind."""

    pictures: list[Picture]
    failures: list[Failure]
    passed_over: Counter[str]


def _read(
    files: Sequence[FileEntry],
    settings: ScanSettings,
    progress: Progress,
    stop: StopFlag,
    executor: Executor,
    spool: Spool,
) -> _Readings:
    """Fingerprint all files, likenesses into the spool; pictures in the order of their paths."""
    readings = _Readings([], [], Counter())
    work = partial(fingerprint, settings=settings.fingerprint)
    total = sum(map(_expected_cost, files))
    with progress.stage("fingerprint", total, "B") as meter:
        for file, result in executor.run(work, files, lambda: stop.is_set):
            match result:
                case Fingerprint():
                    readings.pictures.append(_picture(file, result, settings.match, spool))
                case PassedOver():
                    readings.passed_over[result.kind] += 1
                case Failure():
                    readings.failures.append(result)
                case Lost():
                    readings.failures.append(Failure(file.path, "decode", result.reason))
            meter.advance(_expected_cost(file))
    readings.pictures.sort(key=lambda picture: names.order(picture.file.path))
    return readings


def _picture(file: FileEntry, found: Fingerprint, settings: MatchSettings, spool: Spool) -> Picture:
    return Picture(
        file=file,
        digest=found.digest,
        phash=found.phash,
        contrast=found.contrast,
        low_detail=found.contrast < settings.min_detail,
        greyscale=found.greyscale,
        info=found.info,
        slot=spool.add(found.likeness),
    )


def _expected_cost(file: FileEntry) -> int:
    """Bytes to count for a file's progress: a film is opened, found to be none, and closed."""
    return file.size if formats.claims_to_be_a_picture(file.path) else min(file.size, _GLANCE)


def _matches(
    pictures: Sequence[Picture],
    settings: MatchSettings,
    progress: Progress,
    stop: StopFlag,
    spool: Spool,
) -> list[Match]:
    """Confirmed matches among the different contents, found and confirmed as a stream."""
    hashes: list[int | None] = [None] * len(pictures)
    for first in contents(pictures):
        hashes[first] = None if pictures[first].low_detail else pictures[first].phash
    distinct = len(set(hashes) - {None})
    with progress.stage("compare", distinct, "hashes") as meter:
        pairs = candidates(hashes, settings.radius, looked_up=meter.advance)
        confirmed = confirm(
            _until_stopped(pairs, stop),
            settings,
            planes=lambda number: spool.planes(pictures[number].slot),
            histogram=lambda number: spool.histogram(pictures[number].slot),
            greyscale=lambda number: pictures[number].greyscale,
            contrast=lambda number: pictures[number].contrast,
        )
        return list(confirmed)


def _until_stopped(pairs: Iterator[Candidate], stop: StopFlag) -> Iterator[Candidate]:
    """The pairs until somebody stops the scan; all of them if that was in an earlier stage."""
    if stop.is_set:
        return pairs
    return takewhile(lambda pair: not stop.is_set, pairs)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two scans never mix their reports."""
    lock = FileLock(folder / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise OutputBusy(
            f"another scan is writing its report to {folder}; wait for it, "
            "or choose another folder with -o"
        ) from error
    except OSError as error:
        raise ReportNotWritten(
            f"cannot write to {folder / LOCK}: {error.strerror}; choose another folder with -o"
        ) from error
    try:
        yield
    finally:
        lock.release()
