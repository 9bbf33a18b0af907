"""Two plans, each correct on its own, that together would delete all copies of a picture.

czkawka could delete all files of a group (czkawka#317). Forged plans, and the purges of two
quarantines, are tried too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.acted_on import Library

from dupscan.errors import PlanError
from dupscan.model.plan import State

ACTIONS = ["quarantine", "hardlink", "symlink", "delete"]


def forge(plan: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the rows of a plan's identities."""
    path = plan.with_suffix(".json")
    whole = json.loads(path.read_text())
    change(whole["rows"])
    path.write_text(json.dumps(whole))


@pytest.mark.parametrize("action", ACTIONS)
def test_by_plans_of_one_scan_with_other_keepers(sandbox: Library, action: str) -> None:
    sandbox.add("c.jpg")
    for seconds, name in enumerate(("a.jpg", "b.jpg", "c.jpg"), 10**9):
        os.utime(sandbox.folder / name, (seconds, seconds))
    content = (sandbox.folder / "a.jpg").read_bytes()
    sandbox.scan()
    rules = ("oldest", "newest", f"under:{sandbox.folder}/b.jpg")
    plans = [sandbox.plan(action, rule[:6], keep=(rule,)) for rule in rules[:2]]

    states = [sandbox.apply(plan).states for plan in plans]

    assert states == [[State.DONE] * 2, [State.REFUSED] * 2]
    assert content == (sandbox.folder / "a.jpg").read_bytes()


@pytest.mark.parametrize("action", ACTIONS)
def test_by_a_plan_in_which_each_is_kept_for_another(sandbox: Library, action: str) -> None:
    sandbox.add("c.jpg")
    plan, before = sandbox.planned(action), sandbox.tree()

    def ring(rows: list[dict[str, Any]]) -> None:
        rows[0]["keeper"], rows[1]["keeper"] = rows[1]["target"], rows[0]["target"]

    forge(plan, ring)
    for really in (False, True):
        with pytest.raises(PlanError, match="row 1"):
            sandbox.apply(plan, really=really)
    assert before == sandbox.tree()


@pytest.mark.parametrize("action", ACTIONS)
def test_by_a_keeper_that_is_the_target_by_another_name(sandbox: Library, action: str) -> None:
    """Forged so that neither path nor inode shows it: the disk does."""
    plan = sandbox.planned(action)
    (sandbox.folder / "a.jpg").unlink()
    os.link(sandbox.folder / "b.jpg", sandbox.folder / "a.jpg")
    status = (sandbox.folder / "b.jpg").stat()
    seen = {"inode": status.st_ino, "device": status.st_dev, "mtime_ns": status.st_mtime_ns}
    before = sandbox.tree()

    forge(plan, lambda rows: rows[0]["keeper"].update(seen | {"inode": 0}))
    assert sandbox.apply(plan).states == [State.REFUSED]
    forge(plan, lambda rows: rows[0]["keeper"].update(seen))
    with pytest.raises(PlanError, match="keeper"):
        sandbox.apply(plan)

    assert before == sandbox.tree()


def test_by_a_purge_of_each_of_two_quarantines(sandbox: Library) -> None:
    """What one quarantine has was kept for by what the other has: one of them stays."""
    sandbox.add("c.jpg")
    content = (sandbox.folder / "a.jpg").read_bytes()
    journals = []
    for keeper, target in (("a.jpg", "b.jpg"), ("c.jpg", "a.jpg")):
        sandbox.scan(sandbox.folder / keeper, sandbox.folder / target)
        rule = f"under:{sandbox.folder / keeper}"
        journals.append(sandbox.apply(sandbox.plan("quarantine", keeper[0], keep=(rule,))).journal)
    os.unlink(sandbox.folder / "c.jpg")

    states = [sandbox.purge(journal).states for journal in journals]

    assert states == [[State.REFUSED], [State.REFUSED]]
    assert [content] * 2 == [path.read_bytes() for path in sandbox.quarantined()]


def test_by_a_scan_that_calls_a_picture_in_quarantine_the_keeper(sandbox: Library) -> None:
    sandbox.act()
    assert len(sandbox.quarantined()) == 1

    assert sandbox.act("delete").outcomes == []
    sandbox.scan(hidden=True)
    assert sandbox.apply(sandbox.plan("delete")).outcomes == []
    assert (sandbox.folder / "a.jpg").exists()
