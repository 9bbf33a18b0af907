"""What a kill left half done → as before, or fully done.

The journal says what was about to be done; how far it came, only the files tell. Whatever can be
rolled back is: then it is checked anew before it is done again. What cannot be told for sure is
left as it is, and every byte with it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import trash
from dupscan.dedupe.apply.preconditions import (
    Missing,
    Refused,
    begins_as,
    digest_of,
    has_its_bytes,
    in_words,
    is_that_file,
    opened,
    spot_of,
)
from dupscan.dedupe.apply.quarantine import top_of
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import Spot
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.plan import Action, Outcome, State
from dupscan.text import file_names

Status = os.stat_result


def settle(journal: Journal) -> Iterator[Outcome]:
    """Bring each act that was interrupted to a clear end. May change the user's files.

    Yields those that could not be brought to one: they are left as they are, and tried again by the
    next pass, for their drive may come back.
    """
    for entry in journal.entries(*(step for step in Step if step.is_open)):
        _, words = settle_one(entry, journal)
        if words:
            yield Outcome(entry.row, entry.target.path, State.REFUSED, words)


def settle_one(entry: Entry, journal: Journal, reason: str = "") -> tuple[Step, str]:
    """Bring one act that did not come to its end to a clear one, and note it.

    Returns the step that it is at then, which is open still where that cannot be told, and what is
    to be said of that if anything; `reason` goes to the journal. May change the user's files.
    """
    try:
        step, words = _settled(entry, journal)
    except (OSError, Changed, Refused) as error:
        words = str(error) if isinstance(error, Refused) else in_words(error)
        return journal.step_of(entry), f"it was interrupted, and that cannot be settled: {words}"
    is_in_basket = entry.action is Action.TRASH and step is Step.DONE
    found = trash.find(entry.target) if is_in_basket else ""
    journal.note(entry, step, found=found, words="; ".join(filter(None, (reason, words))))
    tidy_up(entry, journal)
    return step, words


def _settled(entry: Entry, journal: Journal) -> tuple[Step, str]:
    step = journal.step_of(entry)
    if step is Step.PURGING:
        return _settle_purging(entry)
    settle_it = _settle_doing if step is Step.INTENDED else _settle_undoing
    with suppress(Missing), spot_of(entry.target.path) as target:
        is_its_folder = os.fstat(target.folder).st_ino == entry.folder
        names_of_it = (target, target.beside(entry.temporary))
        if is_its_folder or any(_is_target(entry, one) for one in names_of_it):
            return settle_it(entry, target)
    # Its folder was moved or removed, or its drive is not mounted; where it was put tells which.
    away = entry.place if entry.action is Action.QUARANTINE else _in_basket(entry, journal)
    if away:
        with suppress(Missing), spot_of(away) as place:
            if _is_target(entry, place):
                return Step.DONE, ""
    if entry.action is Action.QUARANTINE and _is_mounted(entry):
        return (Step.FAILED if step is Step.INTENDED else Step.UNDONE), ""
    raise Refused("its folder is not there, or another one; is its drive mounted?")


def _is_mounted(entry: Entry) -> bool:
    """Whether the drive of a quarantine is there, and not an empty mount point."""
    top = top_of(entry.place)
    return os.path.isdir(top) and bool(os.listdir(top))


def _is_target(entry: Entry, spot: Spot) -> bool:
    """Whether a name leads to what was acted on; a link to its keeper's bytes is not that."""
    status = spot.status_if_any()
    if status is None or entry.action.links:
        return is_that_file(entry.target, status)
    return has_its_bytes(entry.target, spot)


def _in_basket(entry: Entry, journal: Journal) -> str:
    return journal.found_at(entry) or trash.find(entry.target)


def tidy_up_all(journal: Journal) -> None:
    """Remove what a kill may have left standing for files that have come back, or are purged."""
    if journal.header.action.moves:
        for entry in journal.entries(Step.UNDONE, Step.PURGED):
            tidy_up(entry, journal)


def tidy_up(entry: Entry, journal: Journal) -> None:
    """Remove what only stood there for a file that is not there: folders, or a basket's note."""
    if entry.action is Action.QUARANTINE:
        file_ops.remove_empty_folders(os.path.dirname(entry.place), top_of(entry.place))
    elif (away := journal.found_at(entry)) and not os.path.lexists(away):
        with suppress(OSError, Refused), spot_of(trash.note_of(away)) as note:
            file_ops.remove_leftover(note, note.status())


def undo_name(entry: Entry) -> str:
    """The temporary name, in the target's folder, of what an undo makes."""
    return f"{entry.temporary}-undo"


def is_our_link(entry: Entry, spot: Spot, status: Status) -> bool:
    """Whether what has a name is the link that an act made."""
    if entry.action is Action.SYMLINK:
        return stat.S_ISLNK(status.st_mode) and entry.link == os.readlink(
            spot.name, dir_fd=spot.folder
        )
    return entry.action is Action.HARDLINK and status.st_ino == entry.keeper.inode


# -- interrupted while it was done -----------------------------------------------------------------


def _settle_doing(entry: Entry, target: Spot) -> tuple[Step, str]:
    if entry.action.links:
        return _settle_link(entry, target)
    if entry.action is Action.QUARANTINE:
        return _settle_move(entry, target)
    if entry.action is Action.DELETE:
        return _settle_delete(entry, target)
    return (Step.FAILED if _is_target(entry, target) else Step.DONE), ""


