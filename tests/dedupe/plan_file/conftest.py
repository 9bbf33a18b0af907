"""Plans made by hand, written to disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import plans

from dupscan.dedupe.plan_file import write_plan
from dupscan.model.plan import Plan


@pytest.fixture
def three() -> Plan:
    """Two copies of one picture, each proposed, and one of another that was declined."""
    return plans.plan_of(
        [
            plans.row_of(1, "/p/b.jpg", "/p/a.jpg", group=1),
            plans.row_of(2, "/p/c.jpg", "/p/a.jpg", group=1),
            plans.row_of(
                3, "/p/e.jpg", "/p/d.jpg", group=2, declined=plans.declined("below --protect")
            ),
        ]
    )


@pytest.fixture
def save(tmp_path: Path) -> Callable[[Plan], Path]:
    """Write a plan, and return the path of its table."""
    return lambda plan: write_plan(plan, tmp_path / "plan.csv")[0]
