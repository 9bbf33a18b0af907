"""Plans and outcomes: the frozen values that travel from plan to apply and undo.

Every value here is about files that somebody means to change, and holds enough of each file to
recognise it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from dupscan.model.files import FileIdentity
from dupscan.model.matches import Verdict
from dupscan.settings import FingerprintSettings, MatchSettings


class Action(Enum):
    """What is done with a target."""

    HARDLINK = "hardlink"
    """Its name becomes another name of the keeper."""
    REFLINK = "reflink"
    """It stays a file of its own and shares the keeper's blocks until one of them is changed."""
    SYMLINK = "symlink"
    """Its name becomes a symbolic link to the keeper."""
    TRASH = "trash"
    """It goes to the desktop's waste basket."""
    QUARANTINE = "quarantine"
    """It goes to a folder on the same file system that scans leave out."""
    DELETE = "delete"
    """It is gone."""

    @property
    def links(self) -> bool:
        """Whether the target's name stays, and leads to the keeper's bytes."""
        return self in (Action.HARDLINK, Action.REFLINK, Action.SYMLINK)

    @property
    def moves(self) -> bool:
        """Whether the file is still there afterwards, in another place."""
        return self in (Action.TRASH, Action.QUARANTINE)


@dataclass(frozen=True, slots=True)
class HashedFile(FileIdentity):
    """A file of a plan: it is recognised by all these before anything is done with it."""

    digest: bytes
    """SHA-256 of its bytes; empty for a companion, which the scan did not read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One name of one target, with what was decided about it."""

    number: int
    """Counts from 1; by it the table for people and the file with the identities agree."""
    group: int
    """Number of its group in the report, from 1."""
    verdict: Verdict
    """What kind of duplicate of the keeper it is."""
    target: HashedFile
    keeper: HashedFile
    kept: str
    """Which rule decided for the keeper, such as ``4032 × 3024 over 1600 × 1200``."""
    explanation: str
    """What the target is to the keeper, in words."""
    freed: int
    """Bytes free once all the names of the target are gone."""
    goes_with: int | None = None
    """Number of the picture's row where the target is a companion that goes with it."""
    declined: str = ""
    """Why it was not proposed; empty where it was."""
    beside: tuple[str, ...] = ()
    """Paths of the files that lay beside it and belong to it when it was scanned."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be done, or is not and why."""

    plan_id: str
    scan_id: str
    made: str
    """ISO 8601, UTC."""
    version: str
    """Of dupscan."""
    action: Action
    roots: tuple[str, ...]
    """What was scanned, reference folders included; no target lies outside of it."""
    fingerprint: FingerprintSettings
    match: MatchSettings
    """With which the verdicts are found again before anything weaker than ``file`` is acted on."""
    rows: tuple[Row, ...]
    """In the order of their numbers; the row of a companion stands behind that of its picture."""
    protected: tuple[str, ...] = ()
    """Reference folders and those of ``--protect``; no target lies in them, whatever has moved."""


VerdictChecker = Callable[[Sequence[tuple[HashedFile, HashedFile, Verdict]]], list[str]]
"""Re-checks pairs before they are acted on: (target, keeper, verdict) → one string for each pair,
the reason to refuse, or ``""``. Called for every verdict weaker than ``file``; for ``file`` the
bytes themselves are compared."""
AT_ONCE = 64
"""Rows in one call of a :data:`VerdictChecker`, so that worker processes are started once."""


class State(Enum):
    """What became of one row."""

    DONE = "done"
    WOULD = "would be done"
    """In a dry run."""
    DONE_BEFORE = "done before"
    """By an earlier run; nothing was left to do."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one row, or would come of it in a dry run."""

    row: int
    path: str
    """Of the target."""
    state: State
    words: str
    """What was done, or why not; one line for a person."""
    freed: int = 0
    """Bytes that are free now, or will be once the quarantine or waste basket is emptied."""
