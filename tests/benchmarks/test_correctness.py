"""The comparison of programs by their groups, on groups so small that their score is known."""

from __future__ import annotations

from pathlib import Path

import pytest

correctness = pytest.importorskip("benchmarks.correctness")
scoring = pytest.importorskip("benchmarks.scoring")

A, B, C, HALF, CROPPED = (Path(f"/library/{name}.jpg") for name in ("a", "b", "c", "half", "crop"))
LABELS = {
    A: scoring.Label("a", "original"),
    HALF: scoring.Label("a", "half"),
    CROPPED: scoring.Label("a", "crop10"),
    B: scoring.Label("b", "negative"),
    C: scoring.Label("c", "negative"),
}


def test_no_groups_find_nothing_and_are_never_wrong() -> None:
    assert scoring.score_groups([], LABELS) == scoring.GroupScore({"half": 0}, {"crop10": 0}, 0)


def test_a_group_finds_the_versions_that_are_in_it_with_their_original() -> None:
    score = scoring.score_groups([[HALF, A]], LABELS)

    assert (score.same, score.edits, score.lookalikes) == ({"half": 1}, {"crop10": 0}, 0)


def test_versions_without_their_original_are_not_found() -> None:
    assert scoring.score_groups([[HALF, CROPPED]], LABELS).same == {"half": 0}


def test_a_picture_in_a_group_with_another_one_counts() -> None:
    assert scoring.score_groups([[A, B]], LABELS).lookalikes == 1 / 2


def test_paths_without_a_label_are_ignored() -> None:
    assert scoring.score_groups([[B, Path("/library/manifest.json")]], LABELS).lookalikes == 0


def test_groups_are_read_from_a_table_by_their_verdicts(tmp_path: Path) -> None:
    table = tmp_path / "duplicates.csv"
    table.write_text(
        "group,role,verdict,path\n"
        f"1,keeper,,{A}\n1,duplicate,picture,{HALF}\n1,duplicate,similar,{CROPPED}\n1,near,,{B}\n"
    )

    assert correctness.groups_of_table(table) == [[A, HALF, CROPPED]]
    assert correctness.groups_of_table(table, correctness.STRONG) == [[A, HALF]]


@pytest.mark.parametrize(
    "output", [f"{A} {HALF}\n", f'a message\n{{"groups": [["{A}", "{HALF}"]]}}\n']
)
def test_groups_are_read_from_what_a_peer_prints(output: str) -> None:
    assert correctness.groups_of_peer(output) == [[A, HALF]]


def test_a_peer_that_prints_nothing_has_no_groups() -> None:
    assert correctness.groups_of_peer("") == []
