"""Files → fingerprints in the store: what is known is not read again, and no content twice.

::

    recall ─▶ what is not known, in the order of the disk ─▶ read ahead ─▶ workers ─▶ store

Files of equal size may be copies. So of each size one file is read first; the others then take the
digests along that are known for their size, and the worker that finds its file to have one of these
does not decode it. A file is read once, whatever comes of it.
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
from dupscan.model.ids import FingerprintIds
from dupscan.model.pictures import Fingerprint, Known
from dupscan.settings import FingerprintSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.read_ahead import read_ahead, reading_order
from dupscan.store import Recalled, Store
from dupscan.store.packing import Packed, packed
from dupscan.text import file_names
from dupscan.workers.executor import Lost

_GLANCE = 4096
"""Bytes that a file costs at most which does not look like a picture by its name."""
_PROGRESSIVE = b"\xff\xc2"
"""The marker of a progressive JPEG."""
_COARSE = 0.1
"""Share of its bytes that its coarsest scans take at most, or nearly so."""
_MOST_DIGESTS = 64
"""Digests that a job takes along. Where more contents have one size, a copy may be decoded."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read, and what is known before."""

    file: FileEntry
    known: tuple[bytes, ...]
    """Digests of files of its size whose fingerprints are in the store, or on their way there."""
    whole: bool
    """Its digest is wanted, because another file has its size."""


@dataclass(slots=True)
class FingerprintResult:
    """What came of reading the files."""

    fingerprint_ids: FingerprintIds
    """The fingerprint of each file in the store; below 1 for a file without one."""
    failures: list[Failure] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    trouble: CannotFinish | None = None
    """Why the reading could not go on."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking files in wants besides the files."""

    settings: FingerprintSettings
    context: ScanContext

    def of(self, files: FileTable, *, want_digests: bool = False) -> FingerprintResult:
        """Bring the fingerprints of all files into the store, as far as they can be read.

        The digest of a file that has a size of its own may be left for later, unless they are
        wanted. Raises StoreUnusable when the store does not even tell what it knows.
        """
        recalled = self._recalled(files)
        taken = FingerprintResult(recalled.fingerprint_ids, passed_over=recalled.passed_over)
        unread = _Unread(
            files, self.context.store, recalled.fingerprint_ids, want_digests=want_digests
        )
        if not len(unread.places):
            return taken
        try:
            taken.failures.extend(self._read(unread))  # as they come
        except CannotFinish as trouble:
            taken.trouble = trouble
        recalled = self.context.store.recall(files)
        taken.fingerprint_ids, taken.passed_over = recalled.fingerprint_ids, recalled.passed_over
        taken.fingerprint_ids[
            unread.among({file_names.order(one.path) for one in taken.failures})
        ] = 0
        return taken

    def _recalled(self, files: FileTable) -> Recalled:
        """What is known from earlier scans."""
        if not self.context.store.had_files:
            return self.context.store.recall(files)
        with self.context.progress.stage("recall", len(files), "files") as meter:
            found = self.context.store.recall(files, meter.advance)
        known = int(np.count_nonzero(found.fingerprint_ids))
        self.context.progress.say(f"{known:,} of {len(files):,} files are known from earlier scans")
        return found

    def _read(self, unread: _Unread) -> Iterator[Failure]:
        """Read what is to be read into the store; yields what cannot be."""
        work = partial(_fingerprint, settings=self.settings)
        with self.context.progress.stage("fingerprint", unread.cost, "B") as meter:
            files = read_ahead(
                unread.in_order(), partial(_wanted, shared=unread.shared), self.context.stopped
            )
            jobs = map(unread.job, files)
            for job, result in self.context.executor.run(work, jobs, self._keep_up, weight=_weight):
                match result:
                    case Failure():
                        yield result
                    case Lost():
                        yield Failure(job.file.path, "decode", result.reason)
                    case _:
                        unread.remember(job, result)
                meter.advance(_cost(job.file.path, job.file.size))
            self.context.store.flush()

    def _keep_up(self) -> bool:
        """Whether to stop; asked while slow files are waited for, when others are to be written."""
        self.context.store.keep_up()
        return self.context.stopped()


class _Unread:
    """The files that are to be read, and what is known of their sizes along the way."""

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
        """Those that are known by now, by such a size."""
        is_unread = fingerprint_ids == 0
        if len(without := store.fingerprints.without_digest()):
            wants_digest = (counts > 1)[self._size] | want_digests
            is_unread |= wants_digest & np.isin(fingerprint_ids, without)
        self.places = np.flatnonzero(is_unread)
        self.cost = sum(
            _cost(os.fsdecode(files.path_bytes(at)), int(files.sizes[at]))
            for at in self.places.tolist()
        )
        """Bytes to be read, as progress counts them."""

    def in_order(self) -> Iterator[FileEntry]:
        """The files to be read: one of each size, then the others, each as is kind to the disk."""
        order = reading_order(self._files)
        order = order[np.isin(order, self.places)]
        firsts = np.zeros(len(order), np.bool_)
        firsts[np.unique(self._size[order], return_index=True)[1]] = True
        for at in map(int, np.concatenate([order[firsts], order[~firsts]])):
            yield self._files[at]

    def job(self, file: FileEntry) -> Job:
        """What is to be done with a file, with all that is known by now."""
        known = self._known(file.size)
        whole = bool(known) or file.size in self.shared or self._want_digests
        return Job(file, tuple(known[-_MOST_DIGESTS:]), whole)

    def among(self, paths: Collection[bytes]) -> list[int]:
        """The places of some of them: what was known of a file does not hold when it fails."""
        return [at for at in self.places.tolist() if self._files.path_bytes(at) in paths]

    def remember(self, job: Job, result: Packed | Known | PassedOver) -> None:
        """Put a result into the store."""
        match result:
            case Packed():
                self._store.add(job.file, result)
                if result.digest is not None and job.file.size in self._digests:
                    self._digests[job.file.size].append(result.digest)
            case Known():
                self._store.add(job.file, result.digest)
            case PassedOver():
                self._store.add(job.file, result.kind)

    def _known(self, size: int) -> list[bytes]:
        """The digests that are known of files of one size, remembered where several have it."""
        if size in self._digests:
            return self._digests[size]
        known = self._store.fingerprints.digests(size) if self._store.had_files else []
        if size in self.shared:
            self._digests[size] = known
        return known


def _fingerprint(job: Job, settings: FingerprintSettings) -> Packed | Known | Failure | PassedOver:
    """One job, in a worker process."""
    found = fingerprint(job.file, settings, known=job.known, whole=job.whole)
    return packed(found) if isinstance(found, Fingerprint) else found


def _wanted(file: FileEntry, head: bytes, shared: Collection[int]) -> int:
    """How many bytes of a file a worker will read, told by the first; sizes may be `shared`."""
    format_ = sniff(io.BytesIO(head), file.path)
    if format_ is None or not format_.opened:
        return 0
    may_be_short = format_ is formats.JPEG and _PROGRESSIVE in head and file.size not in shared
    return int(file.size * _COARSE) if may_be_short else file.size


def _weight(job: Job) -> int:
    return job.file.size


def _cost(path: str, size: int) -> int:
    """Bytes to count for a file's progress: a film is opened, found to be none, and closed."""
    return size if formats.claims_to_be_a_picture(path) else min(size, _GLANCE)
