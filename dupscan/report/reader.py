"""``report.json`` read again, for what plans with it. Read-only.

Kept apart from the room that writes it because it trusts nothing: a report may be old, cut off,
mended by hand or not a report at all, and files are deleted on its word. It is read group by group,
so that one of a million pictures does not fill the memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from dupscan.errors import PlanError, SettingsError
from dupscan.model.changes import Change
from dupscan.model.files import FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import PictureInfo
from dupscan.model.report import Companion, CompanionKind
from dupscan.model.saved_report import Edge, Member, ReadReport, ReportedGroup
from dupscan.model.views import ORIENTATIONS, Box, View
from dupscan.report.edges import Edges
from dupscan.report.json_format import FILE, FORMAT, VERSION
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.text import file_names
from dupscan.text.json_stream import elements, path_of

_HEAD = ("format", "format_version", "header")
_DIGEST_BYTES = 32
_MOST_SHARE = 1e4
_WRONG = (LookupError, TypeError, ValueError, AttributeError, RecursionError, SettingsError)
"""What taking apart a value raises that is not what it should be."""

Fields = dict[str, Any]


def read_report(path: Path) -> ReadReport:
    """The report in a file, or in the folder that a scan wrote; its groups are read as they come.

    Read-only. Raises PlanError, which names the file and the way out, when it is not there, is no
    report, is one of another version, or is damaged; what lies further behind is met by who goes
    through the groups, and raised there.
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


def _read(file: Path, head: Fields) -> ReadReport:
    try:
        header = head["header"]
        settings = header["settings"]
        return ReadReport(
            scan_id=_text(header, "scan_id"),
            complete=_truth(header, "complete"),
            roots=tuple(map(_path, header["roots"])),
            references=tuple(map(_path, header["references"])),
            fingerprint=FingerprintSettings(**settings["fingerprint"]),
            match=MatchSettings(**settings["match"]),
            groups=_groups(file, header["scan_id"]),
        )
    except _WRONG as error:
        raise _damaged(file, "its header", error) from error


def _opened(file: Path) -> TextIO:
    try:
        return file.open(encoding="utf-8", newline="\n")
    except OSError as error:
        raise _refusal(file, f"{error.strerror}; may you read it?") from error


def _head(file: Path, fields: Iterator[tuple[str, Any]]) -> tuple[Fields, list[Any]]:
    """What stands before the groups, and the groups that another program has put before that."""
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
    """The groups of a report whose head was read before, the file opened anew."""
    with _opened(file) as text:
        fields = elements(text)
        head, early = _head(file, fields)
        if _read_id(head) != scan_id:
            raise _refusal(file, "another scan replaced it meanwhile; plan again")
        number = 0
        try:
            for name, value in chain((("groups", one) for one in early), fields):
                if name == "groups":
                    yield _group(number + 1, value)
                    number += 1
        except OSError as error:
            raise _refusal(file, f"{error.strerror}; is the drive still there?") from error
        except _WRONG as error:
            raise _damaged(file, f"group {number + 1}, or what follows it,", error) from error


def _read_id(head: Fields) -> object:
    header = head["header"]
    return header.get("scan_id") if isinstance(header, dict) else None


# -- a group ---------------------------------------------------------------------------------------


def _group(number: int, fields: Fields) -> ReportedGroup:
    members = tuple(map(_member, fields["members"]))
    if fields["keeper"] != 0 or len(members) < 2:
        raise ValueError("a group is a keeper and its duplicates")
    paths = [path for one in members for path in (one.file.path, *one.file.aliases)]
    if len(set(paths)) < len(paths):
        raise ValueError("a path stands in it twice")
    digests = [one.digest for one in members]
    matches = map(_match, [*fields["edges"], *fields["duplicates"]])
    return ReportedGroup(
        number=number,
        members=members,
        kept=_text(fields, "kept"),
        edges=Edges.of(digests, matches),
    )


