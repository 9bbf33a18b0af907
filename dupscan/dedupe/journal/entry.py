"""Entries of a journal: one act each, with all that it takes to finish it or to undo it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum

from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.text.file_names import QUARANTINE


class Step(Enum):
    """The step that an act has reached."""

    INTENDED = "intended"
    """About to be done; the file system shows if it was done."""
    DONE = "done"
    FAILED = "failed"
    """Everything is as it was before."""
    UNDOING = "undoing"
    """About to be undone."""
    UNDONE = "undone"
    PURGING = "purging"
    """About to be deleted from the quarantine."""
    PURGED = "purged"

    @property
    def is_open(self) -> bool:
        """True if a kill may have left this act half done."""
        return self in (Step.INTENDED, Step.UNDOING, Step.PURGING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, with all that it takes to finish or undo it."""

    number: int
    """Counts from 1 in its journal."""
    row: int
    """Number of the plan's row."""
    action: Action
    verdict: Verdict
    target: HashedFile
    keeper: HashedFile
    marks: FileAttributes
    """Attributes of the target before it was changed."""
    folder: int
    """Inode of the target's folder; with another inode there, a drive is not mounted."""
    temporary: str
    """A name in the target's folder, in use only while something is being done."""
    goes_with: int | None = None
    """Number of the picture's row where the target is a companion."""
    place: str = ""
    """Path in the quarantine to which the target goes; empty for other actions."""
    link: str = ""
    """Path that the symbolic link holds; empty for other actions."""

    @property
    def quarantine(self) -> str:
        """The quarantine's folder; empty for other actions."""
        top, found, _ = self.place.rpartition(f"{os.sep}{QUARANTINE}{os.sep}")
        return os.path.join(top or os.sep, QUARANTINE) if found else ""


@dataclass(frozen=True, slots=True)
class PassHeader:
    """The pass as a whole, by the first line of its journal."""

    plan_id: str
    action: Action
    roots: tuple[str, ...]
    fingerprint: FingerprintSettings
    match: MatchSettings
    begun: str = ""
    """Time of the first act, ISO 8601, UTC; empty in journals of old."""
    home: str = ""
    """Absolute path at which the journal was begun; empty in journals of old."""
