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

    @property
    def device_and_inode(self) -> tuple[int, int]:
        """Numbers that all names of one file share; the inode is 0 if the system gives none."""
        return self.device, self.inode


class Reason(Enum):
    """Reasons to keep a duplicate that could have been a target, as words for programs."""

    GPS = "gps"
    CAPTURED = "captured"
    RATING = "rating"
    NOTES = "notes"
    COLOUR_PROFILE = "colour-profile"
    COLOUR = "colour"
    ALPHA = "alpha"
    BIT_DEPTH = "bit-depth"
    FRAMES = "frames"
    PIXELS = "pixels"
    QUALITY = "quality"
    RAW_PAIR = "raw-pair"
    LIVE_PHOTO = "live-photo"
    SIDECAR = "sidecar"
    BURST = "burst"

    REFERENCE_FOLDER = "reference-folder"
    PROTECTED = "protected"
    """In a folder of ``--protect``."""
    SYMBOLIC_LINK = "symbolic-link"
    WASTE_BASKET = "waste-basket"
    SAME_FILE = "same-file"
    """The keeper's own file by another name: nothing would be freed."""
    NOT_STRONG_ENOUGH = "not-strong-enough"
    """The match is weaker than ``--verdict`` asks for."""
    CONTRADICTION = "contradiction"
    """The report says two things of the target that cannot both be true."""
    OTHER_FILE_SYSTEM = "other-file-system"
    """The action makes a link, and a link must not lead to another file system."""
    WOULD_LOSE_COMPANION = "would-lose-companion"
    """The action deletes, and a file beside the picture has no use without the picture."""
    NO_MATCH = "no-match"
    """No picture that is kept matches it directly."""

    @property
    def can_be_allowed(self) -> bool:
        """True if ``--allow`` with this word lets the target go all the same."""
        return self in ALLOWABLE


ALLOWABLE = (
    *(Reason.GPS, Reason.CAPTURED, Reason.RATING, Reason.NOTES, Reason.COLOUR_PROFILE),
    *(Reason.COLOUR, Reason.ALPHA, Reason.BIT_DEPTH, Reason.FRAMES, Reason.PIXELS),
    *(Reason.QUALITY, Reason.RAW_PAIR, Reason.LIVE_PHOTO, Reason.SIDECAR, Reason.BURST),
)
"""The words of ``--allow``, in the order in which ``--help`` lists them."""


@dataclass(frozen=True, slots=True)
class Declined:
    """One reason for which a duplicate is not a target."""

    word: Reason
    text: str
    """The reason in words for a person, such as ``has GPS, the keeper has not``."""

    def __str__(self) -> str:
        """Return the text, followed by the option that lets the target go, if there is one."""
        return f"{self.text} (--allow {self.word.value})" if self.word.can_be_allowed else self.text


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
    declined: tuple[Declined, ...] = ()
    """Reasons for which the target is not proposed; empty for a proposed row."""
    beside: tuple[str, ...] = ()
    """Paths of the files that lay beside it and belong to it when it was scanned."""

    @property
    def why_declined(self) -> str:
        """All reasons of :attr:`declined` in one line for a person; empty for a proposed row."""
        return "; ".join(map(str, self.declined))


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
PAIRS_PER_CHECK = 64
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
