"""The whole story of a scan, on one page.

::

    walk ─▶ take in ─▶ shortlist ─▶ match ─▶ group ─▶ report
              ▲ ▼          ▲          ▲
              └─┴── store ─┴──────────┘

Each stage is a room of its own that knows nothing of the others; here they are introduced.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dupscan.confirm import find_changes
from dupscan.errors import RootError, StoreUnusable
from dupscan.fingerprint.signature import signature
from dupscan.group.stars import group
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import Companion, Counts, ScanHeader, ScanReport
from dupscan.progress import Progress, Silence
from dupscan.report import has_complete_report, reserved, write_report
from dupscan.settings import ReportSettings, ScanSettings, WalkSettings
from dupscan.settings.not_duplicates import DigestPair, read_decisions
from dupscan.stages.candidates import Shortlist, Shortlisting
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import FingerprintResult, Intake
from dupscan.stages.full_decode import FullDecoder
from dupscan.stages.matching import Matching
from dupscan.store import Store, usual_place
from dupscan.system.priority import be_nice
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names
from dupscan.version import __version__
from dupscan.walk.companions import companions
from dupscan.walk.roots import absolute, start_points
from dupscan.walk.walker import WalkResult, walk
from dupscan.workers.executor import Executor
from dupscan.workers.forkserver import FOR_A_SCAN
from dupscan.workers.pool import Processes


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
    to the same folder, StoreUnusable when the store that was named fails, ReportNotWritten when the
    report cannot be put on disk, and another CannotFinish when the reading could not go on: what
    was found by then is reported all the same.
    """
    progress, stop = progress or Silence(), stop or StopFlag()
    executor = executor or _workers(settings)
    start_points(settings.walk)  # a mistyped folder is told before anything is written
    apart = read_decisions(settings.not_duplicates) if settings.not_duplicates else frozenset()
    wanted = settings.store
    with reserved(settings.report) as folder:
        work = partial(_scan, settings, folder, apart, stop)
        if wanted.kept and wanted.file is None:
            try:
                with Store(usual_place(), signature()) as store:
                    context = ScanContext(store, progress, executor, lambda: stop.is_set)
                    return work(context, can_do_without=True)
            except StoreUnusable as trouble:
                if stop.is_set:
                    raise
                progress.say(f"{trouble}. This scan goes on without it, and remembers nothing")
        with Store(wanted.file, signature()) as store:
            context = ScanContext(store, progress, executor, lambda: stop.is_set)
            return work(context, can_do_without=False)


def _scan(
    settings: ScanSettings,
    folder: Path,
    apart: frozenset[DigestPair],
    stop: StopFlag,
    context: ScanContext,
    *,
    can_do_without: bool,
) -> ScanOutcome:
    """Carry out a scan; a store that it can do without ends it at once when it fails."""
    started, clock = datetime.now(UTC), time.monotonic()
    with context.progress.stage("walk", None, "files") as meter:
        walked = walk(
            settings.walk, stop, meter.advance, but_not=_own_folder(folder, settings.walk)
        )
    if not walked.files and not stop.is_set and has_complete_report(folder):
        raise RootError(
            f"no file below {', '.join(map(file_names.shown, settings.walk.roots))}; is the drive "
            f"mounted? The report of an earlier scan in {folder} is kept"
        )
    taken = Intake(settings.fingerprint, context).of(walked.files)
    if can_do_without and isinstance(taken.trouble, StoreUnusable) and not stop.is_set:
        raise taken.trouble  # to begin anew; who wants to stop gets what was found
    context = replace(context, stopped=stop.from_now())
    in_full = FullDecoder(settings.fingerprint, context)
    listed = Shortlisting(settings.match, context, in_full).of(walked.files, taken.numbers)
    matching = Matching(settings.match, context, in_full, apart)
    matches, originals = matching.matches(listed.pictures, listed.pairs)
    groups = group(
        listed.pictures,
        matches,
        rank=originals.rank,
        why=originals.why,
        find_changes=find_changes,
        apart=apart,
    )
    trouble = next(iter(in_full.troubles), taken.trouble)
    header = ScanHeader(
        scan_id=uuid.uuid4().hex[:12],
        complete=not stop.is_set and trouble is None,
        version=__version__,
        started=started.isoformat(timespec="seconds"),
        roots=_folders_looked_into(settings.walk),
        settings=settings.recorded(),
        seconds=round(time.monotonic() - clock, 2),
        references=tuple(dict.fromkeys(map(absolute, settings.walk.references))),
    )
    members = [number for one in groups for number in one.members]
    report = replace(
        _report(header, walked, taken, listed, groups),
        true_pixels={number: originals.true_pixels(number) for number in members},
        companions=_beside(members, listed.pictures),
    )
    files = _write(report, settings.report, context)
    if trouble is not None:
        raise type(trouble)(
            f"{trouble}. What was found so far is in {files[0].parent}, marked incomplete"
        ) from trouble
    return ScanOutcome(report, files)


