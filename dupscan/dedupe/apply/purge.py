"""A quarantine, emptied for good: each file only while its keeper is still what it was kept for."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import islice

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import in_use
from dupscan.dedupe.apply.preconditions import (
    Held,
    Refused,
    check_digest,
    compare_bytes,
    difference,
    has_its_bytes,
    in_words,
    lock,
    opened,
    seen_of,
)
from dupscan.dedupe.apply.recovery import settle, settle_one, tidy_up, tidy_up_all
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.matches import Verdict
from dupscan.model.plan import PAIRS_PER_CHECK, Action, HashedFile, Outcome, State, VerdictChecker
from dupscan.text import file_names


def purge(
    journal: Journal, same: VerdictChecker, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Delete what a pass put into quarantine, and yield what came of each. Changes files there.

    A file is only deleted once its keeper is seen to hold the same: the same bytes for ``file``,
    the same verdict else. Raises JournalNotWritten when the journal cannot be kept.
    """
    yield from settle(journal)
    quarantined = (
        entry
        for entry in journal.entries(Step.DONE, latest_first=False)  # pictures, then companions
        if entry.action is Action.QUARANTINE
    )
    copies = _Copies()
    while not stopped() and (some := list(islice(quarantined, PAIRS_PER_CHECK))):
        looked_at = _look_again(some, same)
        for entry in some:
            if stopped():
                break
            try:
                freed = _purge(entry, journal, looked_at.get(entry.number), copies)
            except Refused as refused:
                yield Outcome(entry.row, entry.target.path, State.REFUSED, str(refused))
            else:
                yield Outcome(entry.row, entry.target.path, State.DONE, "deleted for good", freed)
    tidy_up_all(journal)
    journal.sync()


def _look_again(
    entries: Sequence[Entry], same: VerdictChecker
) -> dict[int, tuple[HashedFile, str]]:
    """For those weaker than ``file``: the keeper as it was looked at, and what is wrong if any."""
    weaker = [one for one in entries if one.verdict is not Verdict.FILE and one.goes_with is None]
    pairs = [
        (_as_now(one.target, one.place), _as_now(one.keeper, one.keeper.path), one.verdict)
        for one in weaker
    ]
    found = zip(weaker, pairs, same(pairs), strict=True)
    return {entry.number: (keeper, reason) for entry, (_, keeper, _), reason in found}


def _as_now(file: HashedFile, path: str) -> HashedFile:
    """A file by what is true of it now, at a path; the digest stays that of the plan."""
    try:
        now = os.lstat(path)
    except OSError:
        return replace(file, path=path)
    return HashedFile(path, now.st_size, now.st_mtime_ns, now.st_dev, now.st_ino, file.digest)


def _purge(
    entry: Entry,
    journal: Journal,
    looked_at: tuple[HashedFile, str] | None,
    copies: _Copies,
) -> int:
    with (
        _in_quarantine(entry) as file,
        _kept_for(entry, journal, file, looked_at, copies) as keeper,
    ):
        in_use.check_unwritten(file, keeper)
        in_use.bring_to_disk(keeper)
        journal.note(entry, Step.PURGING)
        try:
            file_ops.delete(file.spot, file.status, entry.temporary, seen_of(keeper))
            with suppress(OSError):
                file_ops.bring_to_disk(file.spot.folder)
        except (OSError, Changed) as error:
            reason = in_words(error)
            _, unsettled = settle_one(entry, journal, reason)  # it may have come half its way
            raise Refused("; ".join(filter(None, (reason, unsettled)))) from error
        journal.note(entry, Step.PURGED)
        tidy_up(entry, journal)
        return file.status.st_size if file.status.st_nlink == 1 else 0


@contextmanager
def _in_quarantine(entry: Entry) -> Iterator[Held]:
    """Hold the file where it was put. Raises Refused."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(opened(entry.place))
        except Refused as refused:
            place = file_names.shown(entry.place)
            raise Refused(f"{place}, where it was put: {refused}; is its drive mounted?") from None
        if not _has_its_bytes(entry, file):
            raise Refused(f"{file_names.shown(entry.place)} is another file by now")
        yield file


def _has_its_bytes(entry: Entry, file: Held) -> bool:
    try:
        return has_its_bytes(entry.target, file.spot)
    except OSError as error:
        raise Refused(in_words(error)) from error


@contextmanager
def _kept_for(
    entry: Entry,
    journal: Journal,
    file: Held,
    looked_at: tuple[HashedFile, str] | None,
    copies: _Copies,
) -> Iterator[Held]:
    """Hold what is seen to hold what the file does: its keeper, or for a companion a copy.

    Raises Refused.
    """
    if entry.goes_with is not None:
        if journal.step_of_row(entry.goes_with) is not Step.PURGED:
            raise Refused("its picture stays, and it with that")
        with copies.beside(entry.keeper.path, file) as copy:
            yield copy
        return
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(opened(entry.keeper.path))
            if os.path.samestat(keeper.status, file.status):
                raise Refused("it is the very file that would be deleted")
            lock(keeper, alone=False)
        except Refused as refused:
            raise Refused(
                f"its keeper {file_names.shown(entry.keeper.path)}: {refused}"
            ) from refused
        if looked_at is None:
            _compare(entry, file, keeper)
        elif reason := looked_at[1] or difference(looked_at[0], keeper.status):
            raise Refused(reason)
        else:  # what was looked at again are these very bytes
            check_digest(file, entry.target.digest)
            check_digest(keeper, entry.keeper.digest)
        yield keeper


def _compare(entry: Entry, file: Held, keeper: Held) -> None:
    try:
        compare_bytes(file, keeper, entry.target.digest)
    except Refused as refused:
        raise Refused(
            f"{refused}; its keeper is {file_names.shown(entry.keeper.path)}"
        ) from refused


class _Copies:
    """Files beside keepers that may be copies of companions; each folder is listed once."""

    def __init__(self) -> None:
        self._sizes: dict[str, dict[int, list[str]]] = {}

    @contextmanager
    def beside(self, keeper: str, file: Held) -> Iterator[Held]:
        """Hold a file in the keeper's folder that has the bytes of a companion. Raises Refused.

        A sidecar or a film may have been edited on one side only; then it has no copy.
        """
        for path in self._of_size(os.path.dirname(keeper), file.status.st_size):
            with ExitStack() as stack:
                try:
                    copy = stack.enter_context(opened(path))
                    if os.path.samestat(copy.status, file.status):
                        continue
                    lock(copy, alone=False)
                    compare_bytes(file, copy)
                except Refused:
                    continue
                yield copy
                return
        raise Refused(
            f"it has no copy beside the keeper {file_names.shown(keeper)}; look at it, and delete "
            "it by "
            "hand"
        )

    def _of_size(self, folder: str, size: int) -> list[str]:
        if folder not in self._sizes:
            sizes: defaultdict[int, list[str]] = defaultdict(list)
            with suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(OSError):
                        sizes[entry.stat(follow_symlinks=False).st_size].append(entry.path)
            self._sizes[folder] = {size: sorted(paths) for size, paths in sizes.items()}
        return self._sizes[folder].get(size, [])
