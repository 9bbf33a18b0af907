"""Two plans, each correct on its own, that together would delete all copies of a picture.

czkawka could delete all files of a group (czkawka#317). Forged plans, and the purges of two
quarantines, are tried too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dupscan.errors import PlanError
from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


def forge(plan: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the rows of a plan's identities."""
    path = plan.with_suffix(".json")
    whole = json.loads(path.read_text())
    change(whole["rows"])
    path.write_text(json.dumps(whole))


@pytest.mark.parametrize("action", ACTIONS)
def test_by_plans_of_one_scan_with_other_keepers(acting: Library, action: str) -> None:
    acting.add("c.jpg")
    for seconds, name in enumerate(("a.jpg", "b.jpg", "c.jpg"), 10**9):
        os.utime(acting.folder / name, (seconds, seconds))
    content = (acting.folder / "a.jpg").read_bytes()
    acting.scan()
    rules = ("oldest", "newest", f"under:{acting.folder}/b.jpg")
    plans = [acting.plan(action, rule[:6], keep=(rule,)) for rule in rules[:2]]

    states = [acting.apply(plan).states for plan in plans]

    assert states == [[State.DONE] * 2, [State.REFUSED] * 2]
    assert content == (acting.folder / "a.jpg").read_bytes()


@pytest.mark.parametrize("action", ACTIONS)
def test_by_a_plan_in_which_each_is_kept_for_another(acting: Library, action: str) -> None:
    acting.add("c.jpg")
    plan, before = acting.planned(action), acting.tree()

    def ring(rows: list[dict[str, Any]]) -> None:
        rows[0]["keeper"], rows[1]["keeper"] = rows[1]["target"], rows[0]["target"]

    forge(plan, ring)
    for really in (False, True):
        with pytest.raises(PlanError, match="row 1"):
            acting.apply(plan, really=really)
    assert before == acting.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_by_a_keeper_that_is_the_target_by_another_name(acting: Library, action: str) -> None:
    """Forged so that neither path nor inode shows it: the disk does."""
    plan = acting.planned(action)
    (acting.folder / "a.jpg").unlink()
    os.link(acting.folder / "b.jpg", acting.folder / "a.jpg")
    status = (acting.folder / "b.jpg").stat()
    seen = {"inode": status.st_ino, "device": status.st_dev, "mtime_ns": status.st_mtime_ns}
    before = acting.tree()

    forge(plan, lambda rows: rows[0]["keeper"].update(seen | {"inode": 0}))
    assert acting.apply(plan).states == [State.REFUSED]
    forge(plan, lambda rows: rows[0]["keeper"].update(seen))
    with pytest.raises(PlanError, match="keeper"):
        acting.apply(plan)

    assert before == acting.tree()


def test_by_a_purge_of_each_of_two_quarantines(acting: Library) -> None:
    """What one quarantine has was kept for by what the other has: one of them stays."""
    acting.add("c.jpg")
    content = (acting.folder / "a.jpg").read_bytes()
    journals = []
    for keeper, target in (("a.jpg", "b.jpg"), ("c.jpg", "a.jpg")):
        acting.scan(acting.folder / keeper, acting.folder / target)
        rule = f"under:{acting.folder / keeper}"
        journals.append(acting.apply(acting.plan("quarantine", keeper[0], keep=(rule,))).journal)
    os.unlink(acting.folder / "c.jpg")

    states = [acting.purge(journal).states for journal in journals]

    assert states == [[State.REFUSED], [State.REFUSED]]
    assert [content] * 2 == [path.read_bytes() for path in acting.quarantined()]


def test_by_a_scan_that_calls_a_picture_in_quarantine_the_keeper(acting: Library) -> None:
    acting.act()
    assert len(acting.quarantined()) == 1

    assert acting.act("delete").outcomes == []
    acting.scan(hidden=True)
    assert acting.apply(acting.plan("delete")).outcomes == []
    assert (acting.folder / "a.jpg").exists()
