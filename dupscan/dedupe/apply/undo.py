"""A journal, followed back: everything that can be put back is, the latest first.

What came to a place since is never written over, and what is not as the journal says is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply.preconditions import (
    Held,
    Missing,
    Refused,
    has_its_bytes,
    in_words,
    opened,
    spot_of,
)
from dupscan.dedupe.apply.recovery import (
    is_our_link,
    settle,
    settle_one,
    tidy_up,
    tidy_up_all,
    undo_name,
)
from dupscan.dedupe.apply.scope import Bounds
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import Spot
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.plan import Action, Outcome, State
from dupscan.text import file_names
from dupscan.text.file_names import QUARANTINE

_UNKNOWN = (
    "there are files in this quarantine of which the journal knows nothing; was it cut short? "
    "Move them back by hand"
)
_GONE = "is not there any more; is its drive mounted?"


def undo(journal: Journal, stopped: Callable[[], bool] = lambda: False) -> Iterator[Outcome]:
    """Put back what a pass did, and yield what came of each act. Changes the user's files.

    Raises JournalNotWritten when the journal cannot be kept; the same call goes on from there.
    """
    yield from settle(journal)
    obstacle = cache(Bounds.of(journal.header.roots).obstacle)
    for entry in journal.entries(Step.DONE, Step.PURGED):
        if stopped():
            break
        try:
            words = _put_back(entry, journal, obstacle)
            _check_owner(entry)
        except Refused as refused:
            yield Outcome(entry.row, entry.target.path, State.REFUSED, str(refused))
        else:
            yield Outcome(entry.row, entry.target.path, State.DONE, words)
    tidy_up_all(journal)
    journal.sync()
    if not stopped():
        yield from _unknown(journal)


def _unknown(journal: Journal) -> Iterator[Outcome]:
    """What lies in the quarantine of this plan though its journal knows nothing of it."""
    if any(journal.entries(Step.DONE)):
        return
    for root in Bounds.of(journal.header.roots).roots:
        quarantine = os.path.join(root, QUARANTINE, journal.header.plan_id)
        if any(files for _, _, files in os.walk(quarantine)):
            yield Outcome(0, quarantine, State.REFUSED, _UNKNOWN)


def _put_back(entry: Entry, journal: Journal, obstacle: Callable[[str], str]) -> str:
    if journal.step_of(entry) is Step.PURGED:
        raise Refused("it was purged, and is gone for good")
    if entry.action is Action.DELETE:
        raise Refused(
            "it was deleted, and is gone for good; its keeper is "
            f"{file_names.shown(entry.keeper.path)}"
        )
    if reason := obstacle(os.path.realpath(os.path.dirname(entry.target.path))):
        raise Refused(reason)
    way_back = _from_link if entry.action.links else _from_elsewhere
    try:
        with way_back(entry, journal) as put_back:
            journal.note(entry, Step.UNDOING)
            try:
                put_back()
            except (OSError, Changed) as error:
                reason = in_words(error)
                _, unsettled = settle_one(entry, journal, reason)  # it may have come half its way
                raise Refused("; ".join(filter(None, (reason, unsettled)))) from error
            journal.note(entry, Step.UNDONE)
            tidy_up(entry, journal)
    except (OSError, Changed) as error:
        raise Refused(in_words(error)) from error
    return "is a file of its own again" if entry.action.links else "is back in its place"


def _check_owner(entry: Entry) -> None:
    """See that what was a link belongs to whom it did. Raises Refused."""
    with suppress(OSError):
        now = os.lstat(entry.target.path)
        if entry.action.links and (now.st_uid, now.st_gid) != (entry.marks.uid, entry.marks.gid):
            raise Refused(
                "it is a file of its own again, but its owner or group, which only root can give "
                f"back; they were {entry.marks.uid} and {entry.marks.gid}"
            )


def _bring_to_disk(target: Spot) -> None:
    with suppress(OSError):
        file_ops.bring_to_disk(target.folder)  # before the journal says that it is back


@contextmanager
def _from_elsewhere(entry: Entry, journal: Journal) -> Iterator[Callable[[], None]]:
    """The way back from the quarantine or the waste basket."""
    away = entry.place if entry.action is Action.QUARANTINE else journal.found_at(entry)
    if not away:
        raise Refused("it is not known where the waste basket has it; restore it from there")
    with _spot_away(away) as source, _spot_to_return_to(entry.target.path) as target:
        status = source.status()
        if not has_its_bytes(entry.target, source):
            raise Refused(f"{file_names.shown(away)} is another file by now")
        if not target.is_free():
            raise Refused(f"another file is in its place; it stays in {file_names.shown(away)}")

        def put_back() -> None:
            file_ops.move_back(source, status, target)
            _bring_to_disk(target)

        yield put_back


@contextmanager
def _spot_away(away: str) -> Iterator[Spot]:
    """The place where a file was put, seen to have something in it. Raises Refused."""
    with ExitStack() as stack:
        try:
            source = stack.enter_context(spot_of(away))
        except Missing as missing:
            raise Refused(f"{file_names.shown(away)}, where it was put, {_GONE}") from missing
        if source.is_free():
            raise Refused(f"{file_names.shown(away)}, where it was put, {_GONE}")
        yield source


@contextmanager
def _spot_to_return_to(path: str) -> Iterator[Spot]:
    """The name that a file had; its folder is made anew where somebody removed it."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        file_ops.make_folder(folder)
    with spot_of(path) as target:
        yield target


@contextmanager
def _from_link(entry: Entry, journal: Journal) -> Iterator[Callable[[], None]]:
    """The way back from a link: a copy of the keeper, with the marks that the target had."""
    with spot_of(entry.target.path) as target:
        status = target.status()
        if entry.action is Action.REFLINK:  # has been a file of its own all the time
            yield lambda: None
            return
        if not is_our_link(entry, target, status):
            raise Refused("it is not the link any more that was made of it")
        with _source_of(entry) as keeper:

            def put_back() -> None:
                file_ops.copy(
                    *(keeper.descriptor, entry.target.digest, entry.marks),
                    *(target, status, undo_name(entry)),
                )
                _bring_to_disk(target)

            yield put_back


@contextmanager
def _source_of(entry: Entry) -> Iterator[Held]:
    """What holds the bytes that a link leads to: itself, or the keeper for a symbolic one."""
    if entry.action is Action.HARDLINK:
        with opened(entry.target.path) as itself:
            yield itself
        return
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(opened(entry.keeper.path))
        except Refused as refused:
            raise Refused(
                f"its keeper {file_names.shown(entry.keeper.path)}: {refused}"
            ) from refused
        yield keeper
