"""One act: from an entry of the journal to the call that changes a file, and what is known after.

Everything here is done between two lines of the journal. Nothing is checked that is not checked in
the very moment; that was done before, and the files are held.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import trash
from dupscan.dedupe.apply.preconditions import Held, Refused, seen_of, spot_of
from dupscan.dedupe.apply.quarantine import top_of
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import is_there, is_untouched
from dupscan.dedupe.journal import Entry
from dupscan.model.plan import Action
from dupscan.text import file_names
from dupscan.text.file_names import QUARANTINE

Act = Callable[[Entry, Held, Held | None], str]
"""Does what an entry says with its target and its keeper, and returns where the basket has it."""


def carry_out(entry: Entry, target: Held, keeper: Held | None) -> str:
    """Do what an entry says. Changes the target's name; the keeper is only read or linked to.

    Returns where the waste basket has the target, empty for all that goes elsewhere. Raises
    Refused, Changed or OSError with everything as it was before.
    """
    return _ACTS[entry.action](entry, target, keeper)


def link_text(target: str, keeper: str) -> str:
    """What a symbolic link in the target's place says: the way to the keeper from there.

    Relative, so that it still leads there when the drive is mounted elsewhere. Both are real paths.

    >>> link_text("/photos/2020/copy.jpg", "/photos/2019/one.jpg")
    '../2019/one.jpg'
    """
    return os.path.relpath(keeper, os.path.dirname(target))


def _hard_link(entry: Entry, target: Held, keeper: Held | None) -> str:
    assert keeper is not None  # noqa: S101 (for the types)
    file_ops.hard_link(keeper.spot, keeper.status, target.spot, target.status, entry.temporary)
    return ""


def _clone(entry: Entry, target: Held, keeper: Held | None) -> str:
    assert keeper is not None  # noqa: S101
    seen = (keeper.spot, keeper.status)
    held = (target.spot, target.status, entry.temporary)
    file_ops.clone(keeper.descriptor, seen, entry.marks, *held)
    return ""


def _symbolic_link(entry: Entry, target: Held, keeper: Held | None) -> str:
    assert keeper is not None  # noqa: S101
    seen = (keeper.spot, keeper.status)
    file_ops.symbolic_link(entry.link, seen, target.spot, target.status, entry.temporary)
    return ""


def _quarantine(entry: Entry, target: Held, keeper: Held | None) -> str:
    top = top_of(entry.place)
    try:
        file_ops.make_private_folders(top, os.path.dirname(entry.place))
    except OSError as error:
        where = file_names.shown(os.path.join(top, QUARANTINE))
        raise Refused(f"the quarantine {where} cannot be made: {error.strerror}") from error
    with spot_of(entry.place) as place:
        file_ops.move_away(target.spot, target.status, place, seen_of(keeper))
        with suppress(OSError):
            file_ops.bring_to_disk(place.folder)  # before its old place, which is without it now
    return ""


def _delete(entry: Entry, target: Held, keeper: Held | None) -> str:
    file_ops.delete(target.spot, target.status, entry.temporary, seen_of(keeper))
    return ""


def _trash(entry: Entry, target: Held, keeper: Held | None) -> str:
    if not is_untouched(target.spot.status(), target.status):
        raise Changed("another file took its place at the last moment")
    file_ops.trash(entry.target.path)
    if not target.spot.is_free():
        raise Changed("another folder took the place of its own; look into the waste basket")
    found = trash.find(entry.target)
    if not is_there(seen_of(keeper)):
        if not found:
            raise Changed("its keeper was the same file, or went; it is in the waste basket")
        with spot_of(found) as away, spot_of(trash.note_of(found)) as note:
            file_ops.move_back(away, away.status(), target.spot)
            file_ops.remove_leftover(note, note.status())
        raise Changed("its keeper was the same file, or went; it was put back")
    return found


_ACTS: dict[Action, Act] = {
    Action.HARDLINK: _hard_link,
    Action.REFLINK: _clone,
    Action.SYMLINK: _symbolic_link,
    Action.QUARANTINE: _quarantine,
    Action.DELETE: _delete,
    Action.TRASH: _trash,
}
