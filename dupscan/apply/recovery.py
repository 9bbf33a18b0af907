"""What a kill left half done → as before, or fully done.

The journal says what was about to be done; how far it came, only the files tell. Whatever can be
rolled back is: then it is checked anew before it is done again. What cannot be told for sure is
left as it is, and every byte with it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from dupscan import knife
from dupscan.apply import basket
from dupscan.apply.checks import Refused, digest_of, in_words, spot_of
from dupscan.journal import Entry, Journal, Step
from dupscan.knife import Changed
from dupscan.planned import Action, Outcome, State
from dupscan.spot import Spot

Status = os.stat_result


def settle(journal: Journal) -> Iterator[Outcome]:
    """Bring each act that was interrupted to a clear end, and note it. May change the user's files.

    Yields those that could not be brought to one: they are left as they are, and tried again by the
    next pass, for their drive may come back.
    """
    for entry in journal.entries(*(step for step in Step if step.is_open)):
        step = journal.step_of(entry)
        try:
            with spot_of(entry.target.path) as target:
                step, words = _SETTLE[step](entry, target)
        except (OSError, Changed, Refused) as error:
            words = str(error) if isinstance(error, Refused) else in_words(error)
            words = f"it was interrupted, and that cannot be settled: {words}"
        else:
            is_in_basket = entry.action is Action.TRASH and step is Step.DONE
            found = basket.find(entry.target) if is_in_basket else ""
            journal.note(entry, step, found=found, words=words)
        if words:
            yield Outcome(entry.row, entry.target.path, State.REFUSED, words)


def undo_name(entry: Entry) -> str:
    """The temporary name, in the target's folder, of what an undo makes."""
    return f"{entry.temporary}-undo"


def is_our_link(entry: Entry, spot: Spot, status: Status) -> bool:
    """Whether what has a name is the link that an act made."""
    if entry.action is Action.SYMLINK:
        return stat.S_ISLNK(status.st_mode) and entry.link == os.readlink(
            spot.name, dir_fd=spot.folder
        )
    is_keeper = (status.st_dev, status.st_ino) == (entry.keeper.device, entry.keeper.inode)
    return entry.action is Action.HARDLINK and is_keeper


# -- interrupted while it was done -----------------------------------------------------------------


def _settle_doing(entry: Entry, target: Spot) -> tuple[Step, str]:
    if entry.action.links:
        return _settle_link(entry, target)
    if entry.action is Action.QUARANTINE:
        return _settle_move(entry, target)
    if entry.action is Action.DELETE:
        return _settle_delete(entry, target)
    return (Step.FAILED, "") if _is_target(entry, target.status_if_any()) else (Step.DONE, "")


def _settle_link(entry: Entry, target: Spot) -> tuple[Step, str]:
    aside = target.beside(entry.temporary)
    now, left = target.status_if_any(), aside.status_if_any()
    if left is None:
        is_made = now is not None and not _is_target(entry, now) and _is_made(entry, target, now)
        return (Step.DONE if is_made else Step.FAILED), ""
    if _is_target(entry, now) or is_our_link(entry, aside, left):  # what was made is not in place
        if not _is_last_name(entry, left):
            knife.remove_leftover(aside, left)
    elif now is None:
        knife.move(aside, left, target)
    elif _is_made(entry, target, now) and not _is_last_name(entry, now):
        knife.swap_back(aside, left, target, now)
    else:
        return Step.FAILED, f"it was interrupted and changed since; the file it was is {aside.path}"
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
    except Refused:  # the quarantine was not even made
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
        knife.remove_leftover(away, there)
        return Step.FAILED, ""
    if if_moved is Step.DONE and _is_target(entry, there):
        return Step.DONE, ""
    if now is not None:
        return Step.FAILED, f"another file has its name; what it was is {away.path}"
    knife.move(away, there, target)
    return Step.FAILED, ""


# -- interrupted while it was undone, or purged ----------------------------------------------------


def _settle_undoing(entry: Entry, target: Spot) -> tuple[Step, str]:
    now = target.status_if_any()
    if not entry.action.links:
        return (Step.UNDONE if _is_target(entry, now) else Step.DONE), ""
    aside = target.beside(undo_name(entry))
    left = aside.status_if_any()
    if left is not None:
        was_put_in_place = is_our_link(entry, aside, left)
        if not _is_last_name(entry, left) or not was_put_in_place:
            knife.remove_leftover(aside, left)
        return (Step.UNDONE if was_put_in_place else Step.DONE), ""
    if now is not None and is_our_link(entry, target, now):
        return Step.DONE, ""
    return Step.UNDONE, ""


def _settle_purging(entry: Entry, target: Spot) -> tuple[Step, str]:
    try:
        with spot_of(entry.place) as place:
            aside = place.beside(entry.temporary)
            left = aside.status_if_any()
            if left is not None and _is_target(entry, left) and place.is_free():
                knife.move(aside, left, place)
            return (Step.PURGED if place.is_free() else Step.DONE), ""
    except Refused:
        return Step.PURGED, ""


def _is_target(entry: Entry, status: Status | None) -> bool:
    """Whether a status is of the very file that was acted on."""
    return status is not None and (status.st_dev, status.st_ino) == (
        entry.target.device,
        entry.target.inode,
    )


_SETTLE = {
    Step.INTENDED: _settle_doing,
    Step.UNDOING: _settle_undoing,
    Step.PURGING: _settle_purging,
}
