"""Empty a quarantine for good, each file only while its keeper still has the same content."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import islice

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import in_use
from dupscan.dedupe.apply.copies import Copies
from dupscan.dedupe.apply.leftovers import tidy_up, tidy_up_all
from dupscan.dedupe.apply.preconditions import (
    PICTURE_STAYS,
    Refused,
    check_digest,
    check_same_bytes,
    difference,
    explain,
    lock,
    matches_identity_or_bytes,
    open_file,
)
from dupscan.dedupe.apply.recovery import recover, recover_failed
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import OpenFile
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.matches import Verdict
from dupscan.model.plan import PAIRS_PER_CHECK, Action, HashedFile, Outcome, State, VerdictChecker
from dupscan.text import file_names


def purge_entries(
    journal: Journal, check_verdicts: VerdictChecker, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Delete the files that a pass put into quarantine, and yield the outcome of each.

    A file is deleted only after its keeper was checked again: for the verdict ``file`` the keeper
    has the same bytes, for any other verdict the verdict still holds. A companion is deleted only
    after its picture, and while a copy of it lies beside the keeper. Ends early, between two files,
    once `stopped()` returns True.

    Raises JournalNotWritten when the journal cannot be written; the same call goes on from there.
    """
    yield from recover(journal)
    quarantined = (
        entry
        for entry in journal.entries(Step.DONE, latest_first=False)  # pictures, then companions
        if entry.action is Action.QUARANTINE
    )
    copies = Copies()
    while not stopped() and (batch := list(islice(quarantined, PAIRS_PER_CHECK))):
        rechecked = _recheck(batch, check_verdicts)
        for entry in batch:
            if stopped():
                break
            try:
                freed = _purge(entry, journal, rechecked.get(entry.number), copies)
            except Refused as refused:
                yield Outcome(entry.row, entry.target.path, State.REFUSED, str(refused))
            else:
                yield Outcome(entry.row, entry.target.path, State.DONE, "deleted for good", freed)
    tidy_up_all(journal)
    journal.sync()


def _recheck(
    entries: Sequence[Entry], check_verdicts: VerdictChecker
) -> dict[int, tuple[HashedFile, str]]:
    """Check again the verdicts that are weaker than ``file``.

    Returns, by entry number, the keeper as it was checked, and the reason to refuse or ``""``.
    """
    weaker = [one for one in entries if one.verdict is not Verdict.FILE and one.goes_with is None]
    pairs = [
        (_as_now(one.target, one.place), _as_now(one.keeper, one.keeper.path), one.verdict)
        for one in weaker
    ]
    found = zip(weaker, pairs, check_verdicts(pairs), strict=True)
    return {entry.number: (keeper, reason) for entry, (_, keeper, _), reason in found}


def _as_now(file: HashedFile, path: str) -> HashedFile:
    """Return a file with the path and the status of now, and the digest of the plan."""
    try:
        now = os.lstat(path)
    except OSError:
        return replace(file, path=path)
    return HashedFile(path, now.st_size, now.st_mtime_ns, now.st_dev, now.st_ino, file.digest)


def _purge(
    entry: Entry,
    journal: Journal,
    rechecked: tuple[HashedFile, str] | None,
    copies: Copies,
) -> int:
    """Delete one file in quarantine, and return the bytes freed. Raises Refused."""
    with (
        _open_in_quarantine(entry) as file,
        _open_keeper_or_copy(entry, journal, file, rechecked, copies) as keeper,
    ):
        in_use.check_unwritten(file, keeper)
        in_use.bring_to_disk(keeper)
        journal.record(entry, Step.PURGING)
        try:
            file_ops.delete(target=file, temporary=entry.temporary, keeper=keeper)
            with suppress(OSError):
                file_ops.bring_to_disk(folder=file.folder)
        except (OSError, Changed) as error:
            raise recover_failed(entry, journal, error) from error
        journal.record(entry, Step.PURGED)
        tidy_up(entry, journal)
        return file.status.st_size if file.status.st_nlink == 1 else 0


@contextmanager
def _open_in_quarantine(entry: Entry) -> Iterator[OpenFile]:
    """Open the file in quarantine, and verify that it is the one that was put there.

    Raises Refused.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_file(entry.place))
        except Refused as refused:
            place = file_names.shown(entry.place)
            raise Refused(f"{place}, where it was put: {refused}; is its drive mounted?") from None
        try:
            is_it = matches_identity_or_bytes(entry.target, file)
        except OSError as error:
            raise Refused(explain(error)) from error
        if not is_it:
            raise Refused(f"{file_names.shown(entry.place)} is another file by now")
        yield file


@contextmanager
def _open_keeper_or_copy(
    entry: Entry,
    journal: Journal,
    file: OpenFile,
    rechecked: tuple[HashedFile, str] | None,
    copies: Copies,
) -> Iterator[OpenFile]:
    """Open and verify the file that stays: the keeper, or for a companion a copy of it.

    Raises Refused when that file has not the same content any more.
    """
    if entry.goes_with is not None:
        if journal.step_of_row(entry.goes_with) is not Step.PURGED:
            raise Refused(PICTURE_STAYS)
        with copies.beside(entry.keeper.path, file) as copy:
            yield copy
        return
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(open_file(entry.keeper.path))
            if os.path.samestat(keeper.status, file.status):
                raise Refused("that is the very file that would be deleted")
            lock(keeper, exclusive=False)
        except Refused as refused:
            raise Refused(
                f"its keeper {file_names.shown(entry.keeper.path)}: {refused}"
            ) from refused
        if rechecked is None:
            _compare(entry, file, keeper)
        elif reason := rechecked[1] or difference(rechecked[0], keeper.status):
            raise Refused(reason)
        else:  # the verdict was checked again on these very bytes
            check_digest(file, entry.target.digest)
            check_digest(keeper, entry.keeper.digest)
        yield keeper


def _compare(entry: Entry, file: OpenFile, keeper: OpenFile) -> None:
    """Raise Refused, with the path of the keeper, when the bytes differ."""
    try:
        check_same_bytes(file, keeper, entry.target.digest)
    except Refused as refused:
        raise Refused(
            f"{refused}; its keeper is {file_names.shown(entry.keeper.path)}"
        ) from refused
