"""Plan, edit, change, apply, undo and purge in any order: nothing is ever lost but by the user.

Hypothesis plays a user who does whatever comes to mind, with real files and real scans between.
"""

from __future__ import annotations

import csv
import importlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from PIL import Image

from dupscan.dedupe import passes
from dupscan.errors import PlanError
from dupscan.model.plan import Action, Outcome, Plan, State
from dupscan.pipeline import scan
from dupscan.settings import PlanSettings, ReportSettings, ScanSettings, WalkSettings
from dupscan.text.file_names import QUARANTINE
from dupscan.workers.executor import InLine

grove = pytest.importorskip("benchmarks.acts.grove")
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="acting takes Linux")

NAMES = tuple(
    os.path.join(folder, name) for folder in ("a", "b c") for name in ("1.png", "2\n.png", "=3.png")
)
PICTURES = 2
ACTIONS = [action.value for action in Action if action is not Action.REFLINK]
KEEP = [(), ("shortest-path",), ("newest", "longest-path"), ("under:b c",)]
WELL = (State.DONE, State.DONE_BEFORE)


def make_contents() -> dict[bytes, int]:
    """Two pictures, each in two files of other bytes; which picture each file shows."""
    chance, made = np.random.default_rng(20261122), {}
    for number in range(PICTURES):
        coarse = chance.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((96, 72), Image.Resampling.BICUBIC)
        for level in (1, 9):
            picture.save(buffer := io.BytesIO(), "PNG", compress_level=level)
            made[buffer.getvalue()] = number
    return made


CONTENTS = make_contents()
SHOWN = {grove.digest(content): number for content, number in CONTENTS.items()}
contents = st.sampled_from(sorted(CONTENTS))
names = st.sampled_from(NAMES)


@dataclass
class Planned:
    """A plan, and what the tree was when it was carried out."""

    plan: Plan
    table: Path
    has_weaker: bool
    """Whether equal pixels were asked for, and not only equal bytes."""
    journal: Path | None = None
    before: dict[str, Any] = field(default_factory=dict)
    """Each target as it was last, before it was acted on."""
    is_last: bool = False
    """Whether nothing was done since it was applied to what it was planned for."""
    whole: dict[str, Any] = field(default_factory=dict)
    """All there was before it was applied."""