def _settle_link(entry: Entry, target: Spot) -> tuple[Step, str]:
    aside = target.beside(entry.temporary)
    now, left = target.status_if_any(), aside.status_if_any()
    is_untouched = is_that_file(entry.target, now)
    if left is None:
        is_made = now is not None and not is_untouched and _is_made(entry, target, now)
        return (Step.DONE if is_made else Step.FAILED), ""
    is_begun = entry.action is Action.REFLINK and left.st_size == 0
    may_be_clone = entry.action is Action.REFLINK and (is_untouched or now is None)
    is_clone = may_be_clone and not is_that_file(entry.target, left)
    if is_our_link(entry, aside, left) or is_begun or (is_clone and _is_made(entry, aside, left)):
        # What was made has not come to its place, or has lost it again.
        if not _is_last_name(entry, left):
            file_ops.remove_leftover(aside, left)
    elif now is None:
        file_ops.move_back(aside, left, target)
    elif _is_made(entry, target, now) and not _is_last_name(entry, now):
        file_ops.swap_back(aside, left, target, now)
    else:
        raise Refused(f"it was changed since; the file it was is {file_names.shown(aside.path)}")
    return Step.FAILED, ""


def _is_made(entry: Entry, spot: Spot, status: Status) -> bool:
    """Whether what has a name is what the act made, so that nothing is lost without it."""
    if entry.action is Action.REFLINK:
        return stat.S_ISREG(status.st_mode) and digest_of(spot) == entry.target.digest
    return is_our_link(entry, spot, status)


def _is_last_name(entry: Entry, status: Status) -> bool:
    """Whether a hard link is all that is left of the keeper, whose own name is gone meanwhile."""
    return entry.action is Action.HARDLINK and status.st_nlink < 2


def _settle_move(entry: Entry, target: Spot) -> tuple[Step, str]:
    try:
        with spot_of(entry.place) as place:
            return _settle_away(entry, target, place, Step.DONE)
    except Missing:  # the quarantine was not even made
        return Step.FAILED, ""


def _settle_delete(entry: Entry, target: Spot) -> tuple[Step, str]:
    aside = target.beside(entry.temporary)
    if aside.is_free():
        return (Step.DONE if target.is_free() else Step.FAILED), ""
    return _settle_away(entry, target, aside, Step.FAILED)


def _settle_away(entry: Entry, target: Spot, away: Spot, if_moved: Step) -> tuple[Step, str]:
    """Settle what was on its way to another name; it may be there, here, or for a moment both."""
    now, there = target.status_if_any(), away.status_if_any()
    if there is None:
        return Step.FAILED, ""
    if now is not None and os.path.samestat(now, there):
        file_ops.remove_leftover(away, there)
        return Step.FAILED, ""
    if if_moved is Step.DONE and _is_target(entry, away):
        return Step.DONE, ""
    if now is not None:
        raise Refused(f"another file has its name; what it was is {file_names.shown(away.path)}")
    file_ops.move_back(away, there, target)
    return Step.FAILED, ""


# -- interrupted while it was undone, or purged ----------------------------------------------------


def _settle_undoing(entry: Entry, target: Spot) -> tuple[Step, str]:
    now = target.status_if_any()
    if not entry.action.links:
        return _settle_return(entry, target, now)
    aside = target.beside(undo_name(entry))
    left = aside.status_if_any()
    is_link_still = now is not None and is_our_link(entry, target, now)
    if left is None:
        return (Step.DONE if is_link_still else Step.UNDONE), ""
    if is_link_still:  # the copy has not come to its place
        if not _is_begun_copy(entry, aside):
            raise Refused(
                f"{file_names.shown(aside.path)} is in the way, and not of dupscan; move it"
            )
        file_ops.remove_leftover(aside, left)
        return Step.DONE, ""
    if not is_our_link(entry, aside, left):
        return Step.UNDONE, f"another file came to its place meanwhile, and is now {aside.path}"
    if not _is_last_name(entry, left):
        file_ops.remove_leftover(aside, left)
    return Step.UNDONE, ""


def _is_begun_copy(entry: Entry, aside: Spot) -> bool:
    """Whether a file has the first bytes of what an undo copies, or all of them."""
    source = entry.target.path if entry.action is Action.HARDLINK else entry.keeper.path
    with opened(aside.path) as begun, opened(source) as whole:
        return begins_as(begun, whole)


def _settle_return(entry: Entry, target: Spot, now: Status | None) -> tuple[Step, str]:
    """Settle what was on its way back; for a moment it may have had both names."""
    if now is None or not _is_target(entry, target):
        return Step.DONE, ""
    away = entry.place or trash.find(entry.target)
    with suppress(Missing), spot_of(away) as place:
        there = place.status_if_any()
        if there is not None and os.path.samestat(there, now):
            file_ops.remove_leftover(place, there)
    return Step.UNDONE, ""


def _settle_purging(entry: Entry) -> tuple[Step, str]:
    """Settle what was to be deleted in quarantine; its own folder may be gone long since."""
    try:
        with spot_of(entry.place) as place:
            aside = place.beside(entry.temporary)
            there, left = place.status_if_any(), aside.status_if_any()
            if left is not None and there is None:
                file_ops.move_back(aside, left, place)
            elif left is not None and there is not None and os.path.samestat(left, there):
                file_ops.remove_leftover(aside, left)
            return (Step.PURGED if place.is_free() else Step.DONE), ""
    except Missing:
        if not _is_mounted(entry):
            raise Refused("its quarantine is not there; is its drive mounted?") from None
        return Step.PURGED, ""
