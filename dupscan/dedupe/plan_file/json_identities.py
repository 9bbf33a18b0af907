"""Read and write ``plan.json``: what a spreadsheet would spoil in the rows of a plan.

Times of 19 digits, inodes, digests, and paths that are not UTF-8. dupscan writes the file and reads
it, a row a line; a file that holds anything that dupscan did not write is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from dupscan.dedupe.identity_json import HashedFileRecord, StrictPath
from dupscan.errors import PlanError, SettingsError
from dupscan.model.json_codec import (
    Count,
    Id,
    Ordinal,
    Record,
    checked,
    plain,
    refuse_other_fields,
)
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, Edits, Plan, Reason, Row
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.system import ownership
from dupscan.text import file_names, json_stream

SUFFIX = ".json"
FORMAT = "dupscan-plan"
MARK = b'"format": "dupscan-plan"'
"""Bytes in the first kilobyte by which dupscan knows its own plans."""
VERSION = 3
_PLAN_AGAIN = "make the plan again with dupscan plan"


class _Header(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The header of the file: a plan without its rows."""

    plan_id: Id
    scan_id: str
    made: str
    version: str
    action: Action
    complete: bool
    roots: tuple[StrictPath, ...]
    protected: tuple[StrictPath, ...]
    kept: tuple[StrictPath, ...]
    """Paths that a person set to ``keep``."""
    chosen: tuple[StrictPath, ...]
    """Paths that a person chose by ``swap``."""
    fingerprint: FingerprintSettings
    match: MatchSettings


class _DeclinedRecord(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reason for which a row was declined."""

    word: Reason
    text: str


class _RowRecord(
    Record, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"number": "row"}
):
    """One row of the plan."""

    number: Ordinal
    group: Ordinal
    verdict: Verdict
    target: HashedFileRecord
    keeper: HashedFileRecord
    kept: str
    explanation: str
    freed: Count
    goes_with: Ordinal | None
    declined: tuple[_DeclinedRecord, ...]
    beside: tuple[StrictPath, ...]


def write(plan: Plan, file: BinaryIO) -> None:
    """Write the plan, a row a line, the declined rows too."""
    file.writelines(json_stream.encoded(_fields(plan)))


def read(path: Path) -> Plan:
    """Return the whole plan as it was written, whatever became of its table. Read-only.

    Raises PlanError, which names the wrong field and the way out, when the file cannot be read, is
    no plan, is a plan of another version, or is damaged.
    """
    shown = file_names.shown(str(path))
    found: dict[str, Any] = {}
    rows: list[Row] = []
    shared = _Shared()
    try:
        with open(path, encoding="utf-8", opener=ownership.open_trusted) as file:
            for name, value in json_stream.elements(file):
                if name == "rows":
                    rows.append(_row(len(rows) + 1, value, shared))
                    continue
                found[name] = value
                _refuse_other_formats(found, shown)
        return _plan(found, rows)
    except OSError as error:
        raise PlanError(f"plan {shown}: {error.strerror}; may you read it?") from error
    except (ValueError, RecursionError, SettingsError) as error:
        words = file_names.shown(str(error))[:200]
        raise PlanError(f"plan {shown}: damaged ({words}); {_PLAN_AGAIN}") from error


def _refuse_other_formats(found: dict[str, Any], shown: str) -> None:
    """Raise PlanError for another kind of file, or another version, as soon as the file says so."""
    kind, version = found.get("format", FORMAT), found.get("format_version", VERSION)
    if kind != FORMAT:
        raise PlanError(f"plan {shown}: is no plan; make one of a report with dupscan plan")
    if type(version) is not int or version != VERSION:
        raise PlanError(
            f"plan {shown}: of format version {file_names.shown(str(version))[:20]}, and this "
            f"dupscan reads {VERSION}; {_PLAN_AGAIN}"
        )


def _fields(plan: Plan) -> Iterator[tuple[str, Any]]:
    yield "format", FORMAT
    yield "format_version", VERSION
    yield (
        "header",
        plain(
            _Header.of(
                plan,
                roots=tuple(map(StrictPath.of_path, plan.roots)),
                protected=tuple(map(StrictPath.of_path, plan.protected)),
                kept=tuple(map(StrictPath.of_path, sorted(plan.edits.kept))),
                chosen=tuple(map(StrictPath.of_path, sorted(plan.edits.chosen))),
            )
        ),
    )
    yield "rows", (plain(_record_of(row)) for row in plan.rows)


def _record_of(row: Row) -> _RowRecord:
    return _RowRecord.of(
        row,
        target=HashedFileRecord.of_file(row.target),
        keeper=HashedFileRecord.of_file(row.keeper),
        declined=tuple(map(_DeclinedRecord.of, row.declined)),
        beside=tuple(map(StrictPath.of_path, row.beside)),
    )


def _plan(found: dict[str, Any], rows: list[Row]) -> Plan:
    if not found.keys() >= {"format", "format_version", "header"}:
        raise ValueError("no format, no format_version or no header")
    header = checked(found["header"], _Header)
    refuse_other_fields(found["header"], "fingerprint", FingerprintSettings)
    refuse_other_fields(found["header"], "match", MatchSettings)
    return header.into(
        Plan,
        roots=tuple(root.exact_path for root in header.roots),
        protected=tuple(folder.exact_path for folder in header.protected),
        edits=Edits(
            frozenset(one.exact_path for one in header.kept),
            frozenset(one.exact_path for one in header.chosen),
        ),
        rows=tuple(rows),
    )


class _Shared:
    """Values that many rows have in common, each held once: a million rows fit into memory."""

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}

    def same(self, value: Any) -> Any:
        """Return the equal value that came first, or the value itself."""
        return self._known.setdefault(value, value)


def _row(place: int, fields: Any, shared: _Shared) -> Row:
    """Return the row that is the `place`-th in the file. Raises ValueError, which names it."""
    try:
        row = checked(fields, _RowRecord)
    except ValueError as error:
        raise ValueError(f"row {place:,} of the file: {error}") from error
    return Row(
        number=row.number,
        group=row.group,
        verdict=row.verdict,
        target=row.target.file(shared.same),
        keeper=shared.same(row.keeper.file(shared.same)),
        kept=shared.same(row.kept),
        explanation=shared.same(row.explanation),
        freed=row.freed,
        goes_with=row.goes_with,
        declined=shared.same(tuple([Declined(one.word, one.text) for one in row.declined])),
        beside=tuple([one.exact_path for one in row.beside]),
    )
