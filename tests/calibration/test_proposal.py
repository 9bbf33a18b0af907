"""Proposals: from pairs made by hand, whose measures are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dupscan.calibration.measures import MEASURES
from dupscan.calibration.pairs import Kind, MeasuredPairs
from dupscan.calibration.proposal import Proposal, passing, propose, with_proposals
from dupscan.settings import CalibrateSettings, MatchSettings

MATCH = MatchSettings(max_fine=1.3, max_difference=15, min_agreement=0.9, radius=8)
TODAY = CalibrateSettings(match=MATCH)


def pairs_of(**heaps: list[float]) -> MeasuredPairs:
    """Pairs whose fine difference is given for each kind; all other measures are 0."""
    fine = np.concatenate([np.array(heap, np.float64) for heap in heaps.values()])
    kinds = np.repeat([Kind[name.upper()] for name in heaps], [len(one) for one in heaps.values()])
    count = len(fine)
    groups = np.stack([np.arange(count), np.arange(count) + count], axis=1)
    near = {measure.name: np.zeros(count) for measure in MEASURES}
    return MeasuredPairs(
        pictures=groups,
        kinds=kinds.astype(np.int8),
        values=near | {"fine": fine},
        may_be_picture=np.ones(count, np.bool_),
        may_be_similar=np.ones(count, np.bool_),
        registered_fine=np.full(count, np.inf),
        groups=groups,
    )


def proposed_fine(pairs: MeasuredPairs) -> Proposal:
    [found] = [one for one in propose(pairs, TODAY) if one.measure.name == "fine"]
    return found


def test_nothing_leaves_all_as_it_is() -> None:
    nothing = pairs_of(same=[], different=[])

    assert with_proposals(MATCH, propose(nothing, TODAY)) == MATCH


def test_what_fits_stays() -> None:
    found = proposed_fine(pairs_of(same=[0.2, 0.4], different=[5.0] * 4000))

    assert found.value == 1.3
    assert (
        found.reason
        == "Unchanged: versions reach 0.4, and from 5 on too many different pictures pass."
    )


def test_a_cutoff_is_tightened_to_between_true_and_false_pairs() -> None:
    found = proposed_fine(pairs_of(same=[0.2, 0.4], different=[0.8, 5.0]))

    assert found.value == 0.6
    assert found.reason.startswith("Tightened from 1.3: ")


def test_a_cutoff_is_loosened_as_far_as_true_pairs_need_and_a_little_more() -> None:
    found = proposed_fine(pairs_of(same=[0.2, 1.7], different=[5.0] * 4000))

    assert found.value == 1.8
    assert found.reason.startswith("Loosened from 1.3: versions reach 1.7")


def test_a_cutoff_is_loosened_only_as_far_as_the_rate_is_shown() -> None:
    """Three of 3,000 may err; but not one may, for the rate to be shown by so many."""
    found = proposed_fine(pairs_of(same=[0.2, 1.7, 2.7], different=[2.0, *[5.0] * 2999]))

    assert found.value == 1.8


def test_without_enough_false_pairs_nothing_is_loosened() -> None:
    found = proposed_fine(pairs_of(same=[0.2, 1.7], different=[5.0] * 40))

    assert found.value == 1.3
    assert "1 more pairs of versions lie within 1.7, but it takes 2,995" in found.reason


def test_one_true_pair_in_a_thousand_may_lie_anywhere() -> None:
    found = proposed_fine(pairs_of(same=[*[0.2] * 999, 4.5], different=[5.0] * 4000))

    assert found.value == 1.3


def test_edited_pairs_that_hardly_show_tighten_nothing() -> None:
    found = proposed_fine(pairs_of(same=[0.2, 0.9], edited=[0.3] * 300, different=[5.0] * 40))

    assert found.value == 1.3


def test_edited_pairs_hold_the_cutoff_for_the_same_picture() -> None:
    edited = [1.4] * 300
    found = proposed_fine(pairs_of(same=[0.2, 1.7], edited=edited, different=[5.0] * 4000))

    assert found.value == 1.3


def test_where_no_cutoff_keeps_to_the_rate_that_is_said() -> None:
    found = proposed_fine(pairs_of(same=[0.2, 0.4], different=[0.1] * 10))

    assert found.value == 1.3
    assert "no value keeps the wanted rate" in found.reason


def test_what_another_cutoff_holds_tightens_nothing() -> None:
    pairs = pairs_of(same=[0.2, 0.4], different=[0.1] * 10)
    colour = np.where(pairs.different, 60.0, 1.0)

    found = proposed_fine(replace(pairs, values=pairs.values | {"difference": colour}))

    assert found.value == 1.3


@pytest.mark.parametrize(("fine", "expected"), [(1.0, True), (1.5, False)])
def test_a_pair_is_let_by_when_all_cutoffs_let_it(fine: float, *, expected: bool) -> None:
    pairs = pairs_of(same=[fine], different=[])
    picture, _ = passing(pairs, MATCH)

    assert [expected] == picture.tolist()


def test_a_low_fine_difference_once_laid_on_makes_up_for_agreement() -> None:
    pairs = replace(pairs_of(same=[9.0], different=[]), registered_fine=np.array([0.5]))
    _, similar = passing(pairs, MATCH)

    assert similar.tolist() == [True]
