"""The passes of this user, each with what became of its files. Read-only.

Passes are found by the list in the state folder, beside plans, and by the copies in quarantines.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dupscan.dedupe.journal import Journal, Step, registry
from dupscan.dedupe.journal.copies import SUFFIX, copies_below, copy_path
from dupscan.dedupe.journal.entry import PassHeader
from dupscan.errors import DupscanError, RootError
from dupscan.model.plan import Action
from dupscan.text import file_names
from dupscan.text.file_names import QUARANTINE


@dataclass(frozen=True, slots=True)
class PassRecord:
    """A pass, by its journal."""

    plan_id: str
    action: Action
    journal: Path
    """The journal, or the copy of a lost one in a quarantine."""
    is_there: bool = True
    """False if the journal is gone, or is on a drive that is not mounted; the counts are 0 then."""
    is_copy: bool = False
    """True if the journal is a copy in a quarantine."""
    begun: str = ""
    """Time of the first act, or else of the last one, ISO 8601, UTC; empty if it is not known."""
    done: int = 0
    """Files that are as the pass left them: in quarantine, in the trash, linked or deleted."""
    undone: int = 0
    purged: int = 0
    unfinished: int = 0
    """Files whose act was interrupted; the same pass, or an undo, brings it to an end."""
    quarantined_bytes: int = 0
    """Size of the files in quarantine."""
    freed_bytes: int = 0
    """Size of the files that were linked, deleted or purged."""

    @property
    def undoable(self) -> int:
        """Number of files that an undo can put back, unless they were changed since."""
        return 0 if self.action is Action.DELETE else self.done + self.unfinished

    @property
    def acted(self) -> bool:
        """True if the pass changed any file."""
        return bool(self.done or self.undone or self.purged or self.unfinished)


def list_passes(folders: Sequence[str | os.PathLike[str]] = ()) -> list[PassRecord]:
    """Return the passes of this user, and those whose journals lie in some folders, latest last.

    A folder is searched for journals, and for a quarantine with copies of journals; not the folders
    in it. Raises RootError for a folder that is not there.
    """
    found: dict[str, PassRecord] = {}
    for path in _in_folders(folders):
        with suppress(DupscanError, OSError):
            record = record_of(path)
            known = found.get(record.plan_id)
            if known is None or (known.is_copy and not record.is_copy):
                found[record.plan_id] = record
    for header in registry.registered():
        known = found.get(header.plan_id)
        if known is None or known.is_copy:
            found[header.plan_id] = _registered(header, known)
    return sorted(found.values(), key=lambda one: (one.begun, one.plan_id))


def original_of(path: Path) -> Path:
    """Return the journal that `path` is a copy of, if it is where it was begun, else `path`."""
    with suppress(DupscanError, OSError), Journal(path, read_only=True) as copy:
        home = Path(copy.header.home)
        if copy.header.home and home != path:
            with Journal(home, read_only=True) as original:
                if original.header.plan_id == copy.header.plan_id:
                    return home
    return path


def _in_folders(folders: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    for typed in folders:
        folder = os.path.abspath(typed)
        if not os.path.isdir(folder):
            raise RootError(f"{file_names.shown(folder)}: there is no such folder")
        with suppress(OSError):
            yield from sorted(Path(folder).glob(f"*{SUFFIX}"))
        yield from copies_below(folder)


def _registered(header: PassHeader, known: PassRecord | None) -> PassRecord:
    """Return the pass of a header in the list: by its journal, or else by a copy."""
    home = Path(header.home)
    copies = (copy_path(os.path.join(root, QUARANTINE), header.plan_id) for root in header.roots)
    for path in (home, *copies):
        with suppress(DupscanError, OSError):
            record = record_of(path)
            if record.plan_id == header.plan_id:
                return record
    return known or PassRecord(
        header.plan_id, header.action, home, is_there=False, begun=header.begun
    )


def record_of(path: Path) -> PassRecord:
    """Return the pass of a journal. Raises PlanError for a file that is none, or OSError."""
    with Journal(path, read_only=True) as journal:
        header, steps = journal.header, Counter[Step]()
        quarantined = freed = 0
        rows: set[int] = set()
        for entry in journal.entries(*Step):  # a row may have been undone, and done again
            if entry.row in rows:
                continue
            rows.add(entry.row)
            step = journal.step_of(entry)
            steps[step] += 1
            if step is Step.DONE and entry.action is Action.QUARANTINE:
                quarantined += entry.target.size
            elif step is Step.PURGED or (step is Step.DONE and not entry.action.moves):
                freed += entry.target.size
    changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    return PassRecord(
        plan_id=header.plan_id,
        action=header.action,
        journal=path,
        is_copy=path.parent.name == QUARANTINE,
        begun=header.begun or changed.isoformat(timespec="seconds"),
        done=steps[Step.DONE],
        undone=steps[Step.UNDONE],
        purged=steps[Step.PURGED],
        unfinished=sum(number for step, number in steps.items() if step.is_open),
        quarantined_bytes=quarantined,
        freed_bytes=freed,
    )
