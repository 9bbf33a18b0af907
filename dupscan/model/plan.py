"""Plans and outcomes: the frozen values that planning hands to apply and undo.

Each value is about files that a user wants to change, and holds enough about each file to recognise
the file again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from dupscan.model.files import FileIdentity
from dupscan.model.matches import Verdict
from dupscan.model.report import FolderQuestion
from dupscan.settings import FingerprintSettings, MatchSettings


class Action(Enum):
    """Ways to deal with a target, the duplicate of a keeper."""

    HARDLINK = "hardlink"
    """The target's name becomes another name of the keeper's file."""
    REFLINK = "reflink"
    """The target stays a file of its own and shares the keeper's blocks on disk until either of
    the two is changed."""
    SYMLINK = "symlink"
    """The target's name becomes a symbolic link to the keeper."""
    TRASH = "trash"
    """The target is moved to the desktop's trash."""
    QUARANTINE = "quarantine"
    """The target is moved to a folder on the same file system that scans leave out."""
    DELETE = "delete"
    """The target is deleted for good."""

    @property
    def links(self) -> bool:
        """True if the target's name stays and leads to the keeper's bytes."""
        return self in (Action.HARDLINK, Action.REFLINK, Action.SYMLINK)

    @property
    def moves(self) -> bool:
        """True if the target still exists afterwards, in another folder."""
        return self in (Action.TRASH, Action.QUARANTINE)


@dataclass(frozen=True, slots=True)
class HashedFile(FileIdentity):
    """A file of a plan; every field is compared with the disk before the file is changed."""

    digest: bytes
    """SHA-256 of its bytes; empty for a companion, unless the keeper has a companion with the same
    bytes."""

    @property
    def device_and_inode(self) -> tuple[int, int]:
        """Numbers that all names of one file share; the inode is 0 if the system gives none."""
        return self.device, self.inode


class Reason(Enum):
    """Reasons to keep a duplicate that could have been a target, as words for programs.

    The first twenty-six are words of ``--allow``: the target has more of something than its keeper,
    or belongs to another file. Nothing allows the others.
    """

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
    SMALL_LETTERS = "small-letters"
    RAW_PAIR = "raw-pair"
    LIVE_PHOTO = "live-photo"
    SIDECAR = "sidecar"
    BURST = "burst"
    GAIN_MAP = "gain-map"
    DEPTH_MAP = "depth-map"
    STEREO = "stereo"
    LAYERS = "layers"
    FURTHER_PICTURE = "further-picture"
    FILM = "film"
    SOUND = "sound"
    PANORAMA = "panorama"
    MODEL_3D = "3d"
    APPENDED = "appended"
    METADATA = "metadata"

    REFERENCE_FOLDER = "reference-folder"
    PROTECTED = "protected"
    """In a folder of ``--protect``."""
    OUTSIDE = "outside"
    """Outside of the folders of ``--only``."""
    CHOSEN = "chosen"
    """A person chose it in an earlier plan, in place of the file that was to be kept."""
    SYMBOLIC_LINK = "symbolic-link"
    IN_TRASH = "in-trash"
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
    *(Reason.QUALITY, Reason.SMALL_LETTERS, Reason.RAW_PAIR, Reason.LIVE_PHOTO),
    *(Reason.SIDECAR, Reason.BURST),
    *(Reason.GAIN_MAP, Reason.DEPTH_MAP, Reason.STEREO, Reason.LAYERS, Reason.FURTHER_PICTURE),
    *(Reason.FILM, Reason.SOUND, Reason.PANORAMA, Reason.MODEL_3D, Reason.APPENDED),
    Reason.METADATA,
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
    """The decision about one name of one target."""

    number: int
    """Row number from 1, the same in ``plan.csv`` and in ``plan.json``."""
    group: int
    """Number of the target's group in the report, from 1."""
    verdict: Verdict
    """Kind of duplicate that the target is of the keeper."""
    target: HashedFile
    keeper: HashedFile
    kept: str
    """Rule that decided for the keeper, in words, such as ``4032 × 3024 over 1600 × 1200``."""
    explanation: str
    """Differences of the target from the keeper, in words."""
    freed: int
    """Bytes that are free once all names of the target are gone."""
    goes_with: int | None = None
    """Number of the picture's row if the target is a companion of that picture, else None."""
    declined: tuple[Declined, ...] = ()
    """Reasons for which the target is not proposed; empty for a proposed row."""
    beside: tuple[str, ...] = ()
    """Paths of the companions that lay beside the target when it was scanned."""

    @property
    def why_declined(self) -> str:
        """All reasons of :attr:`declined` in one line for a person; empty for a proposed row."""
        return "; ".join(map(str, self.declined))


@dataclass(frozen=True, slots=True)
class Edits:
    """Decisions that a person made in the table of a plan; they outlive the plan."""

    kept: frozenset[str] = frozenset()
    """Paths of the targets that stay too."""
    chosen: frozenset[str] = frozenset()
    """Paths of the targets that are kept in place of their keepers."""

    def __len__(self) -> int:
        return len(self.kept) + len(self.chosen)


NO_EDITS = Edits()


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of a plan, with everything that apply needs to check them again."""

    plan_id: str
    scan_id: str
    made: str
    """Time when the plan was made, ISO 8601, UTC."""
    version: str
    """Version of dupscan that made the plan."""
    action: Action
    roots: tuple[str, ...]
    """Absolute paths that were scanned, reference folders included; no target lies outside them."""
    fingerprint: FingerprintSettings
    match: MatchSettings
    """Settings of the scan, used to find a verdict weaker than ``file`` again before acting."""
    rows: tuple[Row, ...]
    """Rows by ascending number; the row of a companion comes after the row of its picture."""
    protected: tuple[str, ...] = ()
    """Absolute paths of reference folders and ``--protect`` folders. A target that was moved into
    one of these folders since the scan is refused."""
    complete: bool = True
    """False if the scan of the report was interrupted."""
    edits: Edits = NO_EDITS
    """Decisions of an earlier plan that this one takes over."""
    questions: tuple[FolderQuestion, ...] = ()
    """Pairs of folders of which nothing tells which to keep; not written to the plan's files."""


VerdictChecker = Callable[[Sequence[tuple[HashedFile, HashedFile, Verdict]]], list[str]]
"""Function that re-checks pairs before they are acted on. Takes (target, keeper, verdict) for each
pair, returns one string for each pair: the reason to refuse it, or ``""``. It is called for every
verdict weaker than ``file``; for ``file`` the bytes are compared instead."""
PAIRS_PER_CHECK = 64
"""Pairs in one call of a :data:`VerdictChecker`, so that one start of worker processes serves many
pairs."""


class State(Enum):
    """Result of one row of a plan."""

    DONE = "done"
    WOULD = "would be done"
    """The result of a dry run."""
    DONE_BEFORE = "done before"
    """An earlier run has done the row, and nothing was left to do."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of one row for a person; in a dry run, the result that it would have."""

    row: int
    path: str
    """Path of the target."""
    state: State
    words: str
    """One line for a person: what was done, or the reason to refuse."""
    freed: int = 0
    """Bytes that are free now, or once the quarantine or trash is emptied."""
