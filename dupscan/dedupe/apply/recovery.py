"""Recovery: brings operations that a kill interrupted to a clear end, undone or fully done.

The journal says what was about to be done; only the files tell how far the operation came.
Whatever can be rolled back is rolled back, so that it is checked again before it is done again.
Where the files do not tell for certain, everything is left as it is and no byte is lost.

Terms: `aside` is the entry of the temporary name, `left` the file that has that name (None if
nobody has), `now` the file that has the target's own name, `away` the entry in quarantine or
trash, and `there` the file that is there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import trash
from dupscan.dedupe.apply.leftovers import is_our_link, tidy_up, undo_temporary
from dupscan.dedupe.apply.preconditions import (
    Missing,
    Refused,
    digest_of,
    explain,
    is_prefix_of,
    matches_identity,
    matches_identity_or_bytes,
    open_directory_entry,
    open_file,
)
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import DirectoryEntry, SeenFile
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.plan import Action, Outcome, State
from dupscan.text import file_names


def recover(journal: Journal) -> Iterator[Outcome]:
    """Bring each interrupted entry of a journal to a clear end. May change the user's files.

    Yields an outcome for each entry that cannot be recovered yet, or that the user must know about.
    The former are left as they are for the next pass, since their drive may come back. Raises
    JournalNotWritten when the journal cannot be written.
    """
    for entry in journal.entries(*(step for step in Step if step.is_open)):
        _, words = recover_entry(entry, journal)
        if words:
            yield Outcome(entry.row, entry.target.path, State.REFUSED, words)


def recover_entry(entry: Entry, journal: Journal, reason: str = "") -> tuple[Step, str]:
    """Bring one interrupted entry to a clear end, and write the result to the journal.

    Returns the step that the entry is at then, and words for the user or ``""``. The step is still
    an open one where the files do not tell for certain. `reason` is written to the journal. May
    change the user's files. Raises JournalNotWritten when the journal cannot be written.
    """
    try:
        step, words = _bring_to_end(entry, journal)
    except (OSError, Changed, Refused) as error:
        words = str(error) if isinstance(error, Refused) else explain(error)
        return journal.step_of(entry), f"it was interrupted, and cannot be recovered yet: {words}"
    is_in_trash = entry.action is Action.TRASH and step is Step.DONE
    found = trash.find(entry.target) if is_in_trash else ""
    journal.record(entry, step, trash_path=found, words="; ".join(filter(None, (reason, words))))
    tidy_up(entry, journal)
    return step, words


def recover_failed(entry: Entry, journal: Journal, error: OSError | Changed) -> Refused:
    """Recover an entry whose operation has just failed, and return the refusal with the reasons.

    The operation may have failed half-way. May change the user's files. Raises JournalNotWritten
    when the journal cannot be written.
    """
    reason = explain(error)
    _, words = recover_entry(entry, journal, reason)
    return Refused("; ".join(filter(None, (reason, words))))


def _bring_to_end(entry: Entry, journal: Journal) -> tuple[Step, str]:
    """Undo or finish an interrupted entry; return its step then, and words for the user or ``""``.

    Raises Refused, Changed or OSError where the files do not tell for certain.
    """
    step = journal.step_of(entry)
    if step is Step.PURGING:
        return _recover_purging(entry)
    recover_it = _recover_doing if step is Step.INTENDED else _recover_undoing
    with suppress(Missing), open_directory_entry(entry.target.path) as target:
        is_its_folder = os.fstat(target.folder).st_ino == entry.folder
        its_names = (target, target.beside(entry.temporary))
        if is_its_folder or any(_is_target(entry, one) for one in its_names):
            return recover_it(entry, target)
    # The target's folder was moved or removed, or its drive is not mounted. A file in quarantine or
    # trash tells that the operation was done.
    away = entry.place if entry.action is Action.QUARANTINE else _path_in_trash(entry, journal)
    if away:
        with suppress(Missing), open_directory_entry(away) as place:
            if _is_target(entry, place):
                return Step.DONE, ""
    if entry.action is Action.QUARANTINE and _is_mounted(entry):
        return (Step.FAILED if step is Step.INTENDED else Step.UNDONE), ""
    raise Refused("its folder is not there, or is another folder; is its drive mounted?")


def _is_mounted(entry: Entry) -> bool:
    """True if the drive of a quarantine is there, and is no empty mount point."""
    top = os.path.dirname(entry.quarantine)
    return os.path.isdir(top) and bool(os.listdir(top))


def _is_target(entry: Entry, name: DirectoryEntry) -> bool:
    """True if the target's own file has this name, and not a link or copy that was made of it."""
    file = name.look_if_any()
    if file is None:
        return False
    if entry.action.links:
        return matches_identity(entry.target, file.status)
    return matches_identity_or_bytes(entry.target, name)


