"""What a journal says of one act, and of a pass as a whole, and how that stands in its lines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from dupscan.dedupe.file_ops import attributes
from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.identity_json import identity_fields, identity_of
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile, Plan
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.text.json_stream import path_fields, path_of, text

FORMAT = "dupscan-journal"
VERSION = 1


class Step(Enum):
    """How far an act is."""

    INTENDED = "intended"
    """About to be done; whether it was, the file system tells."""
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
        """Whether a kill may have left this act half done."""
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
    """The target's, before it was touched."""
    folder: int
    """Inode of the target's folder: where another one is, a drive is not mounted."""
    temporary: str
    """A name in the target's folder, in use only while something is being done."""
    goes_with: int | None = None
    """Number of the picture's row where the target is a companion."""
    place: str = ""
    """Where in the quarantine the target goes."""
    link: str = ""
    """What the symbolic link says."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the journal says of a pass as a whole."""

    plan_id: str
    action: Action
    roots: tuple[str, ...]
    fingerprint: FingerprintSettings
    match: MatchSettings


# -- lines -----------------------------------------------------------------------------------------


def line(fields: dict[str, Any]) -> bytes:
    """One line of a journal."""
    return text(fields).encode("utf-8", "backslashreplace") + b"\n"


def head_of(plan: Plan) -> dict[str, Any]:
    """The first line of a plan's journal."""
    return {
        "format": FORMAT,
        "format_version": VERSION,
        "plan_id": plan.plan_id,
        "scan_id": plan.scan_id,
        "version": plan.version,
        "action": plan.action.value,
        "roots": [path_fields(root) for root in plan.roots],
        "fingerprint": asdict(plan.fingerprint),
        "match": asdict(plan.match),
    }


def told_by(head: dict[str, Any]) -> Told:
    """What the first line says. Raises ValueError, KeyError or TypeError for what is none."""
    if (head["format"], head["format_version"]) != (FORMAT, VERSION):
        raise ValueError("not the first line of such a journal")
    return Told(
        plan_id=head["plan_id"],
        action=Action(head["action"]),
        roots=tuple(path_of(root) for root in head["roots"]),
        fingerprint=FingerprintSettings(**head["fingerprint"]),
        match=MatchSettings(**head["match"]),
    )


def as_object(entry: Entry) -> dict[str, Any]:
    """The line of an act."""
    return {
        "act": entry.number,
        "row": entry.row,
        "action": entry.action.value,
        "verdict": entry.verdict.value,
        "target": identity_fields(entry.target),
        "keeper": identity_fields(entry.keeper),
        "marks": attributes.as_object(entry.marks),
        "folder": entry.folder,
        "goes_with": entry.goes_with,
        **path_fields(entry.temporary, "temporary"),
        **path_fields(entry.place, "place"),
        **path_fields(entry.link, "link"),
    }


def entry_of(said: bytes) -> Entry:
    """The act that a line tells of. Raises ValueError, KeyError or TypeError for another line."""
    fields = json.loads(said)
    return Entry(
        number=fields["act"],
        row=fields["row"],
        action=Action(fields["action"]),
        verdict=Verdict(fields["verdict"]),
        target=identity_of(fields["target"]),
        keeper=identity_of(fields["keeper"]),
        marks=attributes.from_object(fields["marks"]),
        folder=fields["folder"],
        goes_with=fields["goes_with"],
        temporary=path_of(fields, "temporary"),
        place=path_of(fields, "place"),
        link=path_of(fields, "link"),
    )
