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
from dupscan.dedupe.apply.preconditions import Refused, open_directory_entry
from dupscan.dedupe.apply.quarantine import quarantine_parent
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import OpenFile, is_there, is_untouched
from dupscan.dedupe.journal import Entry
from dupscan.model.plan import Action
from dupscan.text import file_names
from dupscan.text.file_names import QUARANTINE

Operation = Callable[[Entry, OpenFile, OpenFile | None], str]
"""Does what an entry says with its target and its keeper, and returns where the basket has it."""


def carry_out(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    """Do what an entry says. Changes the target's name; the keeper is only read or linked to.

    Returns where the waste basket has the target, empty for all that goes elsewhere. Raises
    Refused, Changed or OSError with everything as it was before.
    """
    return _OPERATIONS[entry.action](entry, target, keeper)


def link_text(target: str, keeper: str) -> str:
    """What a symbolic link in the target's place says: the way to the keeper from there.

    Relative, so that it still leads there when the drive is mounted elsewhere. Both are real paths.

    >>> link_text("/photos/2020/copy.jpg", "/photos/2019/one.jpg")
    '../2019/one.jpg'
    """
    return os.path.relpath(keeper, os.path.dirname(target))


def _hard_link(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    assert keeper is not None  # noqa: S101 (for the types)
    file_ops.hard_link(keeper=keeper, target=target, temporary=entry.temporary)
    return ""


def _clone(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    assert keeper is not None  # noqa: S101
    file_ops.clone(
        keeper=keeper,
        attributes=entry.marks,
        target=target,
        temporary=entry.temporary,
    )
    return ""


def _symbolic_link(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    assert keeper is not None  # noqa: S101
    file_ops.symbolic_link(text=entry.link, keeper=keeper, target=target, temporary=entry.temporary)
    return ""


def _quarantine(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    top = quarantine_parent(entry.place)
    try:
        file_ops.make_private_folders(top=top, path=os.path.dirname(entry.place))
    except OSError as error:
        where = file_names.shown(os.path.join(top, QUARANTINE))
        raise Refused(f"the quarantine {where} cannot be made: {error.strerror}") from error
    with open_directory_entry(entry.place) as place:
        file_ops.move_away(source=target, destination=place, keeper=keeper)
        with suppress(OSError):
            # Before the folder that the file came from, which says that it is gone.
            file_ops.bring_to_disk(folder=place.folder)
    return ""


def _delete(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    file_ops.delete(target=target, temporary=entry.temporary, keeper=keeper)
    return ""


def _trash(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    if not is_untouched(target.stat(), target.status):
        raise Changed("another file took its place at the last moment")
    file_ops.trash(path=entry.target.path)
    if not target.is_free():
        raise Changed("another folder took the place of its own; look into the waste basket")
    found = trash.find(entry.target)
    if not is_there(keeper):
        if not found:
            raise Changed("its keeper was the same file, or went; it is in the waste basket")
        with (
            open_directory_entry(found) as away,
            open_directory_entry(trash.info_path(found)) as note,
        ):
            file_ops.move_back(source=away.look(), destination=target)
            file_ops.remove_leftover(file=note.look())
        raise Changed("its keeper was the same file, or went; it was put back")
    return found


_OPERATIONS: dict[Action, Operation] = {
    Action.HARDLINK: _hard_link,
    Action.REFLINK: _clone,
    Action.SYMLINK: _symbolic_link,
    Action.QUARANTINE: _quarantine,
    Action.DELETE: _delete,
    Action.TRASH: _trash,
}
