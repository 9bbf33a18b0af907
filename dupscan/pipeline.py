"""The whole story of a scan, on one page.

::

    walk ─▶ fingerprint ─▶ find candidates ─▶ match ─▶ group ─▶ report
               ▲ ▼               ▲             ▲ ▼
               └─┴──── store ────┴─────────────┴─┘

No stage calls the next one: this page calls them in order, and passes the result of each to the
next.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dupscan.confirm import find_changes
from dupscan.errors import RootError, StoreUnusable
from dupscan.fingerprint.signature import signature
from dupscan.group.originals import Originals
from dupscan.group.stars import group
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.report import Companion, ScanHeader, ScanReport
from dupscan.progress import Progress, Silence
from dupscan.report import has_complete_report, reserved, write_report
from dupscan.report.assemble import ScanResults, assemble, companions_of
from dupscan.settings import ReportSettings, ScanSettings, WalkSettings
from dupscan.settings.not_duplicates import DigestPair, read_decisions
from dupscan.stages.candidates import Shortlist, find_candidates
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import FingerprintResult, fingerprint_all
from dupscan.stages.full_decode import FullDecoder
from dupscan.stages.matching import find_matches
from dupscan.store import Store, usual_place
from dupscan.system.priority import be_nice
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names
from dupscan.version import __version__
from dupscan.walk.companions import find_companions
from dupscan.walk.roots import Root, resolve_roots
from dupscan.walk.sidecar_digests import with_digests
from dupscan.walk.walker import EXCLUDED, WalkResult, walk
from dupscan.workers.executor import Executor
from dupscan.workers.forkserver import FOR_A_SCAN
from dupscan.workers.pool import Processes

MAX_QUESTIONS = 5
"""Pairs of folders that a report asks about."""


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """The report of a scan, and the files that it was written to."""

    report: ScanReport
    files: tuple[Path, ...]
    """The files of the report: page, table and data, as far as the settings ask for them."""


@dataclass(frozen=True, slots=True)
class _Request:
    """The settings of a scan, and the folders and files that they name, each looked up once."""

    settings: ScanSettings
    roots: tuple[Root, ...]
    apart: frozenset[DigestPair]
    """Pairs of digests that a person called no duplicates."""


def scan(
    settings: ScanSettings,
    *,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    executor: Executor | None = None,
) -> ScanOutcome:
    """Scan folder trees for duplicate pictures and write the report; changes no other file.

    When `stop` is set, the scan ends early: the results found by then are reported, and the report
    is marked incomplete. The work on single files runs on `executor`, by default a pool of worker
    processes.

    Raises RootError or SettingsError for a request that makes no sense, OutputBusy when another
    scan writes to the same folder, StoreUnusable when a store that the settings name fails,
    ReportNotWritten when the report cannot be put on disk, and another CannotFinish when not all
    files could be read: the report is written before, and marked incomplete.
    """
    progress, stop = progress or Silence(), stop or StopFlag()
    executor = executor or _workers(settings)
    roots = resolve_roots(settings.walk)  # reports a mistyped folder before anything is written
    apart = read_decisions(settings.not_duplicates) if settings.not_duplicates else frozenset()
    request = _Request(settings, roots, apart)
    wanted = settings.store
    with reserved(settings.report) as folder:
        work = partial(_scan, request, folder, stop)
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
    request: _Request,
    folder: Path,
    stop: StopFlag,
    context: ScanContext,
    *,
    can_do_without: bool,
) -> ScanOutcome:
    """Run the stages of a scan, and write the report to `folder`.

    Raises StoreUnusable at once when a store fails that the scan `can_do_without`, so that the scan
    can start again. Any other CannotFinish is raised once the report is written.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    settings, roots, apart = request.settings, request.roots, request.apart
    with context.progress.stage("walk", None, "files") as meter:
        walked = walk(roots, settings.walk, stop, meter.advance, skip_folder=str(folder))
    if not walked.files and not stop.is_set:
        raise _nothing_found(settings.walk, walked, folder)
    read = fingerprint_all(walked.files, settings.fingerprint, context)
    if can_do_without and isinstance(read.trouble, StoreUnusable) and not stop.is_set:
        raise read.trouble
    context = replace(context, stopped=stop.from_now())  # files read before a stop are compared
    decoder = FullDecoder(settings.fingerprint, context)
    listed = find_candidates(walked.files, read.fingerprint_ids, settings.match, decoder, context)
    pictures = listed.pictures
    matches, originals = find_matches(listed, settings.match, decoder, context, apart)
    groups = group(
        pictures,
        matches,
        keeper_rank=originals.keeper_rank,
        why_kept=originals.why_kept,
        find_changes=find_changes,
        not_duplicates=apart,
    )
    trouble = next(iter(decoder.troubles), read.trouble)
    header = ScanHeader(
        scan_id=uuid.uuid4().hex[:12],
        complete=not stop.is_set and trouble is None,
        version=__version__,
        started=started.isoformat(timespec="seconds"),
        roots=tuple(root.path for root in roots),
        settings=settings.recorded(),
        seconds=round(time.monotonic() - clock, 2),
        references=tuple(root.path for root in roots if root.reference),
        questions=tuple(originals.questions()[:MAX_QUESTIONS]),
    )
    report = assemble(header, _results(walked, read, listed, groups, originals))
    files = _write(report, settings.report, context)
    if damaged := context.store.damaged_rows:
        context.progress.say(
            f"The store {context.store.name} has damaged rows: {damaged:,} were not believed, and "
            "what they held was found anew"
        )
    if trouble is not None:
        raise type(trouble)(
            f"{trouble}. The results found so far are in "
            f"{file_names.shown(str(files[0].parent))}, marked incomplete"
        ) from trouble
    return ScanOutcome(report, files)


