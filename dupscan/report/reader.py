"""Read ``report.json`` for a plan. Nothing is written.

The reader trusts nothing: a report may be old, cut off, edited by hand or not a report at all, and
files are deleted by what it says. It is read group by group, so that a report of a million pictures
does not fill the memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from dupscan.errors import PlanError, SettingsError
from dupscan.model.saved_report import ReportedGroup, SavedReport
from dupscan.report import records
from dupscan.report.json_format import FILE, FORMAT, VERSION
from dupscan.system import ownership
from dupscan.text import file_names
from dupscan.text.json_stream import elements

_HEAD = ("format", "format_version", "header")
_WRONG = (ValueError, RecursionError, SettingsError)
"""The exceptions raised for a value that is not what a report holds."""

Fields = dict[str, Any]


def read_report(path: Path) -> SavedReport:
    """Return the report in a file, or in the folder that a scan wrote.

    Read-only. Raises PlanError, which names the file and the way out, if there is no report, or a
    report of another version, or a damaged one. Groups are read when the caller iterates over them;
    a fault in a group is raised then.
    """
    file = path / FILE if os.path.isdir(path) else path
    if not os.path.isfile(file):
        raise _refusal(
            file,
            "no report there; name a report.json, or the folder that a scan wrote it to, "
            "json being among its formats",
        )
    with _opened(file) as text:
        head = _head(file, elements(text))[0]
    return _read(file, head)


def _read(file: Path, head: Fields) -> SavedReport:
    try:
        header = records.header(head["header"])
        return SavedReport(
            scan_id=header.scan_id,
            complete=header.complete,
            roots=tuple(root.exact_path for root in header.roots),
            references=tuple(folder.exact_path for folder in header.references),
            fingerprint=header.settings.fingerprint,
            match=header.settings.match,
            questions=tuple(one.question() for one in header.questions),
            groups=_groups(file, header.scan_id),
        )
    except _WRONG as error:
        raise _damaged(file, "its header", error) from error


def _opened(file: Path) -> TextIO:
    try:
        if words := ownership.why_not_trusted(os.lstat(file)):
            raise _refusal(file, words)
        return open(file, encoding="utf-8", newline="\n", opener=ownership.open_trusted)
    except OSError as error:
        raise _refusal(file, f"{error.strerror}; may you read it?") from error


def _head(file: Path, fields: Iterator[tuple[str, Any]]) -> tuple[Fields, list[Any]]:
    """Return the fields before the groups, and groups that another program has put before them."""
    head: Fields = {}
    early = []
    try:
        for name, value in fields:
            if name == "groups":
                early.append(value)
            elif name in _HEAD:
                head[name] = value
                _refuse_others(file, head)
            if head.keys() >= set(_HEAD):
                return head, early
    except OSError as error:
        raise _refusal(file, f"{error.strerror}; is the drive still there?") from error
    except _WRONG as error:
        raise _no_report(file) from error
    raise _no_report(file)


def _refuse_others(file: Path, head: Fields) -> None:
    if head.get("format", FORMAT) != FORMAT:
        raise _no_report(file)
    version = head.get("format_version", VERSION)
    if version != VERSION:
        raise _refusal(
            file,
            f"a report of format version {version!r:.20}, and this dupscan reads {VERSION}; "
            "scan again: with what the store remembers that takes moments",
        )


def _groups(file: Path, scan_id: str) -> Iterator[ReportedGroup]:
    """Yield the groups of a report whose header was read before; the file is opened anew."""
    with _opened(file) as text:
        fields = elements(text)
        head, early = _head(file, fields)
        if _scan_id(head) != scan_id:
            raise _refusal(file, "another scan replaced it meanwhile; plan again")
        number = 0
        try:
            for name, value in chain((("groups", one) for one in early), fields):
                if name == "groups":
                    number += 1
                    yield _group(file, number, value)
        except OSError as error:
            raise _refusal(file, f"{error.strerror}; is the drive still there?") from error
        except _WRONG as error:
            place = f"what follows group {number:,}" if number else "what precedes the groups"
            raise _damaged(file, place, error) from error


def _scan_id(head: Fields) -> object:
    header = head["header"]
    return header.get("scan_id") if isinstance(header, dict) else None


def _group(file: Path, number: int, fields: object) -> ReportedGroup:
    """Return a group of the report. Raises PlanError, which names the group and the field."""
    try:
        return records.group(number, fields)
    except _WRONG as error:
        raise _damaged(file, f"group {number:,}", error) from error


# -- refusals --------------------------------------------------------------------------------------


def _refusal(file: Path, reason: str) -> PlanError:
    return PlanError(f"{file_names.shown(str(file))}: {reason}")


def _no_report(file: Path) -> PlanError:
    return _refusal(file, "not a report of dupscan; name a report.json, or the folder it is in")


def _damaged(file: Path, part: str, error: Exception) -> PlanError:
    return _refusal(file, f"{part} is damaged ({error!s:.100}); scan again")
