"""What lies beside pictures now, and did not when they were scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dupscan.dedupe.apply.sidecars import companion_obstacles
from dupscan.dedupe.plan_file import read_plan
from dupscan.model.plan import State

if TYPE_CHECKING:
    from support.acted_on import Library

ALLOW = ("sidecar", "live-photo")


def test_where_nothing_came_nothing_is_in_the_way(acting: Library) -> None:
    acting.scan()
    plan = read_plan(acting.plan()).plan
    assert companion_obstacles(plan.action, plan.rows, {}) == {}


@pytest.mark.parametrize("name", ["b.xmp", "b.jpg.json", "b.mov", "b.nef"])
@pytest.mark.parametrize("really", [True, False])
def test_what_came_since_the_scan_keeps_its_picture(
    acting: Library, name: str, really: bool
) -> None:
    acting.scan()
    plan = acting.plan()
    (acting.folder / name).write_bytes(b"written since")
    told = acting.apply(plan, really=really)
    assert told.states == [State.REFUSED]
    assert f"{name} lies beside it since the scan" in told.words
    assert (acting.folder / "b.jpg").exists()


def test_a_sidecar_that_was_changed_is_not_parted_from_its_picture(acting: Library) -> None:
    sidecar = acting.folder / "b.xmp"
    sidecar.write_bytes(b"as scanned")
    acting.scan()
    plan = acting.plan(allow=ALLOW)
    sidecar.write_bytes(b"changed since the scan")
    told = acting.apply(plan)
    assert told.states == [State.REFUSED, State.REFUSED]
    assert "b.xmp, which goes with it: it was changed since the scan" in told.words
    assert (acting.folder / "b.jpg").exists()


def test_a_link_takes_its_picture_nowhere(acting: Library) -> None:
    acting.scan()
    plan = acting.plan("hardlink")
    (acting.folder / "b.xmp").write_bytes(b"written since")
    assert acting.apply(plan).states == [State.DONE]
