"""The lines of a journal: what is written is read, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.json_places import NOTHING_LIKE_IT, Place, changed, places, shown, without

from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.journal import Entry, PassHeader, Step
from dupscan.dedupe.journal.lines import (
    StepRecord,
    entry_line,
    header_line,
    read_header,
    read_line,
    step_line,
)
from dupscan.errors import PlanError, SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile, Plan

NAMES = st.binary(min_size=1, max_size=40).map(
    lambda raw: raw.replace(b"\0", b"?").replace(b"/", b"?").decode("utf-8", "surrogateescape")
)
COUNTS, NUMBERS = st.integers(0, 2**63 - 1), st.integers(1, 2**63 - 1)
TIMES, INODES = st.integers(-(2**80), 2**80), st.integers(0, 2**64)
PATHS = NAMES.map(lambda name: f"/{name}")
FILES = st.builds(
    HashedFile,
    *(PATHS, COUNTS, TIMES, INODES, INODES),
    st.just(b"") | st.binary(min_size=32, max_size=32),
)
MARKS = st.builds(
    FileAttributes,
    st.integers(0, 0o7777),
    *(st.integers(0, 2**32 - 2), st.integers(0, 2**32 - 2), TIMES, TIMES),
    st.dictionaries(st.text(max_size=9), st.binary(max_size=9), max_size=3),
)
ENTRIES = st.builds(
    Entry,
    *(NUMBERS, NUMBERS, st.sampled_from(Action), st.sampled_from(Verdict), FILES, FILES, MARKS),
    folder=INODES,
    temporary=NAMES.filter(lambda name: name not in (".", "..")),
    goes_with=st.none() | NUMBERS,
    place=st.just("") | PATHS,
    link=st.just("") | PATHS | NAMES,
)


@given(ENTRIES)
def test_any_act_is_one_line_and_survives_it(entry: Entry) -> None:
    line = entry_line(entry)
    assert line.count(b"\n") == 1
    assert entry == read_line(line)


@given(ENTRIES, st.sampled_from(Step), st.just("") | PATHS, st.text())
def test_any_step_is_one_line_and_survives_it(
    entry: Entry, step: Step, found: str, words: str
) -> None:
    line = step_line(entry, step, found, words)
    assert line.count(b"\n") == 1
    read = read_line(line)
    assert isinstance(read, StepRecord)
    assert (entry.number, step, found) == (read.act, read.step, read.trash_path)


def test_the_first_line_says_which_plan_and_with_which_settings(plan: Plan) -> None:
    header = read_header(header_line(plan, Path("/papers/caf\udce9.journal")))
    assert (plan.plan_id, plan.action, plan.roots) == (
        header.plan_id,
        header.action,
        header.roots,
    )
    assert (plan.match, plan.fingerprint) == (header.match, header.fingerprint)


def test_another_version_says_so_and_which_dupscan_wrote_it(plan: Plan) -> None:
    fields = json.loads(header_line(plan, Path("/papers/caf\udce9.journal"))) | {
        "format_version": 99
    }
    words = "of format version 99, and this dupscan reads 1; use dupscan 0.1.0, which wrote it"
    with pytest.raises(PlanError, match=words):
        read_header(json.dumps(fields).encode())


def test_a_line_of_an_older_dupscan_is_read(entry_of: Callable[..., Entry]) -> None:
    """The format is the one in which journals were written before it was checked strictly."""
    line = (
        b'{"act": 1, "row": 7, "action": "quarantine", "verdict": "file", "target": {"path": '
        b'"/photos/caf\\\\xe9.jpg", "path_bytes": "L3Bob3Rvcy9jYWbpLmpwZw==", "size": 10, '
        b'"mtime_ns": 1234567890123456789, "device": 1, "inode": 2, "digest": "'
        + b"01"
        * 32
        + b'"}, "keeper": {"path": "/photos/keeper.jpg", "size": 10, "mtime_ns": '
        b'1234567890123456789, "device": 1, "inode": 2, "digest": "' + b"01" * 32 + b'"}, "marks": '
        b'{"mode": 420, "uid": 0, "gid": 0, "atime_ns": 1, "mtime_ns": 2, "attributes": '
        b'{"user.stars": "/w=="}}, "folder": 5, "goes_with": null, "temporary": '
        b'".dupscan-0123456789ab-1.tmp", "place": '
        b'"/photos/.dupscan-quarantine/0123456789ab/photos/caf\\\\xe9.jpg", "place_bytes": '
        b'"L3Bob3Rvcy8uZHVwc2Nhbi1xdWFyYW50aW5lLzAxMjM0NTY3ODlhYi9waG90b3MvY2Fm6S5qcGc=", '
        b'"link": ""}\n'
    )
    entry = entry_of(1, 7, "caf\udce9.jpg")
    assert entry == read_line(line)
    assert line == entry_line(entry)


def refused(read: Callable[[bytes], object], fields: object) -> str:
    with pytest.raises((ValueError, SettingsError)) as caught:
        read(json.dumps(fields).encode())
    return str(caught.value)


@pytest.fixture
def lines(plan: Plan, entry_of: Callable[..., Entry]) -> list[tuple[Any, Any]]:
    """How to read each kind of line, and its fields, all of them in use."""
    entry = replace(entry_of(1, 7, "caf\udce9.jpg"), goes_with=3, link="/photos/caf\udce9")
    return [
        (read_header, json.loads(header_line(plan, Path("/papers/caf\udce9.journal")))),
        (read_line, json.loads(entry_line(entry))),
        (read_line, json.loads(step_line(entry, Step.DONE, "/trash/caf\udce9", "done"))),
    ]


def test_any_damaged_field_is_refused_by_its_place(lines: list[tuple[Any, Any]]) -> None:
    for read, fields in lines:
        for place in places(fields):
            if place in (("format",), ("format_version",)):
                continue  # another kind of file, or of another version
            if place == ("marks", "attributes"):
                continue  # any name may be that of an attribute
            assert shown(place).removesuffix(".user.stars") in refused(
                read, changed(fields, place, NOTHING_LIKE_IT)
            )


@pytest.mark.parametrize(
    "value", [None, True, -1, 0.5, 1e300, 10**400, "x", "", [], {}, "\ud800", "\0", "/"]
)
def test_any_value_in_any_place_is_read_or_refused(
    lines: list[tuple[Any, Any]], value: object
) -> None:
    for read, fields in lines:
        for place in places(fields):
            outcome = read_or_reason(read, changed(fields, place, value))
            assert isinstance(outcome, Entry | StepRecord | PassHeader) or outcome


def read_or_reason(read: Callable[[bytes], object], fields: Any) -> object:
    """What a line says, or why it is refused."""
    try:
        return read(json.dumps(fields).encode())
    except (ValueError, SettingsError, PlanError) as error:
        return str(error)


def test_a_missing_field_is_refused(lines: list[tuple[Any, Any]]) -> None:
    optional = {"found", "words", "found_bytes", "temporary_bytes", "place_bytes", "link_bytes"}
    optional |= {"begun", "home", "home_bytes"}
    for read, fields in lines:
        for place in places(fields):
            name = place[-1]
            if isinstance(name, int) or name in {*optional, "path_bytes", "user.stars"}:
                continue
            if name not in ("format", "format_version", "step"):
                assert f"field `{name}`" in refused(read, without(fields, place))


def test_an_unknown_field_is_refused(lines: list[tuple[Any, Any]]) -> None:
    for read, fields in lines:
        inner = [place for place in places(fields) if isinstance(at(fields, place), dict)]
        for place in [(), *inner]:
            if place != ("marks", "attributes"):
                found = refused(read, changed(fields, (*place, "new"), 1))
                assert "unknown field `new`" in found


def at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("act",), 0),
        (("row",), 2**63),
        (("folder",), -1),
        (("action",), "shred"),
        (("verdict",), "same"),
        (("temporary",), "../a.jpg"),
        (("temporary",), ".."),
        (("temporary",), ""),
        (("temporary",), "a\0"),
        (("place",), "photos/a.jpg"),
        (("place",), "/photos/\0"),
        (("link",), "a\0"),
        (("target", "path"), "a.jpg"),
        (("target", "path"), "/\ud800"),
        (("target", "size"), -1),
        (("target", "size"), True),
        (("target", "mtime_ns"), 2**200),
        (("target", "inode"), -1),
        (("target", "inode"), 2**200),
        (("target", "digest"), "01"),
        (("target", "digest"), "G" * 64),
        (("target", "digest"), "01" * 32 + "\n"),
        (("marks", "mode"), 2**16),
        (("marks", "uid"), -1),
        (("marks", "gid"), 2**32 - 1),
        (("marks", "atime_ns"), 2**200),
        (("marks", "attributes", "user.stars"), "?"),
    ],
)
def test_what_the_system_could_not_take_is_refused(
    entry_of: Callable[..., Entry], place: Place, value: object
) -> None:
    fields = json.loads(entry_line(entry_of(1, 1)))
    assert refused(read_line, changed(fields, place, value))


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"7", b"null", b"NaN", b"\xff", b'{"act": 1', b"{}", b'{"step": "done"}']
)
def test_what_is_no_line_is_refused(line: bytes) -> None:
    for read in (read_header, read_line):
        with pytest.raises(ValueError, match=r"."):
            read(line)
