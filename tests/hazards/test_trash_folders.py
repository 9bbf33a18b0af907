"""A picture that somebody threw away is no reason to remove the copy that was kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.dedupe.passes import make_plan
from dupscan.settings import PlanSettings


@pytest.mark.parametrize(
    "basket", [".Trash-1000/files", ".local/share/Trash/files", "$RECYCLE.BIN/S-1-5", "#recycle"]
)
def test_what_is_in_a_trash_folder_is_neither_keeper_nor_target(
    tmp_path: Path, scan_of: Callable[..., object], originals: Path, basket: str
) -> None:
    """Though it is the older one, and the rules would have it."""
    library = tmp_path / "library"
    (library / basket).mkdir(parents=True)
    for name in (f"{basket}/a.jpg", "b.jpg"):
        shutil.copy(originals / "coffee.jpg", library / name)
    os.utime(library / basket / "a.jpg", ns=(1, 1))
    scan_of(library, report=tmp_path / "report", hidden=True)
    settings = PlanSettings(keep=("oldest",), output=tmp_path / "plan.csv")
    [row] = make_plan(tmp_path / "report", settings).rows
    assert row.why_declined == "in the trash, which will be emptied"
    assert row.keeper.path == str(library / "b.jpg")
