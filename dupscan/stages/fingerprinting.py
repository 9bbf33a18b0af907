"""Files → fingerprints in the store. Known files are not read again, and no bytes decoded twice.

::

    recall ─▶ unknown files, in the order of the disk ─▶ read ahead ─▶ workers ─▶ store

Files of equal size may be copies. So one file of each size is read first. The jobs of the other
files carry the digests that are known for their size, and a worker that meets one of these digests
does not decode its file. No file is read twice.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from dupscan.errors import CannotFinish
from dupscan.fingerprint.one_file import fingerprint
from dupscan.imaging.sniff import sniff
from dupscan.model import formats
from dupscan.model.file_table import FileTable
from dupscan.model.files import Failure, FileEntry, PassedOver
from dupscan.model.ids import FilePositions, FingerprintIds
from dupscan.model.pictures import Fingerprint, Known
from dupscan.settings import FingerprintSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.read_ahead import read_ahead, reading_order
from dupscan.store import RecallResult, Store
from dupscan.store.packing import PackedFingerprint, pack
from dupscan.text import file_names
from dupscan.text.units import counted
from dupscan.workers.executor import Lost

_GLANCE = 4096
"""Bytes that are counted at most for a file whose name is not that of a picture."""
_PROGRESSIVE = b"\xff\xc2"
"""The marker of a progressive JPEG."""
_COARSE = 0.1
"""Share of the bytes of a progressive JPEG that its coarsest scans take, at most or nearly so."""
_DIGESTS_PER_JOB = 64
"""Digests that a job carries at most. Where more fingerprints share a size, the worker may decode
a copy in vain."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read, with all that a worker must know of the other files."""

    file: FileEntry
    known: tuple[bytes, ...]
    """Digests of files of this size whose fingerprints are in the store, or will be soon."""
    whole: bool
    """True when the digest of the file is needed, because another file has the same size."""


@dataclass(slots=True)
class FingerprintResult:
    """The fingerprints of all files, and what went wrong."""

    fingerprint_ids: FingerprintIds
    """The fingerprint of each file, in the order of the files; below 1 for a file without one."""
    failures: list[Failure] = field(default_factory=list)
    """Files that could not be read or decoded."""
    passed_over: Counter[str] = field(default_factory=Counter)
    """Files that are not compared, counted by kind."""
    trouble: CannotFinish | None = None
    """The reason why not all files were read; None if they were, or the user ended the stage."""


def fingerprint_all(
    files: FileTable,
    settings: FingerprintSettings,
    context: ScanContext,
    *,
    want_digests: bool = False,
) -> FingerprintResult:
    """Put the fingerprints of all files that can be read into the store.

    With `want_digests` the store gets the digest of every file. Without it, the digest of a large
    progressive JPEG whose size no other file has is left for later.
    Raises StoreUnusable when the store cannot even be read; any other trouble is in the result.
    """
    recalled = _recall(files, context)
    result = FingerprintResult(recalled.fingerprint_ids, passed_over=recalled.passed_over)
    unread = _Unread(files, context.store, recalled.fingerprint_ids, want_digests=want_digests)
    if not len(unread.positions):
        return result
    try:
        result.failures.extend(_read(unread, settings, context))  # keeps those before a trouble
    except CannotFinish as trouble:
        result.trouble = trouble
    again = context.store.recall(files)
    # A damaged store may lose rows while others are written; what it knew before still holds.
    is_lost = (again.fingerprint_ids == 0) & (recalled.fingerprint_ids > 0)
    is_lost[unread.positions] = False
    result.fingerprint_ids = np.where(is_lost, recalled.fingerprint_ids, again.fingerprint_ids)
    result.passed_over = again.passed_over
    # An older fingerprint of a file that fails now is not to be trusted.
    failed = {file_names.order(failure.path) for failure in result.failures}
    result.fingerprint_ids[unread.positions_of(failed)] = 0
    return result


def _recall(files: FileTable, context: ScanContext) -> RecallResult:
    """Look up the files in the store, and report how many earlier scans have read."""
    if not context.store.had_files:
        return context.store.recall(files)
    with context.progress.stage("recall", len(files), "files") as meter:
        found = context.store.recall(files, meter.advance)
    known = int(np.count_nonzero(found.fingerprint_ids))
    are = "is" if known == 1 else "are"
    context.progress.say(
        f"{known:,} of {counted(len(files), 'file')} {are} known from earlier scans"
    )
    return found