def _workers(settings: ScanSettings) -> Processes:
    """The worker processes; with this one, of lowest priority if that is wanted."""
    if settings.nice:
        be_nice()
    return Processes(
        settings.worker_count,
        settings.fingerprint.time_limit,
        preload=FOR_A_SCAN,
        prepare=be_nice if settings.nice else None,
    )


def _own_folder(report: Path, settings: WalkSettings) -> str | None:
    """The folder of the report, which is not scanned; None if it is one that is to be."""
    is_root = any(os.path.samefile(report, root) for root in settings.roots)
    return None if is_root else str(report)


def _folders_looked_into(settings: WalkSettings) -> tuple[str, ...]:
    """The roots and then the reference folders, each once."""
    typed = (*settings.roots, *settings.references)
    return tuple(dict.fromkeys(map(absolute, typed)))


def _beside(
    members: Iterable[int], pictures: Sequence[Picture]
) -> dict[int, tuple[Companion, ...]]:
    """By the numbers of pictures, what lies beside any of their names and belongs to them."""
    names_of = {
        number: (pictures[number].file.path, *pictures[number].file.aliases) for number in members
    }
    beside = companions(name for several in names_of.values() for name in several)
    found = {
        number: tuple(dict.fromkeys(one for name in several for one in beside.get(name, ())))
        for number, several in names_of.items()
    }
    return {number: several for number, several in found.items() if several}


def _report(
    header: ScanHeader,
    walked: WalkResult,
    taken: FingerprintResult,
    listed: Shortlist,
    groups: Sequence[DuplicateGroup],
) -> ScanReport:
    """All that was found, counted."""
    pictures = listed.pictures
    failed = [*taken.failures, *listed.failures]
    failures = sorted((*walked.failures, *failed), key=lambda one: file_names.order(one.path))
    read = int((taken.numbers > 0).sum()) - len(listed.failures)
    passed_over = taken.passed_over.total()
    return ScanReport(
        header=header,
        counts=Counts(
            files=len(walked.files),
            pictures=read,
            groups=len(groups),
            duplicates=sum(len(one.duplicates) for one in groups),
            reclaimable=sum(one.freed(pictures) for one in groups),
            identical=sum(one.freed(pictures, Verdict.FILE) for one in groups),
            unreadable=len(failures),
            passed_over=passed_over,
            not_reached=len(walked.files) - read - len(failed) - passed_over,
            low_detail=listed.low_detail,
        ),
        pictures=tuple(pictures),
        groups=tuple(groups),
        low_detail=tuple(number for number, one in enumerate(pictures) if one.low_detail),
        failures=tuple(failures),
        passed_over=dict(sorted(taken.passed_over.items())),
        left_out=walked.left_out,
    )


def _write(report: ScanReport, settings: ReportSettings, context: ScanContext) -> tuple[Path, ...]:
    """Write the report's files; the stage moves on with each keeper that is shown."""
    keepers = {one.keeper for one in report.groups}
    with context.progress.stage("report", len(keepers), "groups") as meter:

        def thumbnail(number: int) -> bytes:
            if number in keepers:
                keepers.remove(number)
                meter.advance(1)
            return context.store.contents.thumbnail(report.pictures[number].fingerprint_id)

        files = write_report(report, settings, thumbnail)
        meter.advance(len(keepers))  # those that no page shows
    return files
