"""One operation of :mod:`dupscan.dedupe.file_ops` for each action of a plan.

Called between two lines of the journal: the first says what is about to be done, the second what
was done. The files are verified and open by then; only the last moment is checked here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import trash
from dupscan.dedupe.apply.preconditions import Refused, open_directory_entry
from dupscan.dedupe.file_ops import Changed
from dupscan.dedupe.file_ops.directory_entry import OpenFile, is_there, is_untouched
from dupscan.dedupe.journal import Entry
from dupscan.model.plan import Action
from dupscan.text import file_names

Operation = Callable[[Entry, OpenFile, OpenFile | None], str]
"""Carries out an entry on its target and keeper; returns the target's path in the trash."""


def carry_out(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    """Carry out an entry. Changes the target's name; the keeper is only read or linked to.

    Returns the path of the target in the trash, ``""`` for the other actions or when the
    path is not known. Raises Refused, Changed or OSError, with everything as it was before unless
    the text says otherwise.
    """
    return _OPERATIONS[entry.action](entry, target, keeper)


def make_quarantine(entry: Entry, folder: str) -> None:
    """Make the quarantine of an entry, or a folder in it. Raises Refused."""
    try:
        file_ops.make_private_folders(top=os.path.dirname(entry.quarantine), path=folder)
    except OSError as error:
        where = file_names.shown(entry.quarantine)
        raise Refused(f"the quarantine {where} cannot be made: {error.strerror}") from error


def link_text(target: str, keeper: str) -> str:
    """Return the text of a symbolic link in the target's place: the relative path to the keeper.

    A relative link still leads to the keeper when the drive is mounted elsewhere. Both arguments
    are real paths.

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
    make_quarantine(entry, os.path.dirname(entry.place))
    with open_directory_entry(entry.place) as place:
        file_ops.move_away(source=target, destination=place, keeper=keeper)
        with suppress(OSError):
            # On disk before the folder that the file came from: a power cut in between may leave
            # the file under both names, but never under none.
            file_ops.bring_to_disk(folder=place.folder)
    return ""


def _delete(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    file_ops.delete(target=target, temporary=entry.temporary, keeper=keeper)
    return ""


def _trash(entry: Entry, target: OpenFile, keeper: OpenFile | None) -> str:
    if not is_untouched(target.stat(), target.status):
        raise Changed("another program replaced the file at the last moment")
    if reason := trash.obstacle(entry.target.path):
        raise Refused(reason)
    try:
        file_ops.trash(path=entry.target.path)
    except OSError as error:  # about the trash: the file itself was looked at just now
        raise Changed(f"the trash does not take it: {error.strerror or error}") from error
    if not target.is_free():
        raise Changed("another program replaced its folder at the last moment; look into the trash")
    found = trash.find(entry.target)
    if not is_there(keeper):
        if not found:
            raise Changed("its keeper was the same file, or vanished; the file is in the trash")
        with (
            open_directory_entry(found) as away,
            open_directory_entry(trash.info_path(found)) as info,
        ):
            file_ops.move_back(source=away.look(), destination=target)
            file_ops.remove_leftover(file=info.look())
        raise Changed("its keeper was the same file, or vanished; the file was put back")
    return found


_OPERATIONS: dict[Action, Operation] = {
    Action.HARDLINK: _hard_link,
    Action.REFLINK: _clone,
    Action.SYMLINK: _symbolic_link,
    Action.QUARANTINE: _quarantine,
    Action.DELETE: _delete,
    Action.TRASH: _trash,
}
