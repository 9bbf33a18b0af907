"""Which pairs are measured: few of a large group, and the same ones each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dupscan.calibration import Calibration, pairs
from dupscan.calibration.pairs import choose_pairs
from dupscan.progress import Silence
from dupscan.settings import CalibrateSettings


def pairs_of(size: int, most: int) -> list[tuple[int, int]]:
    """The pairs that are chosen of a group of the numbers from 100 on."""
    return [*pairs._versions_of([*range(100, 100 + size)], most, np.random.default_rng(1))]


def test_all_pairs_of_a_small_group_are_chosen() -> None:
    assert {(100, 101), (100, 102), (101, 102)} == set(pairs_of(3, 50))
    assert len(pairs_of(10, 45)) == len(set(pairs_of(10, 45))) == 45


def test_the_first_picture_of_a_group_comes_with_each_other_one_before_all() -> None:
    found = pairs_of(25, 30)

    assert [(100, number) for number in range(101, 125)] == found[:24]
    assert len(set(found)) == 30


def test_of_a_group_beyond_the_limit_the_others_are_chosen_evenly() -> None:
    assert pairs_of(201, 4) == [(100, 101), (100, 151), (100, 201), (100, 251)]


def test_a_group_of_thousands_costs_no_list_of_all_its_pairs() -> None:
    assert len(set(pairs_of(50_000, 50))) == 50


def test_of_two_groups_only_a_few_pairs_are_chosen(calibrated: Calibration) -> None:
    """The lookalikes, 28 pairs of singles, are made two groups of 4."""
    library = calibrated.library
    groups = library.groups.copy()
    lookalikes = [at for at, name in enumerate(library.pictures) if "lookalike" in name.file.path]
    groups[lookalikes[:4]], groups[lookalikes[4:]] = 100, 101
    settings = CalibrateSettings(pairs_per_group=3)

    found = choose_pairs(replace(library, groups=groups), settings, Silence())

    between = [one for one in found.candidates if groups[one.a] != groups[one.b]]
    assert (found.near, len(between)) == (16, 3)


def test_of_very_many_different_pairs_some_are_chosen(
    calibrated: Calibration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "MOST_DIFFERENT", 10)
    groups = calibrated.library.groups

    found = choose_pairs(calibrated.library, CalibrateSettings(), Silence())

    assert sum(groups[one.a] != groups[one.b] for one in found.candidates) == 10
    assert found.near == calibrated.sample.near == 28


def test_a_sample_is_the_same_each_time(calibrated: Calibration) -> None:
    again = choose_pairs(calibrated.library, CalibrateSettings(), Silence())

    assert again == calibrated.sample


def test_fewer_pairs_are_some_of_those_there_are(calibrated: Calibration) -> None:
    few = choose_pairs(calibrated.library, CalibrateSettings(pairs_per_group=2), Silence())

    assert {(one.a, one.b) for one in few.candidates} < {
        (one.a, one.b) for one in calibrated.sample.candidates
    }
    assert few.versions == calibrated.sample.versions