def _match(fields: Fields) -> tuple[int, int, Edge]:
    if fields["seen_from"] != "a":
        raise ValueError(f"seen_from: {fields['seen_from']!r:.50}")
    edge = Edge(
        verdict=Verdict(fields["verdict"]),
        changes=tuple(map(Change, fields["changes"])),
        view=View(
            _text(fields, "view"), ORIENTATIONS.index(fields["orientation"]), _box(fields["box"])
        ),
        edited=None if fields["edited"] is None else _box(fields["edited"]),
    )
    return _whole(fields, "a"), _whole(fields, "b"), edge


def _box(edges: list[Any]) -> Box:
    left, top, right, bottom = map(float, edges)
    if not (
        -_MOST_SHARE < left < right < _MOST_SHARE and -_MOST_SHARE < top < bottom < _MOST_SHARE
    ):
        raise ValueError(f"box: {edges!r:.50}")
    return left, top, right, bottom


def _member(fields: Fields) -> Member:
    digest = bytes.fromhex(fields["content_digest"])
    if len(digest) != _DIGEST_BYTES:
        raise ValueError(f"not a SHA-256: {fields['content_digest']}")
    return Member(
        file=FileEntry(
            path=_path(fields),
            size=_whole(fields, "size"),
            mtime_ns=_whole(fields, "mtime_ns", least=None),
            device=_whole(fields, "device"),
            inode=_whole(fields, "inode"),
            links=_whole(fields, "links"),
            aliases=tuple(map(_path, fields["aliases"])),
            reference=_truth(fields, "reference"),
            symbolic_link=_truth(fields, "symbolic_link"),
        ),
        digest=digest,
        info=_info(fields),
        true_pixels=_whole(fields, "true_pixels"),
        companions=tuple(map(_companion, fields["companions"])),
    )


def _info(fields: Fields) -> PictureInfo:
    return PictureInfo(
        format=_text(fields, "format"),
        width=_whole(fields, "width", least=1),
        height=_whole(fields, "height", least=1),
        frames=_whole(fields, "frames"),
        bit_depth=_whole(fields, "bit_depth"),
        channels=_text(fields, "channels"),
        colour_profile=None
        if fields["colour_profile"] is None
        else _text(fields, "colour_profile"),
        captured=None if fields["captured"] is None else _text(fields, "captured"),
        gps=_truth(fields, "gps"),
        rating=None if fields["rating"] is None else _whole(fields, "rating", least=-1),
        encoding=_whole(fields, "encoding"),
        position=None if fields["position"] is None else _position(fields),
        notes=None if fields["notes"] is None else _text(fields, "notes"),
        film=_truth(fields, "film"),
    )


def _companion(fields: Fields) -> Companion:
    return Companion(
        kind=CompanionKind(fields["kind"]),
        path=_path(fields),
        size=_whole(fields, "size"),
        mtime_ns=_whole(fields, "mtime_ns", least=None),
        device=_whole(fields, "device"),
        inode=_whole(fields, "inode"),
        shared=_truth(fields, "shared"),
    )


# -- values that are what they should be -----------------------------------------------------------


def _whole(fields: Fields, name: str, least: int | None = 0) -> int:
    value = fields[name]
    if type(value) is not int or (least is not None and value < least):
        raise ValueError(f"{name}: {value!r:.50}")
    return value


def _text(fields: Fields, name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise TypeError(f"{name}: {value!r:.50}")
    return value


def _truth(fields: Fields, name: str) -> bool:
    value = fields[name]
    if not isinstance(value, bool):
        raise TypeError(f"{name}: {value!r:.50}")
    return value


def _position(fields: Fields) -> str:
    position = _text(fields, "position")
    latitude, longitude = map(float, position.split(","))
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError(f"position: {position!r:.50}")
    return position


def _path(fields: Fields) -> str:
    path = path_of(fields)
    if not os.path.isabs(path) or "\0" in path:
        raise ValueError(f"not an absolute path: {file_names.shown(path)}")
    return path


# -- refusals --------------------------------------------------------------------------------------


def _refusal(file: Path, reason: str) -> PlanError:
    return PlanError(f"{file_names.shown(str(file))}: {reason}")


def _no_report(file: Path) -> PlanError:
    return _refusal(file, "not a report of dupscan; name a report.json, or the folder it is in")


def _damaged(file: Path, part: str, error: Exception) -> PlanError:
    return _refusal(file, f"{part} is damaged ({error!s:.100}); scan again")