class Acting(RuleBasedStateMachine):
    """A library, a user, and dupscan."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.library, self.home = self.base / "library", self.base / "home"
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("XDG_CACHE_HOME", str(self.base / "cache"))
        self.patch.setenv("XDG_STATE_HOME", str(self.base / "state"))
        self.patch.setenv("XDG_DATA_HOME", str(self.home))
        if basket := _basket_of_send2trash():
            self.patch.setattr(basket, "XDG_DATA_HOME", os.fsencode(self.home))
            self.patch.setattr(basket, "HOMETRASH_B", os.fsencode(self.home / "Trash"))
        self.plans: list[Planned] = []

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.base)

    @initialize(chosen=st.lists(contents, min_size=len(NAMES), max_size=len(NAMES)))
    def begin(self, chosen: list[bytes]) -> None:
        for name, content in zip(NAMES, chosen, strict=True):
            self.path(name).parent.mkdir(parents=True, exist_ok=True)
            self.path(name).write_bytes(content)
        self.path("notes.txt").write_text("without any file a drive might not be mounted")

    # -- the user ----------------------------------------------------------------------------------

    @rule(name=names, content=contents, in_place=st.booleans())
    def save(self, name: str, content: bytes, *, in_place: bool) -> None:
        path = self.path(name)
        if in_place:
            path.write_bytes(content)
        else:
            (self.base / "new").write_bytes(content)
            os.replace(self.base / "new", path)
        self.something_happened()

    @rule(name=names, mode=st.sampled_from([0o600, 0o644]), seconds=st.integers(0, 2_000_000_000))
    def touch(self, name: str, mode: int, seconds: int) -> None:
        if (path := self.path(name)).is_file():
            path.chmod(mode)
            os.utime(path, (seconds, seconds))
            self.something_happened()

    @rule(name=names, other=st.none() | names)
    def move_or_remove(self, name: str, other: str | None) -> None:
        if not os.path.lexists(path := self.path(name)):
            return
        if other is None:
            path.unlink()
        else:
            os.replace(path, self.path(other))
        self.something_happened()

    @precondition(lambda self: self.plans)
    @rule(data=st.data(), whole_row=st.booleans())
    def edit_the_table(self, data: st.DataObject, *, whole_row: bool) -> None:
        table = data.draw(st.sampled_from(self.plans)).table
        with table.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        if rows:
            row = data.draw(st.sampled_from(rows))
            row[header.index("decision")] = "keep"
            kept = [one for one in rows if not (whole_row and one is row)]
            with table.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([header, *kept])

    # -- dupscan -----------------------------------------------------------------------------------

    @rule(
        action=st.sampled_from(ACTIONS),
        verdict=st.sampled_from(["file", "pixels"]),
        keep=st.sampled_from(KEEP),
        at_once=st.booleans(),
    )
    def scan_and_plan(
        self, action: str, verdict: str, keep: tuple[str, ...], *, at_once: bool
    ) -> None:
        report, table = self.base / "report", self.base / f"plan{len(self.plans)}.csv"
        walk = WalkSettings((str(self.library),))
        scan(ScanSettings(walk=walk, report=ReportSettings(report)), executor=InLine())
        links = Action(action).links
        wanted = PlanSettings(
            action=action,
            verdict="file" if links else verdict,
            keep=tuple(one.replace("b c", str(self.library / "b c")) for one in keep),
            delete_even=verdict if action == "delete" and verdict != "file" else None,
            output=table,
        )
        plan = passes.make_plan(report, wanted)
        self.plans.append(Planned(plan, table, has_weaker=wanted.verdict != "file"))
        if at_once:
            self.carry_out(self.plans[-1])

    @precondition(lambda self: self.plans)
    @rule(data=st.data())
    def apply(self, data: st.DataObject) -> None:
        self.carry_out(data.draw(st.sampled_from(self.plans[::-1])))

    def carry_out(self, planned: Planned) -> None:
        before, targets = self.look(), {row.number: row.target.path for row in planned.plan.rows}
        try:
            outcomes, passed = self.act(passes.apply_plan, planned.table, dry_run=False)
        except PlanError:
            assert before == self.look()
            return
        after = self.look()
        is_deleted = planned.plan.action is Action.DELETE
        self.check_contents(before, after, only_pictures=is_deleted and planned.has_weaker)
        acted_on = {targets[one.row] for one in outcomes if one.state in WELL}
        for path in before.keys() - acted_on:
            assert before[path] == after[path], (
                "nothing but targets may change, least of all keepers"
            )
        new = {one.row for one in outcomes if one.state is State.DONE}
        self.something_happened(but=planned if new else None)
        planned.journal = passed.journal
        planned.before |= {targets[row]: before[targets[row]] for row in new}
        if len(new) == len(planned.before):
            whole = {path: seen for path, seen in before.items() if not self.is_basket(path)}
            planned.is_last, planned.whole = True, whole

    @precondition(lambda self: any(one.journal for one in self.plans))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        planned = data.draw(st.sampled_from([one for one in self.plans if one.journal][::-1]))
        before = self.look()
        outcomes, _ = self.act(passes.undo, planned.journal)
        after = self.look()
        self.check_contents(before, after)
        done = {one.path for one in outcomes if one.state is State.DONE}
        for path in done:
            assert planned.before[path].looks_like(after[path])
        for path in before.keys() - done:
            assert before[path] == after.get(path) or QUARANTINE in path or self.is_basket(path)
        if planned.is_last and planned.plan.action is not Action.DELETE:
            assert planned.before.keys() == done
            assert planned.whole.keys() == {path for path in after if not self.is_basket(path)}
            assert all(seen.looks_like(after[path]) for path, seen in planned.whole.items())
        self.something_happened()
        planned.before = {path: seen for path, seen in planned.before.items() if path not in done}

    @precondition(lambda self: self.quarantined())
    @rule(data=st.data())
    def purge(self, data: st.DataObject) -> None:
        planned = data.draw(st.sampled_from(self.quarantined()))
        before = self.look()
        self.act(passes.purge, planned.journal)
        after = self.look()
        self.check_contents(before, after, only_pictures=planned.has_weaker)
        for path in before:
            assert before[path] == after.get(path) or QUARANTINE in path
        self.something_happened()

    # -- how ---------------------------------------------------------------------------------------

    def quarantined(self) -> list[Planned]:
        quarantine = Action.QUARANTINE
        return [one for one in self.plans if one.before and one.plan.action is quarantine]

    def path(self, name: str) -> Path:
        return self.library / name

    def is_basket(self, path: str) -> bool:
        return path.startswith(str(self.home))

    def look(self) -> dict[str, Any]:
        return dict(grove.look_at(self.library)) | dict(grove.look_at(self.home))

    def act(self, act: Any, *arguments: Any, **named: Any) -> tuple[list[Outcome], Any]:
        outcomes: list[Outcome] = []
        context = passes.PassContext(on_outcome=outcomes.append, executor=InLine())
        return outcomes, act(*arguments, context=context, **named)

    def something_happened(self, but: Planned | None = None) -> None:
        for planned in self.plans:
            planned.is_last = planned.is_last and planned is but

    def check_contents(
        self, before: dict[str, Any], after: dict[str, Any], *, only_pictures: bool = False
    ) -> None:
        """No content may be nowhere, or no picture where only equal pixels were asked for."""
        was, now = ({one.data for one in _files(tree)} for tree in (before, after))
        if only_pictures:
            was, now = ({SHOWN.get(one, one) for one in tree} for tree in (was, now))
        assert set() == was - now


def _files(tree: dict[str, Any]) -> Iterator[Any]:
    for path, seen in tree.items():
        is_ours = path.endswith(".trashinfo") or grove.is_copy(path)
        if seen.kind == "file" and not is_ours:
            yield seen


def _basket_of_send2trash() -> Any:
    """The part of Send2Trash that remembers where the basket is, which it asks only once."""
    try:
        return importlib.import_module("send2trash.plat_other")
    except ImportError:
        return None


TestNothingIsEverLost = Acting.TestCase
TestNothingIsEverLost.settings = settings(
    max_examples=30,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
