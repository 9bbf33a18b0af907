"""The lines of a journal ⇄ its entries, checked strictly: files are put back and purged by them.

The first line is the header of the pass. After it stand two kinds of lines: an act, before it is
done, and a step that an act has reached. The fields of each are declared here once.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.identity_json import HashedFileRecord, StrictPath
from dupscan.dedupe.journal.entry import Entry, PassHeader, Step
from dupscan.errors import PlanError
from dupscan.model.json_codec import (
    ABSENT,
    LATEST_NS,
    Bytes,
    Id,
    Ordinal,
    Record,
    checked,
    exact_path,
    plain,
    refuse_other_fields,
    refuse_relative,
    shown_path,
)
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Plan
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.text import file_names, json_stream

FORMAT = "dupscan-journal"
VERSION = 1
_ALL_PERMISSIONS = 0o7777
_NO_ID = 2**32 - 1
"""The number that tells the system to leave the owner as it is; real numbers are smaller."""


class _HeaderRecord(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line."""

    format: str
    format_version: int
    plan_id: Id
    scan_id: str
    version: str
    action: Action
    roots: tuple[StrictPath, ...]
    fingerprint: FingerprintSettings
    match: MatchSettings
    begun: str = ""
    home: str = ""
    home_bytes: Bytes = ABSENT


class _EntryRecord(
    Record, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"number": "act"}
):
    """The line of an act."""

    number: Ordinal
    row: Ordinal
    action: Action
    verdict: Verdict
    target: HashedFileRecord
    keeper: HashedFileRecord
    marks: FileAttributes
    folder: int
    goes_with: Ordinal | None
    temporary: str
    temporary_bytes: Bytes = ABSENT
    place: str
    place_bytes: Bytes = ABSENT
    link: str
    link_bytes: Bytes = ABSENT

    def __post_init__(self) -> None:
        temporary = exact_path(self.temporary, self.temporary_bytes)
        if temporary in ("", ".", "..") or os.path.basename(temporary) != temporary:
            raise ValueError(f"`temporary` is not a file name: {file_names.shown(temporary)}")
        if self.place:
            refuse_relative("place", exact_path(self.place, self.place_bytes))
        if "\0" in temporary + exact_path(self.link, self.link_bytes):
            raise ValueError("`temporary` or `link` holds a NUL character")
        if self.folder < 0:
            raise ValueError("`folder` is not the number of a folder")
        _refuse_impossible_marks(self.marks)


def _refuse_impossible_marks(marks: FileAttributes) -> None:
    """Raise ValueError for numbers that the system would refuse, or take for "leave as it is"."""
    if not 0 <= marks.mode <= _ALL_PERMISSIONS:
        raise ValueError("`marks.mode` is not a set of permission bits")
    if not (0 <= marks.uid < _NO_ID and 0 <= marks.gid < _NO_ID):
        raise ValueError("`marks.uid` or `marks.gid` is not the number of a user or group")
    if max(abs(marks.atime_ns), abs(marks.mtime_ns)) > LATEST_NS:
        raise ValueError("`marks.atime_ns` or `marks.mtime_ns` is no time of a file system")


class StepRecord(Record, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The line of a step that an act has reached."""

    act: Ordinal
    step: Step
    found: str = ""
    found_bytes: Bytes = ABSENT
    words: str = ""

    def __post_init__(self) -> None:
        if self.found:
            refuse_relative("found", self.trash_path)

    @property
    def trash_path(self) -> str:
        """The path of the target in the trash; empty if it is not known."""
        return exact_path(self.found, self.found_bytes)


# -- written ---------------------------------------------------------------------------------------


def header_line(plan: Plan, path: Path) -> bytes:
    """Return the first line of the journal of a plan that is begun now, at `path`."""
    home, home_bytes = shown_path(os.path.abspath(path))
    return _line(
        _HeaderRecord.of(
            plan,
            format=FORMAT,
            format_version=VERSION,
            roots=tuple(map(StrictPath.of_path, plan.roots)),
            begun=datetime.now(UTC).isoformat(timespec="seconds"),
            home=home,
            home_bytes=home_bytes,
        )
    )


def entry_line(entry: Entry) -> bytes:
    """Return the line of an act."""
    temporary, temporary_bytes = shown_path(entry.temporary)
    place, place_bytes = shown_path(entry.place)
    link, link_bytes = shown_path(entry.link)
    return _line(
        _EntryRecord.of(
            entry,
            target=HashedFileRecord.of_file(entry.target),
            keeper=HashedFileRecord.of_file(entry.keeper),
            temporary=temporary,
            temporary_bytes=temporary_bytes,
            place=place,
            place_bytes=place_bytes,
            link=link,
            link_bytes=link_bytes,
        )
    )


def step_line(entry: Entry, step: Step, found: str, words: str) -> bytes:
    """Return the line of a step; `found` is a path or empty, `words` are for a person or empty."""
    shown, exact = shown_path(found)
    return _line(
        StepRecord(
            act=entry.number,
            step=step,
            found=shown,
            found_bytes=exact,
            words=file_names.shown(words),
        )
    )


def _line(record: Record) -> bytes:
    return json_stream.text(plain(record)).encode("utf-8", "backslashreplace") + b"\n"


# -- read ------------------------------------------------------------------------------------------


def read_header(line: bytes) -> PassHeader:
    """Return the header of a pass from the first line of its journal.

    Raises ValueError, which names the wrong field, for another line; PlanError for the journal of
    another version; SettingsError for settings out of their range; RecursionError.
    """
    fields = _fields(line)
    if fields.get("format") != FORMAT:
        raise ValueError("not the first line of a journal")
    version, writer = (
        file_names.shown(str(fields.get(name)))[:20] for name in ("format_version", "version")
    )
    if version != str(VERSION):
        raise PlanError(
            f"of format version {version}, and this dupscan reads {VERSION}; use dupscan "
            f"{writer}, which wrote it"
        )
    header = checked(fields, _HeaderRecord)
    refuse_other_fields(fields, "fingerprint", FingerprintSettings)
    refuse_other_fields(fields, "match", MatchSettings)
    return header.into(
        PassHeader,
        roots=tuple(root.exact_path for root in header.roots),
        home=exact_path(header.home, header.home_bytes),
    )


def read_line(line: bytes) -> Entry | StepRecord:
    """Return the act or the step of a line that is not the first.

    Raises ValueError, which names the wrong field, for another line, and RecursionError.
    """
    fields = _fields(line)
    if "step" in fields:
        return checked(fields, StepRecord)
    act = checked(fields, _EntryRecord)
    refuse_other_fields(fields, "marks", FileAttributes)
    return act.into(
        Entry,
        target=act.target.file(),
        keeper=act.keeper.file(),
        temporary=exact_path(act.temporary, act.temporary_bytes),
        place=exact_path(act.place, act.place_bytes),
        link=exact_path(act.link, act.link_bytes),
    )


def _fields(line: bytes) -> dict[str, Any]:
    fields = json_stream.parsed(line.decode("utf-8"))
    if not isinstance(fields, dict):
        raise ValueError("not an object")  # noqa: TRY004 (as for every other fault in a line)
    return fields