def _nothing_found(settings: WalkSettings, walked: WalkResult, folder: Path) -> RootError:
    """Return the error for roots without any file, the same in every scan of them.

    `folder` is that of the report: a scan of a drive that is not mounted must not replace one.
    """
    roots = ", ".join(map(file_names.shown, settings.roots))
    kept = (
        f". The report of an earlier scan in {file_names.shown(str(folder))} is kept"
        if has_complete_report(folder)
        else ""
    )
    if EXCLUDED in walked.left_out:
        patterns = " ".join(f"--exclude '{file_names.shown(one)}'" for one in settings.exclude)
        return RootError(
            f"{patterns}: leaves out every file below {roots}; exclude less, for instance "
            f"'*.gif' or 'thumbs/'{kept}"
        )
    reasons = [f"{number:,} × {why}" for why, number in walked.left_out.items()]
    reasons += [file_names.shown(f"{one.path}: {one.reason}") for one in walked.failures[:1]]
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return RootError(f"no file below {roots}{why}; is the drive mounted?{kept}")


def _workers(settings: ScanSettings) -> Processes:
    """A pool of worker processes; of lowest priority, as this process is then, if `nice` is set."""
    if settings.nice:
        be_nice()
    return Processes(
        settings.worker_count,
        settings.fingerprint.time_limit,
        preload=FOR_A_SCAN,
        prepare=be_nice if settings.nice else None,
    )


def _results(
    walked: WalkResult,
    read: FingerprintResult,
    listed: Shortlist,
    groups: Sequence[DuplicateGroup],
    originals: Originals,
) -> ScanResults:
    """Collect the results of all stages, as a report needs them."""
    members = [index for one in groups for index in one.members]
    return ScanResults(
        files=len(walked.files),
        readable=int((read.fingerprint_ids > 0).sum()) - len(listed.failures),
        pictures=listed.pictures,
        groups=groups,
        low_detail=listed.low_detail,
        walk_failures=walked.failures,
        file_failures=[*read.failures, *listed.failures],
        passed_over=read.passed_over,
        left_out=walked.left_out,
        true_pixels={index: originals.true_pixels(index) for index in members},
        companions=_companions(groups, companions_of(members, listed.pictures, find_companions)),
    )


def _companions(
    groups: Sequence[DuplicateGroup], found: Mapping[PictureIndex, tuple[Companion, ...]]
) -> dict[PictureIndex, tuple[Companion, ...]]:
    """Return the companions by picture, with the digests of sidecars that may be equal."""
    owners = [[one for one in group.members if one in found] for group in groups]
    read = with_digests([[found[one] for one in several] for several in owners])
    return {
        one: companions
        for several, of_group in zip(owners, read, strict=True)
        for one, companions in zip(several, of_group, strict=True)
    }


def _write(report: ScanReport, settings: ReportSettings, context: ScanContext) -> tuple[Path, ...]:
    """Write the report's files; the progress counts the groups whose keepers are on the page."""
    keepers = {one.keeper for one in report.groups}
    with context.progress.stage("report", len(keepers), "groups") as meter:

        def thumbnail(index: PictureIndex) -> bytes:
            if index in keepers:
                keepers.remove(index)
                meter.advance(1)
            return context.store.fingerprints.thumbnail(report.pictures[index].fingerprint_id)

        files = write_report(report, settings, thumbnail)
        meter.advance(len(keepers))  # groups that no page shows
    return files
