"""What a spreadsheet would spoil: ``plan.json``, by what each file is known again.

Times of 19 digits, inodes, digests, and names that are no text. It is written by us and read by us,
element by element; a file that says anything else than what we wrote is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from dupscan.dedupe.identity_json import identity_fields, identity_of
from dupscan.errors import PlanError, SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, Plan, Reason, Row
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.text import file_names, json_stream
from dupscan.text.json_stream import path_fields, path_of

SUFFIX = ".json"
FORMAT = "dupscan-plan"
MARK = b'"format": "dupscan-plan"'
"""By which such a file is known for ours, in its first kilobyte."""
VERSION = 1
_PLAN_AGAIN = "make the plan again with dupscan plan"
_NAMES_A_PLAN = re.compile("[0-9A-Za-z-]{1,64}")
"""Such an id may become part of the name of a file."""
Kind = TypeVar("Kind", int, str, list[Any])


def write(plan: Plan, file: BinaryIO) -> None:
    """Write the plan, a row a line, the declined ones too."""
    file.writelines(json_stream.encoded(_fields(plan)))


def read(path: Path) -> Plan:
    """The whole plan as it was written, whatever became of its table. Read-only.

    Raises PlanError when it cannot be read, is no plan, one of another version, or damaged.
    """
    shown = file_names.shown(str(path))
    found: dict[str, Any] = {}
    rows: list[Row] = []
    memory = _Memory()
    try:
        with path.open(encoding="utf-8") as file:
            for name, value in json_stream.elements(file):
                if name == "rows":
                    rows.append(_row(value, memory))
                    continue
                found[name] = value
                _check_version(found, shown)
        return _plan(found, rows)
    except OSError as error:
        raise PlanError(f"plan {shown}: {error.strerror}; may you read it?") from error
    except (KeyError, TypeError, ValueError, RecursionError, SettingsError) as error:
        raise PlanError(f"plan {shown}: damaged ({_words(error)}); {_PLAN_AGAIN}") from error


def _check_version(found: dict[str, Any], shown: str) -> None:
    """Refuse what is of another kind as soon as it says so."""
    kind, version = found.get("format", FORMAT), found.get("format_version", VERSION)
    if kind != FORMAT:
        raise PlanError(f"plan {shown}: is no plan; make one of a report with dupscan plan")
    if version != VERSION:
        raise PlanError(
            f"plan {shown}: of version {file_names.shown(str(version))}, and this dupscan reads "
            f"{VERSION}; {_PLAN_AGAIN}"
        )


def _fields(plan: Plan) -> Iterator[tuple[str, Any]]:
    yield "format", FORMAT
    yield "format_version", VERSION
    yield (
        "header",
        {
            "plan_id": plan.plan_id,
            "scan_id": plan.scan_id,
            "made": plan.made,
            "version": plan.version,
            "action": plan.action.value,
            "roots": [path_fields(root) for root in plan.roots],
            "protected": [path_fields(folder) for folder in plan.protected],
            "fingerprint": asdict(plan.fingerprint),
            "match": asdict(plan.match),
        },
    )
    yield "rows", map(_row_fields, plan.rows)


def _row_fields(row: Row) -> dict[str, Any]:
    return {
        "row": row.number,
        "group": row.group,
        "verdict": row.verdict.value,
        "target": identity_fields(row.target),
        "keeper": identity_fields(row.keeper),
        "kept": row.kept,
        "explanation": row.explanation,
        "freed": row.freed,
        "goes_with": row.goes_with,
        "declined": [{"word": one.word.value, "text": one.text} for one in row.declined],
        "beside": [path_fields(path) for path in row.beside],
    }


def _plan(found: dict[str, Any], rows: list[Row]) -> Plan:
    if "format" not in found or "format_version" not in found:
        raise ValueError("it does not say what it is")
    header = found["header"]
    action = header["action"]
    if action not in [one.value for one in Action]:
        raise ValueError(f'unknown action "{file_names.shown(str(action))}"')
    plan_id, scan_id, made, version = (
        _of(str, header[name]) for name in ("plan_id", "scan_id", "made", "version")
    )
    if not _NAMES_A_PLAN.fullmatch(plan_id):
        raise ValueError(f'"{file_names.shown(plan_id)}" is no id of a plan')
    return Plan(
        plan_id=plan_id,
        scan_id=scan_id,
        made=made,
        version=version,
        action=Action(action),
        roots=tuple(path_of(root) for root in header["roots"]),
        protected=tuple(path_of(folder) for folder in header["protected"]),
        fingerprint=FingerprintSettings(**header["fingerprint"]),
        match=MatchSettings(**header["match"]),
        rows=tuple(rows),
    )


class _Memory:
    """Values that many rows share, each held once."""

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}

    def same(self, value: Any) -> Any:
        """The value itself, or the equal one that was there first."""
        return self._known.setdefault((type(value), value), value)


def _row(fields: dict[str, Any], memory: _Memory) -> Row:
    goes_with = fields["goes_with"]
    return Row(
        number=_of(int, fields["row"]),
        group=_of(int, fields["group"]),
        verdict=Verdict(fields["verdict"]),
        target=identity_of(fields["target"], memory.same),
        keeper=memory.same(identity_of(fields["keeper"], memory.same)),
        kept=memory.same(_of(str, fields["kept"])),
        explanation=memory.same(_of(str, fields["explanation"])),
        freed=_of(int, fields["freed"]),
        goes_with=None if goes_with is None else _of(int, goes_with),
        declined=memory.same(
            tuple(
                Declined(Reason(one["word"]), memory.same(_of(str, one["text"])))
                for one in _of(list, fields["declined"])
            )
        ),
        beside=tuple(map(path_of, fields["beside"])),
    )


def _of(kind: type[Kind], value: Any) -> Kind:
    """A value that is of a kind, and of no other that looks like it."""
    if type(value) is not kind:
        raise TypeError(f"{file_names.shown(repr(value)[:50])} is no {kind.__name__}")
    return value


def _words(error: Exception) -> str:
    """What is wrong with the file, in one line."""
    if isinstance(error, KeyError):
        return f"{file_names.shown(str(error))} is missing"
    return file_names.shown(str(error))[:200]
