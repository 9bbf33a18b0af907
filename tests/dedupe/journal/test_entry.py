"""How acts stand in the lines of a journal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.journal import Entry
from dupscan.dedupe.journal.entry import as_object, head_of, line, told_by
from dupscan.dedupe.journal.entry import entry_of as entry_from
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile, Plan

NAMES = st.binary(min_size=1, max_size=40).map(lambda raw: raw.decode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("name", ["a.jpg", "new\nline.jpg", 'quo"te.jpg', "caf\udce9.jpg"])
def test_an_act_is_one_line_and_survives_it(entry_of: Callable[..., Entry], name: str) -> None:
    entry = entry_of(1, 7, name)
    said = line(as_object(entry))
    assert said.count(b"\n") == 1
    assert entry == entry_from(said)


@given(NAMES)
def test_any_legal_name_survives(name: str) -> None:
    file = HashedFile(f"/{name}", 1, 2, 3, 4, b"")
    marks = FileAttributes(0, 0, 0, 0, 0)
    entry = Entry(
        1, 1, Action.SYMLINK, Verdict.FILE, file, file, marks, 5, "t", 3, f"/{name}", name
    )
    assert entry == entry_from(line(as_object(entry)))


def test_the_first_line_says_which_plan_and_with_which_settings(plan: Plan) -> None:
    told = told_by(json.loads(line(head_of(plan))))
    assert (plan.plan_id, plan.action, plan.roots) == (told.plan_id, told.action, told.roots)
    assert (plan.match, plan.fingerprint) == (told.match, told.fingerprint)


def test_a_line_of_another_version_is_no_first_line(plan: Plan) -> None:
    with pytest.raises(ValueError, match="first line"):
        told_by(head_of(plan) | {"format_version": 99})


def test_numbers_of_nineteen_digits_survive(entry_of: Callable[..., Entry]) -> None:
    entry = entry_of(1, 1)
    late = replace(entry, target=replace(entry.target, inode=2**64 - 1, mtime_ns=-(10**18)))
    assert late == entry_from(line(as_object(late)))
