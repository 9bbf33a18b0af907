"""The family library: what its numbers are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

family = pytest.importorskip("benchmarks.family")


def test_a_plan_without_rows_takes_nothing(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("row,decision,path\n", encoding="utf-8-sig")
    assert family.taken_by(plan, tmp_path) == []


def test_only_the_rows_to_remove_are_taken(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    rows = f"1,remove,{tmp_path}/Backup/a.jpg\n2,,{tmp_path}/a.jpg\n"
    plan.write_text(f"row,decision,path\n{rows}", encoding="utf-8-sig")
    assert family.taken_by(plan, tmp_path) == ["Backup/a.jpg"]


@pytest.mark.parametrize(
    ("reason", "criterion"),
    [
        ("", "quality"),
        ("less compressed", "quality"),
        ("Photos holds the originals; Backup looks like a backup", "place of the folder"),
        ("Year holds the originals; Album holds a part of them", "folder that holds the originals"),
        ("the other is named as a copy", "name of the file"),
        ("first by path", "alphabet"),
    ],
)
def test_a_reason_tells_its_criterion(reason: str, criterion: str) -> None:
    assert family.criterion_of(reason) == criterion
