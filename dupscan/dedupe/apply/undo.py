"""Undo what a journal lists, the latest entry first, as far as possible.

A file that has one of the names by now is never overwritten, and a file that is not as the journal
says is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply.leftovers import is_our_link, tidy_up, tidy_up_all, undo_temporary
from dupscan.dedupe.apply.preconditions import (
    Missing,
    Refused,
    explain,
    matches_identity,
    matches_identity_or_bytes,
    open_directory_entry,
    open_file,
)
from dupscan.dedupe.apply.recovery import recover, recover_failed
from dupscan.dedupe.apply.scope import Scope
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.attributes import granted
from dupscan.dedupe.file_ops.directory_entry import DirectoryEntry, OpenFile, SeenFile
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.plan import Action, Outcome, State
from dupscan.text import file_names
from dupscan.text.file_names import QUARANTINE

_UNKNOWN = (
    "there are files in this quarantine of which the journal knows nothing; was the journal cut "
    "short? "
    "Move them back by hand"
)
_GONE = "is not there any more; is its drive mounted?"


def undo_entries(
    journal: Journal, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Undo the entries of a journal, and yield the outcome of each. Changes the user's files.

    Ends early, between two entries, once `stopped()` returns True. Raises JournalNotWritten when
    the journal cannot be written; the same call goes on from there.
    """
    yield from recover(journal)
    obstacle = cache(Scope.of(journal.header.roots).obstacle)
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
        yield from _unknown_files(journal)


def _unknown_files(journal: Journal) -> Iterator[Outcome]:
    """Yield an outcome for each quarantine of this plan if its journal lists none of the files."""
    if any(journal.entries(Step.DONE)):
        return
    for root in Scope.of(journal.header.roots).roots:
        quarantine = os.path.join(root, QUARANTINE, journal.header.plan_id)
        if any(files for _, _, files in os.walk(quarantine)):
            yield Outcome(0, quarantine, State.REFUSED, _UNKNOWN)


def _put_back(entry: Entry, journal: Journal, obstacle: Callable[[str], str]) -> str:
    """Undo one entry, with journal lines before and after; return words. Raises Refused."""
    if journal.step_of(entry) is Step.PURGED:
        raise Refused("it was purged, and is gone for good")
    if entry.action is Action.DELETE:
        raise Refused(
            "it was deleted, and is gone for good; its keeper is "
            f"{file_names.shown(entry.keeper.path)}"
        )
    if reason := obstacle(os.path.realpath(os.path.dirname(entry.target.path))):
        raise Refused(reason)
    prepare = _prepare_copy if entry.action.links else _prepare_move
    try:
        with prepare(entry, journal) as put_back:
            journal.record(entry, Step.UNDOING)
            try:
                put_back()
            except (OSError, Changed) as error:
                raise recover_failed(entry, journal, error) from error
            journal.record(entry, Step.UNDONE)
            tidy_up(entry, journal)
    except (OSError, Changed) as error:
        raise Refused(explain(error)) from error
    return "is a file of its own again" if entry.action.links else "is back in its place"


def _check_owner(entry: Entry) -> None:
    """Raise Refused when a file that was a link has not its former owner and group again."""
    with suppress(OSError):
        now = os.lstat(entry.target.path)
        if entry.action.links and (now.st_uid, now.st_gid) != (entry.marks.uid, entry.marks.gid):
            raise Refused(
                "it is a file of its own again, but with the owner and group of the link; a "
                f"journal grants none: chown it to {entry.marks.uid}:{entry.marks.gid} if they "
                "were its own"
            )


def _bring_to_disk(target: DirectoryEntry) -> None:
    """Bring the folder of a file to disk, before the journal says that the file is back."""
    with suppress(OSError):
        file_ops.bring_to_disk(folder=target.folder)


@contextmanager
def _prepare_move(entry: Entry, journal: Journal) -> Iterator[Callable[[], None]]:
    """Check that a file in quarantine or trash can be moved back; yield the call for that.

    Raises Refused or OSError.
    """
    away = entry.place if entry.action is Action.QUARANTINE else journal.trash_path_of(entry)
    if not away:
        raise Refused("its path in the trash is not known; restore it from there")
    if _is_back(entry, away):  # by a copy of the journal, or by hand
        yield lambda: None
        return
    with _file_away(away) as source, _name_to_return_to(entry.target.path) as target:
        if not matches_identity_or_bytes(entry.target, source):
            raise Refused(f"{file_names.shown(away)} is another file by now")
        if not target.is_free():
            raise Refused(f"another file is in its place; it stays in {file_names.shown(away)}")

        def put_back() -> None:
            file_ops.move_back(source=source, destination=target)
            _bring_to_disk(target)

        yield put_back


def _is_back(entry: Entry, away: str) -> bool:
    """True if the file that was moved away has its own name again, and not the other one."""
    with suppress(OSError):
        is_it = matches_identity(entry.target, os.lstat(entry.target.path))
        return is_it and not os.path.lexists(away)
    return False


@contextmanager
def _file_away(away: str) -> Iterator[SeenFile]:
    """Open the folder of a path in quarantine or trash; yield the file. Raises Refused."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_directory_entry(away)).look_if_any()
        except Missing as missing:
            raise Refused(f"{file_names.shown(away)}, where it was put, {_GONE}") from missing
        if file is None:
            raise Refused(f"{file_names.shown(away)}, where it was put, {_GONE}")
        yield file


@contextmanager
def _name_to_return_to(path: str) -> Iterator[DirectoryEntry]:
    """Open the folder of a file's former path, made again where somebody removed the folder.

    Raises OSError or Refused.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        file_ops.make_folder(path=folder)
    with open_directory_entry(path) as target:
        yield target


@contextmanager
def _prepare_copy(entry: Entry, journal: Journal) -> Iterator[Callable[[], None]]:
    """Check that a link can be replaced by a copy of the keeper; yield the call for that.

    The copy gets the attributes that the target had. Raises Refused or OSError.
    """
    with open_directory_entry(entry.target.path) as name:
        target = name.look()
        if (
            entry.action is Action.REFLINK
        ):  # the target is a file of its own, so there is nothing to do
            yield lambda: None
            return
        if not is_our_link(entry, target):
            raise Refused("it is not the link any more that dupscan made")
        with _source_of(entry) as keeper:

            def put_back() -> None:
                file_ops.copy(
                    source=keeper,
                    digest=entry.target.digest,
                    attributes=granted(entry.marks, keeper.status),
                    target=target,
                    temporary=undo_temporary(entry),
                )
                _bring_to_disk(target)

            yield put_back


@contextmanager
def _source_of(entry: Entry) -> Iterator[OpenFile]:
    """Open the file with the bytes to copy: the hard link itself, or a symbolic link's keeper.

    Raises Refused.
    """
    if entry.action is Action.HARDLINK:
        with open_file(entry.target.path) as itself:
            yield itself
        return
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(open_file(entry.keeper.path))
        except Refused as refused:
            raise Refused(
                f"its keeper {file_names.shown(entry.keeper.path)}: {refused}"
            ) from refused
        yield keeper
