"""Files and folders that operations of dupscan leave: recognised here, and removed.

Kept apart from the recovery because an undo and a purge tidy up after themselves, too.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import trash
from dupscan.dedupe.apply.preconditions import Refused, open_directory_entry
from dupscan.dedupe.file_ops.directory_entry import SeenFile
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.plan import Action


def tidy_up_all(journal: Journal) -> None:
    """Tidy up for all files that are back or purged, since a kill may have prevented it."""
    if journal.header.action.moves:
        for entry in journal.entries(Step.UNDONE, Step.PURGED):
            tidy_up(entry, journal)
    tidy_quarantines(journal)


def tidy_quarantines(journal: Journal) -> None:
    """Remove the journal's copies, and the quarantines, that hold no file of the pass any more."""
    for quarantine in journal.remove_copies():
        file_ops.remove_empty_folders(path=quarantine, up_to=os.path.dirname(quarantine))


def tidy_up(entry: Entry, journal: Journal) -> None:
    """Remove empty folders of the quarantine, or the ``.trashinfo`` of a file that is gone.

    Raises nothing.
    """
    if entry.action is Action.QUARANTINE:
        folder, top = os.path.dirname(entry.place), os.path.dirname(entry.quarantine)
        file_ops.remove_empty_folders(path=folder, up_to=top)
    elif entry.action is Action.TRASH and (away := journal.trash_path_of(entry)):
        if os.path.lexists(away) or not trash.is_in_trash(entry.target.path, away):
            return
        with suppress(OSError, Refused), open_directory_entry(trash.info_path(away)) as info:
            file_ops.remove_leftover(file=info.look())


def undo_temporary(entry: Entry) -> str:
    """Return the temporary name, in the target's folder, of the copy that an undo makes."""
    return f"{entry.temporary}-undo"


def is_our_link(entry: Entry, file: SeenFile) -> bool:
    """True if a file is the link that carrying out the entry made. Raises OSError."""
    if entry.action is Action.SYMLINK:
        return stat.S_ISLNK(file.status.st_mode) and entry.link == os.readlink(
            file.name, dir_fd=file.folder
        )
    return entry.action is Action.HARDLINK and file.status.st_ino == entry.keeper.inode