def _path_in_trash(entry: Entry, journal: Journal) -> str:
    """Return the target's path in the trash, ``""`` if it is not known."""
    return journal.trash_path_of(entry) or trash.find(entry.target)


# -- interrupted while the row was carried out -----------------------------------------------------


def _recover_doing(entry: Entry, target: DirectoryEntry) -> tuple[Step, str]:
    """Recover an entry that was interrupted while the row was carried out."""
    if entry.action.links:
        return _recover_link(entry, target)
    if entry.action is Action.QUARANTINE:
        return _recover_move(entry, target)
    if entry.action is Action.DELETE:
        return _recover_delete(entry, target)
    return (Step.FAILED if _is_target(entry, target) else Step.DONE), ""


def _recover_link(entry: Entry, target: DirectoryEntry) -> tuple[Step, str]:
    """Recover a link: done if only the link is left, else the target gets its own name back."""
    aside = target.beside(entry.temporary)
    now, left = target.look_if_any(), aside.look_if_any()
    is_untouched = now is not None and matches_identity(entry.target, now.status)
    if left is None:
        is_made = now is not None and not is_untouched and _is_made(entry, now)
        return (Step.DONE if is_made else Step.FAILED), ""
    is_begun = entry.action is Action.REFLINK and left.status.st_size == 0
    may_be_clone = entry.action is Action.REFLINK and (is_untouched or now is None)
    is_clone = may_be_clone and not matches_identity(entry.target, left.status)
    if is_clone and not is_untouched and not _has_equal_keeper(entry):
        raise Refused(f"its keeper is gone or was changed; {file_names.shown(aside.path)} is left")
    if is_our_link(entry, left) or is_begun or (is_clone and _is_made(entry, left)):
        # The link or clone did not get the target's name yet, or has lost the name again.
        if not _is_last_name(entry, left):
            file_ops.remove_leftover(file=left)
    elif now is None:
        file_ops.move_back(source=left, destination=target)
    elif _is_made(entry, now) and not _is_last_name(entry, now):
        file_ops.swap_back(original=left, made=now)
    else:
        raise Refused(f"it was changed since; the original file is {file_names.shown(aside.path)}")
    return Step.FAILED, ""


def _is_made(entry: Entry, file: SeenFile) -> bool:
    """True if a file is the link or clone that was made, so that removing it loses nothing."""
    if entry.action is Action.REFLINK:
        return stat.S_ISREG(file.status.st_mode) and digest_of(file) == entry.target.digest
    return is_our_link(entry, file)


def _has_equal_keeper(entry: Entry) -> bool:
    """True if the keeper has the bytes of the target at this moment."""
    with suppress(OSError, Refused), open_file(entry.keeper.path) as keeper:
        return digest_of(keeper) == entry.target.digest
    return False


def _remove_second_name(file: SeenFile, *, beside: SeenFile) -> None:
    """Remove one of two names of a file. Raises Refused if it is the only one."""
    is_same_folder = os.path.samestat(os.fstat(file.folder), os.fstat(beside.folder))
    if file.status.st_nlink < 2 or (is_same_folder and file.name == beside.name):
        raise Refused(f"{file_names.shown(file.path)} is the only name of its file")
    file_ops.remove_leftover(file=file)


def _is_last_name(entry: Entry, file: SeenFile) -> bool:
    """True if a hard link is the last name of the keeper's file: its own name is gone meanwhile."""
    return entry.action is Action.HARDLINK and file.status.st_nlink < 2


