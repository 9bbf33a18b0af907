"""What lies beside pictures now, and did not when they were scanned."""

from __future__ import annotations

import pytest
from support.acted_on import Library

from dupscan.dedupe.apply.sidecars import companion_obstacles
from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

ALLOW = ("sidecar", "live-photo")


def test_where_nothing_came_nothing_is_in_the_way(sandbox: Library) -> None:
    sandbox.scan()
    plan = read_plan(sandbox.plan()).plan
    assert companion_obstacles(plan.action, plan.rows, {}) == {}


@pytest.mark.parametrize("name", ["b.xmp", "b.jpg.json", "b.mov", "b.nef"])
@pytest.mark.parametrize("really", [True, False])
def test_what_came_since_the_scan_keeps_its_picture(
    sandbox: Library, name: str, really: bool
) -> None:
    sandbox.scan()
    plan = sandbox.plan()
    (sandbox.folder / name).write_bytes(b"written since")
    result = sandbox.apply(plan, really=really)
    assert result.states == [State.REFUSED]
    assert f"{name} lies beside it since the scan" in result.words
    assert (sandbox.folder / "b.jpg").exists()


def test_a_sidecar_that_was_changed_is_not_parted_from_its_picture(sandbox: Library) -> None:
    sidecar = sandbox.folder / "b.xmp"
    sidecar.write_bytes(b"as scanned")
    sandbox.scan()
    plan = sandbox.plan(allow=ALLOW)
    sidecar.write_bytes(b"changed since the scan")
    result = sandbox.apply(plan)
    assert result.states == [State.REFUSED, State.REFUSED]
    assert "b.xmp, which goes with it: it was changed since the scan" in result.words
    assert (sandbox.folder / "b.jpg").exists()


def test_a_link_takes_its_picture_nowhere(sandbox: Library) -> None:
    sandbox.scan()
    plan = sandbox.plan("hardlink")
    (sandbox.folder / "b.xmp").write_bytes(b"written since")
    assert sandbox.apply(plan).states == [State.DONE]
