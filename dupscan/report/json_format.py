"""The report for programs: ``report.json``, from which plans are made.

One object with ``format``, ``format_version``, a ``header`` with all that differs from one scan of
a library to the next, and then all that was found; docs/report-format.md describes every field. The
file is written group by group. For the same library it is the same, byte for byte, without header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import repeat
from pathlib import Path
from typing import Any, BinaryIO

from dupscan.model.files import Failure
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match
from dupscan.model.pictures import Picture
from dupscan.model.report import Companion, FolderQuestion, ScanReport
from dupscan.model.views import ORIENTATIONS, Box, View
from dupscan.text import file_names, json_stream
from dupscan.text.json_stream import path_fields

FILE = "report.json"
FORMAT = "dupscan-report"
MARK = b'"format": "dupscan-report"'
"""Bytes in the first kilobyte by which dupscan knows its own files."""
VERSION = 5


def write(report: ScanReport, thumbnails: Callable[[PictureIndex], bytes], file: BinaryIO) -> None:
    """Write the report, one group at a time."""
    file.writelines(json_stream.encoded(_fields(report)))


def is_incomplete(path: Path) -> bool:
    """True if a file is a report that is marked incomplete; only its beginning is read."""
    try:
        with path.open(encoding="utf-8") as file:
            beginning = file.read(256)
    except (OSError, UnicodeDecodeError):
        return False
    # The second field of the header stands before all names that a user could have chosen.
    return re.search(r'"header": {"scan_id": "\w*", "complete": false', beginning) is not None


def _fields(report: ScanReport) -> Iterator[tuple[str, Any]]:
    yield "format", FORMAT
    yield "format_version", VERSION
    yield (
        "header",
        asdict(report.header)
        | {
            "roots": [path_fields(root) for root in report.header.roots],
            "references": [path_fields(folder) for folder in report.header.references],
            "questions": [_question(one) for one in report.header.questions],
            "settings": _settings_fields(report.header.settings),
        },
    )
    yield "counts", asdict(report.counts)
    yield "groups", (_group(report, group) for group in report.groups)
    yield "low_detail", (_picture(report.pictures[number]) for number in report.low_detail)
    yield "failures", map(_failure, report.failures)
    yield "passed_over", report.passed_over
    yield "left_out", report.left_out


def _question(question: FolderQuestion) -> dict[str, Any]:
    return {
        "kept": path_fields(question.kept),
        "other": path_fields(question.other),
        "pictures": question.pictures,
    }


def _group(report: ScanReport, group: DuplicateGroup) -> dict[str, Any]:
    """Return a group; its matches name pictures by their places in ``members`` and ``near``."""
    members = group.members
    near = list(group.neighbours())
    place = {number: at for at, number in enumerate((*members, *(one for one, _, _ in near)))}
    return {
        "keeper": 0,
        "kept": group.kept,
        "reclaimable": group.freed(report.pictures),
        "members": [_member(report, number) for number in members],
        "duplicates": [
            _match(match, place) | {"kept": kept}
            for match, kept in zip(group.duplicates, group.kept_over or repeat(""), strict=False)
        ],
        "edges": [_match(match, place) for match in group.edges],
        "near": [
            _picture(report.pictures[outsider]) | {"match": _match(match, place)}
            for outsider, _, match in near
        ],
    }


def _match(match: Match, place: dict[PictureIndex, int]) -> dict[str, Any]:
    """Return a match seen from the picture with the lower place, not the lower number."""
    a, b = place[match.a], place[match.b]
    first = match.a if a < b else match.b
    evidence, changes = match.seen_from(first), match.changes_seen_from(first)
    view = evidence.view
    return {
        "a": min(a, b),
        "b": max(a, b),
        "verdict": match.verdict.value,
        "view": _view_name(view),
        "orientation": ORIENTATIONS[view.orientation],
        "box": _box(view.box),
        "distance": evidence.distance,
        "histogram_rms": round(evidence.histogram_rms, 6),
        "difference": round(evidence.difference, 2),
        "fine": round(evidence.fine, 4),
        "agreement": None if evidence.agreement is None else round(evidence.agreement, 4),
        "colour": round(evidence.colour, 2),
        "edited": None if evidence.edited is None else _box(evidence.edited),
        "letters": None if evidence.letters is None else round(evidence.letters, 2),
        "gain": round(evidence.gain, 4),
        "brightness": round(evidence.brightness, 2) + 0.0,  # 0.0 and never -0.0
        "saturation": round(evidence.saturation, 4),
        "seen_from": "a",
        "changes": [change.value for change in changes],
    }


def _view_name(view: View) -> str:
    """Return the name of a view; a view that only turns has the name of its orientation."""
    return ORIENTATIONS[view.orientation] if view.name in ORIENTATIONS else view.name


def _box(box: Box) -> list[float]:
    return [round(edge, 4) + 0.0 for edge in box]


def _member(report: ScanReport, number: PictureIndex) -> dict[str, Any]:
    """Return a member of a group, with the fields that are needed to choose another keeper."""
    picture = report.pictures[number]
    return {
        **_picture(picture),
        "true_pixels": report.true_pixels.get(number, picture.info.pixels),
        "companions": [_companion(one) for one in report.companions.get(number, ())],
    }


def _companion(companion: Companion) -> dict[str, Any]:
    return {
        "kind": companion.kind.value,
        **path_fields(companion.path),
        "size": companion.size,
        "mtime_ns": companion.mtime_ns,
        "device": companion.device,
        "inode": companion.inode,
        "shared": companion.shared,
        "digest": companion.digest.hex(),
    }


def _picture(picture: Picture) -> dict[str, Any]:
    file = picture.file
    return {
        **path_fields(file.path),
        "aliases": [path_fields(alias) for alias in file.aliases],
        "reference": file.reference,
        "symbolic_link": file.symbolic_link,
        "size": file.size,
        "mtime_ns": file.mtime_ns,
        "device": file.device,
        "inode": file.inode,
        "links": file.links,
        "content_digest": picture.digest.hex(),
        "phash": f"{picture.traits.hashes.plain:016x}",
        "greyscale": picture.traits.greyscale,
        "detail": round(picture.traits.detail, 2),
        "low_detail": picture.low_detail,
        **asdict(picture.info),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        **path_fields(failure.path),
        "stage": failure.stage,
        "kind": failure.kind.value,
        "reason": failure.reason,
    }


def _settings_fields(value: Any) -> Any:
    """Return settings with their paths as text that JSON can hold."""
    if isinstance(value, str):
        return file_names.shown(value)
    if isinstance(value, dict):
        return {key: _settings_fields(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_settings_fields(inner) for inner in value]
    return value