def _recover_move(entry: Entry, target: DirectoryEntry) -> tuple[Step, str]:
    """Recover a move to the quarantine: done if the file has arrived there."""
    try:
        with open_directory_entry(entry.place) as place:
            return _recover_away(entry, target, place, Step.DONE)
    except Missing:  # the quarantine was not made yet
        return Step.FAILED, ""


def _recover_delete(entry: Entry, target: DirectoryEntry) -> tuple[Step, str]:
    """Recover a deletion: give the file its name back while the file is still there."""
    aside = target.beside(entry.temporary)
    if aside.is_free():
        return (Step.DONE if target.is_free() else Step.FAILED), ""
    return _recover_away(entry, target, aside, Step.FAILED)


def _recover_away(
    entry: Entry, target: DirectoryEntry, away: DirectoryEntry, if_moved: Step
) -> tuple[Step, str]:
    """Recover a file that was moved to another name; for a moment the file may have both names.

    `if_moved` is the step of the entry once the file has moved: DONE keeps the file there, any
    other moves the file back.
    """
    now, there = target.look_if_any(), away.look_if_any()
    if there is None:
        return Step.FAILED, ""
    if now is not None and os.path.samestat(now.status, there.status):
        _remove_second_name(there, beside=now)
        return Step.FAILED, ""
    if if_moved is Step.DONE and _is_target(entry, away):
        return Step.DONE, ""
    if now is not None:
        raise Refused(
            f"another file has its name; the original file is {file_names.shown(away.path)}"
        )
    file_ops.move_back(source=there, destination=target)
    return Step.FAILED, ""


# -- interrupted while the row was undone, or purged -----------------------------------------------


def _recover_undoing(entry: Entry, target: DirectoryEntry) -> tuple[Step, str]:
    """Recover an entry that was interrupted while it was undone."""
    now = target.look_if_any()
    if not entry.action.links:
        return _recover_return(entry, target, now)
    aside = target.beside(undo_temporary(entry))
    left = aside.look_if_any()
    is_link_still = now is not None and is_our_link(entry, now)
    if left is None:
        return (Step.DONE if is_link_still else Step.UNDONE), ""
    if is_link_still:  # the copy did not get the target's name yet
        if not _is_begun_copy(entry, aside):
            in_the_way = file_names.shown(aside.path)
            raise Refused(f"{in_the_way} is in the way, and dupscan did not make it; move it")
        file_ops.remove_leftover(file=left)
        return Step.DONE, ""
    if not is_our_link(entry, left):
        return Step.UNDONE, f"another file took its name meanwhile, and is now {aside.path}"
    if not _is_last_name(entry, left):
        file_ops.remove_leftover(file=left)
    return Step.UNDONE, ""


def _is_begun_copy(entry: Entry, aside: DirectoryEntry) -> bool:
    """True if a file is a copy that an undo began: the source begins with the same bytes."""
    source = entry.target.path if entry.action is Action.HARDLINK else entry.keeper.path
    with open_file(aside.path) as begun, open_file(source) as whole:
        return is_prefix_of(begun, whole)


def _recover_return(entry: Entry, target: DirectoryEntry, now: SeenFile | None) -> tuple[Step, str]:
    """Recover a file that was moved back; for a moment the file may have both names."""
    if now is None or not _is_target(entry, target):
        return Step.DONE, ""
    away = entry.place or trash.find(entry.target)
    with suppress(Missing), open_directory_entry(away) as place:
        there = place.look_if_any()
        if there is not None and os.path.samestat(there.status, now.status):
            _remove_second_name(there, beside=now)
    return Step.UNDONE, ""


def _recover_purging(entry: Entry) -> tuple[Step, str]:
    """Recover a deletion in the quarantine; the file's former folder may be gone long since."""
    try:
        with open_directory_entry(entry.place) as place:
            aside = place.beside(entry.temporary)
            there, left = place.look_if_any(), aside.look_if_any()
            if left is not None and there is None:
                file_ops.move_back(source=left, destination=place)
            elif left and there and os.path.samestat(left.status, there.status):
                _remove_second_name(left, beside=there)
            return (Step.PURGED if place.is_free() else Step.DONE), ""
    except Missing:
        if not _is_mounted(entry):
            raise Refused("its quarantine is not there; is its drive mounted?") from None
        return Step.PURGED, ""