def _read(
    unread: _Unread, settings: FingerprintSettings, context: ScanContext
) -> Iterator[Failure]:
    """Read the unread files into the store; yield a failure for each that cannot be read."""

    def stopped() -> bool:
        """Return True to stop. The executor asks often, so waiting results are written here too."""
        context.store.keep_up()
        return context.stopped()

    work = partial(_fingerprint, settings=settings)
    with context.progress.stage("fingerprint", unread.cost, "B") as meter:
        wanted = partial(_wanted, shared=unread.shared)
        files = read_ahead(unread.in_order(), wanted, context.stopped)
        jobs = map(unread.job, files)
        for job, result in context.executor.run(work, jobs, stopped, weight=_weight):
            match result:
                case Failure():
                    yield result
                case Lost():
                    yield Failure(job.file.path, "decode", result.reason)
                case _:
                    unread.remember(job, result)
            meter.advance(_cost(job.file.path, job.file.size))
        context.store.flush()


class _Unread:
    """The files to be read, with the digests known for their sizes so far."""

    def __init__(
        self,
        files: FileTable,
        store: Store,
        fingerprint_ids: FingerprintIds,
        *,
        want_digests: bool,
    ) -> None:
        self._files = files
        self._store = store
        self._want_digests = want_digests
        sizes, self._size, counts = np.unique(files.sizes, return_inverse=True, return_counts=True)
        self.shared = frozenset(sizes[counts > 1].tolist())
        """Sizes that several files have."""
        self._digests: dict[int, list[bytes]] = {}
        """The digests known so far, by shared size."""
        is_unread = fingerprint_ids == 0
        if len(without := store.fingerprints.without_digest()):
            wants_digest = (counts > 1)[self._size] | want_digests
            is_unread |= wants_digest & np.isin(fingerprint_ids, without)
        self.positions: FilePositions = np.flatnonzero(is_unread)
        """The files to be read."""
        self.cost = sum(
            _cost(os.fsdecode(files.path_bytes(at)), int(files.sizes[at]))
            for at in self.positions.tolist()
        )
        """Bytes to be read, as progress counts them."""

    def in_order(self) -> Iterator[FileEntry]:
        """The files to be read: one of each size, then the others, both in the disk's order."""
        order = reading_order(self._files)
        order = order[np.isin(order, self.positions)]
        is_first = np.zeros(len(order), np.bool_)
        is_first[np.unique(self._size[order], return_index=True)[1]] = True
        for at in map(int, np.concatenate([order[is_first], order[~is_first]])):
            yield self._files[at]

    def job(self, file: FileEntry) -> Job:
        """The job for a file, with the digests known by now."""
        known = self._known(file.size)
        whole = bool(known) or file.size in self.shared or self._want_digests
        return Job(file, tuple(known[-_DIGESTS_PER_JOB:]), whole)

    def positions_of(self, paths: Collection[bytes]) -> list[int]:
        """The positions of some of the files to be read, by their paths."""
        return [at for at in self.positions.tolist() if self._files.path_bytes(at) in paths]

    def remember(self, job: Job, result: PackedFingerprint | Known | PassedOver) -> None:
        """Put a result into the store."""
        self._store.add(job.file, result)
        if not isinstance(result, PackedFingerprint) or result.digest is None:
            return
        if job.file.size in self._digests:
            self._digests[job.file.size].append(result.digest)

    def _known(self, size: int) -> list[bytes]:
        """The digests known of files of one size; remembered for a size that several files have."""
        if size in self._digests:
            return self._digests[size]
        known = self._store.fingerprints.digests(size) if self._store.had_files else []
        if size in self.shared:
            self._digests[size] = known
        return known


def _fingerprint(
    job: Job, settings: FingerprintSettings
) -> PackedFingerprint | Known | Failure | PassedOver:
    """Do one job, in a worker process."""
    found = fingerprint(job.file, settings, known=job.known, whole=job.whole)
    return pack(found) if isinstance(found, Fingerprint) else found


def _wanted(file: FileEntry, head: bytes, shared: Collection[int]) -> int:
    """Bytes of a file that a worker will read, judged by its `head`; `shared` as in _Unread."""
    format_ = sniff(io.BytesIO(head), file.path)
    if format_ is None or not format_.opened:
        return 0
    may_be_short = format_ is formats.JPEG and _PROGRESSIVE in head and file.size not in shared
    return int(file.size * _COARSE) if may_be_short else file.size


def _weight(job: Job) -> int:
    return job.file.size


def _cost(path: str, size: int) -> int:
    """Bytes that progress counts for a file: few for a film, which is closed after a glance."""
    return size if formats.claims_to_be_a_picture(path) else min(size, _GLANCE)
